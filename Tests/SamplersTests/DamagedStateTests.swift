import Foundation
import Inference
import Samplers
import Synchronization
import TestSupport
import Testing

/// States of samplers from files, with every number in them replaced by every hostile one: the work
/// continues from them, starts over, or an error tells of them.
@Suite struct DamagedStateTests {
  private static func training(_ steps: Int) -> FlowTraining {
    var training = FlowTraining()
    training.batchSize = 8
    training.stepCount = steps
    training.checkInterval = 2
    training.heldOutCount = 16
    return training
  }

  private static let data = (0..<40).map { 0.1 * Double($0 % 7) - 0.3 }

  private func trained(
    from state: FlowTrainingState?, steps: Int = 6
  ) async throws -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    try await FlowTrainer(Self.training(steps)).train(
      SampleFlow.deep.flow(), on: Self.data, heldOut: Array(Self.data.prefix(16)), from: state,
      in: RunContext(seed: 1))
  }

  @Test("a training continues from a state or starts over, whatever stands in it")
  func training() async throws {
    let half = try await FlowTrainer(Self.training(6)).train(
      SampleFlow.deep.flow(), on: Self.data, heldOut: Array(Self.data.prefix(16)),
      in: RunContext(seed: 1, stop: .after(1)))
    #expect(half.state.step == 1)
    let document = try JSONEncoder().encode(half.state)
    let whole = try await trained(from: nil).flow
    #expect(try await trained(from: try JSONCoding.copy(half.state)).flow == whole)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    var decoded = 0
    for variant in try DamagedJSON.variants(of: document) {
      guard let state = try? decoder.decode(FlowTrainingState.self, from: variant.document) else {
        continue
      }
      decoded += 1
      let result = try await trained(from: state)
      // A rate that recovery has made so small ends a training.
      #expect(result.state.step == 6 || result.state.rateFactor < 1e-6, "\(variant.place)")
      #expect(result.flow.parameters.allSatisfy { $0.isFinite }, "\(variant.place)")
    }
    #expect(decoded > 100)
  }

  @Test(
    "counts and moments that no training leaves do not fit",
    arguments: [
      ("step", "7"), ("step", "-1"), ("lossCount", "9223372036854775807"), ("lossCount", "2"),
      ("lossCount", "-1"), ("looksSinceBest", "9223372036854775807"), ("looksSinceBest", "-1"),
      ("bestScore", #""NaN""#), ("lossSum", #""Infinity""#), ("rateFactor", "2"),
      ("rateFactor", "-1"), ("beta", "1e308"), ("stepCount", "9223372036854775807"),
      ("stepCount", "-1"),
    ])
  func impossible(key: String, value: String) async throws {
    let flow = SampleFlow.deep.flow()
    let state = try await FlowTrainer(Self.training(6)).train(
      flow, on: Self.data, heldOut: Self.data, in: RunContext(seed: 1, stop: .after(1))
    ).state
    #expect(state.fits(flow, Self.training(6)))
    #expect(!state.fits(SampleFlow.fixedKinetic.flow(), Self.training(6)))
    let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
    let damaged = text.replacing(try Regex("\"\(key)\":[-0-9.e+]+"), with: "\"\(key)\":\(value)")
    #expect(damaged != text)
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    let read = try decoder.decode(FlowTrainingState.self, from: Data(damaged.utf8))
    #expect(!read.fits(flow, Self.training(6)))
  }

  /// A store with one chain, which begins behind two draws.
  private struct Kept: ChainStore {
    let checkpoint: ChainCheckpoint

    func resume(
      chain index: Int, columns: [Chain.Column]
    ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? {
      var chain = Chain(columns: columns, statistics: Chain.Statistic.hamiltonian)
      for _ in 0..<2 {
        chain.append([0.1, 0.2], logDensity: -0.1, noted: [-0.1, 1, 0.5, 1, 1, 0, 0.5])
      }
      return (chain, checkpoint)
    }

    func append(
      _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
    ) throws(StorageError) {}

    func flush() async throws(StorageError) {}
  }

  @Test("a chain continues from a checkpoint or begins again, whatever stands in it")
  func chain() async throws {
    let checkpoint = ChainCheckpoint(
      drawCount: 2, position: [0.1, 0.2], stepSize: 0.5, inverseMasses: [1, 0.25, 0.25, 2],
      random: RandomStream(seed: 1, "chain", 0))
    let density = CorrelatedGaussian(dimension: 2, correlation: 0.3)
    let runner = ChainRunner(chainCount: 1, warmUpCount: 20, drawCount: 6)
    let kernel = NoUTurnSampler(density, metric: DenseMetric(dimension: 2))
    let whole = try await runner.run(kernel)
    var (begun, resumed) = (0, 0)
    for variant in try DamagedJSON.variants(of: try JSONEncoder().encode(checkpoint)) {
      guard let read = try? JSONDecoder().decode(ChainCheckpoint.self, from: variant.document)
      else { continue }
      let warnings = Mutex<[String]>([])
      let chains = try await runner.run(
        kernel,
        in: RunContext(store: ChainsOnly(Kept(checkpoint: read))) { event in
          if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        })
      #expect(chains[0].count == 6, "\(variant.place)")
      #expect((0..<6).allSatisfy { chains[0].draw($0).allSatisfy(\.isFinite) }, "\(variant.place)")
      let told = warnings.withLock { $0 }
      if told.isEmpty {
        resumed += 1
      } else {
        #expect(told[0].contains("checkpoint is damaged") && told[0].hasSuffix("begins again"))
        #expect(chains == whole, "\(variant.place)")
        begun += 1
      }
    }
    #expect(begun > 10 && resumed > 10, "\(begun) begun, \(resumed) resumed")
  }

  @Test("a proposal is drawn from or refused, whatever stands in a file")
  func proposal() throws {
    let mixture = ProposalMixture.aroundPrior(dimension: 2)
    var (drawn, refused) = (0, 0)
    for variant in try DamagedJSON.variants(of: try JSONEncoder().encode(mixture)) {
      guard let read = try? JSONDecoder().decode(ProposalMixture.self, from: variant.document)
      else {
        refused += 1
        continue
      }
      drawn += 1
      var random = RandomStream(seed: 1, "proposal")
      for index in 0..<8 {
        var point = [Double](repeating: 0, count: 2)
        var span = point.mutableSpan
        read.sample(index, into: &span, using: &random)
        #expect(point.allSatisfy { $0.isFinite }, "\(variant.place)")
        #expect(!read.logDensity(at: point.span).isNaN, "\(variant.place)")
      }
    }
    #expect(drawn > 5 && refused > 100, "\(drawn) drawn, \(refused) refused")
  }

  @Test(
    "inverse masses that are no symmetric matrix are refused",
    arguments: [
      [1, 0.5, 0.2, 2], [1, .nan, .nan, 2], [1, 2, 2, 1], [1, 0, 0], [], [0, 0, 0, 1],
    ])
  func metric(inverseMasses: [Double]) {
    #expect(DenseMetric(dimension: 2, inverseMasses: inverseMasses) == nil)
  }
}
