import Foundation

/// The folder that a notebook writes its tables and figures to.
public struct NotebookFolder: Sendable {
  /// The path.
  public let path: String

  /// A folder, made where it is missing.
  public init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// The path of a file in it.
  public func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, whole or not at all.
  public func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url, options: .atomic)
  }

  /// Writes numbers as columns separated by blanks, a blank line after every `block` rows.
  public func write(columns: [[Double]], to name: String, block: Int? = nil) throws {
    var text = ""
    for row in 0..<(columns.first?.count ?? 0) {
      if let block, row > 0, row.isMultiple(of: block) { text += "\n" }
      text += columns.map { String(format: "%.5g", $0[row]) }.joined(separator: " ") + "\n"
    }
    try write(text, to: name)
  }

  /// Draws a figure, if gnuplot is there: its script stays beside the data, and runs in the folder.
  ///
  /// - Parameters:
  ///   - name: of the figure, without `.png`.
  ///   - size: in pixels.
  ///   - script: what follows `set output`.
  public func draw(_ name: String, size: (Int, Int) = (1000, 800), _ script: String) throws {
    let head = """
      set terminal pngcairo size \(size.0),\(size.1) font "sans,11"
      set output "\(name).png"

      """
    try write(head + script + "\n", to: "\(name).gnuplot")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["gnuplot", "\(name).gnuplot"]
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    try process.run()
    process.waitUntilExit()
    if process.terminationStatus == 0 {
      print("figure      \(path)/\(name).png")
    } else {
      print("no figure   gnuplot is missing or failed; '\(name).gnuplot' draws it from the data")
    }
  }
}
