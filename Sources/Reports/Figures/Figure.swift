/// A figure: data and style as a value, drawn by gnuplot.
///
/// A custom figure needs a name, a size, a caption, and the commands that draw it:
///
/// ```swift
/// struct Parabola: Figure {
///   let name = "parabola", caption = "A parabola."
///   let size = FigureSize(width: 400, height: 300)
///   func draw(on script: inout GnuplotScript) {
///     let curve = script.table((0...100).map { [Double($0), Double($0 * $0)] })
///     script.add("plot \(curve) with lines linecolor '\(FigureStyle.color(0))' notitle")
///   }
/// }
/// ```
public protocol Figure: Sendable {
  /// The base name of its files: lower-case letters, digits and hyphens.
  var name: String { get }
  /// The caption, in a sentence or two.
  var caption: String { get }
  /// Width and height.
  var size: FigureSize { get }
  /// Adds the commands and the numbers.
  func draw(on script: inout GnuplotScript) async
}

extension Figure {
  /// The whole script of the figure.
  public var script: GnuplotScript {
    get async {
      var script = GnuplotScript(name: name, size: size)
      await draw(on: &script)
      return script
    }
  }
}

/// Width and height of a figure in points, 1/72 inch.
public struct FigureSize: Sendable, Equatable {
  /// The width.
  public var width: Double
  /// The height.
  public var height: Double

  /// A size.
  public init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }
}

/// The common style of figures.
public enum FigureStyle {
  /// The colours of Okabe & Ito 2008, "Color Universal Design", which people with any colour vision
  /// can distinguish; black and yellow are left out.
  public static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"]

  /// The colour of the n-th of several things, from 0.
  public static func color(_ index: Int) -> String { colors[index % colors.count] }

  /// The dash of the n-th of several lines, so that they differ not only in colour.
  public static func dash(_ index: Int) -> String { index % 4 == 0 ? "1" : "\(index % 4 + 1)" }

  /// The colour of priors, references and everything that only guides the eye.
  public static let guide = "#777777"
}

/// Ticks at round numbers.
struct Ticks {
  let positions: [Double]
  let step: Double

  /// Ticks inside a range, at most a number of them.
  init(_ lower: Double, _ upper: Double, atMost count: Int) {
    guard upper > lower, (upper - lower).isFinite else {
      (positions, step) = ([], 1)
      return
    }
    let raw = (upper - lower) / Double(max(1, count))
    var power = 1.0
    while power * 10 <= raw { power *= 10 }
    while power > raw { power /= 10 }
    // At most `count` fit if the step is no smaller than this.
    let step = power * ([1, 2, 2.5, 5, 10].first { power * $0 >= raw * 0.999 } ?? 10)
    self.step = step
    let first = (lower / step).rounded(.up)
    positions = (0...count + 1).map { (first + Double($0)) * step }.filter { $0 <= upper }
  }

  /// The number of characters of the longest label.
  var longest: Int { labels.map(\.count).max() ?? 0 }

  private var labels: [String] {
    positions.map { GnuplotScript.number(abs($0) < step * 1e-9 ? 0 : $0) }
  }

  /// The ticks as gnuplot's list.
  var gnuplot: String {
    let ticks = labels.map { "'\($0.replacing("-", with: "−"))' \($0)" }
    return "(\(ticks.joined(separator: ", ")))"
  }
}
