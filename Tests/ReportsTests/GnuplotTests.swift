import Foundation
import Inference
import Reports
import TestSupport
import Testing

/// Whether this machine can draw.
let hasGnuplot = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].contains {
  FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot")
}

@Suite struct MathLabelTests {
  @Test(
    "labels are read as LaTeX means them",
    arguments: [
      (#"\Omega_\mathrm{m}"#, "Ω_m", "Ω_{m}"),
      (#"\Omega_{\rm m}"#, "Ω_m", "Ω_{m}"),
      ("w_0", "w_0", "{/:Italic w}_{0}"),
      ("w_a", "w_a", "{/:Italic w}_{{/:Italic a}}"),
      (#"h"#, "h", "{/:Italic h}"),
      (#"\chi^2"#, "χ^2", "{/:Italic χ}^{2}"),
      (#"\Delta_M"#, "Δ_M", "Δ_{{/:Italic M}}"),
      (#"100\theta_{MC}"#, "100θ_MC", "100{/:Italic θ}_{{/:Italic MC}}"),
      (#"{\rm{ln}}(10^{10} A_s)"#, "ln(10^10A_s)", "ln(10^{10}{/:Italic A}_{{/:Italic s}})"),
      (#"\unknown"#, "unknown", "unknown"),
    ])
  func labels(latex: String, plain: String, gnuplot: String) {
    let label = MathLabel(latex: latex)
    #expect(label.plain == plain)
    #expect(GnuplotScript.quoted(label) == "'\(gnuplot)'")
  }

  @Test("broken and hostile labels are read to their end")
  func hostile() {
    for latex in ["", "_", "^", "\\", "{", "}", "x_{", "\\mathrm{", "a\u{202E}b\nc", "_\\mathrm"] {
      _ = GnuplotScript.quoted(MathLabel(latex: latex))
    }
    #expect(MathLabel(latex: String(repeating: "{", count: 100_000)).pieces.isEmpty)
    #expect(MathLabel(latex: "a\u{202E}\u{7}b").plain == "ab")
  }
}

@Suite struct GnuplotScriptTests {
  private let hostile = "`touch x` 'quoted' \"double\" \\n $(y) @z {a_b^c} <b>&~\n!rm\u{0}"

  @Test("no character of a text has a meaning for gnuplot")
  func quoting() {
    let text = GnuplotScript.quoted(hostile)
    #expect(text.hasPrefix("'") && text.hasSuffix("'"))
    let inner = text.dropFirst().dropLast()
    for character in "'`\n<>&\u{0}" { #expect(!inner.contains(character)) }
    for character in "_^{}@~" {
      #expect(inner.replacing("\\\(character)", with: "").contains(character) == false)
    }
  }

  /// A figure whose only text comes from an enemy.
  private struct HostileFigure: Figure {
    var name = "hostile"
    let caption = "</title><script>alert(1)</script>"
    let size = FigureSize(width: 300, height: 200)
    let text: String

    func draw(on script: inout GnuplotScript) {
      let table = script.table([[0, 0], [1, 1]])
      script.add(
        "set title \(GnuplotScript.quoted(text))",
        "set xlabel \(GnuplotScript.quoted(MathLabel(latex: text)))",
        "plot \(table) with lines title \(GnuplotScript.quoted(text))")
    }
  }

  @Test("a hostile text is drawn and not run", .enabled(if: hasGnuplot))
  func notRun() async throws {
    let folder = try TemporaryFolder()
    let figure = HostileFigure(
      text: hostile + " `touch \(folder.path)/owned` system('touch owned')")
    let report = Report(title: hostile, galleries: [.init("x", [figure])])
    let notes = try await ReportFolder(folder.path).write(report)
    #expect(notes.isEmpty, "\(notes)")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(files == ["report", "report.html", "run.files"])
    let drawings = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("report/figures"))
    #expect(drawings.sorted() == ["dat", "gp", "pdf", "svg"].map { "hostile.\($0)" })
    let page = try String(contentsOfFile: folder.path("report.html"), encoding: .utf8)
    #expect(!page.contains("<script") && page.contains("quoted"))
    #expect(page.components(separatedBy: "<svg").count == 2)
  }

  @Test("figures of other names replace all of an earlier report", .enabled(if: hasGnuplot))
  func otherFigures() async throws {
    let folder = try TemporaryFolder()
    for name in ["first", "second"] {
      let figure = HostileFigure(name: name, text: name)
      _ = try await ReportFolder(folder.path).write(
        Report(title: name, galleries: [.init("x", [figure])]))
      let drawings = try FileManager.default.contentsOfDirectory(
        atPath: folder.path("report/figures"))
      #expect(drawings.sorted() == ["dat", "gp", "pdf", "svg"].map { "\(name).\($0)" })
    }
  }

  @Test(
    "a label in quotes or of any other marks is drawn", .enabled(if: hasGnuplot),
    arguments: [
      "'a'", "\"a\"", "'", "''a''", "a'b", "\\", "@a", "~a", "`a`", "%a", "a\nb", "{", "}a{",
    ])
  func marks(text: String) async throws {
    let folder = try TemporaryFolder()
    let report = Report(title: "x", galleries: [.init("y", [HostileFigure(text: text)])])
    let notes = try await ReportFolder(folder.path).write(report)
    #expect(notes.isEmpty, "\(notes)")
    let drawing = try String(
      contentsOfFile: folder.path("report/figures/hostile.svg"), encoding: .utf8)
    if text.contains("a") { #expect(drawing.contains("a</tspan>") || drawing.contains("a")) }
    // The same again is the same to the last byte, and what is not of the report stays.
    let mine = try folder.write("mine", to: "report/figures/trace-mine.pdf")
    let first = try Data(
      contentsOf: URL(fileURLWithPath: folder.path("report/figures/hostile.pdf")))
    _ = try await ReportFolder(folder.path).write(report)
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: folder.path("report/figures/hostile.pdf"))) == first
    )
    #expect(try String(contentsOfFile: mine, encoding: .utf8) == "mine")
  }

  @Test("without gnuplot everything but the drawings is written, and the reason reported once")
  func absent() async throws {
    let folder = try TemporaryFolder()
    let figures: [any Figure] = [HostileFigure(text: "a"), TrainingHistory([])]
    let notes = try await ReportFolder(
      folder.path, gnuplot: Gnuplot(program: folder.path("no-gnuplot"))
    ).write(Report(title: "x", galleries: [.init("y", figures)]))
    #expect(notes.count == 1 && notes[0].hasPrefix("gnuplot was not found"), "\(notes)")
    let page = try String(contentsOfFile: folder.path("report.html"), encoding: .utf8)
    #expect(page.contains("gnuplot was not found") && !page.contains("<svg"))
    #expect(FileManager.default.fileExists(atPath: folder.path("report/figures/hostile.gp")))
    #expect(!FileManager.default.fileExists(atPath: folder.path("report/figures/hostile.svg")))
  }

  @Test("a failure of gnuplot is reported with its words", .enabled(if: hasGnuplot))
  func failure() async throws {
    struct Broken: Figure {
      let name = "broken"
      let caption = ""
      let size = FigureSize(width: 300, height: 200)
      func draw(on script: inout GnuplotScript) { script.add("plot nothing of the kind") }
    }
    let folder = try TemporaryFolder()
    let notes = try await ReportFolder(folder.path).write(
      Report(title: "x", galleries: [.init("y", [Broken()])]))
    #expect(notes.count == 1 && notes[0].hasPrefix("gnuplot could not draw broken: "), "\(notes)")
  }
}
