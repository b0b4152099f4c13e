import Foundation
import TestSupport
import Testing

/// A result that means nothing exits with 10, and says why; one that is only unusual does not.
@Suite struct MeaninglessResultTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Redshifts, moduli and errors of the JLA bins.
  private func bins() throws -> [[Double]] {
    try String(contentsOfFile: ProjectFiles.data("jla_binned.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst(3).map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
  }

  private func write(_ rows: [[Double]], to name: String = "t.csv") throws {
    let lines = rows.map { "\($0[0]),\($0[1]),\($0[2])\n" }
    _ = try folder.write("z,mu,mu_err\n" + lines.joined(), to: name)
  }

  private func check(_ options: String...) throws -> Tool.Result {
    try Tool.run(["check", "t.csv"] + options, in: folder.path)
  }

  private func fit(_ options: [String] = [], report: Bool = false) throws -> Tool.Result {
    try Tool.run(["fit", "t.csv", "-o", "out", "-f"] + options, in: folder.path, report: report)
  }

  /// The failed checks in `summary.json`.
  private func failures() throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("out/summary.json")))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(summary["failed_gates"] as? [String])
  }

  @Test("data that fit no model fail in check and in fit")
  func tinyErrors() throws {
    try write(try bins().map { [$0[0], $0[1], $0[2] / 1000] })
    let check = try check()
    #expect(check.status == 10, "\(check.output)")
    #expect(check.error.contains("warning: flat ΛCDM at its best: χ² = "), "\(check.error)")
    #expect(check.error.contains("is far too large"), "\(check.error)")
    let fit = try fit()
    #expect(fit.status == 10, "\(fit.error)")
    #expect(fit.error.contains("is far too large"), "\(fit.error)")
    #expect(try failures().contains { $0.contains("is far too large") })
    // The result is there all the same.
    #expect(fit.output.contains("omega_m"))
    #expect(FileManager.default.fileExists(atPath: folder.path("out/hmc.4.txt")))
  }

  enum Mistake: String, CaseIterable {
    case velocities, swapped, hugeErrors
  }

  @Test("numbers that cannot be what they are called are refused", arguments: Mistake.allCases)
  func mistakes(_ mistake: Mistake) throws {
    let bins = try bins()
    let words: String
    switch mistake {
    case .velocities:
      try write(bins.map { [299_792.458 * $0[0], $0[1], $0[2]] })
      words = "row 2, column 'z': found 2997.9"
    case .swapped:
      try write(bins.map { [$0[1], $0[0], $0[2]] })
      words = "row 2, column 'z': found 32.9"
    case .hugeErrors:
      try write(bins.map { [$0[0], $0[1], $0[2] * 100] })
      words = "half of the errors are "
    }
    for result in [try check(), try fit()] {
      #expect(result.status == 65, "\(result.output)")
      #expect(result.error.contains(words), "\(result.error)")
    }
  }

  @Test("more parameters than data are refused")
  func oneSupernova() throws {
    try write([try bins()[10]])
    for (result, name) in [(try check(), "M"), (try fit(), "delta_mu")] {
      #expect(result.status == 65, "\(result.output)")
      #expect(
        result.error.contains(
          "error: 1 datum cannot constrain 2 parameters (omega_m, \(name))"),
        "\(result.error)")
    }
    let fixed = try fit(["--fix", "h=0.7", "--sampler", "hmc"])
    #expect(fixed.status == 10 && fixed.error.contains("no more data than parameters"))
  }

  @Test("as many parameters as data is no fit")
  func tooFew() throws {
    try write(Array(try bins()[10..<12]))
    for result in [try check(), try fit()] {
      #expect(result.status == 10, "\(result.output)")
      #expect(result.error.contains("no more data than parameters"), "\(result.error)")
    }
    #expect(try failures().contains { $0.hasPrefix("no more data than parameters") })
  }

  @Test("three supernovae are enough for flat ΛCDM, and too few for flat wCDM")
  func three() throws {
    let bins = try bins()
    try write([bins[3], bins[15], bins[26]])
    #expect(try check().status == 0)
    let wider = try fit(["--model", "flat_wcdm"])
    #expect(wider.status == 10 && wider.error.contains("no more data than parameters"))
    let flat = try fit()
    #expect(!flat.error.contains("no more data") && !flat.error.contains("χ²"), "\(flat.error)")
    #expect(try failures().allSatisfy { !$0.contains("prior") })
  }

  @Test("a posterior that is its prior in every parameter fails, of every sampler")
  func prior() throws {
    try write([[0.1, 38.3, 100], [0.5, 42.2, 100], [0.9, 43.7, 100]])
    let quick = ["--nhf-draws", "2000", "--nhf-steps", "20"]
    for options in [
      ["--sampler", "hmc"], ["--sampler", "map"] + quick, ["--sampler", "nhf"] + quick,
    ] {
      let result = try fit(options)
      #expect(result.status == 10, "\(options): \(result.error)")
      #expect(
        result.error.contains(
          "warning: nothing was learned: no parameter gains 0.3 nats over its prior (omega_m"
        ),
        "\(options): \(result.error)")
      #expect(try failures().count { $0.hasPrefix("nothing was learned") } == 1)
    }
    let curved = try fit([
      "--model", "lcdm", "--offset", "marginalise", "--fix", "omega_m=0.3", "--sampler", "hmc",
      "--prior", "omega_k=normal(0, 0.1)",
    ])
    #expect(
      curved.status == 10 && curved.error.contains("over its prior (omega_k"), "\(curved.error)")
  }

  @Test("one parameter that the data do not know is no failure")
  func oneUnknown() throws {
    try write(try bins())
    let result = try fit(["--model", "flat_w0wacdm", "--fix", "w0=-1", "--coordinates", "map"])
    #expect(!result.error.contains("nothing was learned"), "\(result.error)")
    let unused = try fit(["--model", "flat_w0wacdm", "--prior", "wa=uniform(-0.01, 0.01)"])
    #expect(!unused.error.contains("nothing was learned"), "\(unused.error)")
  }

  @Test("a χ² that is only unusual is said, and passes")
  func unusual() throws {
    let bins = try bins()
    try write(bins.map { [$0[0], $0[1], $0[2] * 2.2] })
    let low = try check()
    #expect(low.status == 0 && low.error.contains("is small for 29 degrees"), "\(low.error)")
    let fit = try fit()
    #expect(fit.status == 0 && fit.error.contains("may be larger than the scatter"), "\(fit.error)")
    #expect(try failures().isEmpty)
    try write(bins.map { [$0[0], $0[1], $0[2] / 1.5] })
    let high = try check()
    #expect(high.status == 0 && high.error.contains("the model may not fit"), "\(high.error)")
  }

  @Test("a universe that flat ΛCDM does not fit passes the check if another model does")
  func otherModels() throws {
    // w = −0.5 without noise in the shape: 40 moduli with errors of a millimagnitude.
    let rows = (1...40).map { i -> [Double] in
      let z = 0.03 * Double(i)
      let steps = 2000
      let integral = (0..<steps).reduce(0.0) { sum, k in
        let x = 1 + z * (Double(k) + 0.5) / Double(steps)
        return sum + z / Double(steps) / (0.3 * pow(x, 3) + 0.7 * pow(x, 1.5)).squareRoot()
      }
      let noise = i % 2 == 0 ? 0.001 : -0.001
      return [z, 5 * log10((1 + z) * 2997.92458 / 0.7 * integral) + 25 + noise, 0.001]
    }
    try write(rows)
    let result = try check()
    #expect(result.status == 0, "\(result.error)")
    // The first that fits: a little curvature does at these redshifts.
    #expect(result.output.contains("ΛCDM with curvature with"), "\(result.output)")
    #expect(result.error.contains("flat ΛCDM at its best: χ² = "), "\(result.error)")
  }

  @Test("the report shows it before everything else")
  func report() throws {
    try write(try bins().map { [$0[0], $0[1], $0[2] / 1000] })
    #expect(try fit(["--draws", "500"], report: true).status == 10)
    let page = try String(contentsOfFile: folder.path("out/report.html"), encoding: .utf8)
    let failure = try #require(page.range(of: "is far too large for 29 degrees of freedom"))
    let passed = page.range(of: "all checks passed")
    #expect(passed.map { failure.lowerBound < $0.lowerBound } ?? true)
    #expect(page.components(separatedBy: "is far too large for 29").count == 2)
  }

  @Test("light curves: --without-determinant changes nothing and says so; check and fit agree")
  func lightCurves() throws {
    // Sixty light curves, without random numbers: three incommensurate waves.
    let rows = (1...60).map { i -> String in
      let k = Double(i)
      let (shape, color) = (1.2 * sin(1.7 * k), 0.1 * sin(2.9 * k + 1))
      let z = 0.015 * k
      let (q, scatter) = (0.55, 0.11 * 2.0.squareRoot() * sin(4.3 * k + 2))
      let distance = 2997.92458 / 0.7 * z * (1 - 0.5 * (1 - q) * 0.5 * z)
      let peak = 5 * log10((1 + z) * distance) + 25 - 19.1 - 0.14 * shape + 3.1 * color + scatter
      return "\(z) \(z) \(peak) 0.1 \(shape) 0.3 \(color) 0.02 0 0 0 \(i % 2 == 0 ? 9 : 11)\n"
    }
    _ = try folder.write(
      "zcmb zhel mb dmb x1 dx1 color dcolor cov_m_s cov_m_c cov_s_c 3rdvar\n" + rows.joined(),
      to: "t.csv")
    let checked = try check()
    #expect(checked.status == 0, "\(checked.output)\(checked.error)")
    let line = try #require(checked.output.split(separator: "\n").last { $0.hasPrefix("best") })
    func value(_ name: String) throws -> Double {
      let part = try #require(
        line.split(separator: ", ").first {
          $0.hasPrefix("\(name) = ") || $0.contains(" \(name) = ")
        })
      return try #require(part.split(separator: " ").last.flatMap { Double($0) })
    }
    let options = ["--draws", "500", "--warmup", "300", "--start", "mode"]
    let plain = try fit(options)
    #expect(!plain.error.contains("determinant"), "\(plain.error)")
    let draws = try String(contentsOfFile: folder.path("out/hmc.1.txt"), encoding: .utf8)
    for name in ["alpha", "beta"] {
      let row = try #require(plain.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") })
      let numbers = row.split(separator: " ").compactMap { Double($0) }
      let (mean, deviation) = (numbers[0], numbers[1])
      #expect(abs(try value(name) - mean) < 0.2 * deviation, "\(line)\n\(row)")
    }
    let accepted = try fit(options + ["--without-determinant"])
    #expect(
      accepted.error.contains("no longer has a determinant; --without-determinant changes nothing"),
      "\(accepted.error)")
    #expect(try String(contentsOfFile: folder.path("out/hmc.1.txt"), encoding: .utf8) == draws)
    let help = try Tool.run(["fit", "--help"], in: folder.path)
    #expect(!help.output.contains("determinant"))
  }
}
