import Analyses
import Chains
import Files
import Foundation
import Inference

/// The report of a run on disk: `report.html`, and in `report/` a table for LaTeX and the
/// figures with the scripts and numbers they are drawn from.
///
/// Only files of an earlier report are ever replaced, each at once and whole; gnuplot works in a
/// folder of its own meanwhile.
public struct ReportFolder: Sendable {
  /// The folder of the run.
  public let path: String
  private let gnuplot: Gnuplot

  /// "report.html".
  public static let pageName = "report.html"
  static let folderName = "report"
  private static let figuresName = "\(folderName)/figures"
  private static let tableName = "table.tex"
  private static let suffixes = ["svg", "pdf", "gp", "dat"]

  /// Whether a file of a run's folder is one of its report.
  static func isPart(_ name: String) -> Bool {
    name == pageName || name.hasPrefix("\(folderName)/")
  }

  /// Whether a folder is that of a run.
  static func holdsRun(_ path: String) -> Bool {
    WrittenFiles(in: path).run != nil
      || [RunRecord.fileName, "summary.json"].contains {
        FileManager.default.fileExists(atPath: "\(path)/\($0)")
      }
  }

  /// The report of the run in a folder, drawn by a gnuplot.
  public init(_ path: String, gnuplot: Gnuplot = Gnuplot()) {
    self.path = path
    self.gnuplot = gnuplot
  }

  /// Writes everything; without gnuplot, everything but drawings.
  ///
  /// - Returns: notes for the user, in sentences.
  /// - Throws: `OutputError` if a file cannot be written, or something that is not ours is in its
  ///   place.
  public func write(_ report: Report) async throws(OutputError) -> [String] {
    let names = report.figures.map(\.name)
    precondition(Set(names).count == names.count, "two figures of one name among \(names)")
    let files =
      [Self.pageName, "\(Self.folderName)/\(Self.tableName)"]
      + names.flatMap { name in Self.suffixes.map { "\(Self.figuresName)/\(name).\($0)" } }
    let folder = "\(path)/\(Self.folderName)"
    let figures = "\(path)/\(Self.figuresName)"
    var written = WrittenFiles(in: path)
    if written.isForeign { throw .notOurs(path: "\(path)/\(WrittenFiles.fileName)") }
    for name in files where !written.names.contains(name) {
      if written.isPresent(name) { throw .notOurs(path: "\(path)/\(name)") }
    }
    do {
      // Which may remove the folders.
      try written.remove { Self.isPart($0) && !files.contains($0) }
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
    try makeFolder(folder)
    try makeFolder(figures)
    do {
      try written.add(files)
      try written.rewrite()
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
    NewFile.sweep(folder, olderThan: 60)
    let workshop = NewFile.unusedPath(for: figures)
    try makeFolder(workshop)
    // Locked, as files in the making are.
    let lock = open(workshop, O_RDONLY | O_CLOEXEC)
    flock(lock, LOCK_EX | LOCK_NB)
    defer {
      try? FileManager.default.removeItem(atPath: workshop)
      close(lock)
    }

    let drawn = await LocalWorkers().map(names.count) {
      await draw(report.figures[$0], report.format, in: workshop)
    }
    let notes = Set(drawn.compactMap(\.note)).sorted()
    var drawings: [String: InlineSVG] = [:]
    for (name, drawn) in zip(names, drawn) {
      drawings[name] = drawn.drawing
      for suffix in Self.suffixes { try move("\(name).\(suffix)", from: workshop, to: figures) }
    }
    try write(LatexTable(report: report).text, to: "\(Self.folderName)/\(Self.tableName)")
    let page = ReportPage(report: report, drawings: drawings, notes: notes)
    try write(try page.html(), to: Self.pageName)
    return notes
  }

  /// Writes script and numbers and draws; returns the drawing, or what went wrong.
  private func draw(
    _ figure: any Figure, _ format: FigureFormat, in folder: String
  ) async -> (drawing: InlineSVG?, note: String?) {
    var script = await figure.script
    script.zoom = format.zoom(figure.size)
    do {
      try DurableFile.write(Data(script.text.utf8), to: "\(folder)/\(script.name).gp")
      try DurableFile.write(Data(script.data.utf8), to: "\(folder)/\(script.name).dat")
      try await gnuplot.run(script.name, in: folder)
      try PDFDate.settle("\(folder)/\(script.name).pdf")
      let file = try? TextFile.read("\(folder)/\(script.name).svg")
      return (
        file.flatMap { InlineSVG($0, name: figure.name, title: figure.caption) }, nil
      )
    } catch {
      // Half a drawing is useless.
      for suffix in ["svg", "pdf"] {
        try? FileManager.default.removeItem(atPath: "\(folder)/\(script.name).\(suffix)")
      }
      return (nil, "\(error)")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    // A link is not followed: its target is not ours.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.type] as? FileAttributeType == .typeDirectory
  }

  private func makeFolder(_ path: String) throws(OutputError) {
    if Self.isFolder(path) { return }
    guard mkdir(path, 0o755) == 0 else {
      throw .cannotWrite(
        path: path,
        reason: errno == EEXIST
          ? "something that is not a folder is in the way" : String(cString: strerror(errno)))
    }
  }

  /// Moves a file over an older one; one that was not made is removed there.
  private func move(_ name: String, from: String, to: String) throws(OutputError) {
    let target = "\(to)/\(name)"
    if Self.isFolder(target) {
      throw .cannotWrite(path: target, reason: "something that is not a regular file is in the way")
    }
    if rename("\(from)/\(name)", target) != 0 {
      guard errno == ENOENT else {
        throw .cannotWrite(path: target, reason: String(cString: strerror(errno)))
      }
      unlink(target)
    }
  }

  private func write(_ text: String, to name: String) throws(OutputError) {
    if Self.isFolder("\(path)/\(name)") {
      throw .cannotWrite(
        path: "\(path)/\(name)", reason: "something that is not a regular file is in the way")
    }
    do {
      try DurableFile.write(Data(text.utf8), to: "\(path)/\(name)")
    } catch {
      throw .cannotWrite(path: error.path, reason: error.reason)
    }
  }
}
