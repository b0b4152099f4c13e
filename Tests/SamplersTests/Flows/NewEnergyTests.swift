import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// An energy that the library does not know, in a flow that learns with it.
@Suite struct NewEnergyTests {
  /// exp(−½ |x|² − ¼ Σ x⁴) in two dimensions, which is not normal.
  private struct Quartic: LogDensity {
    let dimension = 2

    func logDensity(at x: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      var value = 0.0
      for i in 0..<2 {
        let square = x[i] * x[i]
        value -= 0.5 * square + 0.25 * square * square
        gradient[i] = -x[i] * (1 + square)
      }
      return value
    }

    /// Its integral and ∫ x₁² π / ∫ π, by the trapezoidal rule, which converges exponentially here.
    static let (integral, variance) = {
      var (sum, second) = (0.0, 0.0)
      for node in -1000...1000 {
        let x = 0.006 * Double(node)
        let density = Double.exp(-0.5 * x * x - 0.25 * x * x * x * x)
        sum += 0.006 * density
        second += 0.006 * x * x * density
      }
      return (sum * sum, second / sum)
    }()
  }

  private func flow(potential: Energy) -> NeuralHamiltonianFlow {
    var generator = RandomStream(seed: 2, "flow")
    let momentum = ConditionalGaussian(dimension: 2, scale: .full, isLinear: true, hidden: [])
    return NeuralHamiltonianFlow(
      base: .normal(standardDeviation: 1), encoder: momentum,
      blocks: [
        HamiltonianBlock(
          potential: potential, kinetic: .quadratic(QuadraticEnergy(dimension: 2)), stepCount: 4)
      ],
      finalMomentum: momentum, time: 1.5, outputScale: 0, using: &generator)
  }

  private var quartic: NeuralHamiltonianFlow {
    flow(potential: Energy(QuarticEnergy(dimension: 2)))
  }

  /// log w and positions of draws.
  private func weigh(
    _ flow: NeuralHamiltonianFlow, _ count: Int
  ) async throws -> (logWeights: [Double], positions: [Double]) {
    let draws = try await HamiltonianMap(flow).sample(count, in: RunContext(seed: 8))
    let positions = draws.points.positions
    let logWeights = (0..<count).map { n in
      Quartic().logDensityAndGradient(at: Array(positions[2 * n..<2 * n + 2])).logDensity
        + draws.logFinalMomentum[n] - draws.logFlow[n]
    }
    return (logWeights, positions)
  }

  @Test("a flow learns with a new energy, and its weighted draws are those of the target")
  func learning() async throws {
    var training = FlowTraining()
    training.stepCount = 400
    training.learningRate = .cosine(peak: 2e-2, floor: 0, warmUp: 0)
    training.patience = 100
    let trained = try await FlowTrainer(training)
      .train(quartic, towards: Quartic(), in: RunContext(seed: 1)).flow
    let (before, after) = try await (weigh(quartic, 20_000), weigh(trained, 20_000))
    let efficiency = ImportanceWeights(after.logWeights).efficiency
    #expect(efficiency > 0.95)
    #expect(efficiency > ImportanceWeights(before.logWeights).efficiency + 0.02)
    // A quadratic potential alone has only normal densities to offer.
    let normal = try await FlowTrainer(training)
      .train(
        flow(potential: .quadratic(QuadraticEnergy(dimension: 2))), towards: Quartic(),
        in: RunContext(seed: 1)
      ).flow
    let other = try await weigh(normal, 20_000)
    #expect(efficiency > ImportanceWeights(other.logWeights).efficiency + 0.01)

    let weights = after.logWeights.map { Double.exp($0) }
    let mean = weights.reduce(0, +) / 20_000
    let spread = weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - Quartic.integral) < 4 * .sqrt(spread / 20_000))
    let deviations = weights.indices.map { n in
      let x = after.positions[2 * n]
      return weights[n] / mean * (x * x - Quartic.variance)
    }
    let error = deviations.reduce(0) { $0 + $1 * $1 }.squareRoot() / 20_000
    #expect(abs(deviations.reduce(0, +) / 20_000) < 4 * error)
  }

  @Test("the losses have exact gradients by a new energy's parameters", arguments: [true, false])
  func gradients(isReverse: Bool) async throws {
    var flow = quartic
    var generator = RandomStream(seed: 5, "parameters")
    flow.parameters = flow.parameters.map { $0 + 0.2 * generator.nextStandardNormal() }
    let objective = FlowObjective(flow, batchSize: 16, precision: .double)
    let points = (0..<32).map { _ in generator.nextStandardNormal() }
    func value(_ parameters: [Double]) async -> FlowObjective.Value {
      isReverse
        ? await objective.reverse(Quartic(), at: parameters, .reparametrised, seed: 2, batch: 0)
        : await objective.data(points, at: parameters, seed: 2, batch: 0)
    }
    let gradient = await value(flow.parameters).gradient
    let range = flow.potentialParameters(ofBlock: 0)
    #expect(range.count == 2)
    for i in range {
      func difference(_ step: Double) async -> Double {
        var (above, below) = (flow.parameters, flow.parameters)
        above[i] += step
        below[i] -= step
        return await (value(above).loss - value(below).loss) / (2 * step)
      }
      let slope = await (4 * difference(1e-4) - difference(2e-4)) / 3
      #expect(abs(slope - gradient[i]) < 1e-7)
    }
  }

  @Test("every kinetic energy that has a name makes a flow, and is found by its name")
  func choices() throws {
    let choices = FlowPreset.Kinetic.allCases
    #expect(choices.map(\.rawValue) == ["fixed", "mlp", "relativistic"])
    for choice in choices {
      #expect(FlowPreset.Kinetic(rawValue: choice.rawValue) == choice)
      #expect(try JSONCoding.copy([choice]) == [choice])
      #expect(FlowPreset.Kinetic.listing.contains("\(choice.rawValue) (\(choice.words))"))
      for preset in FlowPreset.allCases {
        var options = FlowPreset.Options()
        options.kinetic = choice
        #expect(preset.make(dimension: 2, options: options, seed: 1).flow.dimension == 2)
      }
    }
    #expect(FlowPreset.Kinetic(rawValue: "quartic") == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([FlowPreset.Kinetic].self, from: Data(#"["quartic"]"#.utf8))
    }
  }
}
