import RealModule

/// Distances in any model, accurate to rounding.
///
/// With u = ln(1+z) the comoving distance is D_C = ∫ (1+z)/E du. The integrand is analytic, so that a
/// polynomial through some twenty Chebyshev nodes reaches rounding for all redshifts together. Its
/// last coefficients show whether it did; where E comes close to zero the nodes are doubled until it
/// does. Curvature then turns D_C into D_M.
///
/// Cost of one call: the rates at the nodes, and nodes × redshifts multiplications; as much for the
/// reverse pass. Relative error below 1e-13, and about 1e-12 for derivatives, as long as the expansion does
/// not nearly halt (E below 0.1).
public struct ModelDistances<Model: ExpansionModel>: ComovingDistances {
  /// The redshifts, all positive.
  public let redshifts: [Double]
  /// The names of the model's parameters.
  public let parameterNames: [String]
  private let path: DistancePath
  // Last, and never touched by the path: the compiler then knows where everything else is, whatever
  // the size of a model.
  /// The model.
  public let model: Model

  /// Prepares for a list of redshifts.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - redshifts: all positive.
  ///   - points: typical parameters; the number of nodes is chosen such that three in four of
  ///     them need no doubling.
  public init(_ model: Model, redshifts: [Double], for points: [[Double]] = []) {
    precondition(redshifts.allSatisfy { $0 > 0 }, "redshifts must be positive")
    self.model = model
    self.redshifts = redshifts
    parameterNames = model.parameterNames
    let lineOfSight = LineOfSight(redshifts: redshifts)
    let level = lineOfSight.level(for: points, tolerance: model.distanceAccuracy) {
      model.rates(at: $0)
    }
    path = DistancePath(
      lineOfSight, level: level, parameterCount: model.parameterNames.count,
      curvatureIndex: model.curvatureIndex, tolerance: model.distanceAccuracy
    ) { model.rates(at: $0) }
  }

  /// The same model to other redshifts.
  public func distances(to redshifts: [Double], for points: [[Double]]) -> ModelDistances {
    ModelDistances(model, redshifts: redshifts, for: points)
  }

  /// Values and derivatives at the nodes, the number of nodes, and D_C.
  public var tapeCount: Int { path.tapeCount }

  /// Writes D_M.
  public func evaluate(
    at parameters: Span<Double>, distances: inout MutableSpan<Double>,
    tape: inout MutableSpan<Double>
  ) -> Bool {
    path.evaluate(at: parameters, outputs: &distances, tape: &tape)
  }

  /// Writes the gradient of a function of the distances.
  public func pullBack(
    _ sensitivities: inout MutableSpan<Double>, at parameters: Span<Double>,
    tape: Span<Double>, gradient: inout MutableSpan<Double>
  ) {
    path.pullBack(&sensitivities, at: parameters, tape: tape, gradient: &gradient)
  }
}
