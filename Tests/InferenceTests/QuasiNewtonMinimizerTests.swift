import Foundation
import Inference
import Testing

@Suite struct QuasiNewtonMinimizerTests {
  @Test("Rosenbrock's valley ends at (1, 1)", arguments: [[-1.2, 1.0], [3, -5], [1, 1]])
  func rosenbrock(start: [Double]) {
    let result = QuasiNewtonMinimizer(gradientTolerance: 1e-9).minimize(from: start) { x, slope in
      let (first, second) = (1 - x[0], x[1] - x[0] * x[0])
      slope[0] = -2 * first - 400 * x[0] * second
      slope[1] = 200 * second
      return first * first + 100 * second * second
    }
    // A tolerance that rounding may keep it from: a line search that sees no difference ends it.
    #expect(abs(result.position[0] - 1) < 1e-8 && abs(result.position[1] - 1) < 2e-8)
    #expect(result.gradientNorm < 1e-6 && result.value < 1e-15)
  }

  @Test("scales that differ by a million")
  func scales() {
    let result = QuasiNewtonMinimizer(gradientTolerance: 1e-8).minimize(from: [5, 5]) { x, slope in
      slope[0] = 1e6 * (x[0] - 2)
      slope[1] = 1e-6 * (x[1] + 3)
      return 0.5e6 * (x[0] - 2) * (x[0] - 2) + 0.5e-6 * (x[1] + 3) * (x[1] + 3)
    }
    #expect(abs(result.position[0] - 2) < 1e-9 && abs(result.position[1] + 3) < 0.01)
  }

  @Test("coordinates that all but cancel: a hundred steps are enough")
  func correlations() {
    let scales = [1e3, 1, 10, 300, 100.0]
    let result = QuasiNewtonMinimizer(maximumIterations: 100).minimize(from: [3, -1, 2, 1, 1]) {
      x, slope in
      let sum = x[0] + x[1] + x[2] + x[3] + x[4]
      var value = 5e4 * sum * sum
      for i in 0..<5 {
        slope[i] = 1e5 * sum + scales[i] * (x[i] - 1)
        value += 0.5 * scales[i] * (x[i] - 1) * (x[i] - 1)
      }
      return value - 300
    }
    #expect(result.gradientNorm < 1e-6)
  }

  @Test("where the function is not finite there is a wall", arguments: [Double.infinity, .nan])
  func wall(beyond: Double) {
    // −log x + x, whose minimum is at 1, from a point at which the first step leads to x < 0.
    let result = QuasiNewtonMinimizer().minimize(from: [0.01]) { x, slope in
      slope[0] = 1 - 1 / x[0]
      return x[0] > 0 ? x[0] - log(x[0]) : beyond
    }
    #expect(abs(result.position[0] - 1) < 1e-5)
  }

  @Test("what has no minimum ends, and says how steep it still is")
  func slope() {
    let result = QuasiNewtonMinimizer(maximumIterations: 20).minimize(from: [0, 0]) { x, slope in
      slope[0] = 3
      slope[1] = 4
      return 3 * x[0] + 4 * x[1]
    }
    #expect(result.gradientNorm == 5)
  }
}
