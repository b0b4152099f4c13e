import Inference
import Testing

@Suite struct DualTests {
  /// Functions of one variable over any scalar, each with a place where it is smooth.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let point: Double
    let value: @Sendable (Double) -> Double
    let dual: @Sendable (Dual<SIMD2<Double>>) -> Dual<SIMD2<Double>>
  }

  static let cases: [Case] = [
    Case(testDescription: "+ − × ÷", point: 0.7, value: rational, dual: rational),
    Case(testDescription: "exp", point: 0.7, value: { .exp($0) }, dual: { .exp($0) }),
    Case(
      testDescription: "exp − 1", point: 1e-3, value: { .expMinusOne($0) },
      dual: { .expMinusOne($0) }),
    Case(testDescription: "cosh", point: 0.7, value: { .cosh($0) }, dual: { .cosh($0) }),
    Case(testDescription: "sinh", point: 0.7, value: { .sinh($0) }, dual: { .sinh($0) }),
    Case(testDescription: "tanh", point: 0.7, value: { .tanh($0) }, dual: { .tanh($0) }),
    Case(testDescription: "cos", point: 0.7, value: { .cos($0) }, dual: { .cos($0) }),
    Case(testDescription: "sin", point: 0.7, value: { .sin($0) }, dual: { .sin($0) }),
    Case(testDescription: "tan", point: 0.7, value: { .tan($0) }, dual: { .tan($0) }),
    Case(testDescription: "log", point: 0.7, value: { .log($0) }, dual: { .log($0) }),
    Case(
      testDescription: "log(1 + x)", point: 0.7, value: { .log(onePlus: $0) },
      dual: { .log(onePlus: $0) }),
    Case(testDescription: "acosh", point: 1.7, value: { .acosh($0) }, dual: { .acosh($0) }),
    Case(testDescription: "asinh", point: 0.7, value: { .asinh($0) }, dual: { .asinh($0) }),
    Case(testDescription: "atanh", point: 0.7, value: { .atanh($0) }, dual: { .atanh($0) }),
    Case(testDescription: "acos", point: 0.7, value: { .acos($0) }, dual: { .acos($0) }),
    Case(testDescription: "asin", point: 0.7, value: { .asin($0) }, dual: { .asin($0) }),
    Case(testDescription: "atan", point: 0.7, value: { .atan($0) }, dual: { .atan($0) }),
    Case(testDescription: "√", point: 0.7, value: { .sqrt($0) }, dual: { .sqrt($0) }),
    Case(
      testDescription: "cube root of a negative", point: -0.7, value: { .root($0, 3) },
      dual: { .root($0, 3) }),
    Case(testDescription: "x⁻³", point: 0.7, value: { .pow($0, -3) }, dual: { .pow($0, -3) }),
    Case(testDescription: "x⁰", point: 0, value: { .pow($0, 0) }, dual: { .pow($0, 0) }),
    Case(testDescription: "x^x", point: 0.7, value: { .pow($0, $0) }, dual: { .pow($0, $0) }),
    Case(
      testDescription: "x^2.5", point: 0.7, value: { .pow($0, 2.5) }, dual: { .pow($0, Dual(2.5)) }),
  ]

  @Sendable static func rational<S: DifferentiableScalar>(_ x: S) -> S {
    var y = (2 * x - 1 / x + x / 3) * (x - 0.5) / (1 + x * x)
    y += x
    y -= 0.25 * x
    y *= -x
    y /= 2 - x
    return y - 1 + (3 - y)
  }

  @Test("value and derivative are those of the function", arguments: cases)
  func chainRule(_ function: Case) {
    let result = function.dual(Dual(function.point, seeding: 1))
    #expect(result.value == function.value(function.point))
    #expect(result.partials[0] == 0, "a lane that nothing seeds stays zero")

    let step = 1e-4
    func difference(_ step: Double) -> Double {
      (function.value(function.point + step) - function.value(function.point - step)) / (2 * step)
    }
    let slope = (4 * difference(step / 2) - difference(step)) / 3
    #expect(
      abs(result.partials[1] - slope) <= 1e-9 * max(1, abs(slope)), "\(result.partials[1]) \(slope)"
    )
  }

  @Test("a constant power of zero has the derivative of the power, not a NaN")
  func powerAtZero() {
    let square = Dual<SIMD2<Double>>.pow(Dual(0, seeding: 0), Dual(2))
    #expect(square.value == 0 && square.partials[0] == 0)
  }

  @Test("constants stay constants where a slope is infinite, and branches see values")
  func constants() {
    let zero = Dual<SIMD2<Double>>(0)
    #expect(Dual.sqrt(zero).partials == .zero && Dual.root(zero, 3).partials == .zero)
    #expect(Dual<SIMD2<Double>>(1, seeding: 0) == 1)
  }
}
