import Inference
import LinearAlgebra
import RealModule
import Samplers
import TestSupport
import Testing

@Suite struct TransportProposalTests {
  typealias Banana = TransportMapTests.Banana

  /// A map that is only roughly right, so that weights have something to do: a frame next to the posterior,
  /// and a little wider.
  static func rough() async throws -> TransportMapFit {
    var fit = try await TransportMapFitter().fit(Banana(), in: RunContext(seed: 2))
    let frame = try WhiteningCoordinates(
      mean: [0.4, -0.4], covariance: Matrix(diagonal: [0.3, 1.2]))
    let layers = (0..<2).map { ConditionalLayers(variableCount: $0, degree: 0) }
    fit.maps = [TransportMap(frame, layers)]
    fit.proposal = fit.firstMap
    return fit
  }

  /// Moments of chains of the banana, in standard errors.
  private func worst(_ chains: [Chain]) -> Double {
    let (a, b) = (chains.map { $0.column(0) }, chains.map { $0.column(1) })
    return MomentCheck([
      (a, 0.5), (a.map { $0.map { ($0 - 0.5) * ($0 - 0.5) } }, 0.16), (b, -0.59),
      // Var u₂ = Var u₁² + 0.3², with Var u₁² = 4 μ² σ² + 2 σ⁴.
      (b.map { $0.map { ($0 + 0.59) * ($0 + 0.59) } }, 0.16 + 2 * 0.0256 + 0.09),
    ]).worst
  }

  @Test("weighted draws have the moments and the evidence")
  func importance() async throws {
    let proposal = TransportProposal(Banana(), try await Self.rough())
    let draws = try await proposal.importanceDraws(count: 50_000)
    let summary = WeightedSummary(draws.chain)
    #expect(draws.weights.efficiency > 0.2, "\(draws.weights.efficiency)")
    for (parameter, exact) in zip(summary.parameters, [(0.5, 0.4), (-0.59, 0.3012.squareRoot())]) {
      #expect(abs(parameter.mean - exact.0) < 4 * parameter.standardErrorOfMean)
      #expect(
        abs(parameter.standardDeviation - exact.1) < 4 * parameter.standardErrorOfStandardDeviation)
    }
    let error = draws.weights.logEvidence - Banana.logEvidence
    #expect(abs(error) < 4 * draws.weights.logEvidenceError)
    #expect(ImportanceVerdict(draws.weights).grade < .rejected)
    #expect(draws.largestShare < 0.01)
    let mean = draws.chain.weights.reduce(0, +) / 50_000
    #expect(abs(mean - 1) < 1e-12)

    // Without the weights the rough map is found out.
    var raw = Chain(columns: draws.chain.columns)
    for index in 0..<50_000 { raw.append(Array(draws.chain.draw(index)), logDensity: 0) }
    let plain = WeightedSummary(raw).parameters
    #expect(abs(plain[1].mean + 0.59) > 4 * plain[1].standardErrorOfMean)
  }

  @Test("draws of the density see the proposal as the proposal sees it")
  func forward() async throws {
    // Without a bend, but as wide as the posterior: heavy weights would say nothing on either side.
    var fit = try await Self.rough()
    fit.maps = [fit.thin]
    fit.proposal = fit.firstMap
    let proposal = TransportProposal(Banana(), fit)
    let reverse = try await proposal.importanceDraws(count: 100_000).weights
    var random = RandomStream(seed: 5, "exact banana")
    let exact = (0..<100_000).map { _ -> [Double] in
      let a = 0.5 + 0.4 * random.nextStandardNormal()
      return [a, a * a - 1 + 0.3 * random.nextStandardNormal()]
    }
    let forward = ForwardWeights(logWeightsOnTargetDraws: try await proposal.logWeights(at: exact))
    #expect(abs(forward.efficiency - reverse.efficiency) < 0.03, "\(forward) \(reverse.efficiency)")
    #expect(reverse.meanLogWeight < Banana.logEvidence)
    #expect(forward.meanLogWeight > Banana.logEvidence)
  }

  @Test("chains have the moments, for about two evaluations per draw")
  func chains() async throws {
    let proposal = TransportProposal(Banana(), try await Self.rough())
    let chains = try await proposal.chains(drawCount: 5000)
    #expect(chains.count == 4 && chains.allSatisfy { $0.count == 5000 })
    #expect(worst(chains) < 4.5)
    let summary = PosteriorSummary(chains)
    #expect(summary.failedGates.isEmpty, "\(summary.failedGates)")
    #expect(chains[0].statistics[.leapfrogSteps]?.allSatisfy { $0 == 2 } == true)
    #expect(try await proposal.chains(drawCount: 5000) == chains)
  }

  @Test("a kernel that takes every independent point is caught")
  func brokenTwin() async throws {
    let map = try await Self.rough().maps[0]
    let chains = (0..<4).map { index in
      var random = RandomStream(seed: 1, "broken", index)
      var chain = Chain(columns: Banana().columns)
      for _ in 0..<5000 {
        let x = [random.nextStandardNormal(), random.nextStandardNormal()]
        chain.append(map.point(at: x).point, logDensity: 0)
      }
      return chain
    }
    #expect(worst(chains) > 4.5)
  }

  @Test("independent Metropolis through the proposal has the moments")
  func metropolis() async throws {
    let fit = try await Self.rough()
    var chains: [Chain] = []
    for index in 0..<4 {
      let draws = try await TransportProposal(Banana(), fit)
        .importanceDraws(count: 5000, in: RunContext(seed: Seed(10 + UInt64(index))))
      var random = RandomStream(seed: 1, "walk", index)
      let walk = IndependentMetropolis(logWeights: draws.weights.logWeights, using: &random)
      chains.append(walk.chain(of: draws.chain))
    }
    #expect(worst(chains) < 4.5)
    #expect(PosteriorSummary(chains).failedGates.isEmpty)
  }

  @Test("the densities of the mixture and of its wide part integrate to one")
  func normalisation() async throws {
    let fit = try await Self.rough()
    let mixture = ProposalMixture(
      [.map(fit.maps[0]), .wideMap(fit.maps[0]), .prior], shares: [0.4, 0.3, 0.3], dimension: 2)
    // Draws of N(0, 4² I) weigh both.
    var random = RandomStream(seed: 1, "integral")
    var (ofMixture, ofWide) = ([Double](), [Double]())
    for _ in 0..<200_000 {
      let u = (0..<2).map { _ in 4 * random.nextStandardNormal() }
      let base = u.reduce(-2 * Double.log(4)) { $0 + NormalDistribution.logDensity(at: $1 / 4) }
      ofMixture.append(mixture.logDensity(at: u.span) - base)
      ofWide.append(fit.wide.logDensity(at: u.span) - base)
    }
    for logWeights in [ofMixture, ofWide] {
      let weights = ImportanceWeights(logWeights)
      #expect(abs(weights.logEvidence) < 4 * weights.logEvidenceError, "\(weights.logEvidence)")
    }
  }

  @Test("draws of the wide density are its own")
  func wideDraws() async throws {
    let wide = try await Self.rough().wide
    var random = RandomStream(seed: 2, "wide")
    let draws = (0..<100_000).map { index -> [Double] in
      var point = [0.0, 0]
      var span = point.mutableSpan
      wide.sample(index, into: &span, using: &random)
      return point
    }
    // E_d[g/d] = ∫ g = 1 for any density g; these two look at either half.
    for deviation in [0.5, 1.0] {
      let weights = ImportanceWeights(
        draws.map { u in
          var value = -wide.logDensity(at: u.span)
          for i in 0..<2 {
            let z = u[i] / deviation
            value += NormalDistribution.logDensity(at: z) - .log(deviation)
          }
          return value
        })
      #expect(abs(weights.logEvidence) < 4 * weights.logEvidenceError, "\(weights.logEvidence)")
    }
  }
}
