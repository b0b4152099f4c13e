import Catalogs
import Cosmology
import TestSupport
import Testing

/// Files of measurements with random damage: whatever comes of them, it is a measurement or an error, never a trap.
@Suite struct MeasurementMutationTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let table = (15...22).map { "\($0) 0.\(9 - abs(18 - $0))\n" }.joined()
  static let texts: [String: String] = [
    "oscillations":
      "# z value error quantity\n0.51 13.6 0.2 DM_over_rs\n0.51 21.9 0.5 DH_over_rs\n",
    "covariance": "# COVTYPE = TOTAL\n0.03 -0.03\n-0.03 0.18\n",
    "chronometers": "#z H err\n0.07 69.0 19.6\n1.965 186.5 50.4\n",
    "gaussian.yaml":
      "names: [theta_star, 'DM_over_rs(0.51)']\nmean: [0.0104, 13.6]\nsd: [2e-6, 0.2]\ncorrelation: [[1, 0.5], [0.5, 1]]\n",
    "gaussian.txt": "# mean of (theta_star, omega_b)\n0.0104 0.0223\n4e-12 1e-10\n1e-10 1e-8\n",
    "table": table,
    "χ²": "8.5\n2.0\n0.0\n1.5\n6.7\n",
  ]

  private func read(_ name: String) throws -> Bool {
    let path = folder.path(name)
    switch name {
    case "oscillations": return try !DataVector(acousticOscillations: path).values.isEmpty
    case "covariance":
      return try !DataVector(
        acousticOscillations: folder.path("oscillations"), covariance: path
      ).values.isEmpty
    case "chronometers": return try !DataVector(chronometers: path).values.isEmpty
    case "table":
      return try LikelihoodTable(likelihoods: path, of: [.volumeDistance(redshift: 0.845)])
        .logLikelihoods.allSatisfy { $0.isFinite }
    case "χ²":
      return try LikelihoodTable(
        chiSquared: path, of: .volumeDistance(redshift: 0.15), over: 0.8...1.2, unit: 4.5
      ).logLikelihoods.allSatisfy { $0.isFinite }
    default: return try !DataVector(gaussian: path).values.isEmpty
    }
  }

  @Test("random bytes changed, removed or doubled", arguments: texts.keys.sorted())
  func mutations(name: String) throws {
    for (other, text) in Self.texts { _ = try folder.write(text, to: other) }
    let original = Array(try #require(Self.texts[name]).utf8)
    // Knuth's linear congruential generator: the same damage in every run.
    var state: UInt64 = 1
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("0123456789.eE+-#:,=\" \t\n\r()[]{}&*'".utf8) + [0x7f, 0xff, 0x01]
    var count = 0
    for _ in 0..<1000 {
      var bytes = original
      for _ in 0...random(below: 3) {
        let place = random(below: bytes.count)
        switch random(below: 4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(bytes[place], at: place)
        case 2: bytes.removeLast(min(bytes.count - 1, random(below: 20)))
        default: bytes[place] = alphabet[random(below: alphabet.count)]
        }
      }
      _ = try folder.write(bytes, to: name)
      do {
        #expect(try read(name))
        count += 1
      } catch let error as CatalogError {
        #expect(!error.description.isEmpty)
      }
    }
    #expect(count > 20)
  }
}
