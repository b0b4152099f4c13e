import Foundation
import Inference
import Samplers
import Testing

@Suite struct ClassifierTestTests {
  /// Four chains in two correlated dimensions that remember a fraction of the draw before.
  private func chains(
    _ seed: Seed, draws: Int = 500, memory: Double = 0, shift: Double = 0, stretch: Double = 1,
    correlation: Double = 0.5
  ) -> [Chain] {
    var random = RandomStream(seed: seed, "classifier")
    let fresh = (1 - memory * memory).squareRoot()
    return (0..<4).map { _ in
      var chain = Chain(columns: [.init(name: "x"), .init(name: "y")])
      var (a, b) = (random.nextStandardNormal(), random.nextStandardNormal())
      for _ in 0..<draws {
        a = memory * a + fresh * random.nextStandardNormal()
        b = memory * b + fresh * random.nextStandardNormal()
        let y = correlation * a + (1 - correlation * correlation).squareRoot() * b
        chain.append([a, shift + stretch * y], logDensity: 0)
      }
      return chain
    }
  }

  /// Independent draws from a density that is wider by a third, weighted to the same one.
  private func weighted(_ seed: Seed, draws: Int = 2000) -> [Chain] {
    var random = RandomStream(seed: seed, "weighted")
    var chain = Chain(columns: [.init(name: "x"), .init(name: "y")])
    for _ in 0..<draws {
      let (a, b) = (4.0 / 3 * random.nextStandardNormal(), random.nextStandardNormal())
      let weight = exp(-0.5 * a * a * (1 - 9.0 / 16))
      chain.append([a, 0.5 * a + 0.75.squareRoot() * b], logDensity: 0, weight: weight)
    }
    return [chain]
  }

  private func test(_ first: [Chain], _ second: [Chain]) throws -> ClassifierTest {
    let test = ClassifierTest(first, second, parameters: ["x", "y"])
    return try #require(test)
  }

  @Test(
    "p-values are uniform where there is no difference, for chains with memory and for weights",
    arguments: [(0.0, false), (0.6, false), (0, true), (0.6, true)])
  func uniform(memory: Double, isWeighted: Bool) throws {
    let count = 120
    var (values, naive) = ([Double](), [Double]())
    for trial in 0..<count {
      let first = chains(Seed(2 * trial), memory: memory)
      let second =
        isWeighted ? weighted(Seed(2 * trial + 1)) : chains(Seed(2 * trial + 1), memory: memory)
      let test = try test(first, second)
      values.append(test.pValue)
      naive.append((test.areaUnderCurve - 0.5) / (1.0 / 6000).squareRoot())
    }
    // The mean of 120 uniform numbers has a standard error of 0.0264, the fraction below 0.05 one
    // of 0.0199.
    let average = values.reduce(0, +) / Double(count)
    let tail = Double(values.count { $0 < 0.05 }) / Double(count)
    #expect(abs(average - 0.5) < 4 * 0.0264, "\(average)")
    #expect(abs(tail - 0.05) < 4 * 0.0199, "\(tail)")
    // As if the draws of a chain were independent, the same check must fail.
    if memory > 0, !isWeighted {
      let wrong = Double(naive.count { $0 > 1.645 }) / Double(count)
      #expect(wrong > 0.05 + 4 * 0.0199, "\(wrong)")
    }
  }

  @Test(
    "the equivalent shift is the shift, and one of 0.3 σ is seen by every seed", arguments: 1...10)
  func shift(seed: Int) throws {
    // Along y alone, in units of its spread at given x: 0.26 / √0.75 = 0.3.
    let test = try test(
      chains(Seed(2 * seed), draws: 2000, shift: 0.26), chains(Seed(2 * seed + 1), draws: 2000))
    #expect(test.pValue < 0.001)
    // 4000 draws of each try it: 0.0065 in the area, 2√π times that in the shift.
    #expect(abs(test.equivalentShift - 0.3) < 4 * 0.0065 * 3.54, "\(test.equivalentShift)")
    #expect(abs(test.standardError - 0.0065) < 0.0007, "\(test.standardError)")
  }

  @Test("a stretch and another correlation are seen; so is a shift of weighted draws")
  func others() throws {
    let reference = chains(1, draws: 1000)
    #expect(try test(reference, chains(2, draws: 1000, stretch: 1.3)).pValue < 0.001)
    #expect(try test(reference, chains(3, draws: 1000, correlation: 0)).pValue < 0.001)
    #expect(try test(weighted(4), chains(5, draws: 500, shift: 0.3)).pValue < 0.001)
    #expect(try test(weighted(4), chains(5, draws: 500)).pValue > 0.01)
  }

  @Test("sets that nothing has in common are distinguished by every pair")
  func apart() throws {
    let test = try test(chains(1, shift: 100), chains(2))
    #expect(test.areaUnderCurve > 1 - 1e-9 && test.pValue < 1e-50 && test.equivalentShift > 5)
  }

  @Test("nothing tells a set from itself")
  func same() throws {
    let test = try test(chains(1), chains(1))
    #expect(test.areaUnderCurve == 0.5 && test.pValue == 0.5 && test.equivalentShift == 0)
  }

  @Test("draws too far away for a score have no test", arguments: [1e200, -1e308, .infinity])
  func far(value: Double) {
    var far = chains(1)
    far[2] = Chain(columns: far[2].columns)
    for draw in 0..<500 { far[2].append([draw == 400 ? value : 0.1, 0.2], logDensity: 0) }
    #expect(ClassifierTest(far, chains(2), parameters: ["x", "y"]) == nil)
  }

  @Test("too few draws, constants and missing parameters have no test")
  func degenerate() {
    func hasTest(_ first: [Chain], _ second: [Chain], _ parameters: String...) -> Bool {
      ClassifierTest(first, second, parameters: parameters) != nil
    }
    let many = chains(1)
    #expect(!hasTest(chains(2, draws: 7), many, "x", "y"))
    #expect(!hasTest(chains(2, draws: 20, memory: 0.99), many, "x", "y"))
    #expect(!hasTest(many, many, "x", "z"))
    #expect(!hasTest([], many, "x") && !hasTest(many, many))
    var flat = Chain(columns: [.init(name: "x")])
    for _ in 0..<100 { flat.append([1], logDensity: 0) }
    #expect(!hasTest([flat], [flat], "x"))
    // One draw that counts for all.
    var heavy = weighted(3)[0]
    heavy.append([0, 0], logDensity: 0, weight: 1e9)
    #expect(!hasTest([heavy], many, "x", "y"))
  }
}
