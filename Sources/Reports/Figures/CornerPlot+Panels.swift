import Inference
import RealModule

extension CornerPlot {
  /// Draws panel after panel.
  public func draw(on script: inout GnuplotScript) async {
    let planes = axes.indices.flatMap { row in (0..<row).map { (row: row, column: $0) } }
    let regions = await LocalWorkers().map(planes.count) {
      contours(planes[$0].row, planes[$0].column)
    }
    script.add("set multiplot")
    var place = 0
    for row in axes.indices {
      for column in 0...row {
        frame(on: &script, row, column)
        if row == column {
          drawLine(on: &script, row)
        } else {
          drawPlane(on: &script, row, column, regions[place])
          place += 1
        }
      }
    }
    script.add("unset multiplot")
  }

  // MARK: Frames

  private func frame(on script: inout GnuplotScript, _ row: Int, _ column: Int) {
    let left = marginLeft + Double(column) * (cell + gap)
    let top = size.height - marginTop - Double(row) * (cell + gap)
    func across(_ x: Double) -> String { GnuplotScript.number(x / size.width) }
    func up(_ y: Double) -> String { GnuplotScript.number(y / size.height) }
    let (x, y) = (axes[column], axes[row])
    script.add(
      "set lmargin at screen \(across(left)); set rmargin at screen \(across(left + cell))",
      "set tmargin at screen \(up(top)); set bmargin at screen \(up(top - cell))",
      "unset label; unset arrow; unset key; unset xlabel; unset ytics",
      "set xrange [\(limits(x.range))]")
    if row == axes.count - 1 {
      script.add(
        "set xtics nomirror offset 0,0.3 \(x.ticks.gnuplot)",
        "set xlabel \(GnuplotScript.quoted(x.label)) font ',14' offset 0,0.2")
    } else {
      script.add("set xtics nomirror \(blank(x.ticks))")
    }
    guard row != column else { return script.add("set yrange [0:1.12]; set border 1") }
    script.add("set border 15; set yrange [\(limits(y.range))]")
    if column == 0 {
      script.add(
        "set ytics nomirror offset 0.4,0 \(y.ticks.gnuplot)",
        "set label 1 \(GnuplotScript.quoted(y.label)) font ',14' center rotate by 90 at screen \(across(15)), screen \(up(top - 0.5 * cell))"
      )
    } else {
      script.add("set ytics nomirror \(blank(y.ticks))")
    }
  }

  private func limits(_ range: ClosedRange<Double>) -> String {
    "\(GnuplotScript.number(range.lowerBound)):\(GnuplotScript.number(range.upperBound))"
  }

  /// The same ticks without their numbers.
  private func blank(_ ticks: Ticks) -> String {
    ticks.gnuplot.replacing(#/'[^']*'/#, with: "''")
  }

  private func markTruth(on script: inout GnuplotScript, _ axis: Axis, isVertical: Bool) {
    guard let truth = truths[axis.name], axis.range.contains(truth) else { return }
    let value = GnuplotScript.number(truth)
    let line =
      isVertical
      ? "from \(value), graph 0 to \(value), graph 1"
      : "from graph 0, first \(value) to graph 1, first \(value)"
    script.add("set arrow \(line) nohead front linewidth 1.2 dashtype 3 linecolor '#000000'")
  }

  /// What is quoted of a parameter, one line per set above its panel.
  private func writeQuotes(on script: inout GnuplotScript, _ axis: Axis) {
    guard !quotes.isEmpty else { return }
    let lines = sets.indices.compactMap { number in
      quotes[number][axis.name].map { (number: number, text: $0.gnuplot) }
    }
    for (place, line) in lines.enumerated() {
      let height = 5 + Self.quoteHeight * Double(lines.count - 1 - place)
      script.add(
        "set label \(10 + place) \(line.text) font ',\(cell < 130 ? 9 : 10)' textcolor rgb '\(FigureStyle.color(line.number))' center at graph 0.5, graph \(GnuplotScript.number(1 + (height + 0.5 * Self.quoteHeight) / cell))"
      )
    }
  }

  // MARK: Densities

  private func drawLine(on script: inout GnuplotScript, _ position: Int) {
    let axis = axes[position]
    let places = (0...240).map {
      axis.range.lowerBound + Double($0) / 240 * (axis.range.upperBound - axis.range.lowerBound)
    }
    var plots: [String] = []
    for (number, set) in sets.enumerated() {
      let look =
        "with lines linewidth 2 dashtype \(FigureStyle.dash(number)) linecolor '\(FigureStyle.color(number))' title \(GnuplotScript.quoted(set.name))"
      guard let density = axis.marginals[number]?.density else {
        plots.append("NaN \(look)")
        continue
      }
      let curve = script.table(places.map { [$0, density.value(at: $0) / density.peak] })
      if opacity(number) > 0 {
        plots.append(
          "\(curve) with filledcurves y1=0 linecolor '\(FigureStyle.color(number))' fs transparent solid \(opacity(number)) noborder notitle"
        )
      }
      plots.append("\(curve) \(look)")
    }
    if let prior = priors[axis.name], let peak = axis.marginals.first??.density.peak {
      let curve = script.table(places.map { [$0, .exp(prior.logDensity(at: $0).value) / peak] })
      plots.append(
        "\(curve) with lines linewidth 1.2 dashtype 2 linecolor '\(FigureStyle.guide)' title 'prior'"
      )
    }
    markTruth(on: &script, axis, isVertical: true)
    writeQuotes(on: &script, axis)
    if position == 0 {
      // Right of the diagonal there is room; a single panel has it above.
      let (right, top) = (1 - marginRight / size.width, 1 - 44 / size.height)
      script.add(
        axes.count == 1
          ? "set key at screen \(GnuplotScript.number(right)), screen \(GnuplotScript.number(1 - 6 / size.height)) right top horizontal maxrows 1 reverse Left"
          : "set key at screen \(GnuplotScript.number(right)), screen \(GnuplotScript.number(top)) right top vertical reverse Left"
      )
    }
    script.add("plot \(plots.joined(separator: ", \\\n  "))")
  }

  /// The regions of each set; nil for one without these parameters.
  private func contours(_ row: Int, _ column: Int) -> [PlaneContours?] {
    sets.enumerated().map { number, set in
      guard let i = axes[column].marginals[number]?.column,
        let j = axes[row].marginals[number]?.column
      else { return nil }
      return PlaneContours(set, i, j, probabilities: Self.probabilities)
    }
  }

  private func drawPlane(
    on script: inout GnuplotScript, _ row: Int, _ column: Int, _ contours: [PlaneContours?]
  ) {
    var (fills, lines) = ([String](), [String]())
    for (number, contours) in contours.enumerated() {
      guard let plots = contours?.plots(number, opacity: opacity(number), on: &script) else {
        continue
      }
      fills += plots.fills
      lines += plots.lines
    }
    markTruth(on: &script, axes[column], isVertical: true)
    markTruth(on: &script, axes[row], isVertical: false)
    let plots = fills + lines
    script.add("plot \(plots.isEmpty ? "NaN notitle" : plots.joined(separator: ", \\\n  "))")
  }
}
