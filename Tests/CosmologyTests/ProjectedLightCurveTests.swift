import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ProjectedLightCurveTests {
  private static func direct<Model: ExpansionModel>(
    _ model: Model, _ sample: LightCurveSample, _ offset: OffsetTreatment
  ) -> LightCurveLikelihood<ModelDistances<Model>> {
    LightCurveLikelihood(
      sample,
      distances: ModelDistances(model, redshifts: sample.supernovae.map(\.redshift)),
      offset: offset)
  }

  private static func space(
    _ names: [String], _ priors: [String: Prior] = [:]
  ) throws -> ParameterSpace {
    try ParameterSpace(
      names.map { name in
        priors[name].map { Parameter(name, prior: $0) } ?? Parameter.usual(name)
      })
  }

  private static func snls3() throws -> LightCurveSample {
    let path = try #require(ProjectFiles.shared("data/snls3/snls_3rdyear.dataset"))
    return try #require(try Catalog(reading: path).lightCurves)
  }

  /// The largest differences from the direct path.
  private struct Differences {
    var chiSquared = 0.0
    /// In units of χ².
    var relative = 0.0
    /// Of derivatives, in units of the largest one.
    var slope = 0.0

    /// - Parameter fixed: parameters whose derivatives nobody asks for.
    init(
      _ direct: some GaussianLikelihood, _ projected: some GaussianLikelihood,
      at points: [[Double]], fixed: [String: Prior] = [:]
    ) {
      let free = direct.parameterNames.indices.filter {
        fixed[direct.parameterNames[$0]]?.fixedValue == nil
      }
      for point in points {
        let exact = direct.chiSquared(at: point)
        let difference = abs(projected.chiSquared(at: point) - exact)
        chiSquared = largest([chiSquared, difference])
        relative = largest([relative, difference / max(1, exact)])
        let (a, b) = (direct.evaluate(at: point), projected.evaluate(at: point))
        // The determinant of marginalised offsets is part of log L.
        chiSquared = largest([chiSquared, 2 * abs(a.value - b.value)])
        let size = free.reduce(0) { max($0, abs(a.gradient[$1])) }
        slope = largest([slope] + free.map { abs(a.gradient[$0] - b.gradient[$0]) / size })
      }
    }
  }

  /// Means and standard deviations of parameters.
  private typealias Place = [String: (mean: Double, deviation: Double)]

  /// Random points within eight standard deviations, and inside of the usual priors.
  private static func points(
    _ count: Int, _ names: [String], around place: Place
  ) throws -> [[Double]] {
    var random = RandomStream(seed: 4, "near points")
    return try (0..<count).map { _ in
      try names.map { name in
        let (mean, deviation) = try #require(place[name])
        let (lower, upper) = Parameter.usual(name).prior.support
        let value = mean + 8 * deviation * (2 * random.nextUniform() - 1)
        return min(max(value, lower + 0.001), upper - 0.001)
      }
    }
  }

  private static func draws(_ count: Int, _ space: ParameterSpace) -> [[Double]] {
    var random = RandomStream(seed: 5, "far points")
    return (0..<count).map { _ in space.parameters.map { $0.prior.sample(using: &random) } }
  }

  private static let snls3Place: Place = [
    "omega_m": (0.2309, 0.0388), "alpha": (1.43583, 0.10837), "beta": (3.26625, 0.11028),
    "M": (-19.1537, 0.0256), "delta_M": (-0.0510, 0.0233),
  ]

  @Test(
    "SNLS3 within eight standard deviations and over the prior", .needs("data/snls3"),
    arguments: OffsetTreatment.allCases)
  func snls3(offset: OffsetTreatment) throws {
    let direct = Self.direct(FlatLambdaCDM(), try Self.snls3(), offset)
    let space = try Self.space(direct.parameterNames)
    let projected = ProjectedLightCurveLikelihood(direct, over: space)
    let quality = projected.quality
    let near = Differences(
      direct, projected,
      at: try Self.points(100, direct.parameterNames, around: Self.snls3Place))
    #expect(near.chiSquared < 1e-4 && near.chiSquared < quality.errorBound, "\(near), \(quality)")
    #expect(near.slope < 1e-5, "\(near)")
    let far = Differences(direct, projected, at: Self.draws(60, space))
    #expect(far.relative < 1e-3 && far.relative < quality.relativeErrorBound, "\(far), \(quality)")
    #expect(quality.coverage == 1 && quality.factorisationCount < 800, "\(quality)")

    let posterior = try Posterior(space, projected)
    for point in try Self.points(10, direct.parameterNames, around: Self.snls3Place) {
      let position = try #require(posterior.space.position(of: point))
      let error = gradientError(of: posterior, at: position)
      #expect(error < 1e-6, "\(error) at \(point)")
    }
  }

  @Test("every model, with fewer digits where dark energy is wild", .needs("data/snls3"))
  func models() throws {
    func check(_ model: some ExpansionModel, _ energy: Place) throws {
      let direct = Self.direct(model, try Self.snls3(), .marginalised)
      let space = try Self.space(direct.parameterNames)
      let projected = ProjectedLightCurveLikelihood(direct, over: space)
      let place = Self.snls3Place.merging(energy) { $1 }
      let lowest = direct.chiSquared(
        at: try direct.parameterNames.map { try #require(place[$0]).mean })
      let points = try Self.points(100, direct.parameterNames, around: place).filter { point in
        // At the mode of α and β.
        var shape = point
        shape[point.count - 2] = 1.43
        shape[point.count - 1] = 3.26
        return projected.chiSquared(at: shape) < lowest + 64
      }
      let near = Differences(direct, projected, at: points)
      #expect(points.count > 20 && near.chiSquared < 1e-4, "\(points.count): \(near)")
      let far = Differences(direct, projected, at: Self.draws(40, space))
      #expect(far.relative < 1e-3, "\(far)")
      #expect(projected.quality.coverage > 0.9, "\(projected.quality)")
    }
    try check(FlatWCDM(), ["omega_m": (0.186, 0.05), "w": (-0.92, 0.1)])
    try check(FlatW0WaCDM(), ["omega_m": (0.186, 0.04), "w0": (-0.92, 0.08), "wa": (0, 0.2)])
  }

  private static let smallPlace: Place = [
    "omega_m": (0.3, 0.05), "alpha": (0.14, 0.015), "beta": (3.1, 0.15), "M": (-19.1, 0.04),
    "delta_M": (-0.07, 0.05),
  ]

  @Test(
    "a small sample, with and without blocks, all treatments of offsets and priors of α and β",
    arguments: [false, true])
  func small(blocks: Bool) throws {
    let priors: [[String: Prior]] = [
      [:], ["alpha": .fixed(0.14)], ["alpha": .fixed(0.14), "beta": .fixed(3.1)],
      ["alpha": .normal(mean: 0.14, standardDeviation: 0.05)],
      ["alpha": .improperFlat, "beta": .improperFlat], ["omega_m": .fixed(0.3)],
    ]
    for offset in OffsetTreatment.allCases {
      let direct = Self.direct(
        FlatLambdaCDM(), LightCurveLikelihoodTests.sample(blocks: blocks), offset)
      for prior in priors {
        let space = try Self.space(direct.parameterNames, prior)
        let projected = ProjectedLightCurveLikelihood(direct, over: space)
        let points = try Self.points(50, direct.parameterNames, around: Self.smallPlace).map {
          zip(direct.parameterNames, $0).map { prior[$0.0]?.fixedValue ?? $0.1 }
        }
        let near = Differences(direct, projected, at: points, fixed: prior)
        #expect(near.chiSquared < 1e-4, "\(offset), \(prior): \(near), \(projected.quality)")
        #expect(near.slope < 1e-4, "\(offset), \(prior): \(near)")
        let quality = projected.quality
        #expect(quality.coverage == 1 && quality.termCount > 0, "\(prior): \(quality)")
        // Elsewhere it is the direct path.
        let outside = zip(direct.parameterNames, points[0]).map { $0 == "alpha" ? 40 : $1 }
        #expect(projected.chiSquared(at: outside) == direct.chiSquared(at: outside))
      }
    }
  }

  @Test("χ² is the formula written out, one pair of supernovae after the other")
  func naiveTwin() throws {
    let sample = LightCurveLikelihoodTests.sample(blocks: true)
    let direct = Self.direct(FlatLambdaCDM(), sample, .sampled)
    let projected = ProjectedLightCurveLikelihood(
      direct, over: try Self.space(direct.parameterNames))
    for point in try Self.points(30, direct.parameterNames, around: Self.smallPlace) {
      let exact = try LightCurveLikelihoodTests.naiveChiSquared(
        sample, matter: point[0], point[1], point[2], zero: point[3], step: point[4])
      #expect(abs(projected.chiSquared(at: point) - exact) < 1e-4, "\(point)")
    }
  }

  @Test("a wrong sign in one block is seen")
  func brokenTwin() throws {
    let sample = LightCurveLikelihoodTests.sample(blocks: true)
    var blocks = sample.blocks
    let block = try #require(blocks[.shapeColor])
    blocks[.shapeColor] = Matrix(
      rows: block.rows, columns: block.columns, elements: block.elements.map { -$0 })
    let direct = Self.direct(FlatLambdaCDM(), sample, .marginalised)
    let broken = Self.direct(
      FlatLambdaCDM(), LightCurveSample(sample.supernovae, blocks: blocks), .marginalised)
    let projected = ProjectedLightCurveLikelihood(
      broken, over: try Self.space(direct.parameterNames))
    let near = Differences(
      direct, projected,
      at: try Self.points(20, direct.parameterNames, around: Self.smallPlace))
    #expect(near.chiSquared > 0.01 && near.slope > 1e-3, "\(near)")
  }

  @Test("other magnitudes move the tables along")
  func otherData() throws {
    let sample = LightCurveLikelihoodTests.sample(blocks: true)
    let direct = Self.direct(FlatLambdaCDM(), sample, .marginalised)
    let projected = ProjectedLightCurveLikelihood(
      direct, over: try Self.space(direct.parameterNames))
    let other = projected.replacingData(
      direct.data.enumerated().map { $1 + 0.05 * Double($0 % 5) + 2 })
    let points = try Self.points(30, direct.parameterNames, around: Self.smallPlace)
    let near = Differences(other.direct, other, at: points)
    #expect(near.relative < 1e-3, "\(near)")
    #expect(abs(other.chiSquared(at: points[0]) - projected.chiSquared(at: points[0])) > 0.1)
  }

  /// Weighted sums of parameters and their squares.
  private struct Moments {
    private var weight = 0.0
    private var sums: [Double] = []

    mutating func add(_ point: [Double], _ weight: Double) {
      if sums.isEmpty { sums = [Double](repeating: 0, count: 2 * point.count) }
      self.weight += weight
      for (index, value) in point.enumerated() {
        sums[2 * index] += weight * value
        sums[2 * index + 1] += weight * value * value
      }
    }

    subscript(_ index: Int) -> (mean: Double, deviation: Double) {
      let mean = sums[2 * index] / weight
      return (mean, (sums[2 * index + 1] / weight - mean * mean).squareRoot())
    }
  }

  /// The rows of an independent quadrature.
  private struct Rows: Decodable {
    struct Row: Decodable {
      let parameters: [String]
      let mean, sd: [Double]
    }
    let classic: [String: Row]
  }

  /// The posterior over a grid, against a row of an independent quadrature.
  private func quadrature(
    _ model: some ExpansionModel, _ key: String,
    steps: [(lower: Double, upper: Double, count: Int)],
    tolerance: Double
  ) throws {
    let path = try #require(ProjectFiles.shared("reference/light_curves.json"))
    let rows = try JSONDecoder().decode(
      Rows.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    let row = try #require(rows.classic[key])
    let direct = Self.direct(model, try Self.snls3(), .marginalised)
    let projected = ProjectedLightCurveLikelihood(
      direct, over: try Self.space(direct.parameterNames))
    var moments = Moments()
    var gradient = direct.parameterNames.map { _ in 0.0 }
    func visit(
      _ steps: ArraySlice<(lower: Double, upper: Double, count: Int)>, _ body: ([Double]) -> Void
    ) {
      for index in 0..<steps.reduce(1, { $0 * $1.count }) {
        var rest = index
        body(
          steps.map { step in
            let share = (Double(rest % step.count) + 0.5) / Double(step.count)
            rest /= step.count
            return step.lower + share * (step.upper - step.lower)
          })
      }
    }
    /// log L above that at its maximum, which is near −637.6.
    func height(_ point: [Double]) -> Double {
      var span = gradient.mutableSpan
      return projected.logLikelihood(at: point.span, gradient: &span) + 637.6
    }
    visit(steps.dropLast(2)) { cosmology in
      // Nothing of the posterior is there.
      guard height(cosmology + [1.43, 3.26]) > -25 else { return }
      visit(steps.suffix(2)) { moments.add(cosmology + $0, exp(height(cosmology + $0))) }
    }
    for index in steps.indices {
      let (mean, deviation) = moments[index]
      #expect(
        abs(mean - row.mean[index]) < tolerance * row.sd[index],
        "\(row.parameters[index]): \(mean), not \(row.mean[index])")
      #expect(
        abs(deviation / row.sd[index] - 1) < 0.02,
        "\(row.parameters[index]): \(deviation), not \(row.sd[index])")
    }
  }

  @Test("the posterior of SNLS3 is that of an independent quadrature", .needs("data/snls3"))
  func posterior() throws {
    try quadrature(
      FlatLambdaCDM(), "snls3 six blocks; flat_lcdm; chi2 only",
      steps: [(0.01, 0.75, 100), (0.79, 2.09, 18), (2.6, 3.93, 18)], tolerance: 0.03)
    try quadrature(
      FlatWCDM(), "snls3 six blocks; flat_wcdm; chi2 only",
      steps: [(0.01, 0.99, 50), (-3, 0.3, 50), (0.79, 2.09, 14), (2.6, 3.93, 14)],
      tolerance: 0.05)
  }

  @Test("a diagram of projected light curves is that of the direct ones")
  func diagram() throws {
    let sample = LightCurveLikelihoodTests.sample(blocks: true)
    let direct = Self.direct(FlatLambdaCDM(), sample, .sampled)
    let space = try Self.space(direct.parameterNames)
    let projected = ProjectedLightCurveLikelihood(direct, over: space)
    let best = ["omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.1, "delta_M": -0.07]
    var chain = Chain(columns: space.parameters.map { Chain.Column(name: $0.name) })
    for shift in [0, 0.01, 0.02] {
      let draw = direct.parameterNames.map { (best[$0] ?? 0) + shift }
      chain.append(draw, logDensity: 0, noted: [])
    }
    let own = try #require(HubbleCurve(projected).numbers([chain], space, best: best))
    let other = try #require(HubbleCurve(direct).numbers([chain], space, best: best))
    #expect(own.quantiles == other.quantiles)
    #expect(own.supernovae.magnitudes == other.supernovae.magnitudes)
  }
}
