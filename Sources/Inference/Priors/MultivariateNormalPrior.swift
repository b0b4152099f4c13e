/// The normal density of several parameters with their covariance.
public struct MultivariateNormalPrior: JointPrior, Equatable {
  /// The parameters.
  public let names: [String]
  /// Their means.
  public let mean: [Double]
  /// Their covariance, row by row.
  public let covariance: [[Double]]
  /// The lower triangle L of C = L Lᵀ; empty if there is none.
  private let factor: [[Double]]

  /// A density; see `flaw` for what is wrong with it.
  ///
  /// - Parameters:
  ///   - names: the parameters.
  ///   - mean: as many means.
  ///   - covariance: a symmetric positive definite matrix, row by row.
  public init(_ names: [String], mean: [Double], covariance: [[Double]]) {
    (self.names, self.mean, self.covariance) = (names, mean, covariance)
    factor = Self.factor(covariance, count: names.count)
  }

  /// Sizes that differ, numbers that are not finite, or a matrix that is no covariance.
  public var flaw: String? {
    let count = names.count
    if mean.count != count { return "\(mean.count) means for \(count) parameters" }
    guard covariance.count == count, covariance.allSatisfy({ $0.count == count }) else {
      return "the covariance is not \(count) × \(count)"
    }
    guard mean.allSatisfy(\.isFinite), covariance.joined().allSatisfy(\.isFinite) else {
      return "a number is not finite"
    }
    for i in 0..<count {
      for j in 0..<i {
        let (a, b) = (covariance[i][j], covariance[j][i])
        if abs(a - b) > 1e-8 * (covariance[i][i] * covariance[j][j]).magnitude.squareRoot() {
          return "the covariance is not symmetric: \(a) and \(b) for \(names[j]) and \(names[i])"
        }
      }
    }
    return factor.isEmpty ? "the covariance is not positive definite" : nil
  }

  /// Each parameter given those before it: the regression on them, and what is left of its deviation.
  public var conditionals: [ConditionalPrior] {
    names.indices.map { k in
      // r L = L_k, from the last column to the first.
      var regression = Array(factor[k].prefix(k))
      for j in (0..<k).reversed() {
        for i in j + 1..<max(k, j + 1) { regression[j] -= regression[i] * factor[i][j] }
        regression[j] /= factor[j][j]
      }
      let constant = zip(regression, mean).reduce(mean[k]) { $0 - $1.0 * $1.1 }
      return .scaled(
        .normal(mean: 0, standardDeviation: factor[k][k]),
        location: LinearForm(constant, regression), scale: LinearForm(1))
    }
  }

  /// The normal density of one parameter.
  public func marginal(of index: Int) -> Prior {
    .normal(mean: mean[index], standardDeviation: covariance[index][index].squareRoot())
  }

  /// Means with their deviations.
  public func words(_ number: (Double) -> String) -> String {
    let list = names.indices.map {
      "\(names[$0]) \(number(mean[$0])) ± \(number(covariance[$0][$0].squareRoot()))"
    }
    return "multivariate normal, \(list.joined(separator: ", "))"
  }

  private static func factor(_ covariance: [[Double]], count: Int) -> [[Double]] {
    guard covariance.count == count, covariance.allSatisfy({ $0.count == count }) else { return [] }
    var factor = covariance.map { $0.map { _ in 0.0 } }
    for i in 0..<count {
      for j in 0...i {
        let rest = (0..<j).reduce(covariance[i][j]) { $0 - factor[i][$1] * factor[j][$1] }
        if i == j {
          // What rounding leaves of nothing is nothing.
          guard rest > 1e-14 * covariance[i][i], rest.isFinite else { return [] }
          factor[i][i] = rest.squareRoot()
        } else {
          factor[i][j] = rest / factor[j][j]
        }
      }
    }
    return factor
  }
}

extension MultivariateNormalPrior: Codable {
  private enum CodingKeys: String, CodingKey {
    case names, mean, covariance
  }

  /// Reads names, means and covariance.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode([String].self, forKey: .names),
      mean: try container.decode([Double].self, forKey: .mean),
      covariance: try container.decode([[Double]].self, forKey: .covariance))
  }

  /// Writes names, means and covariance.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(names, forKey: .names)
    try container.encode(mean, forKey: .mean)
    try container.encode(covariance, forKey: .covariance)
  }
}
