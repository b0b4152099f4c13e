import Inference

/// The smallest regions of two parameters that hold given probabilities, as parts of a plot.
struct PlaneContours: Sendable {
  /// The outlines of the regions, from the largest probability to the smallest.
  private let outlines: [[[(x: Double, y: Double)]]]

  /// The regions of two columns; nil if one does not vary.
  init?(_ set: DrawSet, _ first: Int, _ second: Int, probabilities: [Double]) {
    guard
      let density = PlaneDensity(
        set.values(first), set.values(second), weights: set.weights,
        bounds: (set.bounds(first), set.bounds(second)),
        effectiveSampleSize: min(
          set.effectiveSampleSizes[first], set.effectiveSampleSizes[second]))
    else { return nil }
    outlines = probabilities.sorted(by: >).map { probability in
      ContourLines(
        x: density.x, y: density.y, values: density.values,
        level: density.level(enclosing: probability)
      ).lines
    }
  }

  /// The parts of a plot that fill the regions and draw their outlines.
  ///
  /// - Parameters:
  ///   - number: that of the set, which has its colour and its dash.
  ///   - opacity: that of the outer region, 0 to 0.5, twice that inside; 0 for outlines alone.
  func plots(
    _ number: Int, opacity: Double, on script: inout GnuplotScript
  ) -> (fills: [String], lines: [String]) {
    let color = FigureStyle.color(number)
    var (fills, lines) = ([String](), [String]())
    for (depth, outline) in outlines.enumerated() {
      let table = script.table(
        outline.map { line in (line + line.prefix(1)).map { [$0.x, $0.y] } })
      if opacity > 0 {
        fills.append(
          "\(table) with filledcurves closed linecolor '\(color)' fs transparent solid \(GnuplotScript.number(depth == 0 ? opacity : 2 * opacity)) noborder notitle"
        )
      }
      lines.append(
        "\(table) with lines linewidth \(number == 0 ? 1.2 : 1.8) dashtype \(FigureStyle.dash(number)) linecolor '\(color)' notitle"
      )
    }
    return (fills, lines)
  }
}
