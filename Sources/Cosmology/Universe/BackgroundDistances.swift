/// Distances in a universe whose radiation may follow h.
///
/// The same as `ModelDistances` for a universe without such content, for any model behind one type.
public struct BackgroundDistances: ComovingDistances {
  /// The redshifts, all positive.
  public let redshifts: [Double]
  /// Those of the expansion, h, and what varies of the content.
  public let parameterNames: [String]
  private let model: UniverseModel
  private let path: DistancePath

  /// Prepares for a list of redshifts.
  ///
  /// - Parameters:
  ///   - model: the universe.
  ///   - redshifts: all positive.
  ///   - points: typical parameters, by which the number of nodes is chosen.
  public init(_ model: UniverseModel, redshifts: [Double], for points: [[Double]] = []) {
    precondition(redshifts.allSatisfy { $0 > 0 }, "redshifts must be positive")
    self.model = model
    self.redshifts = redshifts
    parameterNames = model.backgroundNames
    let line = LineOfSight(redshifts: redshifts)
    let accuracy = model.expansion.distanceAccuracy
    path = DistancePath(
      line, level: line.level(for: points, tolerance: accuracy) { model.rates(at: $0) },
      parameterCount: parameterNames.count, curvatureIndex: model.expansion.curvatureIndex,
      tolerance: accuracy
    ) { model.rates(at: $0) }
  }

  /// The same universe to other redshifts.
  public func distances(to redshifts: [Double], for points: [[Double]]) -> BackgroundDistances {
    BackgroundDistances(model, redshifts: redshifts, for: points)
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
