public import Inference

/// The draws of one posterior, from one chain or several, with their name in figures and tables.
public struct DrawSet: Sendable {
  /// The name in legends, such as `HMC`.
  public let name: String
  /// The chains; their columns are the same.
  public let chains: [Chain]
  /// The columns of the chains, with the hard edges of their priors where these are known.
  public var columns: [Chain.Column] { chains.first?.columns ?? [] }
  /// The effective sample size for each column, which decides how smooth densities are
  /// drawn.
  public let effectiveSampleSizes: [Double]

  /// Draws with a name.
  ///
  /// - Parameters:
  ///   - name: in legends.
  ///   - chains: at least one, all with the same columns.
  ///   - effectiveSampleSizes: one number per column; if not given, (Σw)² / Σw² of the weights.
  public init(_ name: String, _ chains: [Chain], effectiveSampleSizes: [Double]? = nil) {
    self.name = name
    self.chains = chains
    let kish = kishSize(chains.lazy.flatMap(\.weights))
    self.effectiveSampleSizes =
      effectiveSampleSizes ?? (chains.first?.columns ?? []).map { _ in kish.isFinite ? kish : 1 }
  }

  /// The weights of all draws, chain after chain.
  public var weights: [Double] { chains.flatMap(\.weights) }

  /// The position of a column by its name.
  public func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }

  /// The values of a column, chain after chain.
  public func values(_ index: Int) -> [Double] { chains.flatMap { $0.column(index) } }

  /// The edges of the prior of a column, without those that a draw lies beyond: they are not the
  /// edges of what these draws are from.
  func bounds(_ index: Int) -> ClosedRange<Double> {
    let column = columns[index]
    var (lower, upper) = (column.lowerBound, column.upperBound)
    for chain in chains {
      for value in chain.column(index) {
        if value < lower { lower = -.infinity }
        if value > upper { upper = .infinity }
      }
    }
    return lower < upper ? lower...upper : -.infinity ... .infinity
  }
}
