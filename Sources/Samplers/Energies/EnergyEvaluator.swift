/// The derivatives of an energy E(x) that a flow and its training need, for batches of vectors.
///
/// All results are accumulated. One thread at a time uses an evaluator; it allocates its memory
/// from an arena when it is made, and none later.
public protocol EnergyEvaluator<Scalar> {
  /// `Float` or `Double`.
  associatedtype Scalar: NetworkScalar

  /// Computes what depends on the parameters alone; called before everything else that is given
  /// them. By default nothing.
  func prepare(_ parameters: UnsafePointer<Scalar>)

  /// Adds E(x) to values, one row.
  func addValue(at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>)

  /// Adds ∇E(x) to g, and stores in a slot what the product with the Hessian needs.
  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int)

  /// Adds ∇∇E(x) c to a cotangent, where x is the slot's and c = factor × direction, and the
  /// derivatives of Σ c·∇E(x) by the parameters to a gradient, if there is one.
  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int)
}

extension EnergyEvaluator {
  /// Nothing.
  public func prepare(_ parameters: UnsafePointer<Scalar>) {}
}

/// An evaluator of any kind, as closures: made where the kind and the scalar are known, they are
/// specialised for both, which calls through a protocol are not.
public struct AnyEnergyEvaluator<Scalar: NetworkScalar> {
  /// See ``EnergyEvaluator/prepare(_:)``.
  public let prepare: (UnsafePointer<Scalar>) -> Void
  /// See ``EnergyEvaluator/addValue(at:to:_:)``.
  public let addValue: (Batch<Scalar>, Batch<Scalar>, UnsafePointer<Scalar>) -> Void
  /// See ``EnergyEvaluator/addGradient(at:to:_:slot:)``.
  public let addGradient: (Batch<Scalar>, Batch<Scalar>, UnsafePointer<Scalar>, Int) -> Void
  /// See ``EnergyEvaluator/addHessianProduct(with:scaledBy:to:_:_:slot:)``.
  public let addHessianProduct:
    (
      Batch<Scalar>, Scalar, Batch<Scalar>, UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>,
      Int
    ) -> Void

  /// The functions of an evaluator.
  @inlinable
  public init<Evaluator: EnergyEvaluator<Scalar>>(_ evaluator: Evaluator) {
    prepare = evaluator.prepare
    addValue = evaluator.addValue
    addGradient = evaluator.addGradient
    addHessianProduct = evaluator.addHessianProduct
  }
}
