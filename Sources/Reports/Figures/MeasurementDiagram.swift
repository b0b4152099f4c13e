import Cosmology
import RealModule

/// Measured distances, as ratios to the best model, or expansion rates, against redshift, with the models of one run or several.
///
/// One panel per quantity. Bands are those of the first run, whose best draw is the reference of ratios.
struct MeasurementDiagram: Figure {
  /// A run with its numbers.
  typealias Run = (name: String, file: MeasurementFile)

  let name: String
  let runs: [Run]
  var size: FigureSize

  private let subject: MeasurementFile.Subject
  private let quantities: [String]
  private var isRatio: Bool { subject == .distances }

  private static let labels: [(quantity: String, latex: String)] = [
    ("DM_over_rs", #"D_\mathrm{M}/r_\mathrm{d}"#), ("DH_over_rs", #"D_\mathrm{H}/r_\mathrm{d}"#),
    ("DV_over_rs", #"D_\mathrm{V}/r_\mathrm{d}"#), ("Hz_rs", #"H r_\mathrm{d}"#),
    ("F_AP", #"F_\mathrm{AP}"#), ("A", "A"), ("H", "H"),
  ]

  /// The numbers of a subject; nil if no run has any.
  init?(_ runs: [Run], _ subject: MeasurementFile.Subject) {
    let runs = runs.filter { $0.file.subject == subject }
    guard !runs.isEmpty else { return nil }
    name = subject.rawValue
    self.runs = runs
    self.subject = subject
    let present = Set(runs.flatMap { $0.file.content.points.map(\.quantity) })
    let known = Self.labels.map(\.quantity)
    // More panels would not be read.
    quantities = Array(
      (known.filter(present.contains) + present.subtracting(known).sorted()).prefix(6))
    size = FigureSize(
      width: 640, height: subject == .rates ? 380 : 90 + 130 * Double(quantities.count))
  }

  var caption: String {
    let reference = runs.count > 1 ? "the best draw of \(runs[0].name)" : "the best draw"
    let subjects =
      isRatio
      ? "Baryon acoustic oscillations over what \(reference) predicts"
      : "The expansion rate; line: \(reference)"
    return
      "\(subjects), with the 68 % and 95 % bands of the model\(runs.count > 1 ? " of \(runs[0].name), and the best draws of the others" : ""). Bars: the diagonal of the covariance; numbers of one survey share errors."
  }

  func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: quantities.count, columns: 1)
    layout.top = 16 + 17 * Double(keyRows)
    layout.gap.y = 6
    let range = redshiftRange
    script.add(
      "set multiplot",
      "set xrange [\(GnuplotScript.number(range.lowerBound)):\(GnuplotScript.number(range.upperBound))]",
      "set label 2 '\(isRatio ? "data / best model" : "{/:Italic H}({/:Italic z}) [km/s/Mpc]")' font ',12' center rotate by 90 at screen 0.025, screen 0.5"
    )
    for (row, quantity) in quantities.enumerated() {
      let isLast = row == quantities.count - 1
      let latex = Self.labels.first { $0.quantity == quantity }?.latex
      let label =
        latex.map { GnuplotScript.quoted(MathLabel(latex: $0)) } ?? GnuplotScript.quoted(quantity)
      script.add(
        layout.place(row: row, column: 0),
        isLast ? "set xlabel 'redshift z' font ',12' offset 0,0.2" : "unset xlabel",
        "set xtics nomirror format '\(isLast ? "%g" : "")'",
        "unset label 1",
        isRatio ? "set label 1 \(label) font ',13' right at graph 0.985, graph 0.86" : "",
        // Above the panels there is room for all names.
        row == 0
          ? "set key at graph 1, 1.02 right bottom horizontal maxrows \(keyRows) reverse Left"
          : "unset key; unset label 2")
      drawPanel(on: &script, quantity)
    }
    script.add("unset multiplot")
  }

  /// The rows of the legend, whose columns are as wide as the longest name.
  private var keyRows: Int {
    let names = ["best draw"] + runs.map(\.name) + probes
    let width = 46 + 6.4 * Double(names.map(\.count).max() ?? 0)
    let columns = max(1, Int((size.width - 90) / width))
    return (2 + runs.count + probes.count + columns - 1) / columns
  }

  private func drawPanel(on script: inout GnuplotScript, _ quantity: String) {
    var (low, high) = isRatio ? (0.99, 1.01) : (Double.infinity, -Double.infinity)
    // Where there are no data, models may be far apart.
    let nearest = 0.7 * (runs.flatMap { $0.file.content.points.map(\.redshift) }.min() ?? 0)
    func include(_ values: [Double]) {
      for value in values where value.isFinite { (low, high) = (min(low, value), max(high, value)) }
    }
    var plots: [String] = []
    for (number, run) in runs.enumerated() {
      guard let curve = run.file.content.curves.first(where: { $0.quantity == quantity }) else {
        continue
      }
      let rows = curve.redshifts.indices.compactMap { node -> [Double]? in
        let redshift = curve.redshifts[node]
        guard let unit = unit(quantity, redshift) else { return nil }
        return [redshift] + ([curve.best[node]] + curve.quantiles[node]).map { $0 / unit }
      }
      let table = script.table(rows)
      let color = FigureStyle.color(number)
      if number == 0 {
        plots += [
          "\(table) using 1:3:7 with filledcurves linecolor '\(color)' fs transparent solid 0.18 noborder title '95 %'",
          "\(table) using 1:4:6 with filledcurves linecolor '\(color)' fs transparent solid 0.32 noborder title '68 %'",
        ]
        include(rows.filter { $0[0] > nearest }.flatMap { [$0[2], $0[6]] })
      }
      include(rows.filter { $0[0] > nearest }.map { $0[1] })
      let title = runs.count > 1 ? run.name : "best draw"
      plots.append(
        "\(table) using 1:2 with lines linewidth 1.8 dashtype \(FigureStyle.dash(number)) linecolor '\(color)' title \(GnuplotScript.quoted(title))"
      )
    }
    for (number, probe) in probes.enumerated() {
      let rows = points(quantity, of: probe)
      include(rows.flatMap { [$0[1] - $0[2], $0[1] + $0[2]] })
      let table = rows.isEmpty ? "NaN" : script.table(rows)
      let marker = "pt \([7, 5, 9, 13, 11, 15][number % 6]) ps 0.55 linecolor '#333333'"
      // Gnuplot's error bars would hide what is behind their points.
      if !rows.isEmpty {
        plots.append(
          "\(table) using 1:($2-$3):(0):(2*$3) with vectors nohead linewidth 1 linecolor '#333333' notitle"
        )
      }
      plots.append(
        "\(rows.isEmpty ? table : "\(table) using 1:2") with points \(marker) title \(GnuplotScript.quoted(probe))"
      )
    }
    if !(low < high) { (low, high) = (low.isFinite ? low - 1 : 0, low.isFinite ? low + 1 : 1) }
    let room = 0.1 * (high - low)
    script.add(
      "set yrange [\(GnuplotScript.number(low - room)):\(GnuplotScript.number(high + room))]",
      "set ytics nomirror \(Ticks(low - 0.5 * room, high + 0.5 * room, atMost: isRatio ? 4 : 6).gnuplot)",
      "plot \(plots.joined(separator: ", \\\n  "))")
  }

  private var probes: [String] {
    var names: [String] = []
    for point in runs.flatMap(\.file.content.points) where !names.contains(point.probe) {
      names.append(point.probe)
    }
    return names
  }

  private var redshiftRange: ClosedRange<Double> {
    let largest = runs.flatMap { $0.file.content.points.map(\.redshift) }.max() ?? 1
    return (isRatio ? 0 : -0.02 * largest)...1.05 * largest
  }

  /// Rows of redshift, value and error, each number once though several runs may have it.
  private func points(_ quantity: String, of probe: String) -> [[Double]] {
    var rows: [[Double]] = []
    for (number, run) in runs.enumerated() {
      for point in run.file.content.points where point.probe == probe && point.quantity == quantity
      {
        let exact = isRatio && number == 0 ? point.model : nil
        guard let unit = exact ?? unit(quantity, point.redshift) else { continue }
        let row = [point.redshift, point.value / unit, point.error / abs(unit)]
        let isThere = rows.contains { other in
          zip(other, row).allSatisfy { abs($0 - $1) < 1e-3 * abs($1) + 1e-12 }
        }
        if !isThere { rows.append(row) }
      }
    }
    return rows
  }

  /// What values are divided by: the prediction of the first run's best draw, linear between its redshifts, or 1; nil where
  /// there is none.
  private func unit(_ quantity: String, _ redshift: Double) -> Double? {
    guard isRatio else { return 1 }
    guard let curve = runs[0].file.content.curves.first(where: { $0.quantity == quantity }),
      let last = curve.redshifts.last, redshift >= curve.redshifts[0], redshift <= last
    else { return nil }
    let above = max(1, curve.redshifts.firstIndex { $0 >= redshift } ?? 1)
    let (a, b) = (curve.redshifts[above - 1], curve.redshifts[above])
    let fraction = (redshift - a) / (b - a)
    return curve.best[above - 1] * (1 - fraction) + curve.best[above] * fraction
  }
}
