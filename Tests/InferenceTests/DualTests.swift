import Inference
import Testing

@Suite struct DualTests {
  /// Functions of one variable over any scalar, each with a place where it is smooth.
  static func functions<S: DifferentiableScalar>(
    over _: S.Type
  ) -> [(name: String, point: Double, function: (S) -> S)] {
    [
      ("+ − × ÷", 0.7, rational), ("exp", 0.7, { .exp($0) }),
      ("exp − 1", 1e-3, { .expMinusOne($0) }),
      ("cosh", 0.7, { .cosh($0) }), ("sinh", 0.7, { .sinh($0) }), ("tanh", 0.7, { .tanh($0) }),
      ("cos", 0.7, { .cos($0) }), ("sin", 0.7, { .sin($0) }), ("tan", 0.7, { .tan($0) }),
      ("log", 0.7, { .log($0) }), ("log(1 + x)", 0.7, { .log(onePlus: $0) }),
      ("acosh", 1.7, { .acosh($0) }), ("asinh", 0.7, { .asinh($0) }),
      ("atanh", 0.7, { .atanh($0) }),
      ("acos", 0.7, { .acos($0) }), ("asin", 0.7, { .asin($0) }), ("atan", 0.7, { .atan($0) }),
      ("√", 0.7, { .sqrt($0) }), ("cube root of a negative", -0.7, { .root($0, 3) }),
      ("x⁻³", 0.7, { .pow($0, -3) }), ("x⁰", 0, { .pow($0, 0) }), ("x^x", 0.7, { .pow($0, $0) }),
      ("x^2.5", 0.7, { .pow($0, S(2.5)) }),
    ]
  }

  static func rational<S: DifferentiableScalar>(_ x: S) -> S {
    var y = (2 * x - 1 / x + x / 3) * (x - 0.5) / (1 + x * x)
    y += x
    y -= 0.25 * x
    y *= -x
    y /= 2 - x
    return y - 1 + (3 - y)
  }

  @Test(
    "value and derivative are those of the function",
    arguments: functions(over: Double.self).map(\.name))
  func chainRule(name: String) throws {
    let (_, point, function) = try #require(
      Self.functions(over: Double.self).first { $0.name == name })
    let (_, _, dual) = try #require(
      Self.functions(over: Dual<SIMD2<Double>>.self).first { $0.name == name })
    let result = dual(Dual(point, seeding: 1))
    #expect(result.value == function(point))
    #expect(result.partials[0] == 0, "a lane that nothing seeds stays zero")

    let step = 1e-4
    func difference(_ step: Double) -> Double {
      (function(point + step) - function(point - step)) / (2 * step)
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
