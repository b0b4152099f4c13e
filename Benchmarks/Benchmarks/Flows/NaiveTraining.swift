import Inference
import RealModule

/// A step of training in plain loops, one point at a time: the potential D–H–H–1 with softplus, unit
/// masses, normal momenta and a normal base. What a flow of the package does besides, the networks of
/// the last momentum's density above all, is left out.
struct NaiveTraining {
  let dimension, hidden, stepCount: Int
  /// Row by row: W₁, W₂ and w₃, with b₁ and b₂.
  var first, second, third, firstBias, secondBias: [Float]

  init(dimension: Int, hidden: Int, stepCount: Int, using generator: inout RandomStream) {
    (self.dimension, self.hidden, self.stepCount) = (dimension, hidden, stepCount)
    func weights(_ count: Int, _ inputs: Int, _ generator: inout RandomStream) -> [Float] {
      (0..<count).map { _ in Float(generator.nextStandardNormal()) / Float(inputs).squareRoot() }
    }
    first = weights(hidden * dimension, dimension, &generator)
    second = weights(hidden * hidden, hidden, &generator)
    third = weights(hidden, hidden, &generator)
    firstBias = weights(hidden, 1, &generator)
    secondBias = weights(hidden, 1, &generator)
  }

  /// The parameters as zeros, to add derivatives to.
  private var zeros: NaiveTraining {
    var copy = self
    copy.move(along: self, by: -1)
    return copy
  }

  /// Adds a multiple of other parameters.
  mutating func move(along other: NaiveTraining, by factor: Float) {
    for i in first.indices { first[i] += factor * other.first[i] }
    for i in second.indices { second[i] += factor * other.second[i] }
    for i in third.indices { third[i] += factor * other.third[i] }
    for i in firstBias.indices { firstBias[i] += factor * other.firstBias[i] }
    for i in secondBias.indices { secondBias[i] += factor * other.secondBias[i] }
  }

  /// Σ of the squares of all numbers.
  var squareSum: Float {
    [first, second, third, firstBias, secondBias].joined().reduce(0) { $0 + $1 * $1 }
  }

  /// What the gradient at a point leaves for its adjoint.
  private struct Memory {
    var x, h1, h2, s1, s2, delta1, delta2: [Float]
  }

  private func gradient(at x: [Float]) -> (gradient: [Float], memory: Memory) {
    let zero = [Float](repeating: 0, count: hidden)
    var memory = Memory(x: x, h1: zero, h2: zero, s1: zero, s2: zero, delta1: zero, delta2: zero)
    for i in 0..<hidden {
      var sum = firstBias[i]
      for j in 0..<dimension { sum += first[i * dimension + j] * x[j] }
      memory.h1[i] = max(sum, 0) + .log(onePlus: .exp(-abs(sum)))
      memory.s1[i] = 1 / (1 + .exp(-sum))
    }
    for i in 0..<hidden {
      var sum = secondBias[i]
      for j in 0..<hidden { sum += second[i * hidden + j] * memory.h1[j] }
      memory.s2[i] = 1 / (1 + .exp(-sum))
      memory.delta2[i] = third[i] * memory.s2[i]
    }
    for i in 0..<hidden {
      for j in 0..<hidden { memory.delta1[j] += second[i * hidden + j] * memory.delta2[i] }
    }
    var gradient = [Float](repeating: 0, count: dimension)
    for i in 0..<hidden {
      memory.delta1[i] *= memory.s1[i]
      for j in 0..<dimension { gradient[j] += first[i * dimension + j] * memory.delta1[i] }
    }
    return (gradient, memory)
  }

  /// The Hessian times c, with the derivatives of c·∇V by the parameters.
  private func adjoint(
    _ c: [Float], _ memory: Memory, to parameters: inout NaiveTraining
  ) -> [Float] {
    let zero = [Float](repeating: 0, count: hidden)
    var (t1, t2, v1, e1, e2) = (zero, zero, zero, zero, zero)
    for i in 0..<hidden {
      for j in 0..<dimension { v1[i] += first[i * dimension + j] * c[j] }
      t1[i] = memory.s1[i] * v1[i]
    }
    for i in 0..<hidden {
      var sum: Float = 0
      for j in 0..<hidden { sum += second[i * hidden + j] * t1[j] }
      t2[i] = memory.s2[i] * sum
      e2[i] = (1 - memory.s2[i]) * memory.delta2[i] * sum
    }
    for i in 0..<hidden {
      for j in 0..<hidden { e1[j] += second[i * hidden + j] * e2[i] }
    }
    var result = [Float](repeating: 0, count: dimension)
    for i in 0..<hidden {
      e1[i] = memory.s1[i] * e1[i] + (1 - memory.s1[i]) * memory.delta1[i] * v1[i]
      for j in 0..<dimension {
        result[j] += first[i * dimension + j] * e1[i]
        parameters.first[i * dimension + j] += memory.delta1[i] * c[j] + e1[i] * memory.x[j]
      }
      for j in 0..<hidden {
        parameters.second[i * hidden + j] += memory.delta2[i] * t1[j] + e2[i] * memory.h1[j]
      }
      parameters.firstBias[i] += e1[i]
      parameters.secondBias[i] += e2[i]
      parameters.third[i] += t2[i]
    }
    return result
  }

  /// The mean of ½ (|q₀|² + |p₀|²) over points carried back for a time 1, and its derivatives.
  func step(
    _ points: [Float], using generator: inout RandomStream
  ) -> (loss: Float, derivatives: NaiveTraining) {
    var derivatives = zeros
    var loss: Float = 0
    let count = points.count / dimension
    let length = -1 / Float(stepCount)
    func share(_ kick: Int) -> Float { kick == 0 || kick == stepCount ? 0.5 : 1 }
    for n in 0..<count {
      var q = Array(points[n * dimension..<(n + 1) * dimension])
      var p = q.map { _ in Float(generator.nextStandardNormal()) }
      var memories: [Memory] = []
      for kick in 0...stepCount {
        if kick > 0 { for i in q.indices { q[i] += length * p[i] } }
        let (force, memory) = gradient(at: q)
        memories.append(memory)
        for i in p.indices { p[i] -= share(kick) * length * force[i] }
      }
      for i in q.indices { loss += 0.5 * (q[i] * q[i] + p[i] * p[i]) / Float(count) }
      for i in q.indices { (q[i], p[i]) = (q[i] / Float(count), p[i] / Float(count)) }
      for kick in (0...stepCount).reversed() {
        let change = adjoint(
          p.map { -share(kick) * length * $0 }, memories[kick], to: &derivatives)
        for i in q.indices { q[i] += change[i] }
        if kick > 0 { for i in p.indices { p[i] += length * q[i] } }
      }
    }
    return (loss, derivatives)
  }
}
