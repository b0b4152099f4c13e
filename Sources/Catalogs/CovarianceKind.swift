public import Inference

/// The kind of a matrix that comes with a catalog.
public enum CovarianceKind: String, NamedChoice {
  /// The total covariance in mag².
  case total
  /// The systematic part in mag²; the squares of the table's errors are added to its diagonal.
  case systematic
  /// The inverse of the total covariance, in mag⁻².
  case inverse
  /// Correlations, ones on the diagonal; the table's errors turn them into a covariance.
  case correlation

  /// The value of COVTYPE for it.
  var keyword: String {
    switch self {
    case .total: "TOTAL"
    case .systematic: "SYS"
    case .inverse: "INVERSE"
    case .correlation: "CORR"
    }
  }

  /// Its name in sentences.
  var inWords: String {
    switch self {
    case .total: "the total"
    case .systematic: "the systematic part"
    case .inverse: "an inverse"
    case .correlation: "correlations"
    }
  }

  /// The kind that a value of COVTYPE names; nil if it is unknown.
  init?(keyword: String) {
    guard let kind = Self.allCases.first(where: { $0.keyword == keyword.uppercased() }) else {
      return nil
    }
    self = kind
  }

  /// What the name of a file or an extension says: SNANA calls inverses `covtot_inv_000`, systematic
  /// parts `covsys_000` and sums `covtot_000`; CosmoMC calls inverses `wmat`.
  init?(name: String) {
    let words = Set(
      name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init))
    if !words.isDisjoint(with: Self.inverseWords) {
      self = .inverse
    } else if !words.isDisjoint(with: ["corr", "correlation", "correlations", "corrmat"]) {
      self = .correlation
    } else if words.contains("covsys") {
      self = .systematic
    } else if words.contains("covtot") {
      self = .total
    } else {
      return nil
    }
  }

  private static let inverseWords: Set = [
    "inv", "inverse", "invcov", "covinv", "icov", "cinv", "invcovmat", "wmat", "precision", "prec",
    "fisher",
  ]

  /// The kind implied by the diagonal and the errors of the table; nil if none fits.
  ///
  /// A total covariance has variances near the squares of the errors or somewhat above, an inverse
  /// near their inverses or below, and a systematic part has most of them below half the squares.
  init?(diagonal: [Double], errors: [Double]) {
    let squares = errors.map { $0 * $0 }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let ratio = median(zip(diagonal, squares).map { $0 / $1 })
    let product = median(zip(diagonal, squares).map { $0 * $1 })
    if 2 * zip(diagonal, squares).count(where: { $0 < 0.5 * $1 }) > diagonal.count {
      self = .systematic
    } else if ratio < 30 {
      self = .total
    } else if product > 0.1, product < 10 {
      self = .inverse
    } else {
      return nil
    }
  }
}
