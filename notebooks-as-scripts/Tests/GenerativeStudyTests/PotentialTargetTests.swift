import Foundation
import GenerativeStudy
import Testing

@Suite struct PotentialTargetTests {
  @Test("the wave has the entropy of a uniform x and a normal distance from the sine")
  func wave() {
    // log 8 + ½ log(2πe · 0.4²)
    #expect(abs(PotentialTarget.wave.entropy - (2.079_442 + 0.502_648)) < 1e-4)
  }

  @Test("draws have the density that is told", arguments: ["ring", "wave"])
  func draws(name: String) {
    let target = name == "ring" ? PotentialTarget.ring : .wave
    let points = target.draw(20_000, seed: 1, "draws")
    #expect(points.allSatisfy { abs($0) <= target.edge })
    let (value, error) = mean(target.logDensities(points).map { -$0 })
    #expect(abs(value - target.entropy) < 5 * error)
  }

  @Test("the density of the ring sums to one, and both of its sides are as bright")
  func ring() {
    let axis = (0..<400).map { -4 + 8 * (Double($0) + 0.5) / 400 }
    let densities = PotentialTarget.ring.logDensities(
      axis.flatMap { y in axis.flatMap { [$0, y] } })
    let sum = densities.map { exp($0) }.reduce(0, +) * 8 * 8 / 160_000
    #expect(abs(sum - 1) < 1e-3)
    let right = PotentialTarget.ring.draw(20_000, seed: 2, "sides").enumerated()
      .filter { $0.offset.isMultiple(of: 2) && $0.element > 0 }.count
    #expect(abs(Double(right) - 10_000) < 5 * 5000.0.squareRoot())
  }
}
