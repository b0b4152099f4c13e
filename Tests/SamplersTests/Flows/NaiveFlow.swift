import Inference
import Samplers

/// A flow written as the formulas stand, for one point and any scalar: the twin of `HamiltonianMap`.
///
/// It walks through the flat buffer by itself, so a parameter in the wrong place shows.
struct NaiveFlow<Scalar: DifferentiableScalar> {
  let flow: NeuralHamiltonianFlow

  private func parameters(_ count: Int, from offset: inout Int) -> [Double] {
    defer { offset += count }
    return Array(flow.parameters[offset..<offset + count])
  }

  private func lower(_ dimension: Int, _ numbers: [Double]) -> [[Double]] {
    return (0..<dimension).map { i in
      (0..<dimension).map { j in
        if j > i { return 0 }
        let number = numbers[i * (i + 1) / 2 + j]
        return i == j ? .exp(number) : number
      }
    }
  }

  private func square(_ c: [[Double]], _ x: [Scalar]) -> [Scalar] {
    c.indices.map { i in
      var sum: Scalar = 0
      for j in c.indices {
        for k in c.indices { sum += x[j] * (c[i][k] * c[j][k]) }
      }
      return sum
    }
  }

  private func layers(
    _ network: MultilayerPerceptron, _ numbers: [Double]
  ) -> [(weights: [[Double]], biases: [Double])] {
    var offset = 0
    return zip(network.widths, network.widths.dropFirst()).map { inputs, outputs in
      let rows = (0..<outputs).map { Array(numbers[(offset + $0 * inputs)...].prefix(inputs)) }
      offset += inputs * outputs
      defer { offset += outputs }
      return (rows, Array(numbers[offset..<offset + outputs]))
    }
  }

  private func value(_ activation: Activation, _ x: Scalar) -> (Scalar, slope: Scalar) {
    switch activation {
    case .softplus: (.log(1 + .exp(x)), 1 / (1 + .exp(-x)))
    case .tanh: (.tanh(x), 1 - .tanh(x) * .tanh(x))
    }
  }

  private func output(
    _ network: MultilayerPerceptron, _ numbers: [Double], _ x: [Scalar]
  ) -> [Scalar] {
    var values = x
    let layers = layers(network, numbers)
    for (index, layer) in layers.enumerated() {
      values = zip(layer.weights, layer.biases).map { row, bias in
        let sum = zip(row, values).reduce(Scalar(bias)) { $0 + $1.1 * $1.0 }
        return index == layers.count - 1 ? sum : value(network.activation, sum).0
      }
    }
    return values
  }

  /// ∇E(x), and as many numbers taken from the buffer as the energy has parameters.
  private func gradient(_ energy: Energy, _ x: [Scalar], _ offset: inout Int) -> [Scalar] {
    let numbers = parameters(energy.parameterCount, from: &offset)
    let d = x.count
    switch energy.form {
    case let quadratic as QuadraticEnergy:
      let product = square(lower(d, numbers), x)
      return (0..<d).map {
        quadratic.isShifted ? product[$0] + numbers[d * (d + 1) / 2 + $0] : product[$0]
      }
    case is RelativisticEnergy:
      let product = square(lower(d, numbers), x)
      let speed = Double.exp(numbers[d * (d + 1) / 2])
      let size = zip(x, product).reduce(Scalar(0)) { $0 + $1.0 * $1.1 }
      let gamma = Scalar.sqrt(1 + size * (1 / (speed * speed)))
      return product.map { $0 / gamma }
    case let energy as NetworkEnergy:
      let network = energy.network
      var values = x
      var slopes: [[Scalar]] = []
      let layers = layers(network, numbers)
      for layer in layers.dropLast() {
        let pairs = zip(layer.weights, layer.biases).map { row, bias in
          value(network.activation, zip(row, values).reduce(Scalar(bias)) { $0 + $1.1 * $1.0 })
        }
        values = pairs.map(\.0)
        slopes.append(pairs.map(\.slope))
      }
      var back = layers[layers.count - 1].weights[0].map { Scalar($0) }
      for (layer, slope) in zip(layers.dropLast(), slopes).reversed() {
        let errors = zip(back, slope).map { $0 * $1 }
        back = layer.weights[0].indices.map { j in
          zip(errors, layer.weights).reduce(Scalar(0)) { $0 + $1.0 * $1.1[j] }
        }
      }
      return back
    case let sum as SumEnergy:
      var inner = offset - numbers.count
      return sum.terms.map { gradient($0, x, &inner) }.reduce([Scalar](repeating: 0, count: d)) {
        zip($0, $1).map { $0 + $1 }
      }
    default: preconditionFailure("the twin does not know \(energy)")
    }
  }

  /// Follows the kicks and drifts one by one, two half kicks a step.
  private func run(
    _ q: [Scalar], _ p: [Scalar], backwards: Bool
  ) -> (q: [Scalar], p: [Scalar]) {
    var (q, p) = (q, p)
    let first = baseCount + flow.encoder.parameterCount
    let sizes = flow.blocks.map {
      1 + $0.potential.parameterCount + $0.kinetic.parameterCount
    }
    let order = backwards ? Array(flow.blocks.indices.reversed()) : Array(flow.blocks.indices)
    for index in order {
      let block = flow.blocks[index]
      let start = first + sizes[..<index].reduce(0, +)
      let step =
        (backwards ? -1 : 1) * Double.exp(flow.parameters[start]) / Double(block.stepCount)
      func kick() {
        var offset = start + 1
        p = zip(p, gradient(block.potential, q, &offset)).map { $0 - $1 * (step / 2) }
      }
      for _ in 0..<block.stepCount {
        kick()
        var offset = start + 1 + block.potential.parameterCount
        q = zip(q, gradient(block.kinetic, p, &offset)).map { $0 + $1 * step }
        kick()
      }
    }
    return (q, p)
  }

  func forward(_ q: [Scalar], _ p: [Scalar]) -> (q: [Scalar], p: [Scalar]) {
    run(q, p, backwards: false)
  }

  /// The momentum's log density given q, with its parameters from an offset on.
  func logMomentum(
    _ encoder: ConditionalGaussian, _ p: [Scalar], given q: [Scalar], from start: Int
  ) -> Scalar {
    var offset = start
    let d = encoder.dimension
    var mean = parameters(d, from: &offset).map { Scalar($0) }
    if encoder.isLinear {
      let matrix = parameters(d * d, from: &offset)
      for i in 0..<d { for j in 0..<d { mean[i] += q[j] * matrix[i * d + j] } }
    }
    let count = encoder.scale == .diagonal ? d : d * (d + 1) / 2
    var scales = parameters(count, from: &offset).map { Scalar($0) }
    if let network = encoder.mean, let spread = encoder.spread {
      let shift = output(network, parameters(network.parameterCount, from: &offset), q)
      mean = zip(mean, shift).map { $0 + $1 }
      let change = output(spread, parameters(spread.parameterCount, from: &offset), q)
      scales = zip(scales, change).map { $0 + $1 }
    }
    var deviates: [Scalar] = []
    var total: Scalar = Scalar(-0.5 * Double(d) * Double.log(2 * .pi))
    for i in 0..<d {
      var rest = p[i] - mean[i]
      var diagonal = scales[i]
      if encoder.scale == .full {
        for j in 0..<i { rest -= scales[i * (i + 1) / 2 + j] * deviates[j] }
        diagonal = scales[i * (i + 1) / 2 + i]
      }
      let logScale = Scalar.tanh(diagonal * 0.125) * 8.0
      deviates.append(rest / .exp(logScale))
      total -= logScale + deviates[i] * deviates[i] * 0.5
    }
    return total
  }

  private var baseCount: Int { flow.baseParameterCount }

  /// log π₀(q₀) + log f(p₀ | q₀).
  func logBase(_ q: [Scalar], _ p: [Scalar]) -> Scalar {
    var total: Scalar = 0
    for (i, x) in q.enumerated() {
      switch flow.base {
      case .conditional: preconditionFailure("the naive twin is given nothing")
      case .softUniform(let a):
        let z = 2 * a / (1 - .exp(-2 * a))
        let edges = Scalar.log(1 + Scalar.exp(-x - a)) + Scalar.log(1 + Scalar.exp(x - a))
        total -= edges + Double.log(z)
      case .normal(let deviation):
        total -= x * x * (0.5 / (deviation * deviation)) + Double.log(deviation)
        total -= Scalar(0.5 * Double.log(2 * .pi))
      case .learnedNormal, .learnedIsotropic:
        let deviation = Double.exp(flow.parameters[flow.base == .learnedNormal ? i : 0])
        total -= x * x * (0.5 / (deviation * deviation)) + Double.log(deviation)
        total -= Scalar(0.5 * Double.log(2 * .pi))
      }
    }
    return total + logMomentum(flow.encoder, p, given: q, from: baseCount)
  }

  /// log M of an end point.
  func logFlow(_ q: [Scalar], _ p: [Scalar]) -> Scalar {
    let base = run(q, p, backwards: true)
    return logBase(base.q, base.p)
  }

  func logFinalMomentum(_ q: [Scalar], _ p: [Scalar]) -> Scalar {
    logMomentum(
      flow.finalMomentum, p, given: q,
      from: flow.parameters.count - flow.finalMomentum.parameterCount)
  }
}
