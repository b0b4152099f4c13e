import Inference

/// The density of positions that a flow starts from, for batches: one of its own, or one given what the flow is given.
struct BaseEvaluator<Scalar: NetworkScalar> {
  private let base: BaseDensity
  private let conditional: ConditionalGaussianEvaluator<Scalar>?
  private let given, ignored, ignoredGiven: Batch<Scalar>
  private let ignoredValues: Batch<Scalar>

  /// - Parameter given: what the flow is given, a row for each number; empty for none.
  init(_ base: BaseDensity, given: Batch<Scalar>, _ dimension: Int, in arena: Arena<Scalar>) {
    self.base = base
    self.given = given
    ignored = arena.batch(rows: dimension, count: given.count)
    ignoredGiven = arena.batch(rows: given.rows, count: given.count)
    ignoredValues = arena.batch(rows: 1, count: given.count)
    if case .conditional(let density) = base {
      conditional = ConditionalGaussianEvaluator(density, count: given.count, in: arena)
    } else {
      conditional = nil
    }
  }

  /// Fills a batch with deviates that `place` makes positions of.
  func fill(_ deviates: Batch<Scalar>, using generator: inout some RandomNumberGenerator) {
    base.fill(deviates, using: &generator)
  }

  /// Makes positions of deviates, in place.
  func place(_ q: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>) {
    guard let evaluator = conditional else { return base.place(q, parameters) }
    evaluator.condition(on: given, parameters)
    Scalar.scale(1, q, to: ignored)
    evaluator.place(ignored, at: q, logDensityTimes: 0, to: ignoredValues)
  }

  /// Adds log π₀ of a batch to a row, and a multiple of its gradient to a cotangent.
  func addLogDensity(
    at q: Batch<Scalar>, to values: Batch<Scalar>, gradientTimes weight: Scalar,
    to cotangent: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    guard let evaluator = conditional else {
      return base.addLogDensity(
        at: q, to: values, gradientTimes: weight, to: cotangent, parameters)
    }
    evaluator.condition(on: given, parameters)
    evaluator.addLogDensity(at: q, times: 1, to: values)
    if weight != 0 {
      evaluator.addAdjointOfLogDensity(
        times: weight, to: cotangent.slice(0..<q.rows), ignoredGiven, nil, parameters)
    }
  }

  /// Adds a multiple of Σ ∂ log π₀(q) / ∂parameters at positions that do not depend on them; after `addLogDensity` there.
  func addParameterGradient(
    at q: Batch<Scalar>, times weight: Scalar, to gradient: UnsafeMutablePointer<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    guard let evaluator = conditional else {
      return base.addParameterGradient(at: q, times: weight, to: gradient, parameters)
    }
    evaluator.addAdjointOfLogDensity(
      times: weight, to: ignored, ignoredGiven, gradient, parameters)
  }

  /// Adds the tangents of positions by a deviate to a batch.
  func addScales(
    column: Int, to q: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    if let evaluator = conditional {
      evaluator.condition(on: given, parameters)
      return evaluator.addScales(column: column, to: q)
    }
    let deviation = base.standardDeviation(column, parameters)
    for n in 0..<q.count { q[column, n] += deviation }
  }
}
