extension Chain {
  /// Chains whose weights can be added and squared.
  ///
  /// Weights of independent draws are relative. Where the largest of all is beyond 10^±100, all are
  /// divided by it; others stay as they are, to the last bit.
  ///
  /// - Parameter chains: with weights that are finite and not negative.
  public static func scalingWeights(of chains: [Chain]) -> [Chain] {
    let largest = chains.lazy.compactMap { $0.weights.max() }.max() ?? 0
    guard largest > 0, !(1e-100...1e100).contains(largest) else { return chains }
    return chains.map { $0.dividingWeights(by: largest) }
  }
}
