import Foundation
import TestSupport
import Testing

/// Moments of chains of other programs, against those of GetDist 1.7.7 with `ignore_rows` 0.
@Suite struct ChainMomentsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Numbers that a line of Python makes too: Park and Miller's generator (1988).
  private struct Numbers {
    private var state = 7
    mutating func uniform() -> Double {
      state = state * 48271 % 2_147_483_647
      return Double(state) / 2_147_483_647
    }
    mutating func normal() -> Double {
      let radius = (-2 * log(uniform())).squareRoot()
      return radius * cos(2 * .pi * uniform())
    }
  }

  private func writeChains() throws {
    var numbers = Numbers()
    func line(_ values: Double..., format: String = "%.6f") -> String {
      values.map { String(format: format, $0) }.joined(separator: " ")
    }
    // CosmoMC: weights count repetitions, and chains are not of one length.
    for (number, count) in [(1, 700), (2, 500)] {
      let lines = (0..<count).map { _ in
        let (a, b) = (numbers.normal(), numbers.normal())
        let weight = 1 + Int(5 * numbers.uniform())
        return "\(weight) "
          + line((a * a + b * b) / 2, 0.31 + 0.02 * a, 67 + 0.9 * (0.6 * a + 0.8 * b)) + "\n"
      }
      _ = try folder.write(lines.joined(), to: "mcmc_\(number).txt")
    }
    _ = try folder.write("omegam\t\\Omega_m\nH0\tH_0\n", to: "mcmc.paramnames")
    // A nested sampler: weights count nothing.
    let lines = (0..<900).map { _ in
      let (a, b) = (1.5 * numbers.normal(), 1.5 * numbers.normal())
      let weight = exp(-0.5 * (a * a + b * b) * (1 - 1 / 2.25))
      return String(format: "%.6e ", weight)
        + line(a * a + b * b, -1 + 0.1 * a, 0.2 * b + 0.05 * a) + "\n"
    }
    _ = try folder.write(lines.joined(), to: "nested.txt")
    _ = try folder.write("w\tw_0\nwa\tw_a\n", to: "nested.paramnames")
  }

  private static let golden: [(root: String, name: String, mean: Double, sd: Double)] = [
    ("mcmc", "omegam", 0.3097788043355855, 0.021035849745813417),
    ("mcmc", "H0", 66.98486375816442, 0.9320909477947052),
    ("nested", "w", -1.0002203345332832, 0.10276340647447138),
    ("nested", "wa", 0.0005833838646848249, 0.21174960945296636),
  ]

  @Test("means and standard deviations are GetDist's")
  func moments() throws {
    try writeChains()
    for expected in Self.golden {
      let result = try Tool.run(["diagnose", expected.root], in: folder.path)
      let line = try #require(
        result.output.split(separator: "\n").first { $0.hasPrefix("\(expected.name) ") },
        "\(result.error)\(result.output)")
      let numbers = line.split(separator: " ").dropFirst().compactMap { Double($0) }
      #expect(abs(numbers[0] - expected.mean) < 1e-3 * expected.sd, "\(line)")
      #expect(abs(numbers[1] - expected.sd) < 1e-3 * expected.sd, "\(line)")
    }
  }

  @Test("compare uses all draws of chains with weights, as diagnose does")
  func compared() throws {
    try writeChains()
    let result = try Tool.run(["compare", "mcmc", "mcmc"], in: folder.path)
    #expect(!result.error.contains("are used"), "\(result.error)")
    let diagnosis = try Tool.run(["diagnose", "mcmc"], in: folder.path)
    #expect(!diagnosis.error.contains("are used"))
  }
}
