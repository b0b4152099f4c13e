public import Inference
import RealModule

/// The same likelihood as `SupernovaLikelihood`, at a cost that does not depend on the number of
/// supernovae.
///
/// 5 log₁₀(D/u) is a smooth function F of u = ln(1+z), so that K Chebyshev nodes fix it to rounding
/// at all redshifts: the model is linear in F at the nodes and in the offsets. With the design
/// matrix whitened by C and factored, W X = Q R, χ² = ‖R (F, offsets) − Qᵀ W y‖² + constant: a
/// triangle of K + 2 rows, made once. A marginalised offset is the first column; its row drops out.
///
/// Where the last coefficients of F show that K nodes are not enough, which happens near
/// parameters at which expansion all but halts, the direct path is used. The error of χ²
/// is thus kept below 1e-6, or below 1e-12 χ² where that is larger.
///
/// Cost of one call with gradient: K distances and about (1 + parameters) K² multiplications.
public struct ProjectedSupernovaLikelihood<Distances: ComovingDistances>: GaussianLikelihood,
  OffsetLikelihood
{
  /// The measured quality of the projection.
  public private(set) var quality: Quality

  /// The quality of a projection, measured over the prior.
  public struct Quality: Sendable, Equatable {
    /// K, the number of nodes.
    public let nodeCount: Int
    /// The largest difference of χ² from the direct path at points where the projection is used.
    public let largestError: Double
    /// The largest χ² among those points, whose rounding is part of the difference.
    public let largestChiSquared: Double
    /// The fraction of points at which it is used.
    public let coverage: Double
  }

  private(set) var projection: NodeProjection
  /// Whether the data are summaries of data that are not known.
  private var isSummarised = false
  let logNormalisation: Double
  // Last, so that the compiler knows where everything else is, whatever the size of distances.
  /// The direct path, to which it falls back.
  public private(set) var direct: SupernovaLikelihood<Distances>

  /// The redshifts of the nodes.
  var nodeRedshifts: [Double] { projection.redshifts }

  /// The largest error of χ² that is accepted.
  public static var tolerance: Double { 1e-6 }

  /// Projects a likelihood.
  ///
  /// Cost: one factorisation of the covariance, which the direct path needs as well, and (K + 3) N²
  /// multiplications.
  ///
  /// - Parameters:
  ///   - direct: the likelihood.
  ///   - space: parameters whose prior is the range over which K is chosen: the smallest of 12 to 64
  ///     that suffices at nine in ten of about a hundred points (two dozen for more than 4096
  ///     supernovae), with errors that are measured there.
  public init(_ direct: SupernovaLikelihood<Distances>, over space: ParameterSpace) {
    self.init(direct, for: space.representativePoints(for: direct.parameterNames))
  }

  private init(_ direct: SupernovaLikelihood<Distances>, for points: [[Double]]) {
    // The direct path is slow where there are many supernovae.
    let fewer = direct.sample.count > 4096 ? max(1, points.count / 24) : 1
    let chosen = stride(from: 0, to: points.count, by: fewer).map { points[$0] }
    let exact = chosen.map { (point: $0, chiSquared: direct.chiSquared(at: $0)) }
      .filter { $0.chiSquared.isFinite }
    let sensitivity = direct.sensitivity

    // The guard only estimates errors; where it is found too lenient, it is tightened.
    var acceptance = Self.tolerance
    while true {
      let nodes = ProjectionNodes.fewest(
        direct.distances, largestLogStretch: direct.largestLogStretch, for: exact,
        sensitivity: sensitivity, acceptance: acceptance)
      let projection = NodeProjection(
        direct, nodes, sensitivity: sensitivity, acceptance: acceptance)
      self.init(direct, projection, exact)
      // Rounding of χ² itself is not an error of the projection.
      let rounding = 1e-12 * quality.largestChiSquared
      if quality.largestError <= Self.tolerance + rounding || acceptance < 1e-10 { return }
      acceptance /= 10
    }
  }

  private init(
    _ direct: SupernovaLikelihood<Distances>, _ projection: NodeProjection,
    _ exact: [(point: [Double], chiSquared: Double)]
  ) {
    self.direct = direct
    self.projection = projection
    logNormalisation = direct.logNormalisation
    quality = Quality(
      nodeCount: projection.nodeCount, largestError: 0, largestChiSquared: 0, coverage: 0)
    quality = measure(exact)
  }

  /// Compares with the direct path.
  private func measure(_ exact: [(point: [Double], chiSquared: Double)]) -> Quality {
    var (answered, largest, largestChiSquared) = (0, 0.0, 0.0)
    for (point, chiSquared) in exact {
      var gradient = [Double](repeating: 0, count: point.count)
      var span = gradient.mutableSpan
      if let value = projection.logLikelihood(at: point.span, gradient: &span) {
        answered += 1
        largest = max(largest, abs(-2 * (value - logNormalisation) - chiSquared))
        largestChiSquared = max(largestChiSquared, chiSquared)
      }
    }
    return Quality(
      nodeCount: projection.nodeCount, largestError: largest, largestChiSquared: largestChiSquared,
      coverage: exact.isEmpty ? 0 : Double(answered) / Double(exact.count))
  }

  /// Those of the direct path.
  public var parameterNames: [String] { direct.parameterNames }

  /// Those of the direct path.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    direct.parts(at: parameters)
  }

  /// Those of the direct path.
  public var data: [Double] { direct.data }

  /// That of the direct path.
  public func prediction(at parameters: [Double]) -> [Double] {
    direct.prediction(at: parameters)
  }

  /// The same likelihood with other magnitudes on the same nodes, whose quality is not measured again.
  ///
  /// Cost: (K + 3) N² multiplications.
  public func replacingData(_ data: [Double]) -> ProjectedSupernovaLikelihood {
    var other = self
    other.direct = direct.replacingData(data)
    other.projection = projection.replacingData(of: other.direct)
    return other
  }

  /// That of the direct path.
  public var offset: LinearOffset? { direct.offset }

  /// That of the direct path.
  public var marginalisedCount: Int { direct.marginalisedCount }

  /// χ² as in the direct path.
  public func chiSquared(at parameters: [Double]) -> Double {
    chiSquared(at: parameters, constant: logNormalisation)
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    if let value = projection.logLikelihood(at: parameters, gradient: &gradient) { return value }
    return isSummarised
      ? -.infinity : direct.logLikelihood(at: parameters, gradient: &gradient)
  }
}

extension ProjectedSupernovaLikelihood: SummarisedLikelihood {
  /// Qᵀ W y.
  public var summaries: [Double] { projection.summaries }

  /// R (F, offsets).
  public func predictedSummaries(at parameters: [Double]) -> [Double]? {
    projection.predictedSummaries(at: parameters)
  }

  /// Whether the nodes are enough for data with the noise that is expected.
  public func isSummarised(at parameters: [Double]) -> Bool {
    projection.suffices(at: parameters, chiSquared: Double(dataCount))
  }

  /// The same likelihood with magnitudes that are drawn, all N of them.
  public func drawingData(
    at parameters: [Double], using generator: inout RandomStream
  ) -> ProjectedSupernovaLikelihood? {
    let data = direct.drawnData(at: parameters, using: &generator)
    return data.allSatisfy(\.isFinite) ? replacingData(data) : nil
  }

  /// Qᵀ W y of other magnitudes.
  public func summaries(of prediction: [Double]) -> [Double] {
    replacingData(prediction).summaries
  }

  /// The same nodes for other summaries: the direct path has no part in it.
  public func replacingSummaries(_ summaries: [Double]) -> ProjectedSupernovaLikelihood {
    precondition(
      summaries.count == self.summaries.count,
      "\(summaries.count) summaries for \(self.summaries.count)")
    var other = self
    other.projection = projection.replacingSummaries(summaries)
    other.isSummarised = true
    return other
  }
}
