import Inference
import Testing

@Suite struct ChainWeightTests {
  private func chains(_ weights: [[Double]]) -> [Chain] {
    weights.map { weights in
      var chain = Chain(columns: [.init(name: "x")])
      for (x, weight) in weights.enumerated() {
        chain.append([Double(x)], logDensity: -1, weight: weight, statistics: [.energy: 2])
      }
      return chain
    }
  }

  @Test(
    "weights of a usual size stay as they are, to the last bit",
    arguments: [[[1, 2, 3], [1]], [[0.1, 1e-300], [1e99]], [[0, 0], [0]], [[], [1e-99]], []])
  func usual(weights: [[Double]]) {
    #expect(Chain.scalingWeights(of: chains(weights)) == chains(weights))
  }

  @Test(
    "weights whose sums or squares would overflow or vanish keep their ratios",
    arguments: [
      [[1e308, 5e307], [1e308, 0]], [[1e101], [1e101]], [[.greatestFiniteMagnitude, 1]],
      [[1e-200, 1e-300], [.leastNonzeroMagnitude, 0]],
    ])
  func scaled(weights: [[Double]]) {
    let before = chains(weights)
    let after = Chain.scalingWeights(of: before)
    #expect(after.flatMap(\.weights).max() == 1)
    let largest = weights.joined().max() ?? 0
    for (old, new) in zip(before, after) {
      #expect(new.weights.array == old.weights.map { $0 / largest })
      #expect(new.column(0) == old.column(0) && new.statistics == old.statistics)
    }
  }
}
