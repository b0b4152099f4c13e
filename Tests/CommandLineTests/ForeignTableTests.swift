import Foundation
import TestSupport
import Testing

/// Tables of others on the command line: what is asked for, what is said, and in which characters.
@Suite struct ForeignTableTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let rows = [
    [0.02, 34.777], [0.0285, 35.37], [0.0407, 36.323], [0.0581, 37.193], [0.083, 37.826],
    [0.1184, 38.618], [0.1689, 39.649], [0.2411, 40.433], [0.3441, 41.171],
  ]

  private func table(_ names: String, _ row: ([Double]) -> String) -> String {
    names + "\n" + Self.rows.map { row($0) + "\n" }.joined()
  }

  private var good: String { table("z,mu,mu_err") { "\($0[0]),\($0[1]),0.15" } }

  @Test("check, fit and convert leave rows out where that is asked for, and refuse them otherwise")
  func skipping() throws {
    _ = try folder.write(good.replacing("37.193", with: "-9"), to: "t.csv")
    for command in [
      ["check", "t.csv"], ["fit", "t.csv", "-o", "out"], ["convert", "t.csv", "o.csv"],
    ] {
      let refused = try Tool.run(command, in: folder.path)
      #expect(refused.status == 65, "\(refused.output)")
      #expect(
        refused.error
          == "error: t.csv, row 5, column 'mu': found -9, which marks a missing value; --skip-missing leaves such rows out\n"
      )
      let options =
        command[0] == "fit"
        ? ["--skip-missing", "--sampler", "hmc", "--draws", "200"] : ["--skip-missing"]
      let result = try Tool.run(command + options, in: folder.path)
      #expect(result.output.contains("8 supernovae"), "\(result.error)")
      #expect(
        result.output.contains("1 row is left out, because a value is missing in it: 5"),
        "\(result.output)")
    }
    let analysis = try String(contentsOfFile: folder.path("out/analysis.yaml"), encoding: .utf8)
    #expect(analysis.contains("skip_missing: true"))
  }

  @Test("a table on standard input")
  func standardInput() throws {
    _ = try folder.write(good, to: "t.csv")
    let piped = try Tool.shell("cat t.csv | tool check -", in: folder.path)
    let named = try Tool.shell("tool check t.csv", in: folder.path)
    #expect(piped.status == 0, "\(piped.error)")
    #expect(piped.output.replacing("catalog     -:", with: "catalog     t.csv:") == named.output)
    let fit = try Tool.shell(
      "cat t.csv | tool fit - --sampler hmc --draws 200 --no-report", in: folder.path)
    #expect(fit.output.contains("chains/stdin/"), "\(fit.error)")
    let empty = try Tool.shell("tool check - < /dev/null", in: folder.path)
    #expect(empty.status == 65 && empty.error == "error: -: the file is empty\n")
  }

  @Test("light curves next to corrected moduli, by their option")
  func lightCurves() throws {
    let names = "z,mB,mBERR,x1,x1ERR,c,cERR,COV_mB_x1,COV_mB_c,COV_x1_c,MU,MUERR"
    _ = try folder.write(
      table(names) { "\($0[0]),\($0[1] - 19.3),0.1,0,0.1,0.01,0.02,0,0,0,\($0[1]),0.15" },
      to: "t.csv")
    let moduli = try Tool.run(["check", "t.csv"], in: folder.path)
    #expect(moduli.output.contains("distance modulus"), "\(moduli.error)")
    let curves = try Tool.run(["check", "t.csv", "--light-curves"], in: folder.path)
    #expect(curves.output.contains("light curves with 0 of 6 blocks"), "\(curves.error)")
    let both = try Tool.run(
      ["check", "t.csv", "--light-curves", "--format", "table"], in: folder.path)
    #expect(both.status == 64)
  }

  @Test("files outside of a list's folder, by their option")
  func outside() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("lists"), withIntermediateDirectories: true)
    _ = try folder.write(good, to: "t.csv")
    _ = try folder.write("data_file = ../t.csv\n", to: "lists/c.dataset")
    let refused = try Tool.run(["check", "lists/c.dataset"], in: folder.path)
    #expect(
      refused.status == 65
        && refused.error.contains(
          "which is neither in nor below the folder of this .dataset; put it there, or allow other folders"
        )
    )
    let allowed = try Tool.run(["check", "lists/c.dataset", "--outside-paths"], in: folder.path)
    #expect(allowed.status == 0, "\(allowed.error)")
  }

  @Test("no character of a file commands the terminal, on neither stream")
  func escapes() throws {
    let escape = "\u{1B}]0;owned\u{07}\u{1B}[31m\u{9B}2J\u{202E}"
    _ = try folder.write(
      table("z,mu,e\(escape)rr") { "\($0[0]),\($0[1]),0.15" }, to: "names.csv")
    _ = try folder.write(good.replacing("mu,", with: "mu [\(escape)],"), to: "unit.csv")
    _ = try folder.write(good.replacing("37.193", with: escape), to: "cell.csv")
    _ = try folder.write("data_file = \(escape)\n", to: "c.dataset")
    _ = try folder.write(good, to: "a\(escape)b.csv")
    for arguments in [
      ["check", "names.csv"], ["check", "names.csv", "--column", "mu_err=e\(escape)rr"],
      ["check", "unit.csv"], ["check", "cell.csv"], ["check", "c.dataset"],
      ["check", "a\(escape)b.csv"], ["check", "\(escape).csv"],
      ["check", "names.csv", "--\(escape)"],
      ["convert", "a\(escape)b.csv", "o\(escape).csv"],
    ] {
      let result = try Tool.run(arguments, in: folder.path)
      for text in [result.output, result.error] {
        #expect(
          text.unicodeScalars.allSatisfy {
            $0 == "\n"
              || ($0.properties.generalCategory != .control
                && $0.properties.generalCategory != .format)
          }, "\(arguments)")
      }
    }
  }

  @Test("check follows any zero point, as fit does")
  func zeroPoints() throws {
    _ = try folder.write(
      table("z,mb,mb_err") { "\($0[0]),\($0[1] + 0.7),0.15" }, to: "mb.csv")
    _ = try folder.write(
      table("z,mu,mu_err") { "\($0[0]),\($0[1] - 30),0.15" }, to: "mu.csv")
    let shapes = [0.5, -1.2, 0.9, 1.4, -0.3, -0.8, 0.2, 1.1, -1]
    let colors = [0.03, 0.08, -0.1, 0.06, 0.05, -0.06, 0.02, -0.04, 0.01]
    _ = try folder.write(
      "zHD,mB,mBERR,x1,x1ERR,c,cERR\n"
        + Self.rows.indices.map { index in
          let magnitude = Self.rows[index][1] + 0.7 - 0.14 * shapes[index] + 3.1 * colors[index]
          return
            "\(Self.rows[index][0]),\(magnitude),0.12,\(shapes[index]),0.1,\(colors[index]),0.03\n"
        }.joined(), to: "curves.csv")
    for arguments in [["mb.csv"], ["mu.csv"], ["curves.csv", "--light-curves"]] {
      let result = try Tool.run(["check"] + arguments, in: folder.path)
      #expect(result.status == 0 && result.error.isEmpty, "\(result.output)\(result.error)")
      let fit = try Tool.run(
        ["fit"] + arguments + ["-o", "out-\(arguments[0])", "--sampler", "hmc", "--draws", "200"],
        in: folder.path)
      #expect(!fit.error.contains("far too"), "\(fit.error)")
      #expect(!fit.output.contains("far too"), "\(fit.output)")
    }
  }
}
