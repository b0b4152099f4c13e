import Inference
import TestSupport
import Testing

@Suite struct DerivedQuantityTests {
  private static func posterior() throws -> Posterior {
    try Posterior(ParameterSpace(PosteriorTests.parameters), PosteriorTests.Line())
  }

  @Test("a function and a formula give the same column, behind those of the free parameters")
  func columns() throws {
    let plain = try Self.posterior()
    let posterior =
      try plain
      .deriving("ratio", label: "r", from: ["slope", "noise", "unused"]) { $0[0] / $0[1] - $0[2] }
      .deriving("ratio2", "slope / noise - unused")
      .deriving([DerivedQuantity("square", "ratio^2"), DerivedQuantity("root", "square^0.5")])
    #expect(
      posterior.columns.map(\.name)
        == ["intercept", "slope", "noise", "ratio", "ratio2", "square", "root"])
    #expect(posterior.columns.map(\.isDerived) == [false, false, false, true, true, true, true])
    #expect(posterior.columns[3].label == "r" && posterior.columns[4].label == "ratio2")
    #expect(posterior.derived.map(\.name) == ["ratio", "ratio2", "square", "root"])
    #expect(posterior.dimension == 3)
    var random = RandomStream(seed: 1, "derived test")
    for density in [posterior, posterior.standardised, try posterior.replacingData([:])] {
      for _ in 0..<20 {
        let position = (0..<3).map { _ in random.nextStandardNormal() }
        let draw = density.draw(at: position, logDensity: -1)
        let ratio = draw.values[1] / draw.values[2] - 5
        #expect(draw.values[3] == ratio && draw.values[4] == ratio)
        #expect(draw.values[5] == ratio * ratio)
        #expect(abs(draw.values[6] - abs(ratio)) <= 1e-15 * abs(ratio))
      }
    }
    // Sampling does not know of them.
    let position = [0.3, -0.2, 0.1]
    #expect(
      posterior.logDensityAndGradient(at: position) == plain.logDensityAndGradient(at: position))
    #expect(
      Array(posterior.draw(at: position, logDensity: 1).values.prefix(3))
        == plain.draw(at: position, logDensity: 1).values)
    #expect(
      posterior.draw(at: position, logDensity: 1).logDensity
        == plain.draw(at: position, logDensity: 1).logDensity)
  }

  @Test("what cannot be derived is refused by name")
  func refused() throws {
    let posterior = try Self.posterior().deriving("twice", "2 * slope")
    func refuses(_ error: DerivedQuantityError, _ name: String, _ formula: String) {
      #expect(throws: error) { try posterior.deriving(name, formula) }
    }
    refuses(.nameOfParameter("slope"), "slope", "noise")
    refuses(.nameOfParameter("unused"), "unused", "noise")
    refuses(.duplicate("twice"), "twice", "noise")
    for name in ["", "a b", "a,b", "a*", "a?", "lp__", "ä", "x[", "x[a]"] {
      refuses(.unusableName(name), name, "noise")
    }
    let available = ["intercept", "slope", "unused", "noise", "twice"]
    refuses(.unknownArgument("slop", of: "a", available: available), "a", "slop + noise")
    refuses(.circular(["a"]), "a", "a + noise")
    for formula in ["1 + 2", "unused^2", "0 * 3 + unused"] {
      refuses(.constant("a"), "a", formula)
    }
    #expect(throws: DerivedQuantityError.constant("a")) {
      try posterior.deriving("a", from: []) { _ in 1 }
    }
    #expect(throws: DerivedQuantityError.self) { try posterior.deriving("a", "slope +") }
    let error = DerivedQuantityError.unknownArgument("slop", of: "a", available: available)
    #expect("\(error)".contains("did you mean slope?"))
  }

  @Test("formulas that use each other are put in order, and circles are found")
  func order() throws {
    func formulas(_ texts: String...) throws -> [NamedFormula] {
      try texts.map { try NamedFormula(text: $0) }
    }
    let ordered = try NamedFormula.ordered(formulas("a = d+1", "c=x", " b=c * a", "d = c"))
    #expect(ordered.map(\.name) == ["c", "d", "a", "b"])
    let circle = try formulas("z=x", "a=b", "b=c+z", "c=a")
    #expect(throws: DerivedQuantityError.circular(["a", "b", "c"])) {
      try NamedFormula.ordered(circle)
    }
    let twice = try formulas("a=x", "a=y")
    #expect(throws: DerivedQuantityError.duplicate("a")) { try NamedFormula.ordered(twice) }
    for text in ["", "a", "=x", "a=", " = "] {
      #expect(throws: DerivedQuantityError.notAnAssignment(text)) { try NamedFormula(text: text) }
    }
  }

  @Test(
    "what has no value somewhere in the prior, or only one, is found before anything is sampled")
  func check() throws {
    let posterior = try Self.posterior()
    try posterior.checkDerived()
    try posterior.deriving("a", "log(noise) + sqrt(slope + 1)").checkDerived()
    for formula in ["sqrt(slope)", "log(intercept)", "slope / (unused - 5)", "exp(1000 * noise)"] {
      #expect { try posterior.deriving("a", formula).checkDerived() } throws: { error in
        guard case DerivedQuantityError.notFinite("a", let value, let point) = error else {
          return false
        }
        return !value.isFinite && Set(point.keys) == ["intercept", "slope", "noise"]
      }
    }
    for formula in ["slope - slope", "max(noise, 100)"] {
      #expect(throws: DerivedQuantityError.constant("a")) {
        try posterior.deriving("a", formula).checkDerived()
      }
    }
  }
}
