public import LinearAlgebra
import RealModule

/// The residuals of supernovae at draws of a posterior, beside what the model expects of them: the material of posterior predictive
/// checks and of leaving out one supernova at a time.
///
/// With r = y − m(θ) and the precision P, which is C⁻¹, or C⁻¹ − C⁻¹ u uᵀ C⁻¹ / (uᵀ C⁻¹ u) where an offset along u is
/// marginalised, the magnitude of supernova i given all others is normal around yᵢ − (P r)ᵢ / Pᵢᵢ with the variance 1 / Pᵢᵢ. Its pull
/// (P r)ᵢ / √Pᵢᵢ is N(0, 1) under the model, whatever the order of the supernovae, and
/// log p(yᵢ | y₋ᵢ, θ) = −½ pull² + ½ log Pᵢᵢ − ½ log 2π.
///
/// Source: Sundararajan & Keerthi 2001, Neural Computation 13, 1103, equations 10 to 12; Bürkner, Gabry & Vehtari 2021,
/// Computational Statistics 36, 1243, equations 9 and 10.
public struct PredictiveResiduals: Sendable {
  /// Deviations of all supernovae at a point.
  public typealias Deviations = (values: [Double], logScales: [Double]?)

  /// The parameters, in the order in which points have them.
  public let parameterNames: [String]
  /// The errors of the deviations.
  private let covariance: SupernovaSample.Covariance
  /// u of a marginalised offset.
  private let offset: [Double]?
  private let factor: CovarianceFactor
  /// C⁻¹ u and uᵀ C⁻¹ u.
  private let marginal: (column: [Double], weight: Double)?
  /// Pᵢᵢ.
  private let precisions: [Double]
  private let deviations: @Sendable ([Double]) -> Deviations?

  /// Residuals of a model.
  ///
  /// - Parameters:
  ///   - parameterNames: those of the model.
  ///   - covariance: that of the deviations.
  ///   - offset: u of a marginalised offset; nil for none.
  ///   - deviations: y − m(θ) at a point; nil where the model has no meaning. Where scales depend on θ, deviations are in units of
  ///     them, and `logScales` are log p(yᵢ | θ) + ½ deviation².
  /// - Throws: `NotPositiveDefinite` if the covariance is not.
  ///
  /// Cost: a factorisation of the covariance.
  init(
    _ parameterNames: [String], _ covariance: SupernovaSample.Covariance, offset: [Double]? = nil,
    deviations: @escaping @Sendable ([Double]) -> Deviations?
  ) throws(NotPositiveDefinite) {
    var covariance = covariance
    // Parts of supernovae have a part of C, not of its inverse.
    if case .inverse(let matrix) = covariance { covariance = .total(try Cholesky(matrix).inverse) }
    let factor = try covariance.factor()
    (self.parameterNames, self.covariance, self.offset) = (parameterNames, covariance, offset)
    (self.factor, self.deviations) = (factor, deviations)
    marginal = offset.map { factor.weighted($0) }
    var precisions = factor.precisions
    if let marginal {
      for i in precisions.indices {
        precisions[i] -= marginal.column[i] * marginal.column[i] / marginal.weight
      }
    }
    self.precisions = precisions
  }

  /// The number of supernovae.
  public var count: Int { precisions.count }

  /// Multiplications for each draw, roughly: for a choice of how many are looked at.
  public var operationsPerDraw: Double {
    let size = Double(count)
    switch covariance {
    case .total, .systematic, .inverse: return size * size
    case .independent: return 30 * size
    case .factored(_, let modes): return (30 + 4 * Double(modes.columns)) * size
    }
  }

  /// The residuals at points; nil if the model has no meaning at one of them.
  ///
  /// - Parameter points: one value for each of `parameterNames`.
  ///
  /// Cost: predictions, and N² multiplications for each point if C is dense, N or N × rank if it is diagonal or factored.
  public func table(at points: [[Double]]) -> Table? {
    var values: [Double] = []
    values.reserveCapacity(points.count * count)
    var scales: [[Double]?] = []
    for point in points {
      guard let own = deviations(point), own.values.allSatisfy(\.isFinite) else { return nil }
      values += own.values
      scales.append(own.logScales)
    }
    let rows = Matrix(rows: points.count, columns: count, elements: values)
    var weighted = rows
    factor.whiten(rowsOf: &weighted)
    factor.unwhitenTransposed(rowsOf: &weighted)
    let pulls = pulls(weighted)
    var logDensities = pulls
    for i in 0..<count {
      let constant = 0.5 * Double.log(precisions[i] / (2 * .pi))
      for row in 0..<points.count {
        let pull = pulls[row, i]
        logDensities[row, i] = (scales[row]?[i] ?? constant) - 0.5 * pull * pull
      }
    }
    return Table(deviations: rows, pulls: pulls, logDensities: logDensities)
  }

  /// Residuals at draws: all matrices have a row for each draw and a column for each supernova.
  public struct Table: Sendable {
    /// y − m(θ).
    public let deviations: Matrix
    /// (P r)ᵢ / √Pᵢᵢ, each N(0, 1) under the model.
    public let pulls: Matrix
    /// log p(yᵢ | y₋ᵢ, θ).
    public let logDensities: Matrix
  }

  /// The pulls of replicated data, which do not depend on θ.
  ///
  /// - Parameter deviates: standard normal ones, N for each replica.
  public func replicatedPulls(_ deviates: Matrix) -> Matrix {
    // C⁻¹ ε for ε of the covariance C has the covariance C⁻¹.
    var weighted = deviates
    factor.unwhitenTransposed(rowsOf: &weighted)
    return pulls(weighted)
  }

  /// The pulls of rows C⁻¹ r.
  private func pulls(_ weighted: Matrix) -> Matrix {
    var pulls = weighted
    let scales = precisions.map { 1 / $0.squareRoot() }
    for row in 0..<pulls.rows {
      var best = 0.0
      if let marginal, let offset {
        for i in 0..<count { best += offset[i] * pulls[row, i] }
        best /= marginal.weight
      }
      for i in 0..<count {
        pulls[row, i] = (pulls[row, i] - best * (marginal?.column[i] ?? 0)) * scales[i]
      }
    }
    return pulls
  }

  /// χ² of a part of the supernovae with their own part of the covariance, which is their marginal distribution.
  ///
  /// - Parameter members: their indices, ascending.
  /// - Throws: `NotPositiveDefinite` if their covariance is not.
  ///
  /// Cost: a factorisation of their covariance.
  public func chiSquared(of members: [Int]) throws(NotPositiveDefinite) -> PartialChiSquared {
    let own = members.count == count ? factor : try covariance.restricted(to: members).factor()
    return PartialChiSquared(
      members: members, factor: own,
      marginal: offset.map { offset in own.weighted(members.map { offset[$0] }) })
  }
}

/// χ² of a part of the supernovae by their marginal distribution: rᵀ C⁻¹ r with their own block of C.
public struct PartialChiSquared: Sendable {
  /// Their indices.
  public let members: [Int]
  fileprivate let factor: CovarianceFactor
  fileprivate let marginal: (column: [Double], weight: Double)?

  /// Their number, less one where an offset is marginalised: the degrees of freedom of χ² at the true parameters.
  public var degreesOfFreedom: Int { members.count - (marginal == nil ? 0 : 1) }

  /// χ² of rows of deviations, each of all supernovae.
  public func values(_ deviations: Matrix) -> [Double] {
    var elements: [Double] = []
    elements.reserveCapacity(deviations.rows * members.count)
    for row in 0..<deviations.rows {
      for i in members { elements.append(deviations[row, i]) }
    }
    let own = Matrix(rows: deviations.rows, columns: members.count, elements: elements)
    var white = own
    factor.whiten(rowsOf: &white)
    return (0..<own.rows).map { row in
      var (sum, projection) = (0.0, 0.0)
      for i in 0..<own.columns {
        sum += white[row, i] * white[row, i]
        if let marginal { projection += marginal.column[i] * own[row, i] }
      }
      return sum - (marginal.map { projection * projection / $0.weight } ?? 0)
    }
  }
}

extension CovarianceFactor {
  /// C⁻¹ u and uᵀ C⁻¹ u.
  fileprivate func weighted(_ vector: [Double]) -> (column: [Double], weight: Double) {
    var solution = vector
    var span = solution.mutableSpan
    let weight = solve(vector.span, into: &span)
    return (solution, weight)
  }
}

extension SupernovaSample.Covariance {
  /// The covariance of some of the supernovae: the marginal one, not that given the others.
  func restricted(to members: [Int]) throws(NotPositiveDefinite) -> SupernovaSample.Covariance {
    func block(_ matrix: Matrix) -> Matrix {
      var elements: [Double] = []
      elements.reserveCapacity(members.count * members.count)
      for i in members {
        for j in members { elements.append(matrix[i, j]) }
      }
      return Matrix(rows: members.count, columns: members.count, elements: elements)
    }
    switch self {
    case .total(let matrix): return .total(block(matrix))
    case .systematic(let matrix, let errors):
      return .systematic(block(matrix), errors: members.map { errors[$0] })
    case .inverse(let matrix): return .total(block(try Cholesky(matrix).inverse))
    case .independent(let errors): return .independent(members.map { errors[$0] })
    case .factored(let variances, let modes):
      var elements: [Double] = []
      for i in members {
        for k in 0..<modes.columns { elements.append(modes[i, k]) }
      }
      return .factored(
        variances: members.map { variances[$0] },
        modes: Matrix(rows: members.count, columns: modes.columns, elements: elements))
    }
  }
}
