import Cosmology
import Foundation
import Inference
import TestSupport
import Testing
import Validation

@Suite struct ExpansionModelTests {
  /// A model by its formula alone, whose rates and derivatives come from dual numbers.
  struct Twin<Model: ExpansionModel>: ExpansionModel {
    let model: Model
    var parameterNames: [String] { model.parameterNames }
    var curvatureIndex: Int? { model.curvatureIndex }
    func squaredExpansionRate<Scalar: DifferentiableScalar>(
      _ parameters: Span<Scalar>, at epoch: Epoch
    ) -> Scalar {
      model.squaredExpansionRate(parameters, at: epoch)
    }
  }

  /// Distances and their gradients, redshift by redshift; nil where there are none.
  static func evaluate(_ distances: some ComovingDistances, _ parameters: [Double])
    -> [(value: Double, gradient: [Double])]?
  {
    let count = distances.redshifts.count
    var values = [Double](repeating: 0, count: count)
    var tape = [Double](repeating: 0, count: distances.tapeCount)
    var valueSpan = values.mutableSpan
    var tapeSpan = tape.mutableSpan
    guard distances.evaluate(at: parameters.span, distances: &valueSpan, tape: &tapeSpan) else {
      return nil
    }
    return (0..<count).map { index in
      var sensitivities = (0..<count).map { $0 == index ? 1.0 : 0 }
      var gradient = parameters
      var sensitivitySpan = sensitivities.mutableSpan
      var gradientSpan = gradient.mutableSpan
      distances.pullBack(
        &sensitivitySpan, at: parameters.span, tape: tape.span, gradient: &gradientSpan)
      return (values[index], gradient)
    }
  }

  static let redshifts = [0.001, 0.03, 0.4, 1.1, 2.3]

  /// Calls a body with each model and typical parameters.
  static func forEachModel(
    radiation: Radiation = .none, _ body: (any ExpansionModel, [Double]) throws -> Void
  ) rethrows {
    try body(FlatLambdaCDM(radiation: radiation), [0.3])
    try body(LambdaCDM(radiation: radiation), [0.3, 0.1])
    try body(LambdaCDM(radiation: radiation), [0.35, -0.15])
    try body(FlatWCDM(radiation: radiation), [0.28, -0.8])
    try body(WCDM(radiation: radiation), [0.4, -0.2, -1.3])
    try body(FlatW0WaCDM(radiation: radiation), [0.32, -0.8, -0.7])
    try body(W0WaCDM(radiation: radiation), [0.25, 0.15, -1.1, 0.6])
  }

  @Test("the rates of the six models are those of their formulas by dual numbers")
  func twins() throws {
    func check<Model: ExpansionModel>(_ model: Model, _ parameters: [Double]) throws {
      let fast = try #require(
        Self.evaluate(ModelDistances(model, redshifts: Self.redshifts), parameters))
      let slow = try #require(
        Self.evaluate(ModelDistances(Twin(model: model), redshifts: Self.redshifts), parameters))
      for (a, b) in zip(fast, slow) {
        #expect(abs(a.value / b.value - 1) < 1e-14)
        for (x, y) in zip(a.gradient, b.gradient) {
          #expect(abs(x - y) < 1e-13 * max(abs(y), a.value * a.value))
        }
      }
    }
    for radiation in [Radiation.none, Radiation(temperature: 2.7255, h: 0.7)] {
      try Self.forEachModel(radiation: radiation) { try check($0, $1) }
    }
  }

  @Test(
    "distances of every model equal GSL's quadrature of its formula, with radiation and without")
  func quadrature() throws {
    func check<Model: ExpansionModel>(_ model: Model, _ parameters: [Double]) throws {
      let universe = Universe(model, parameters, h: 0.7)
      for z in Self.redshifts {
        let ratio =
          universe.comovingDistance(redshift: z) / (try universe.comovingDistanceByGSL(redshift: z))
        #expect(abs(ratio - 1) < 1e-12, "\(model) at \(parameters), z = \(z): \(ratio - 1)")
      }
    }
    for radiation in [Radiation.none, Radiation(density: 0.001)] {
      try Self.forEachModel(radiation: radiation) { try check($0, $1) }
    }
  }

  @Test("gradients of distances equal central differences, also at and near zero curvature")
  func gradients() throws {
    func check<Model: ExpansionModel>(_ model: Model, _ parameters: [Double]) throws {
      let distances = ModelDistances(model, redshifts: Self.redshifts)
      let exact = try #require(Self.evaluate(distances, parameters))
      for index in parameters.indices {
        let step = 1e-4
        // Richardson's extrapolation of two central differences.
        func difference(_ step: Double) throws -> [Double] {
          var (above, below) = (parameters, parameters)
          above[index] += step
          below[index] -= step
          let up = try #require(Self.evaluate(distances, above))
          let down = try #require(Self.evaluate(distances, below))
          return zip(up, down).map { ($0.value - $1.value) / (2 * step) }
        }
        let (coarse, fine) = (try difference(2 * step), try difference(step))
        for i in Self.redshifts.indices {
          let slope = (4 * fine[i] - coarse[i]) / 3
          #expect(
            abs(exact[i].gradient[index] - slope) < 1e-9 * max(abs(slope), exact[i].value),
            "\(model.parameterNames[index]) at \(parameters)")
        }
      }
    }
    try Self.forEachModel { try check($0, $1) }
    for curvature in [0, 1e-12, -1e-8, 1e-3, -0.02] { try check(LambdaCDM(), [0.3, curvature]) }
  }

  @Test("distances are continuous through a flat universe, to rounding")
  func flatLimit() throws {
    let flat = Universe(FlatLambdaCDM(), [0.3], h: 0.7).comovingDistance(redshift: 2)
    for curvature in [0, 1e-16, -1e-16, 1e-10, -1e-10] {
      let curved = Universe(LambdaCDM(), [0.3, curvature], h: 0.7).comovingDistance(redshift: 2)
      #expect(abs(curved / flat - 1) < max(2e-15, abs(curvature)))
    }
  }

  @Test(
    "no distance where E² is negative on the way, past the antipode, or without matter",
    arguments: [
      (0.05, -0.8), (0.02, -0.75), (-0.1, 0.0), (.nan, 0.0), (0.3, .nan), (0.3, -.infinity),
    ])
  func meaningless(omegaMatter: Double, curvature: Double) {
    let distances = ModelDistances(LambdaCDM(), redshifts: [0.5, 2.3])
    #expect(Self.evaluate(distances, [omegaMatter, curvature]) == nil)
  }

  @Test("a closed universe ends at its antipode")
  func antipode() {
    // E² = 0.3 (1+z)³ − 0.9 (1+z)² + 1.6 stays positive, and D_C √0.9 reaches π at a finite redshift.
    let model = LambdaCDM()
    var last = 0.0
    var wasReached = false
    for z in stride(from: 0.5, through: 30, by: 0.5) {
      let distances = ModelDistances(model, redshifts: [z])
      guard let result = Self.evaluate(distances, [0.3, -0.9]) else {
        wasReached = true
        continue
      }
      #expect(!wasReached, "a distance at z = \(z) behind the antipode")
      last = result[0].value
    }
    #expect(wasReached && last < 1)
  }

  @Test("all rows of the 30-digit table", .needs("reference/luminosity_distances.csv"))
  func referenceTable() throws {
    let path = try #require(ProjectFiles.shared("reference/luminosity_distances.csv"))
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
      .filter { !$0.hasPrefix("#") }.dropFirst()
    var largestError = 0.0
    for line in lines {
      let fields = line.split(separator: ",").map(String.init)
      let numbers = fields.dropFirst().compactMap { Double($0) }
      let (z, h, matter, curvature) = (numbers[0], numbers[1], numbers[2], numbers[3])
      let (w0, wa, exact) = (numbers[4], numbers[5], numbers[6])
      let distance =
        switch fields[0] {
        case "flat_lcdm": Universe(FlatLambdaCDM(), [matter], h: h).luminosityDistance(redshift: z)
        case "lcdm":
          Universe(LambdaCDM(), [matter, curvature], h: h).luminosityDistance(redshift: z)
        case "flat_wcdm": Universe(FlatWCDM(), [matter, w0], h: h).luminosityDistance(redshift: z)
        default: Universe(FlatW0WaCDM(), [matter, w0, wa], h: h).luminosityDistance(redshift: z)
        }
      largestError = max(largestError, abs(distance / exact - 1))
    }
    #expect(lines.count == 240)
    #expect(largestError < 1e-13, "\(largestError)")
  }

  @Test("the density of radiation is the one in the textbooks")
  func radiation() {
    // Ωγ h² = 2.4728e-5 at 2.7255 K (Planck 2018 VI, with CODATA constants), and 0.22710732 per
    // neutrino.
    let photons = Radiation(temperature: 2.7255, effectiveNeutrinos: 0, h: 1).density
    #expect(abs(photons / 2.4728e-5 - 1) < 1e-4)
    let all = Radiation(temperature: 2.7255, effectiveNeutrinos: 3.044, h: 1).density
    #expect(abs(all / photons - (1 + 0.2271073 * 3.044)) < 1e-6)
  }

  @Test(
    "a universe that is mostly matter has distances too, prepared for it or not",
    arguments: [(1000.0, 1.0, 92.949), (100, 1100, 691.166)])
  func heavy(omegaMatter: Double, z: Double, distance: Double) {
    // By GSL, to the digits given.
    let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: 1)
    #expect(abs(universe.comovingDistance(redshift: z) / distance - 1) < 1e-5)
  }

  @Test("a loitering universe needs more nodes and gets them")
  func loitering() throws {
    // E² falls to 0.013 near z = 1.42.
    let universe = Universe(LambdaCDM(), [0.22, -0.8], h: 1)
    #expect(universe.expansionRate(redshift: 1.424) < 0.12)
    let distance = universe.comovingDistance(redshift: 1.4)
    let ratio = distance / (try universe.comovingDistanceByGSL(redshift: 1.4))
    #expect(abs(ratio - 1) < 1e-11, "\(ratio - 1)")
  }
}
