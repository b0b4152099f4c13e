import Foundation
import Inference
import TestSupport
import Testing

/// Sums that do not depend on the order, nor on who adds which terms.
@Suite struct ReproducibleSumTests {
  /// Terms of either sign over some powers of two, most of which cancel.
  private static func terms(_ count: Int, bits: ClosedRange<Double>, seed: Int = 1) -> [Double] {
    var random = RandomStream(seed: Seed(UInt64(seed)), "terms of a sum")
    return (0..<count).map { _ in
      let exponent = bits.lowerBound + (bits.upperBound - bits.lowerBound) * random.nextUniform()
      return random.nextStandardNormal() * exp2(exponent)
    }
  }

  /// The sum by integers of 128 bits, of terms that are multiples of 2⁻⁶⁰.
  private static func wide(_ terms: [Double]) -> Double {
    let total = terms.reduce(Int128(0)) { $0 + Int128($1 * 0x1p60) }
    return Double(total) * 0x1p-60
  }

  @Test("the sum is that of integers, rounded once")
  func integers() {
    for seed in 1...50 {
      // Multiples of 2⁻⁶⁰ that integers of 128 bits hold.
      let terms = Self.terms(200, bits: -8...50, seed: seed).map {
        ($0 * 0x1p60).rounded(.towardZero) * 0x1p-60
      }
      #expect(ReproducibleSum(terms).value == Self.wide(terms))
      #expect(ReproducibleSum(terms + terms.map(-)).value == 0)
    }
  }

  @Test("ten thousand orders and splits have the same bits")
  func orders() {
    var terms = Self.terms(40, bits: -1000...1000)
    terms += [.leastNonzeroMagnitude, -.leastNormalMagnitude, 0x1p-1030, 1, -1, 0, -0.0]
    let expected = ReproducibleSum(terms).value
    var random = RandomStream(seed: 2, "orders of a sum")
    for _ in 0..<10_000 {
      terms.shuffle(using: &random)
      let cuts = (0..<3).map { _ in Int(random.nextUniform() * Double(terms.count)) }.sorted()
      var total = ReproducibleSum()
      var begin = 0
      for cut in cuts + [terms.count] {
        let part = ReproducibleSum(terms[begin..<cut])
        if let received = ReproducibleSum(bytes: part.bytes) { total += received }
        begin = cut
      }
      #expect(total.value.bitPattern == expected.bitPattern)
    }
    // An ordinary sum differs between orders.
    let plain = Set((0..<100).map { _ in terms.shuffled(using: &random).reduce(0, +) })
    #expect(plain.count > 1)
  }

  @Test("what is small beside the largest term survives it")
  func cancellation() {
    #expect(ReproducibleSum([1e300, 1e-300, -1e300]).value == 1e-300)
    #expect(
      ReproducibleSum([0x1p1023, .leastNonzeroMagnitude, -0x1p1023]).value
        == .leastNonzeroMagnitude)
    // Half a unit in the last place is a tie, which goes to the even; a trace more decides.
    #expect(ReproducibleSum([1, 0x1p-53]).value == 1)
    #expect(ReproducibleSum([1, 0x1p-53, 1e-200]).value == 1 + 0x1p-52)
    #expect(ReproducibleSum([1, 0x1p-53, -1e-200]).value == 1)
    #expect(ReproducibleSum([1 + 0x1p-52, 0x1p-53]).value == 1 + 0x1p-51)
    #expect(ReproducibleSum([-1, -0x1p-53, -1e-200]).value == -1 - 0x1p-52)
    for value in [1.5, -3, .leastNonzeroMagnitude, 0x1p-1060, .greatestFiniteMagnitude, .pi] {
      #expect(ReproducibleSum([value]).value == value)
    }
  }

  @Test("a sum may leave the range on the way, and is infinite where it ends beyond")
  func range() {
    let largest = Double.greatestFiniteMagnitude
    #expect(ReproducibleSum([largest, largest, -largest]).value == largest)
    #expect(ReproducibleSum([largest, largest]).value == .infinity)
    #expect(ReproducibleSum([-largest, -largest]).value == -.infinity)
    #expect(ReproducibleSum([Double]()).value == 0)
  }

  @Test("infinity and NaN survive")
  func nonFinite() {
    #expect(ReproducibleSum([1, .infinity, -1e300]).value == .infinity)
    #expect(ReproducibleSum([1, -.infinity]).value == -.infinity)
    #expect(ReproducibleSum([.infinity, 1, -.infinity]).value.isNaN)
    #expect(ReproducibleSum([1, .nan, .infinity]).value.isNaN)
    let received = ReproducibleSum(bytes: ReproducibleSum([1, .infinity]).bytes)
    #expect(received?.value == .infinity)
    #expect(ReproducibleSum(bytes: [1, 2, 3]) == nil)
  }
}
