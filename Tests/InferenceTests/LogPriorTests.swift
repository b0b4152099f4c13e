import Inference
import Testing

@Suite struct LogPriorTests {
  /// Spaces of every kind: independent, cut, joint, with a formula, in both systems of coordinates.
  static var spaces: [ParameterSpace] {
    get throws {
      let a = Parameter("a", prior: .normal(mean: 0.3, standardDeviation: 0.1))
      let b = Parameter("b", prior: .uniform(lower: -1, upper: 3))
      let c = Parameter("c", prior: .halfCauchy(scale: 2))
      let joint = MultivariateNormalPrior(
        ["a", "b"], mean: [0.3, 1], covariance: [[0.01, 0.006], [0.006, 0.04]])
      let plain = [
        try ParameterSpace([a, b, c, Parameter("d", prior: .fixed(2))]),
        try ParameterSpace([a, b, c], requiring: ["a + b < 1", "c > a"]),
        try ParameterSpace([a, b, c], joint: [joint]),
        try ParameterSpace([a, b, c], requiring: ["c > b"], joint: [joint]),
        try ParameterSpace([a, try Parameter("sum", equal: "a + b"), b]),
        try ParameterSpace([b, Parameter("f", prior: .improperFlat)]),
      ]
      return plain + plain.map(\.standardised)
    }
  }

  @Test("the log prior of a draw is the density without the Jacobian of any coordinates")
  func jacobian() throws {
    for (number, space) in try Self.spaces.enumerated() {
      let posterior = try Posterior(space)
      var random = RandomStream(seed: 3, "log prior")
      for _ in 0..<50 {
        let position = space.samplePrior(using: &random)
        let draw = posterior.draw(
          at: position, logDensity: posterior.logDensityAndGradient(at: position).logDensity)
        let own = space.logPrior(of: draw.values)
        #expect(abs(own - draw.logDensity) < 1e-7 * max(1, abs(own)), "space \(number)")
      }
    }
  }

  @Test("a value that has been rounded to the edge of the prior counts as inside")
  func edge() throws {
    let space = try ParameterSpace([Parameter("a", prior: .beta(a: 2, b: 2))])
    #expect(space.logPrior(of: [1]).isFinite && space.logPrior(of: [0]).isFinite)
  }
}
