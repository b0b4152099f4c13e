import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct JointLikelihoodTests {
  /// A universe with some probes, and the best point that an independent program found.
  struct Case: Sendable, CustomTestStringConvertible {
    let title: String
    let model: UniverseModel
    let data: [String]
    let point: [String: Double]
    let chiSquared: Double
    var testDescription: String { title }

    init(
      _ title: String, _ expansion: any ExpansionModel, _ data: [String], isEarly: Bool = false,
      horizon: UniverseModel.SoundHorizon? = nil, _ point: [String: Double], _ chiSquared: Double
    ) {
      self.title = title
      do {
        model = try UniverseModel(
          expansion, content: isEarly ? .standard : nil,
          soundHorizon: horizon ?? (isEarly ? .computed : .reduced))
      } catch { preconditionFailure("\(error)") }
      (self.data, self.point, self.chiSquared) = (data, point, chiSquared)
    }
  }

  /// Best points and their χ² by NumPy and SciPy, independent of this project.
  static let cases = [
    Case(
      "DR2", FlatLambdaCDM(), ["desi_dr2"], ["omega_m": 0.2974618, "h_rd": 101.5398], 10.27104),
    Case(
      "DR1", FlatLambdaCDM(), ["desi_dr1"], ["omega_m": 0.2938925, "h_rd": 101.9367], 12.74053),
    Case(
      "DR2 with curvature", LambdaCDM(), ["desi_dr2"],
      ["omega_m": 0.2931445, "omega_k": 0.02251697, "h_rd": 101.2556], 9.953678),
    Case(
      "DR2, w", FlatWCDM(), ["desi_dr2"],
      ["omega_m": 0.2976935, "w": -0.9118991, "h_rd": 99.75091], 9.041047),
    Case(
      "DR2, w0 and wa", FlatW0WaCDM(), ["desi_dr2"],
      ["omega_m": 0.386606, "w0": -0.1788326, "wa": -2.716679, "h_rd": 91.24965], 5.6186),
    Case(
      "DR2 + BBN", FlatLambdaCDM(), ["desi_dr2", "bbn"], isEarly: true,
      ["omega_m": 0.2971892, "h": 0.6852578, "omega_b": 0.02218004], 10.28192),
    Case(
      "DR2 + BBN + θ*", FlatLambdaCDM(), ["desi_dr2", "bbn", "theta_star"], isEarly: true,
      ["omega_m": 0.2964672, "h": 0.6849014, "omega_b": 0.0221683], 10.29172),
    Case(
      "DR2 + CMB", FlatLambdaCDM(), ["desi_dr2", "cmb"], isEarly: true,
      ["omega_m": 0.3005366, "h": 0.6835593, "omega_b": 0.02241153], 15.1579),
    Case(
      "DR2 + CMB with curvature", LambdaCDM(), ["desi_dr2", "cmb"], isEarly: true,
      ["omega_m": 0.3023677, "h": 0.6863476, "omega_b": 0.02225802, "omega_k": 0.002526064],
      10.74218),
    Case(
      "DR2 + CMB, w0 and wa", FlatW0WaCDM(), ["desi_dr2", "cmb"], isEarly: true,
      [
        "omega_m": 0.3509236, "h": 0.6371283, "omega_b": 0.02224941, "w0": -0.4450768,
        "wa": -1.645058,
      ], 7.136695),
    Case(
      "chronometers + DR2", FlatLambdaCDM(), ["chronometers", "desi_dr2"],
      ["omega_m": 0.2978385, "h": 0.6868716, "h_rd": 101.5101], 16.57681),
  ]

  static func probes(_ names: [String]) throws -> [any Probe] {
    try names.map { name in
      let published = try #require(PublishedData.named(name))
      return ProbeGroup(
        name,
        try published.parts.enumerated().map { index, part in
          switch part {
          case .measurement(let values): try GaussianProbe("\(index)", values)
          case .table(let table): TableProbe("\(index)", table)
          }
        })
    }
  }

  static func space(_ point: [String: Double]) throws -> ParameterSpace {
    try ParameterSpace(
      point.sorted { $0.key < $1.key }.map { name, value in
        let width = max(0.1 * abs(value), 0.01)
        return Parameter(name, prior: .uniform(lower: value - width, upper: value + width))
      })
  }

  /// The largest difference of the gradient from central differences, relative to the larger of 1 and its size.
  static func gradientError(_ likelihood: JointLikelihood, _ point: [Double]) -> Double {
    var gradient = point
    var span = gradient.mutableSpan
    _ = likelihood.logLikelihood(at: point.span, gradient: &span)
    func value(_ place: Int, _ shift: Double) -> Double {
      var other = point
      other[place] += shift
      var scratch = other
      var span = scratch.mutableSpan
      return likelihood.logLikelihood(at: other.span, gradient: &span)
    }
    return point.indices.reduce(0.0) { worst, i in
      // Of sixth order, over steps that rounding does not blur.
      let step = 6e-4 * max(abs(point[i]), 0.01)
      func difference(_ count: Double) -> Double {
        value(i, count * step) - value(i, -count * step)
      }
      let slope = (45 * difference(1) - 9 * difference(2) + difference(3)) / (60 * step)
      return max(worst, abs(slope - span[i]) / max(1, abs(span[i])))
    }
  }

  @Test(
    "χ² at the best points is that of an independent program, and the gradient that of differences",
    arguments: cases)
  func golden(_ test: Case) throws {
    let likelihood = try JointLikelihood(
      test.model, try Self.probes(test.data), over: Self.space(test.point))
    let point = try likelihood.parameterNames.map { try #require(test.point[$0]) }
    #expect(Set(likelihood.parameterNames) == Set(test.point.keys))
    #expect(abs(likelihood.chiSquared(at: point) - test.chiSquared) < 0.005)
    #expect(Self.gradientError(likelihood, point) < 1e-7)
    // Away from the best point as well.
    let moved = point.map { $0 * 1.003 }
    #expect(Self.gradientError(likelihood, moved) < 1e-7)
  }

  @Test(
    "each published data set alone has the gradient of differences",
    arguments: PublishedData.all.map(\.name))
  func gradients(_ name: String) throws {
    let model = try UniverseModel(
      W0WaCDM(), content: RelativisticContent(effectiveNeutrinos: nil, neutrinoMass: nil),
      soundHorizon: .computed)
    let point = [
      "omega_m": 0.31, "omega_k": 0.01, "w0": -0.9, "wa": -0.2, "h": 0.68, "omega_b": 0.0223,
      "n_eff": 3.1, "m_nu": 0.1,
    ]
    let likelihood = try JointLikelihood(model, try Self.probes([name]), over: Self.space(point))
    let values = try likelihood.parameterNames.map { try #require(point[$0]) }
    #expect(likelihood.chiSquared(at: values).isFinite)
    #expect(Self.gradientError(likelihood, values) < 1e-7)
  }

  @Test("wrong by construction is caught by χ²")
  func brokenTwins() throws {
    let dr2 = try #require(PublishedData.named("desi_dr2"))
    guard case .measurement(let values) = try #require(dr2.parts.first) else { return }
    let point = ["omega_m": 0.2974618, "h_rd": 101.5398]
    func chiSquared(_ observables: [Observable]) throws -> Double {
      let probe = try GaussianProbe(
        "twin",
        DataVector(observables, values: values.values, covariance: values.covariance))
      let likelihood = try JointLikelihood(
        try UniverseModel(FlatLambdaCDM()), [probe], over: Self.space(point))
      return likelihood.chiSquared(at: likelihood.parameterNames.map { point[$0] ?? .nan })
    }
    #expect(abs(try chiSquared(values.observables) - 10.27104) < 1e-4)
    // D_M and D_H of Lyman α the wrong way round.
    var swapped = values.observables
    swapped.swapAt(swapped.count - 1, swapped.count - 2)
    #expect(try chiSquared(swapped) > 100)

    // A radiation that ignores h.
    let early = try #require(Self.cases.first { $0.title == "DR2 + CMB" })
    var other = early.point
    other["h"] = 0.66
    let right = Universe(early.model, other)[.distanceToLastScattering]
    let fixed = try UniverseModel(
      FlatLambdaCDM(radiation: Radiation(temperature: 2.7255, effectiveNeutrinos: 3.044, h: 0.7)))
    let wrong = try Universe(fixed, other).comovingDistanceByTrapezium(redshift: 1089) * 0.66
    #expect(abs(wrong / hubbleDistance / right - 1) > 1e-4)
  }

  @Test("parameters of probes with one name are refused, and the message has two ways out")
  func sharedNuisance() throws {
    let sample = SupernovaSample(
      redshifts: [0.1, 0.3, 0.5, 0.8], magnitudes: [19, 21.5, 22.8, 24],
      quantity: .apparentMagnitude,
      covariance: .independent([0.1, 0.1, 0.1, 0.1]))
    let model = try UniverseModel(FlatLambdaCDM())
    let space = try ParameterSpace([.omegaMatter, .absoluteMagnitude])
    func probe(_ name: String, _ zeroPoint: String?) throws -> SupernovaProbe {
      let direct = try SupernovaLikelihood(
        sample, distances: BackgroundDistances(model, redshifts: sample.redshifts),
        zeroPoint: zeroPoint)
      return SupernovaProbe(name, ProjectedSupernovaLikelihood(direct, over: space))
    }
    let error = #expect(throws: JointError.self) {
      try JointLikelihood(model, [probe("a", nil), probe("b", nil)], over: space)
    }
    let sentence = error?.description ?? ""
    #expect(sentence.contains("marginalise") && sentence.contains("another name"))
    let two = try JointLikelihood(model, [probe("a", nil), probe("b", "M_b")], over: space)
    #expect(two.parameterNames == ["omega_m", "M", "M_b"])
    #expect(Self.gradientError(two, [0.3, -19.3, -19.2]) < 1e-7)
  }

  @Test("a table of a cubic is that cubic, with its slopes, and nothing outside")
  func tables() throws {
    func cubic(_ x: Double, _ y: Double) -> Double {
      1 + x - 2 * y + x * x * y - 0.3 * y * y * y + 0.2 * x * x * x * y * y * y
    }
    let axes = [[0.1, 0.2, 0.4, 0.5, 0.9], [0.2, 0.5, 0.6, 0.7, 0.75, 1]]
    let table = LikelihoodTable(
      [.parameter("omega_m"), .parameter("h")], axes: axes,
      logLikelihoods: axes[0].flatMap { x in axes[1].map { cubic(x, $0) } })
    let space = try ParameterSpace([.omegaMatter, .hubble])
    let likelihood = try JointLikelihood(
      try UniverseModel(FlatLambdaCDM()), [TableProbe("table", table)], over: space)
    for (x, y) in [(0.1, 0.2), (0.15, 0.33), (0.7, 0.9), (0.9, 1), (0.45, 0.7)] {
      #expect(abs(likelihood.logLikelihood(at: [x, y]) - cubic(x, y)) < 1e-12)
    }
    #expect(Self.gradientError(likelihood, [0.33, 0.62]) < 1e-7)
    #expect(likelihood.logLikelihood(at: [0.95, 0.5]) == -.infinity)
    #expect(likelihood.logLikelihood(at: [0.5, 1.1]) == -.infinity)
  }

  @Test("data can be predicted and replaced")
  func replacing() throws {
    let test = Self.cases[7]
    let likelihood = try JointLikelihood(
      test.model, try Self.probes(test.data), over: Self.space(test.point))
    let point = try likelihood.parameterNames.map { try #require(test.point[$0]) }
    let perfect = likelihood.replacingData(likelihood.prediction(at: point))
    #expect(perfect.chiSquared(at: point) < 1e-12)
    #expect(perfect.data.count == likelihood.dataCount)
  }
}

extension Universe {
  /// The comoving distance by a plain sum over ln(1+z), as a third opinion.
  fileprivate func comovingDistanceByTrapezium(redshift z: Double) throws -> Double {
    let count = 20_000
    let end = log1p(z)
    var sum = 0.0
    for i in 0...count {
      let u = end * Double(i) / Double(count)
      let value = exp(u) / expansionRate(redshift: expm1(u))
      sum += (i == 0 || i == count ? 0.5 : 1) * value
    }
    return hubbleDistance / h * sum * end / Double(count)
  }
}
