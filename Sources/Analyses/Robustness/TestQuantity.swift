import RealModule

/// A number that is computed from the pulls of all supernovae, of data and of replicas alike.
public enum TestQuantity: String, Sendable, Codable, CaseIterable {
  /// max |pull|.
  case largest = "largest_pull"
  /// m₃ / m₂^{3/2} of the pulls around their mean.
  case skewness
  /// m₄ / m₂² − 3.
  case kurtosis
  /// The slope of pulls against the rank t of the redshift, which goes from −1 to 1: Σ t z / Σ t².
  case slope
  /// The same of squared pulls: errors that are too small at high redshift make it positive.
  case scatterSlope = "scatter_slope"
  /// Σ zₖ zₖ₊₁ / Σ zₖ² of neighbours in redshift.
  case neighbours

  /// What tables call it.
  public var title: String {
    switch self {
    case .largest: "largest |pull|"
    case .skewness: "skewness of pulls"
    case .kurtosis: "kurtosis of pulls"
    case .slope: "slope with redshift"
    case .scatterSlope: "slope of pull²"
    case .neighbours: "correlation of neighbours"
    }
  }

  /// All quantities of one set of pulls.
  ///
  /// - Parameters:
  ///   - pulls: one for each supernova, at least three.
  ///   - order: their indices by rising redshift.
  /// - Returns: in the order of `allCases`.
  ///
  /// Cost: some twenty operations for each supernova.
  static func values(of pulls: Span<Double>, inOrder order: Span<Int>) -> [Double] {
    let count = pulls.count
    let size = Double(count)
    var (sum, largest) = (0.0, 0.0)
    for i in 0..<count {
      sum += pulls[i]
      largest = max(largest, abs(pulls[i]))
    }
    let mean = sum / size
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    var (slope, scatterSlope, norm) = (0.0, 0.0, 0.0)
    var (neighbours, squares, last) = (0.0, 0.0, 0.0)
    for k in 0..<count {
      let pull = pulls[order[k]]
      let (d, t) = (pull - mean, 2 * Double(k) / (size - 1) - 1)
      second += d * d
      third += d * d * d
      fourth += d * d * d * d
      slope += t * pull
      scatterSlope += t * pull * pull
      norm += t * t
      neighbours += last * pull
      squares += pull * pull
      last = pull
    }
    (second, third, fourth) = (second / size, third / size, fourth / size)
    return [
      largest, third / (second * second.squareRoot()), fourth / (second * second) - 3, slope / norm,
      scatterSlope / norm, neighbours / squares,
    ]
  }
}
