import Foundation

/// A script for gnuplot and the numbers that it plots, both as text.
///
/// Whatever comes from outside, such as the name of a file, reaches a script through `quoted`
/// only: gnuplot runs commands of the shell that stand between backquotes, and single quotes keep
/// them from being seen. The numbers are in a separate file, so that a figure can be
/// changed by changing its script.
public struct GnuplotScript: Sendable {
  /// The base name of the files, of letters, digits and hyphens.
  public let name: String
  /// The width and height of the figure in points.
  public let size: FigureSize
  /// What lengths, letters and lines of the PDF are multiplied by; an SVG has no size of its own.
  public var zoom = 1.0
  /// The commands so far, one per line.
  public private(set) var commands: [String] = []
  private var blocks: [String] = []

  /// A script without commands.
  public init(name: String, size: FigureSize) {
    precondition(
      name.utf8.allSatisfy {
        $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0)
      }, "'\(name)' is not a valid name for a figure")
    self.name = name
    self.size = size
  }

  /// A name of only what names of figures may have.
  static func plainName(_ name: String) -> String {
    let plain = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    let parts = String(plain.prefix(100)).split(separator: "-")
    return parts.isEmpty ? "chains" : parts.joined(separator: "-")
  }

  /// The first line of every script, which identifies its files.
  static func heading(_ name: String) -> String {
    "# Makes \(name).svg and \(name).pdf from \(name).dat: gnuplot \(name).gp\n"
  }

  /// Adds commands.
  public mutating func add(_ lines: String...) {
    commands += lines
  }

  /// Adds a table of numbers and returns its name for a `plot` command.
  ///
  /// - Parameter parts: lists of rows; gnuplot lifts the pen between them.
  public mutating func table(_ parts: [[[Double]]]) -> String {
    let text = parts.map { rows in
      rows.map { row in row.map(Self.number).joined(separator: " ") + "\n" }.joined()
    }.filter { !$0.isEmpty }
    // An empty block would shift the index of all that follow.
    blocks.append(text.isEmpty ? "NaN NaN NaN NaN NaN NaN\n" : text.joined(separator: "\n"))
    return "'\(name).dat' index \(blocks.count - 1)"
  }

  /// Adds a table of numbers in one piece.
  public mutating func table(_ rows: [[Double]]) -> String { table([rows]) }

  /// The contents of the file with the numbers.
  public var data: String { blocks.joined(separator: "\n\n") }

  /// The script, which draws the figure twice: as SVG, and as PDF.
  public var text: String {
    """
    \(Self.heading(name))\
    # The next report writes this file anew; change a copy.
    set encoding utf8; set minussign
    if (!exists('pass')) { pass = 1 }
    if (pass == 1) { set terminal svg size \(Self.number(size.width)),\(Self.number(size.height)) \
    font 'Helvetica,12' enhanced background '#ffffff'; set output '\(name).svg' }
    if (pass == 2) { set terminal pdfcairo size \(Self.number(zoom * size.width / 72))in,\
    \(Self.number(zoom * size.height / 72))in font 'Helvetica,12' \
    fontscale \(Self.number(0.78 * zoom)) linewidth \(Self.number(1.3 * zoom)) enhanced \
    rounded background '#ffffff'; set output '\(name).pdf' }
    set datafile missing 'NaN'
    set border linewidth 0.8 linecolor '#444444'
    set tics scale 0.6 textcolor '#222222' font ',10'
    set errorbars 0.4
    set pointintervalbox 0
    set key font ',11' textcolor '#222222' samplen 2 spacing 1.15
    set style fill transparent solid 0.35 noborder

    \(commands.joined(separator: "\n"))

    unset output
    if (pass == 1) { pass = 2; reset; load '\(name).gp' }

    """
  }

  /// A string of gnuplot that shows a text as it is.
  public static func quoted(_ text: String) -> String { literal(escaped(text)) }

  /// A string of gnuplot that shows a label.
  public static func quoted(_ label: MathLabel) -> String { literal(label.gnuplot) }

  /// Enhanced text between single quotes.
  static func literal(_ enhanced: String) -> String {
    "'\(enhanced.replacing("'", with: "''"))'"
  }

  /// Text in which no character has a meaning for gnuplot's enhanced mode, on one line.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      // Not everywhere do these stand for themselves: a command, an escape, and what gnuplot 5
      // writes into SVG as it is. Their likenesses are harmless.
      case "`": result += "\u{2018}"
      // Two of them stand for one, but not at the beginning of a string.
      case "'": result += "\u{2019}"
      case "\\": result += "\u{2216}"
      case "<": result += "\u{2039}"
      case ">": result += "\u{203A}"
      case "&": result += "\u{FF06}"
      case "_", "^", "{", "}", "@", "~": result += "\\\(scalar)"
      case _ where scalar.properties.generalCategory == .control: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A number as gnuplot reads it.
  public static func number(_ value: Double) -> String {
    value.isFinite ? String(format: "%.7g", value) : "NaN"
  }
}
