import Inference
import Samplers
import TestSupport
import Testing

/// Derived quantities in what samplers make.
@Suite struct DerivedColumnTests {
  private struct Peak: Likelihood {
    let parameterNames = ["a", "b"]
    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      let (x, y) = ((p[0] - 0.4) / 0.05, (p[1] - 0.5 - p[0]) / 0.1)
      return -0.5 * (x * x + y * y)
    }
  }

  private static func posterior() throws -> Posterior {
    try Posterior(
      ParameterSpace([
        Parameter("a", prior: .uniform(lower: 0, upper: 1)),
        Parameter("b", prior: .uniform(lower: 0, upper: 2)),
      ]), Peak())
  }

  private static let samplers: [any Sampler] = {
    var (chains, flow, map) = (HamiltonianSampler(), FlowSampler(), TransportSampler())
    (chains.chains, chains.draws, chains.warmUp, chains.weightedDraws) = (2, 300, 100, 2000)
    (flow.options.trainingSteps, flow.drawCount, flow.fallback) = (50, 2000, .always)
    (map.chains, map.draws, map.weightedDraws) = (2, 300, 2000)
    var natural = chains
    natural.coordinates = .natural
    return [chains, natural, flow, map]
  }()

  @Test(
    "every set has the column, computed from each draw, and is otherwise what it was",
    arguments: samplers.indices)
  func everySet(index: Int) async throws {
    let sampler = Self.samplers[index]
    let plain = try await sampler.run(Self.posterior(), in: RunContext(seed: 1))
    let posterior = try Self.posterior()
      .deriving("s", from: ["a", "b"]) { $0[0].squareRoot() * $0[1] }
      .deriving("t", "sqrt(a) * b")
    let sets = try await sampler.run(posterior, in: RunContext(seed: 1))
    #expect(sets.map(\.root) == plain.map(\.root))
    for (set, other) in zip(sets, plain) {
      for (chain, other) in zip(set.chains, other.chains) {
        #expect(chain.columns.map(\.name) == ["a", "b", "s", "t"])
        #expect(chain.count == other.count && chain.weights == other.weights)
        for column in 0..<2 { #expect(chain.column(column) == other.column(column)) }
        let direct = zip(chain.column(0), chain.column(1)).map { $0.squareRoot() * $1 }
        #expect(chain.column(2) == direct)
        #expect(chain.column(3) == direct)
        guard set.kind == .weighted else { continue }
        let summary = PosteriorSummary(weighted: chain)
        let (sum, total) = zip(chain.weights, direct).reduce((0.0, 0.0)) {
          ($0.0 + $1.0 * $1.1, $0.1 + $1.0)
        }
        #expect(abs(summary.parameters[2].mean - sum / total) < 1e-12)
        #expect(summary.parameters.map(\.isDerived) == [false, false, true, true])
      }
    }
  }

  @Test("a value that is not finite stops the run, with the draw", arguments: samplers.indices)
  func notFinite(index: Int) async throws {
    let posterior = try Self.posterior().deriving("root", "sqrt(a - 0.4)")
    do {
      _ = try await Self.samplers[index].run(posterior, in: RunContext(seed: 1))
      Issue.record("it went on")
    } catch {
      guard case .derived(.notFinite("root", let value, let point)) = error else { throw error }
      #expect(value.isNaN && (point["a"] ?? 1) < 0.4 && point["b"] != nil)
      #expect("\(error)".contains("'root' is not a number at a = "))
    }
  }

  @Test("joint tests do not see derived columns, and effective sizes are those of sampled ones")
  func comparison() throws {
    var random = RandomStream(seed: 1, "derived columns")
    func chain(derived: Bool) -> Chain {
      let more = derived ? [Chain.Column(name: "sum", isDerived: true)] : []
      var chain = Chain(columns: [.init(name: "x"), .init(name: "y")] + more)
      for _ in 0..<2000 {
        let (x, y) = (random.nextStandardNormal(), random.nextStandardNormal())
        chain.append([x, y] + (derived ? [x + y] : []), logDensity: 0)
      }
      return chain
    }
    func draws(_ chain: Chain, without last: Bool) -> ComparedDraws {
      var kept = Chain(columns: last ? Array(chain.columns.dropLast()) : chain.columns)
      for index in 0..<chain.count {
        kept.append(Array(chain.draw(index).prefix(kept.columns.count)), logDensity: 0)
      }
      return ComparedDraws([kept], isWeighted: false)
    }
    let (first, second) = (chain(derived: true), chain(derived: true))
    func comparison(without last: Bool) throws -> PosteriorComparison {
      try #require(
        PosteriorComparison(
          of: draws(first, without: last), draws(second, without: last), tolerance: 0.1, seed: 1))
    }
    let (whole, part) = (try comparison(without: false), try comparison(without: true))
    #expect(whole.joint == part.joint && whole.joint != nil)
    #expect(whole.classifier == part.classifier && whole.classifier != nil)
    #expect(Set(whole.shifts.map(\.parameter)) == ["x", "y", "sum"])
    // What only one side has derived is no part either.
    let sampled = Chain(columns: ["x", "y", "sum"].map { .init(name: $0) })
    var other = sampled
    for index in 0..<second.count { other.append(second.draw(index), logDensity: 0) }
    let mixed = try #require(
      PosteriorComparison(
        of: draws(first, without: false), ComparedDraws([other], isWeighted: false),
        tolerance: 0.1, seed: 1))
    #expect(mixed.joint == part.joint)
  }
}
