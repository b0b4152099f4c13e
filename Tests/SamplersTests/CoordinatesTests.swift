import Foundation
import Inference
import LinearAlgebra
import Samplers
import Synchronization
import TestSupport
import Testing

@Suite struct CoordinatesTests {
  @Test("whitened by its moments a normal density is N(0, I)")
  func whitened() throws {
    let gaussian = CorrelatedGaussian(dimension: 3, correlation: 0.7)
    let laplace = try LaplaceApproximation(gaussian, from: [1, 1, -1])
    let density = TransformedDensity(gaussian, in: try WhiteningCoordinates(laplace))
    let top = density.logDensityAndGradient(at: [0, 0, 0]).logDensity
    var random = RandomStream(seed: 2, "whitened")
    for _ in 0..<20 {
      let x = (0..<3).map { _ in random.nextStandardNormal() }
      let (value, gradient) = density.logDensityAndGradient(at: x)
      #expect(abs(value - top + 0.5 * x.reduce(0) { $0 + $1 * $1 }) < 1e-5)
      for (slope, coordinate) in zip(gradient, x) { #expect(abs(slope + coordinate) < 1e-5) }
    }
    // log ∫ = log density + log N(0, I) at the top.
    #expect(abs(laplace.logEvidence - (top + 1.5 * .log(2 * .pi))) < 1e-8)
  }

  @Test("chains in other coordinates are recorded as the density records them")
  func chains() async throws {
    let bent = TransformedDensity(CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Bend())
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(bent, in: RunContext(seed: 5))
    #expect(chains[0].columns.map(\.name) == ["x1", "x2"])
    let draws = chains.map { chain in [chain.column(0), chain.column(1)] }
    let check = MomentCheck([
      (draws.map { $0[0] }, 0), (draws.map { $0[1] }, 0),
      (draws.map { $0[0].map { $0 * $0 } }, 1), (draws.map { $0[1].map { $0 * $0 } }, 1),
      (draws.map { zip($0[0], $0[1]).map { $0 * $1 } }, 0.6),
    ])
    #expect(check.worst < 4.5, "\(check.worst) standard errors")
    // The recorded log density is that of the point.
    for index in 0..<20 {
      let point = Array(chains[0].draw(index))
      let exact = bent.density.logDensityAndGradient(at: point).logDensity
      #expect(abs(chains[0].logDensities[index] - exact) < 1e-12)
    }
    let parts = bent.parts(at: [0.4, 1]).reduce(0) { $0 + $1.value }
    #expect(abs(parts - bent.logDensityAndGradient(at: [0.4, 1]).logDensity) < 1e-14)
  }

  @Test("without their Jacobian, coordinates give wrong moments")
  func brokenTwin() async throws {
    let bent = TransformedDensity(
      CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Forgetful())
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(bent, in: RunContext(seed: 5))
    #expect(MomentCheck([(chains.map { $0.column(0) }, 0)]).worst > 4.5)
  }

  /// Keeps chains in memory, and gives back the first draws of one.
  final class Memory: ChainStore {
    let kept: Mutex<(chain: Chain, checkpoint: ChainCheckpoint)?> = Mutex(nil)

    func resume(
      chain index: Int, columns: [Chain.Column]
    ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? { kept.withLock { $0 } }

    func append(
      _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
    ) throws(StorageError) { kept.withLock { $0 = (chain, checkpoint) } }

    func flush() async throws(StorageError) {}
  }

  @Test("a chain in other coordinates is taken up again bit for bit")
  func resuming() async throws {
    let bent = TransformedDensity(CorrelatedGaussian(dimension: 2, correlation: 0.6), in: Bend())
    let kernel = NoUTurnSampler(bent, metric: DenseMetric(dimension: 2))
    func runner(_ count: Int) -> ChainRunner {
      ChainRunner(chainCount: 1, warmUpCount: 200, drawCount: count)
    }
    let store = Memory()
    let context = RunContext(seed: 7, store: ChainsOnly(store))
    _ = try await runner(100).run(kernel, in: context)
    let continued = try await runner(300).run(kernel, in: context)
    #expect(try await runner(300).run(kernel, in: RunContext(seed: 7)) == continued)
  }
}
