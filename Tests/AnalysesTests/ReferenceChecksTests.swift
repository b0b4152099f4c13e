import Analyses
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// Predictive checks and influence, with mocks whose posterior of the zero point is drawn exactly.
@Suite struct ReferenceChecksTests {
  private static let count = 40
  private static let redshifts = (0..<count).map { 0.02 + 0.03 * Double($0) }
  private static let truth = [0.3, -19.3]
  /// Errors of 0.1 mag, with one that all share in part.
  private static let covariance: Matrix = {
    var matrix = Matrix(diagonal: [Double](repeating: 0.01, count: count))
    for i in 0..<count {
      for j in 0..<count { matrix[i, j] += 0.0016 * cos(0.2 * Double(i - j)) + 1e-6 }
    }
    return matrix
  }()

  private static func likelihood(
    _ magnitudes: [Double], _ covariance: Matrix
  ) throws -> SupernovaLikelihood<ModelDistances<FlatLambdaCDM>> {
    try SupernovaLikelihood(
      SupernovaSample(
        redshifts: redshifts, magnitudes: magnitudes, quantity: .apparentMagnitude,
        covariance: .total(covariance)),
      distances: ModelDistances(FlatLambdaCDM(), redshifts: redshifts))
  }

  /// Draws of M at the true Ωm under a flat prior.
  private static func points(
    _ likelihood: SupernovaLikelihood<ModelDistances<FlatLambdaCDM>>, _ covariance: Matrix,
    _ draws: Int, _ random: inout RandomStream
  ) throws -> [[Double]] {
    let inverse = try Cholesky(covariance).inverse
    let residuals = zip(likelihood.data, likelihood.prediction(at: truth)).map { $0 - $1 }
    var (precision, sum) = (0.0, 0.0)
    for i in 0..<residuals.count {
      for j in 0..<residuals.count {
        precision += inverse[i, j]
        sum += inverse[i, j] * residuals[j]
      }
    }
    return (0..<draws).map { _ in
      [
        truth[0],
        truth[1] + sum / precision + random.nextStandardNormal() / precision.squareRoot(),
      ]
    }
  }

  /// The probabilities of checks of mocks of which each has its own data, whose errors are taken to be smaller by a factor.
  private func probabilities(errors factor: Double, mocks: Int) async throws -> [String: [Double]] {
    let prediction = try Self.likelihood(Self.redshifts, Self.covariance).prediction(at: Self.truth)
    let noise = try MagnitudeNoise(.total(Self.covariance))
    var assumed = Self.covariance
    assumed.add(factor * factor - 1, Self.covariance)
    let parts = SupernovaPart.all(
      Self.redshifts, groups: Self.redshifts.indices.map { "\($0 % 3)" }, column: "survey")
    var all: [String: [Double]] = [:]
    for mock in 0..<mocks {
      var random = RandomStream(seed: 5, "mocks of a test", mock)
      let data = zip(prediction, noise.draw(using: &random)).map { $0 + $1 }
      let likelihood = try Self.likelihood(data, assumed)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let partial = try parts.map { try residuals.chiSquared(of: $0.members) }
      let draws = try #require(
        try await ResidualDraws(
          residuals, at: try Self.points(likelihood, assumed, 200, &random), parts: partial,
          redshifts: Self.redshifts, in: RunContext(seed: Seed(UInt64(mock)))))
      let checks = PredictiveChecks(
        draws, zip(parts, partial).map { (part: $0, chiSquared: $1) }
      ) { "\($0)" }
      for part in checks.parts {
        all["χ² \(part.kind)", default: []].append(part.probabilityToExceed)
      }
      for quantity in checks.quantities where quantity.quantity != .slope {
        all[quantity.quantity.title, default: []].append(quantity.probability)
      }
    }
    return all
  }

  /// How many standard errors the mean and the share below a tenth are from those of uniform numbers.
  private func deviation(_ probabilities: [Double], _ independent: Int) -> Double {
    let (size, count) = (Double(independent), Double(probabilities.count))
    let mean = probabilities.reduce(0, +) / count
    let share = Double(probabilities.count { $0 < 0.1 }) / count
    return max(
      abs(mean - 0.5) * (12 * size).squareRoot(), abs(share - 0.1) / (0.09 / size).squareRoot())
  }

  @Test(
    "probabilities are uniform for data of the model, and not for errors that are 20 % too small")
  func uniform() async throws {
    let mocks = 400
    let right = try await probabilities(errors: 1, mocks: mocks)
    #expect(right.count == 8)
    for (name, values) in right { #expect(deviation(values, mocks) < 4, "\(name)") }
    let wrong = try await probabilities(errors: 0.8, mocks: mocks)
    for name in ["χ² all", "χ² redshift", "χ² survey", "largest |pull|"] {
      #expect(deviation(wrong[name] ?? [], mocks) > 4, "\(name)")
    }
    // What does not depend on the size of errors does not see it.
    for name in ["skewness of pulls", "kurtosis of pulls"] {
      #expect(deviation(wrong[name] ?? [], mocks) < 4, "\(name)")
    }
  }

  @Test("influence is that of the posterior without a supernova in closed form, where k-hat allows")
  func influence() async throws {
    var random = RandomStream(seed: 2, "mocks of a test")
    var errors = [Double](repeating: 0.1, count: Self.count)
    errors[7] = 0.004
    var covariance = Matrix(diagonal: errors.map { $0 * $0 })
    // One supernova decides.
    for dominates in [false, true] {
      if !dominates { covariance[7, 7] = 0.01 } else { covariance[7, 7] = errors[7] * errors[7] }
      let prediction = try Self.likelihood(Self.redshifts, covariance).prediction(at: Self.truth)
      let noise = prediction.indices.map { i in
        covariance[i, i].squareRoot() * random.nextStandardNormal() + (i == 3 ? 0.35 : 0)
      }
      let likelihood = try Self.likelihood(zip(prediction, noise).map { $0 + $1 }, covariance)
      let points = try Self.points(likelihood, covariance, 2000, &random)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let draws = try #require(
        try await ResidualDraws(
          residuals, at: points, parts: [], redshifts: Self.redshifts, in: RunContext()))
      let influence = try await SupernovaInfluence(
        draws, Self.redshifts, of: [("M", points.map { $0[1] })], title: { "SN \($0)" },
        in: RunContext())
      let weights = (0..<Self.count).map { 1 / covariance[$0, $0] }
      let total = weights.reduce(0, +)
      let mean = zip(weights, noise).reduce(0) { $0 + $1.0 * $1.1 } / total
      func shift(_ i: Int) -> Double {
        let without = (mean * total - weights[i] * noise[i]) / (total - weights[i])
        return (without - mean) * total.squareRoot()
      }
      #expect(influence.count == Self.count)
      #expect(influence.rows[0].index == (dominates ? 7 : 3))
      for row in influence.rows.prefix(10) where row.paretoShape < 0.5 {
        // The mean of 2,000 draws has an error of 0.022 σ, which both have in common.
        #expect(abs(row.shift - shift(row.index)) < 0.04, "\(row)")
      }
      #expect(influence.unreliableCount == (dominates ? 1 : 0))
      if dominates { #expect(!(influence.rows[0].paretoShape <= 0.7)) }
    }
  }

  @Test("usual priors are normal ones for flat ones; an alternative replaces a prior")
  func priors() throws {
    var analysis = Analysis(data: ProjectFiles.data("jla_binned.csv"))
    analysis.theory.model = "flat_wcdm"
    try analysis.assign(priors: ["w=normal(-1,0.2)"], fixed: [])
    var choice = AnalysisVariants.Choice()
    choice.cutShares = []
    choice.priors = ["om=normal(0.3,0.05)", "w=uniform(-2,0)"]
    let variants = try AnalysisVariants(analysis, choice, samplers: [HamiltonianSampler()])
    func prior(_ variant: String, _ name: String) throws -> Prior {
      let member = try #require(variants.members.first { $0.name == variant })
      return try #require(member.problem.posterior.space.parameters.first { $0.name == name }).prior
    }
    #expect(try prior("all", "w").text == "normal(-1.0,0.2)")
    #expect(try prior("w: wider prior", "w").text == "normal(-1.0,0.4)")
    #expect(try prior("omega_m: normal prior", "omega_m").text.hasPrefix("truncatednormal("))
    #expect(
      try prior("omega_m: normal prior", "omega_m").support
        == prior("all", "omega_m").support)
    #expect(try prior("om=normal(0.3,0.05)", "omega_m").text == "normal(0.3,0.05)")
    #expect(try prior("om=normal(0.3,0.05)", "w").text == "normal(-1.0,0.2)")
    #expect(try prior("w=uniform(-2,0)", "w").text == "uniform(-2.0,0.0)")
    choice.priors = ["w0=normal(-1"]
    #expect(throws: AnalysisError.self) {
      try AnalysisVariants(analysis, choice, samplers: [HamiltonianSampler()])
    }
  }

  @Test("checks do not depend on the number of threads")
  func threads() async throws {
    let analysis = Analysis(data: ProjectFiles.data("jla_binned.fits"))
    var sampler = HamiltonianSampler()
    (sampler.draws, sampler.warmUp) = (300, 300)
    let variants = try AnalysisVariants(analysis, samplers: [sampler])
    var texts: Set<String> = []
    for threads in 1...2 {
      let context = RunContext(seed: 3, workers: LocalWorkers(threadCount: threads))
      let (findings, sets) = try await variants.members[0].problem.run(in: context)
      let checks = try await ReferenceChecks(variants, sets, in: context)
      #expect(checks.predictive?.parts.count == 8 && checks.influence?.rows.count == 10)
      #expect(checks.priorSensitivity?.prior.sensitivities.map(\.name) == ["omega_m"])
      texts.insert(String(decoding: try JSONEncoder.ofResults.encode(checks), as: UTF8.self))
      // A fit that has been run is not run again, and is the same.
      let (again, alone) = (
        EnsembleStudy(variants.members, first: findings), EnsembleStudy(variants.members)
      )
      let known = try await again.values(of: 0, in: context).map(\.bitPattern)
      let made = try await alone.values(of: 0, in: context).map(\.bitPattern)
      #expect(known == made)
    }
    #expect(texts.count == 1)
  }
}
