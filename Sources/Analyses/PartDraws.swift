import Cosmology
import Inference
import LinearAlgebra
import Samplers

/// Weighted draws of the posterior of some of several probes, under the prior of all.
struct PartDraws: Sendable {
  let part: Tension.Part
  /// The draws, with their weights.
  let chain: Chain
  private let posterior: Posterior

  /// The parameters with their priors.
  var space: ParameterSpace { posterior.space }

  /// The names of the columns, and of those that are sampled.
  var columns: [String] { chain.columns.map(\.name) }
  var sampled: [String] { posterior.space.free.map(\.name) }

  init(_ problem: Problem, _ names: [String], in context: RunContext) async throws {
    guard let joint = problem.joint?.keeping(Set(names)) else { throw AnalysisError.tensionOfOne }
    // Zero points of other probes have no part in it.
    let others = (problem.joint?.parameterNames ?? []).filter {
      !joint.parameterNames.contains($0)
    }
    let space = problem.posterior.space
    let middle = space.values(
      problem.posterior.draw(
        at: space.position(near: [:]), logDensity: 0
      ).values, of: problem.posterior.columns.map(\.name))
    let own =
      others.isEmpty
      ? space : try space.fixing(middle.filter { others.contains($0.key) })
    let quantities = problem.posterior.derived.filter {
      others.allSatisfy { [arguments = $0.arguments] in !arguments.contains($0) }
    }
    let posterior = try Posterior(own, likelihoods: [.init("", joint)]).deriving(quantities)
    var inner = context
    inner.seed = context.seed.child(names.joined(separator: "+"))
    let sets = try await sample(posterior, by: [TransportSampler()], in: inner)
    guard let set = sets.first(where: { $0.kind == .weighted }), let chain = set.chains.first else {
      throw SamplingError.stopped(.during("weighted draws"))
    }
    (self.chain, self.posterior) = (chain, posterior)
    let weights = Array(chain.weights)
    let values = (0..<chain.count).map {
      posterior.logLikelihoods(of: chain.draw($0), logDensity: chain.logDensities[$0])[0]
    }
    let mean = Self.mean(values, weights)
    let squares = values.map { ($0 - mean.value) * ($0 - mean.value) }
    let variance = Self.mean(squares, weights)
    part = Tension.Part(
      probes: names, logEvidence: (set.outcome.logEvidence ?? .nan) - own.logPriorMass,
      logEvidenceError: set.outcome.logEvidenceError ?? .nan, meanLogLikelihood: mean.value,
      meanLogLikelihoodError: mean.error, dimensionality: 2 * variance.value,
      dimensionalityError: 2 * variance.error,
      objection: set.outcome.isAccepted == true ? nil : set.outcome.verdict ?? "not assessed")
  }

  private static func mean(
    _ values: [Double], _ weights: [Double]
  ) -> (value: Double, error: Double) {
    var (sum, total, squares) = (0.0, 0.0, 0.0)
    for (value, weight) in zip(values, weights) where weight > 0 {
      sum += weight * value
      total += weight
    }
    let mean = sum / total
    for (value, weight) in zip(values, weights) where weight > 0 {
      let deviation = weight * (value - mean)
      squares += deviation * deviation
    }
    return (mean, squares.squareRoot() / total)
  }

  /// The columns that data say more of than priors do: without parameters of which a prior says where they end, or all
  /// there is, and without what varies mostly with these.
  var measured: Set<String> {
    let limited = ParameterConstraint.all([chain], posterior.space)
      .filter { $0.kind != .interval }.map(\.name)
    let others = columns.filter { !limited.contains($0) }
    guard !limited.isEmpty else { return Set(others) }
    let covariance = moments(limited + others).covariance
    let count = limited.count
    var prior = Matrix(
      rows: count, columns: count, elements: [Double](repeating: 0, count: count * count))
    for i in 0..<count { for j in 0..<count { prior[i, j] = covariance[i, j] } }
    guard let factor = try? Cholesky(prior) else { return Set(others) }
    return Set(
      others.enumerated().filter { place, _ in
        let row = count + place
        var shared = (0..<count).map { covariance[row, $0] }
        var span = shared.mutableSpan
        factor.whiten(&span)
        return shared.reduce(0) { $0 + $1 * $1 } < 0.5 * covariance[row, row]
      }.map(\.element))
  }

  /// Mean and covariance of some columns.
  func moments(_ names: [String]) -> WeightedMoments {
    let places = names.compactMap { columns.firstIndex(of: $0) }
    let numbers = (0..<chain.count).flatMap { index in
      let draw = chain.draw(index)
      return places.map { draw[$0] }
    }
    return WeightedMoments(numbers, Array(chain.weights), dimension: places.count)
  }

  /// The standard deviations of the columns under the prior, by draws.
  func priorDeviations() -> [String: Double] {
    var random = RandomStream(seed: 1, "widths of the prior")
    let draws = (0..<1000).map { _ in
      posterior.draw(at: posterior.space.samplePrior(using: &random), logDensity: 0).values
    }
    let pairs = columns.enumerated().map { index, name in
      let values = draws.map { $0[index] }.filter(\.isFinite)
      let mean = values.reduce(0, +) / Double(max(1, values.count))
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (name, (variance / Double(max(1, values.count))).squareRoot())
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }
}
