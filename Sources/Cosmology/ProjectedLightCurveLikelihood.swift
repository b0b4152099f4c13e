public import Inference
import RealModule

/// The same likelihood as `LightCurveLikelihood`, at a cost that does not depend on the number of supernovae.
///
/// Distances are F = F₀ + Σ qⱼ Fⱼ with some ten directions that the model reaches over its prior, so that residuals are
/// linear in v = (1, q, M, ΔM) and χ² = vᵀ G(α, β) v. G = Xᵀ C(α, β)⁻¹ X of the columns X(α, β) is analytic, and tabulated by
/// polynomials of Chebyshev: over the posterior, eight standard deviations of α and β around its mode, to 10⁻⁴ in χ², and
/// over the rest of the prior, where it is hundreds above its minimum, to 10⁻³ of χ². Marginalised offsets
/// are taken out of G, and log det(S / 2π) is tabulated beside it.
///
/// Parameters that the space fixes are no directions: derivatives with respect to them are not those of the direct path, and
/// other values of them are left to it.
///
/// Where neither table is, or the directions are not enough, as near parameters at which expansion all but halts, the
/// direct path is used.
///
/// Cost of one call with gradient: some 16 distances and about 20,000 multiplications.
public struct ProjectedLightCurveLikelihood<Distances: ComovingDistances>: GaussianLikelihood {
  /// The quality of a projection, measured against the direct path.
  public struct Quality: Sendable, Equatable {
    /// K, the number of nodes of distances.
    public let nodeCount: Int
    /// The number of directions of distances.
    public let directionCount: Int
    /// The number of terms of the table over the posterior; 0 if there is none.
    public let termCount: Int
    /// The number of Cholesky factors of the whole covariance.
    public let factorisationCount: Int
    /// The bound of the error of χ² within eight standard deviations: twice the largest at random points, and 2e-5.
    public let errorBound: Double
    /// The bound of the error in units of χ² over the prior, where a table is used: twice the largest at random points.
    public let relativeErrorBound: Double
    /// The fraction of random points of the prior at which a table is used.
    public let coverage: Double
  }

  /// The measured quality.
  public let quality: Quality

  let projection: LightCurveProjection?
  private let space: ParameterSpace
  // Last, so that the compiler knows where everything else is, whatever the size of distances.
  /// The direct path, to which it falls back.
  public let direct: LightCurveLikelihood<Distances>

  /// Projects a likelihood.
  ///
  /// Cost: some 400 Cholesky factors of the covariance; few if supernovae are independent.
  ///
  /// - Parameters:
  ///   - direct: the likelihood.
  ///   - space: parameters with the priors over which it is projected. Any that it does not have get their usual priors.
  public init(_ direct: LightCurveLikelihood<Distances>, over space: ParameterSpace) {
    let tables = LightCurveTables(direct, over: space)
    self.init(direct, over: space, tables?.projection, tables)
  }

  /// A likelihood with given tables.
  init(
    _ direct: LightCurveLikelihood<Distances>, over space: ParameterSpace,
    _ projection: LightCurveProjection?, _ tables: LightCurveTables? = nil
  ) {
    (self.direct, self.space, self.projection) = (direct, space, projection)
    let points = tables == nil ? [] : space.representativePoints(for: direct.parameterNames)
    let answered = points.count { projection?.value(at: $0) != nil }
    quality = Quality(
      nodeCount: projection?.directions.nodes.grid.count ?? 0,
      directionCount: projection?.directions.count ?? 0, termCount: tables?.termCount ?? 0,
      factorisationCount: tables?.factorisationCount ?? 0,
      errorBound: tables?.errorBound ?? 0, relativeErrorBound: tables?.relativeErrorBound ?? 0,
      coverage: points.isEmpty ? 0 : Double(answered) / Double(points.count))
  }

  /// Those of the direct path.
  public var parameterNames: [String] { direct.parameterNames }

  /// The distances, and the likelihood given them.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    parts(at: parameters, direct.distances, "likelihood of light curves")
  }

  /// Those of the direct path.
  public var data: [Double] { direct.data }

  /// That of the direct path.
  public func prediction(at parameters: [Double]) -> [Double] {
    direct.prediction(at: parameters)
  }

  /// The same likelihood with other magnitudes, at the cost of a new projection, as the posterior moves.
  public func replacingData(_ data: [Double]) -> ProjectedLightCurveLikelihood {
    ProjectedLightCurveLikelihood(direct.replacingData(data), over: space)
  }

  /// That of the direct path.
  public var marginalisedCount: Int { direct.marginalisedCount }

  /// χ² as in the direct path.
  public func chiSquared(at parameters: [Double]) -> Double {
    projection?.value(at: parameters)?.chiSquared ?? direct.chiSquared(at: parameters)
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    projection?.evaluate(parameters, &gradient)?.logLikelihood
      ?? direct.logLikelihood(at: parameters, gradient: &gradient)
  }
}
