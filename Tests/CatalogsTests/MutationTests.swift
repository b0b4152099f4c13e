import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Files with random damage: whatever comes of them, it is a catalog or an error, never a trap.
@Suite struct MutationTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let texts = [
    "pantheon-plus": ReleaseLayoutTests.pantheonPlus, "des": ReleaseLayoutTests.des,
    "snana": ReleaseLayoutTests.snana, "light-curves": LightCurveReleaseTests.lightCurves,
    "union": "a\t0.1\t38.3\t0.2\nb\t0.5\t42.2\t0.1\n",
    "dataset":
      "data_file = lc.txt\npecz = 0.001\nintrinsicdisp4 = 0.1\nintrinsicdisp1 = 0.1\nscriptmcut = 10\n"
      + "has_mag_covmat = T\nmag_covmat_file = v0.txt\n",
    "covariance": "# COVTYPE = SYS\n2 2\n0.04 1e-2\n1E-2,0.02\n",
    "v0.txt": "2\n0.04\n0.01\n0.01\n0.02\n",
  ]

  @Test("random bytes changed, removed or doubled", arguments: texts.keys.sorted())
  func mutations(name: String) throws {
    for (other, text) in Self.texts { _ = try folder.write(text, to: other) }
    _ = try folder.write(LightCurveReleaseTests.lightCurves, to: "lc.txt")
    let original = Array(try #require(Self.texts[name]).utf8)
    // Knuth's linear congruential generator: the same damage in every run.
    var state: UInt64 = 1
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let alphabet = Array("0123456789.eE+-#:,=\" \t\n\r".utf8) + [0x7f, 0xff, 0x01]
    var read = 0
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
      let isMatrix = ["covariance", "v0.txt"].contains(name)
      do {
        let catalog = try Catalog(
          reading: folder.path(name == "v0.txt" ? "dataset" : isMatrix ? "des" : name),
          .init(
            covariance: name == "covariance" ? folder.path(name) : nil,
            columns: name == "pantheon-plus" ? [.error: "m_b_corr_err_DIAG"] : [:],
            includesCalibrators: name == "pantheon-plus"))
        #expect(catalog.count > 0 && catalog.redshifts.allSatisfy { $0 > 0 && $0.isFinite })
        read += 1
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
    // Most damage to a digit leaves a number.
    #expect(read > 20)
  }
}
