import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ProjectionTests {
  /// Redshifts as in a large compilation, with a dense covariance.
  static func synthetic(_ count: Int, quantity: SupernovaSample.Quantity = .distanceModulus)
    -> SupernovaSample
  {
    var random = RandomStream(seed: 5, "redshifts")
    return synthetic(
      at: (0..<count).map { _ in 0.01 * pow(226, random.nextUniform()) }, quantity: quantity)
  }

  /// Moduli at given redshifts with a dense covariance.
  static func synthetic(
    at redshifts: [Double], quantity: SupernovaSample.Quantity = .distanceModulus
  ) -> SupernovaSample {
    let count = redshifts.count
    var random = RandomStream(seed: 5, "synthetic")
    let universe = Universe(FlatLambdaCDM(), [0.33], h: 0.7)
    let moduli = redshifts.map {
      universe.distanceModulus(redshift: $0) + 0.15 * random.nextStandardNormal()
    }
    var elements = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      for j in 0..<count {
        let distance = log(redshifts[i] / redshifts[j])
        elements[i * count + j] = 0.002 * exp(-distance * distance) + (i == j ? 0.0225 : 0)
      }
    }
    return SupernovaSample(
      redshifts: redshifts, magnitudes: moduli, quantity: quantity,
      covariance: .total(Matrix(rows: count, columns: count, elements: elements)))
  }

  /// Uniform priors over wide ranges.
  static func space(_ names: [String]) throws -> ParameterSpace {
    let ranges: [String: (Double, Double)] = [
      "omega_m": (0, 1), "omega_k": (-0.8, 0.8), "w": (-3, 0.3), "w0": (-3, 1), "wa": (-3, 2),
      "h": (0.4, 1), "M": (-21, -17),
    ]
    return try ParameterSpace(
      names.map { name in
        let (lower, upper) = try #require(ranges[name])
        return Parameter(name, prior: .uniform(lower: lower, upper: upper))
      })
  }

  private func check<Model: ExpansionModel>(
    _ model: Model, _ sample: SupernovaSample, _ offset: OffsetTreatment = .marginalised
  ) throws {
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(model, redshifts: sample.hubbleFlowRedshifts),
      offset: offset)
    let space = try Self.space(direct.parameterNames)
    let projected = ProjectedSupernovaLikelihood(direct, over: space)
    var random = RandomStream(seed: 7, "prior points")
    var (largest, largestSlope, valid, same) = (0.0, 0.0, 0, 0)
    for index in 0..<1000 {
      var point = space.parameters.map { $0.prior.sample(using: &random) }
      if index < 1 << point.count {
        for (bit, parameter) in space.parameters.enumerated() {
          let (lower, upper) = parameter.prior.support
          point[bit] = (index >> bit) & 1 == 1 ? upper - 1e-6 : lower + 1e-6
        }
      }
      let (exact, a) = direct.evaluate(at: point)
      let (fast, b) = projected.evaluate(at: point)
      guard exact.isFinite else {
        #expect(fast == exact)
        continue
      }
      valid += 1
      if exact == fast { same += 1 }
      largest = max(largest, abs(exact - fast))
      let size = a.reduce(0) { max($0, abs($1)) }
      for (x, y) in zip(a, b) { largestSlope = max(largestSlope, abs(x - y) / size) }
    }
    #expect(projected.quality.largestError < 1e-6 && projected.quality.coverage > 0.8)
    #expect(valid > 900 && same < valid / 4, "the projection answers most of the time")
    #expect(largest < 1e-6)
    #expect(largestSlope < 1e-5)
  }

  /// Calls the check with every model.
  private func checkAllModels(_ sample: SupernovaSample, _ offset: OffsetTreatment) throws {
    try check(FlatLambdaCDM(), sample, offset)
    try check(LambdaCDM(), sample, offset)
    try check(FlatWCDM(), sample, offset)
    try check(WCDM(), sample, offset)
    try check(FlatW0WaCDM(), sample, offset)
    try check(W0WaCDM(), sample, offset)
  }

  @Test(
    "the projection is the direct path, for every model over the whole prior", arguments: [40, 600])
  func synthetic(count: Int) throws {
    try checkAllModels(Self.synthetic(count), .marginalised)
    try check(FlatLambdaCDM(), Self.synthetic(count), .sampled)
    try check(FlatW0WaCDM(), Self.synthetic(count), .sampled)
  }

  @Test("and on the JLA bins")
  func jla() throws {
    let sample = try #require(try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    try checkAllModels(sample, .marginalised)
    try checkAllModels(sample, .sampled)
  }

  @Test(
    "and on releases: their own errors, or a dense covariance at their redshifts",
    .needs("data/union2"),
    arguments: ["pantheon_binned", "union2", "snls3", "pantheon_plus"])
  func releases(name: String) throws {
    func read(_ table: String, _ covariance: String? = nil, _ columns: [ColumnRole: String] = [:])
      throws -> Catalog
    {
      try Catalog(
        reading: try #require(ProjectFiles.shared("data/\(name)/\(table)")),
        Catalog.Options(
          covariance: covariance.flatMap { ProjectFiles.shared("data/\(name)/\($0)") },
          columns: columns))
    }
    let sample: SupernovaSample? =
      switch name {
      case "pantheon_binned": try read("lcparam_DS17f.txt", "sys_DS17f.txt").sample
      case "union2": try read("sn_z_mu_dmu_union2.txt", "sn_covmat_nosys_union2.txt").sample
      case "snls3": Self.synthetic(at: try read("snls_3rdyear_lcparams.txt").redshifts)
      default:
        Self.synthetic(
          at: try read("Pantheon+SH0ES.dat", nil, [.error: "m_b_corr_err_DIAG"]).redshifts)
      }
    try checkAllModels(try #require(sample), .marginalised)
  }

  @Test(
    "few supernovae, near ones and far ones, with narrow and wide priors",
    arguments: [
      [0.5], [0.1, 0.9], [0.5, 0.5001], [0.3, 0.3, 0.3], [0.5, 1100], [1e-4, 1e-3, 0.01],
    ])
  func extremes(redshifts: [Double]) throws {
    let sample = SupernovaSample(
      redshifts: redshifts,
      magnitudes: redshifts.map {
        Universe(FlatLambdaCDM(), [0.3], h: 0.7).distanceModulus(redshift: $0) + 0.05
      }, covariance: .independent(redshifts.map { _ in 0.1 }))
    func check<Model: ExpansionModel>(_ model: Model, _ priors: [Prior]) throws {
      let direct = try SupernovaLikelihood(
        sample, distances: ModelDistances(model, redshifts: sample.hubbleFlowRedshifts))
      let space = try ParameterSpace(
        zip(direct.parameterNames, priors).map { Parameter($0, prior: $1) })
      let projected = ProjectedSupernovaLikelihood(direct, over: space)
      var random = RandomStream(seed: 9, "extremes")
      for _ in 0..<2000 {
        let point = space.parameters.map { $0.prior.sample(using: &random) }
        let (exact, a) = direct.evaluate(at: point)
        let (fast, b) = projected.evaluate(at: point)
        guard exact.isFinite || fast.isFinite else { continue }
        #expect(abs(exact - fast) < 1e-6 + 1e-12 * abs(exact), "\(model) at \(point)")
        let size = a.reduce(0) { max($0, abs($1)) }
        for (x, y) in zip(a, b) { #expect(abs(x - y) < 1e-5 * size + 1e-9, "\(point)") }
      }
    }
    let (matter, h) = (Prior.uniform(lower: 0, upper: 1), Prior.uniform(lower: 0.5, upper: 1))
    try check(FlatLambdaCDM(), [matter, h])
    try check(FlatLambdaCDM(), [.uniform(lower: 0, upper: 1000), h])
    try check(FlatLambdaCDM(), [.normal(mean: 0.3, standardDeviation: 1e-4), .fixed(0.7)])
    try check(LambdaCDM(), [matter, .uniform(lower: -0.8, upper: 0.8), h])
    try check(
      FlatW0WaCDM(), [matter, .uniform(lower: -3, upper: 1), .uniform(lower: -3, upper: 2), h])
    try check(
      FlatW0WaCDM(),
      [
        .logNormal(logMean: -1, logStandardDeviation: 1), .uniform(lower: -10, upper: 5),
        .uniform(lower: -20, upper: 20), h,
      ])
  }
}
