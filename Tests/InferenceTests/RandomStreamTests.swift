import Inference
import Testing

@Suite struct RandomStreamTests {
  @Test(
    "Philox gives the known answers of the Random123 library, version 1.14",
    arguments: [
      ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
      (
        [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
        [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
      ),
      (
        [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
        [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
      ),
    ] as [([UInt32], [UInt32], [UInt32])])
  func knownAnswers(counter: [UInt32], key: [UInt32], answer: [UInt32]) {
    #expect(Philox.block(counter: SIMD4(counter), key: SIMD2(key)) == SIMD4(answer))
  }

  @Test("the same name gives the same bits, another seed, name or number others")
  func names() {
    func words(_ seed: Seed, _ name: String, _ index: Int) -> [UInt64] {
      var stream = RandomStream(seed: seed, name, index)
      return (0..<5).map { _ in stream.next() }
    }
    let reference = words(1, "chain", 0)
    #expect(words(1, "chain", 0) == reference)
    for other in [words(2, "chain", 0), words(1, "flow", 0), words(1, "chain", 1)] {
      #expect(Set(other).isDisjoint(with: reference))
    }
  }

  @Test("a copy continues where the original was, at odd positions too", arguments: [0, 1, 2, 7])
  func copies(position: Int) {
    var stream = RandomStream(seed: 3, "copy")
    for _ in 0..<position { _ = stream.next() }
    #expect(stream.position == UInt64(position))
    var copy = stream
    #expect((0..<4).map { _ in copy.next() } == (0..<4).map { _ in stream.next() })
  }

  @Test("uniform deviates are inside (0, 1) and fill it evenly")
  func uniform() {
    var stream = RandomStream(seed: 5, "uniform")
    let (count, bins) = (100_000, 50)
    var histogram = [Double](repeating: 0, count: bins)
    for _ in 0..<count {
      let u = stream.nextUniform()
      #expect(u > 0 && u < 1)
      histogram[Int(u * Double(bins))] += 1
    }
    let expected = Double(count) / Double(bins)
    let chiSquared = histogram.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    // 49 degrees of freedom: mean 49, standard deviation 9.9.
    #expect(abs(chiSquared - 49) < 4 * 9.9)
  }

  @Test("the extreme words still give deviates inside (0, 1)")
  func extremes() {
    struct Constant: RandomNumberGenerator {
      let word: UInt64
      mutating func next() -> UInt64 { word }
    }
    var (low, high) = (Constant(word: 0), Constant(word: .max))
    #expect(low.nextUniform() > 0)
    #expect(high.nextUniform() < 1)
    #expect(low.nextStandardNormal().isFinite && high.nextStandardNormal().isFinite)
  }

  @Test("a span is filled with normal deviates, also an odd one", arguments: [0, 1, 2, 5, 100_000])
  func filling(count: Int) {
    var stream = RandomStream(seed: 8, "filling")
    var deviates = [Double](repeating: 0, count: count)
    var span = deviates.mutableSpan
    stream.fillWithStandardNormals(&span)
    #expect(stream.position == UInt64((count + 1) / 2 * 2))
    #expect(Set(deviates).count == count)
    guard count > 100 else { return }
    let n = Double(count)
    #expect(abs(deviates.reduce(0, +) / n) < 4 / n.squareRoot())
    #expect(abs(deviates.reduce(0) { $0 + $1 * $1 } / n - 1) < 4 * (2 / n).squareRoot())
    let neighbours = zip(deviates, deviates.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / n
    #expect(abs(neighbours) < 4 / n.squareRoot())
  }

  @Test("normal deviates have the moments of the standard normal")
  func normal() {
    var stream = RandomStream(seed: 7, "normal")
    let count = 200_000.0
    var moments = [0.0, 0, 0, 0]
    for _ in 0..<Int(count) {
      let x = stream.nextStandardNormal()
      var power = 1.0
      for k in 0..<4 {
        power *= x
        moments[k] += power / count
      }
    }
    // Variances of x, x², x³, x⁴ are 1, 2, 15, 96.
    for (moment, (exact, variance)) in zip(moments, [(0.0, 1.0), (1, 2), (0, 15), (3, 96)]) {
      #expect(abs(moment - exact) < 4 * (variance / count).squareRoot())
    }
  }
}
