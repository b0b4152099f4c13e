import Foundation
import Inference
import TestSupport
import Testing

/// `check`, `fit` and `convert` of tables of light curves, with surveys by their own labels.
@Suite struct LightCurveFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Sixty light curves of two surveys: SNANA's text with numbers of surveys, or a table of sncosmo's fits with their names.
  private func table(snana: Bool) -> String {
    var random = RandomStream(seed: 3, "light curves as files")
    var text =
      snana
      ? "VARNAMES: CID IDSURVEY zHD zHDERR zCMB zHEL HOST_LOGMASS mB mBERR x1 x1ERR c cERR x0 x0ERR COV_x1_c COV_x1_x0 COV_c_x0\n"
      : "name,survey,z,x0,x0_err,x1,x1_err,c,c_err,x0_x1_cov,x0_c_cov,x1_c_cov,mwebv,host_logmass\n"
    for index in 0..<60 {
      let z = 0.03 + 0.01 * Double(index)
      let (shape, color) = (random.nextStandardNormal(), 0.08 * random.nextStandardNormal())
      let magnitude =
        5 * log10(299_792.458 / 70 * z * (1 + 0.775 * z)) + 25 - 19.1 - 0.14 * shape + 3.1 * color
        + 0.14 * random.nextStandardNormal()
      let amplitude = pow(10, -0.4 * (magnitude - 10.635))
      let slope = -log(10) / 2.5 * amplitude
      let mass = index % 4 == 0 ? "-9" : "\(9.5 + 0.5 * Double(index % 3))"
      let fit = [0.1 * abs(slope), shape, 0.2, color, 0.03]
      let covariances = [-0.001, slope * 0.004, slope * 0.0015]
      if snana {
        text +=
          "SN: SN\(index) \(index % 2 == 0 ? 65 : 110) \(z) 0.001 \(z) \(z) \(mass) \(magnitude) 0.1"
          + " \(fit[1]) 0.2 \(fit[3]) 0.03 \(amplitude) \(fit[0])"
          + " \(covariances[0]) \(covariances[1]) \(covariances[2])\n"
      } else {
        text +=
          "SN\(index),\(index % 2 == 0 ? "CfA3, \"Kepler\"" : "DES deep"),\(z),\(amplitude),"
          .replacing("CfA3, \"Kepler\"", with: "\"CfA3, \"\"Kepler\"\"\"")
          + fit.map { "\($0)" }.joined(separator: ",")
          + ",\(covariances[1]),\(covariances[2]),\(covariances[0]),0.02,\(mass)\n"
      }
    }
    return text
  }

  private func posterior() throws -> [String: (mean: Double, deviation: Double)] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json")))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let part = try #require(summary["posterior"] as? [String: Any])
    let parameters = try #require(part["parameters"] as? [[String: Any]])
    return Dictionary(
      parameters.compactMap { parameter in
        guard let name = parameter["name"] as? String, let mean = parameter["mean"] as? Double,
          let deviation = parameter["standard_deviation"] as? Double
        else { return nil }
        return (name, (mean, deviation))
      }, uniquingKeysWith: { first, _ in first })
  }

  private func fit(_ file: String) throws -> [String: (mean: Double, deviation: Double)] {
    let result = try Tool.run(
      ["fit", file, "-o", "out", "--force", "--draws", "300", "--warmup", "300"],
      in: folder.path)
    #expect([0, 11].contains(result.status), "\(file): \(result.status) \(result.error)")
    return try posterior()
  }

  @Test(
    "SNANA's text and a table of sncosmo's fits lead to one posterior, by labels as in the file")
  func posteriors() throws {
    _ = try folder.write(table(snana: true), to: "t.fitres")
    _ = try folder.write(table(snana: false), to: "t.csv")
    for (file, format) in [("t.fitres", "snana"), ("t.csv", "table")] {
      let check = try Tool.run(["check", file], in: folder.path)
      #expect(check.status == 0, "\(check.error)")
      #expect(check.output.contains("light curves") || check.output.contains(format))
      #expect(check.output.contains("15 hosts have no mass"), "\(check.output)")
    }
    let (snana, sncosmo) = (try fit("t.fitres"), try fit("t.csv"))
    let labels = ["65": "CfA3___Kepler_", "110": "DES_deep"]
    for name in ["omega_m", "alpha", "beta", "M", "delta_M", "sigma_int"] {
      let (a, b) = (try #require(snana[name]), try #require(sncosmo[name]))
      #expect(abs(a.mean - b.mean) < 0.5 * b.deviation, "\(name): \(a), \(b)")
    }
    for (number, label) in labels {
      for name in ["x1_mean", "x1_drift", "x1_sd", "c_mean", "c_drift", "c_sd"] {
        let a = try #require(snana["\(name)_\(number)"], "\(name)_\(number)")
        let b = try #require(sncosmo["\(name)_\(label)"], "\(name)_\(label)")
        #expect(abs(a.mean - b.mean) < 0.5 * b.deviation, "\(name): \(a), \(b)")
      }
    }
  }

  @Test("the fit of what convert wrote has the same numbers under the same labels")
  func converted() throws {
    _ = try folder.write(table(snana: false), to: "t.csv")
    for line in [["convert", "t.csv", "a.fits"], ["convert", "a.fits", "b.csv"]] {
      let result = try Tool.run(line, in: folder.path)
      #expect(result.status == 0, "\(result.error)")
    }
    let original = try fit("t.csv")
    for file in ["a.fits", "b.csv"] {
      let other = try fit(file)
      #expect(Set(other.keys) == Set(original.keys))
      for (name, value) in original {
        #expect(other[name]?.mean == value.mean, "\(file): \(name)")
        #expect(other[name]?.deviation == value.deviation, "\(file): \(name)")
      }
    }
  }

  @Test(
    "a covariance of all light curves makes shifts, which the method and the file of the run tell")
  func systematicCovariance() throws {
    _ = try folder.write(table(snana: true), to: "t.fitres")
    let rows = (0..<180).map { i in
      (0..<180).map { j in
        i % 3 == 2 && j % 3 == 2 ? "0.0004" : i == j ? "1e-8" : "0"
      }.joined(separator: " ") + "\n"
    }
    _ = try folder.write(rows.joined(), to: "c.txt")
    let result = try Tool.run(
      [
        "fit", "t.fitres", "-o", "out", "--draws", "300", "--warmup", "300",
        "--systematic-covariance", "c.txt",
      ], in: folder.path)
    #expect([0, 11].contains(result.status), "\(result.error)")
    #expect(result.output.contains("\nsys_mode_1 "), "\(result.output)")
    #expect(result.output.contains("1 shift of all supernovae"), "\(result.output)")
    let analysis = try String(contentsOfFile: folder.path("out/analysis.yaml"), encoding: .utf8)
    #expect(analysis.contains("systematic_covariance: "))
    for (options, status, words) in [
      (["--populations", "none"], 64, "systematic_covariance"),
      (["--systematic-covariance", "t.fitres"], 64, "more than once"),
      (["--z-min", "20"], 65, "no row is left"),
    ] as [([String], Int32, String)] {
      let refused = try Tool.run(
        ["fit", "t.fitres", "-o", "none", "--systematic-covariance", "c.txt"] + options,
        in: folder.path)
      #expect(refused.status == status && refused.error.contains(words), "\(refused.error)")
    }
  }
}
