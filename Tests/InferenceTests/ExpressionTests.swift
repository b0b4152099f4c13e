import Inference
import Testing

struct ExpressionTests {
  static let numbers = [
    "a": 2.0, "b": -3.0, "omega_m": 0.25, "h": 0.7, "theta[2]": 5.0, "x-y": 4.0,
  ]

  @Test(arguments: [
    ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("8 / 4 / 2", 1), ("5 - 3 - 1", 1), ("-a^2", -4),
    ("2^3^2", 512), ("2**-1", 0.5), ("b^2", 9), ("b**3", -27), ("pow(b, 2)", 9), ("a^b", 0.125),
    ("omega_m^0.5 * h", 0.35), ("sqrt(omega_m)*h", 0.35), ("theta[2] - 1", 4), ("`x-y` + 1", 5),
    ("min(a, b) + 10 * max(a, b)", 17), ("abs(b)", 3), ("log10(1e3)", 3), ("ln(exp(a))", 2),
    ("cbrt(b^3)", -3), ("2*pi/pi", 2), (".5 + 2. + 1E-1", 2.6), ("- - a", 2), ("+a", 2),
    ("2e", 0), ("a*-b", 6), ("a^-9223372036854775808", 0),
  ])
  func value(formula: String, expected: Double) throws {
    guard formula != "2e" else {
      #expect(throws: ExpressionError.self) { try Expression(formula) }
      return
    }
    let value = try #require(try Expression(formula).value(of: Self.numbers))
    #expect(abs(value - expected) < 1e-14 * max(1, abs(expected)))
  }

  @Test(arguments: [
    "", " ", "1 +", "(a", "a)", "a b", "a + * b", "2a", "f(a)", "sqr(a)", "sqrt(a, b)", "min(a)",
    "sqrt()", "a[", "a[]", "a[x]", "`a", "``", "1e999", "a,b", "é", "a < b", "1..2", "..",
  ])
  func syntaxError(formula: String) {
    #expect(throws: ExpressionError.self) { try Expression(formula) }
  }

  @Test func errorSaysWhere() {
    #expect(throws: ExpressionError.unexpected("*", position: 5, in: "a + * b")) {
      try Expression("a + * b")
    }
    #expect(throws: ExpressionError.unknownFunction("sqr", near: "sqrt")) {
      try Expression("sqr(a)")
    }
  }

  @Test(arguments: ["(", "-", "sqrt("])
  func nestingIsLimited(opening: String) {
    for count in [1000, 5000] {
      #expect(throws: ExpressionError.self) {
        try Expression(String(repeating: opening, count: count))
      }
    }
    let closing = opening == "-" ? "" : ")"
    let deep = String(repeating: opening, count: 99) + "1" + String(repeating: closing, count: 99)
    #expect(throws: Never.self) { try Expression(deep) }
  }

  @Test func longSumIsRead() throws {
    let sum = try Expression(Array(repeating: "a", count: 1000).joined(separator: "+"))
    #expect(sum.value(of: Self.numbers) == 2000)
  }

  @Test(arguments: [
    "omega_m^0.5*h", "exp(-a*h)/(1+a^2)", "log(h) + log10(a) - sqrt(omega_m)", "a^h", "b^3/a",
    "sin(a)*cos(h)+tan(omega_m)", "asin(h)+acos(omega_m)+atan(b)", "sinh(a)-cosh(b)+tanh(h)",
    "asinh(b)+acosh(a)+atanh(h)", "max(a, b*a) + min(h, a) + abs(b)", "cbrt(a) - -h",
  ])
  func derivativesAreThoseOfFiniteDifferences(formula: String) throws {
    let expression = try Expression(formula)
    let point = expression.names.map { Self.numbers[$0] ?? 0 }
    for place in point.indices {
      let dual = expression.value { i in
        i == place ? Dual<SIMD2<Double>>(point[i], seeding: 0) : Dual(point[i])
      }
      func value(_ step: Double) -> Double {
        expression.value { i in point[i] + (i == place ? step : 0) }
      }
      let slope = (value(1e-5) - value(-1e-5)) / 2e-5
      #expect(
        abs(dual.partials[0] - slope) < 1e-8 * max(1, abs(slope)), "by \(expression.names[place])")
    }
  }

  @Test(arguments: [
    ("w0 + wa", "wa", true), ("2*(w0 - 3*wa)/4 + 1", "wa", true), ("w0*wa", "wa", true),
    ("w0^2 + wa", "wa", true), ("w0^2 + wa", "w0", false), ("exp(wa)", "wa", false),
    ("1/wa", "wa", false), ("-(wa)^1", "wa", true), ("w0 + 1", "wa", true),
    ("wa*wa", "wa", false), ("sin(w0)*wa - wa/w0", "wa", true),
  ])
  func affineForm(formula: String, name: String, isAffine: Bool) throws {
    let expression = try Expression(formula)
    let form = expression.affine(in: name)
    #expect((form != nil) == isAffine)
    guard let form else { return }
    for value in [-2.0, 0.3, 1.7] {
      let numbers = ["w0": 0.6, "wa": 1.3].merging([name: value]) { $1 }
      let slope = try #require(form.slope.value(of: numbers))
      let constant = try #require(form.constant.value(of: numbers))
      let whole = try #require(expression.value(of: numbers))
      #expect(abs(slope * value + constant - whole) < 1e-13)
      // Neither part depends on the parameter.
      let others = numbers.merging([name: 1000]) { $1 }
      #expect(form.slope.value(of: others) == slope)
      #expect(form.constant.value(of: others) == constant)
    }
  }

  @Test(arguments: [
    "a + b", "a*b", "a - b", "a/(b^2 + 1)", "a^2 - b^3", "exp(a) + abs(b)",
    "sqrt(a + 3) * log(b + 4)",
    "min(a, b)*max(a, 1)", "sin(a*b)", "(b + 5)^a", "cosh(a) - tanh(b)", "a^-1", "a^-2 + 1",
  ])
  func intervalHoldsEveryValue(formula: String) throws {
    let expression = try Expression(formula)
    let intervals = ["a": (lower: -2.0, upper: 1.5), "b": (lower: -3.0, upper: 0.5)]
    let bounds = expression.bounds { intervals[expression.names[$0]] ?? (0, 0) }
    var random = RandomStream(seed: 1, "test intervals")
    for _ in 0..<500 {
      let value = expression.value { i -> Double in
        let (lower, upper) = intervals[expression.names[i]] ?? (0, 0)
        return lower + (upper - lower) * random.nextUniform()
      }
      #expect(bounds.lower <= value + 1e-12 && value - 1e-12 <= bounds.upper)
    }
  }

  @Test func inequalities() throws {
    let single = try #require(try Inequality.parse("w0 + wa < 0").first)
    #expect(try #require(single.difference.value(of: ["w0": -1, "wa": 0.5])) < 0)
    let reversed = try Inequality.parse("1 >= alpha + beta")
    #expect(try #require(reversed[0].difference.value(of: ["alpha": 0.5, "beta": 0.25])) == -0.25)
    let chain = try Inequality.parse("0 < a <= b")
    #expect(chain.count == 2)
    #expect(chain[1].difference.value(of: ["a": 1, "b": 3]) == -2)
  }

  @Test(arguments: ["w0 + wa", "a < b > c", "a <", "< b", "a = b", "a == b", "a <> b", ""])
  func noInequality(text: String) {
    #expect(throws: ExpressionError.self) { try Inequality.parse(text) }
  }
}
