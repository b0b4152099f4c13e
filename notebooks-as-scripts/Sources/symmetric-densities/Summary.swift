import Foundation
import GenerativeStudy

/// Results over seeds, as a table and as figures.
struct Summary {
  /// The trainings of one flow at one number of points, one for each seed.
  struct Row {
    let results: [Result]
    var density: String { results[0].density }
    var flow: String { results[0].flow }
    var points: Int { results[0].points }
    var entropy: Double { results[0].entropy }
    var nll: (mean: Double, error: Double) { Self.mean(results.map(\.nll)) }

    static func mean(_ values: [Double]) -> (mean: Double, error: Double) {
      let count = Double(values.count)
      let mean = values.reduce(0, +) / count
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, count > 1 ? (squares / (count * (count - 1))).squareRoot() : 0)
    }
  }

  let rows: [Row]

  init(_ results: [Result]) {
    var groups: [(name: String, results: [Result])] = []
    for result in results {
      let name = "\(result.density) \(result.flow) \(result.points)"
      if let index = groups.firstIndex(where: { $0.name == name }) {
        groups[index].results.append(result)
      } else {
        groups.append((name, [result]))
      }
    }
    rows = groups.map { Row(results: $0.results) }
  }

  /// Means over seeds, and how much worse the unconstrained flow of the same size and number of
  /// momenta is at the same points.
  var text: String {
    "density    flow                 points  NLL − entropy      unconstrained is worse by   −ELBO − entropy\n"
      + rows.map { row in
        let (mean, error) = row.nll
        let elbo = Row.mean(row.results.map(\.negativeEvidence))
        return row.density.padded(11) + row.flow.padded(21) + "\(row.points)".padded(8)
          + String(format: "%.4f ± %.4f    ", mean - row.entropy, error) + gap(row).padded(28)
          + String(format: "%.4f ± %.4f", elbo.mean - row.entropy, elbo.error)
      }.joined(separator: "\n")
  }

  private func gap(_ row: Row) -> String {
    let kind = row.flow.split(separator: "-").dropFirst().first.map { "-\($0)" } ?? ""
    guard !row.flow.hasPrefix("unconstrained"),
      let plain = rows.first(where: {
        $0.density == row.density && $0.points == row.points
          && $0.flow == "unconstrained" + kind
      })
    else { return "" }
    // Trainings of the same seed learn from the same points.
    let differences = row.results.compactMap { result in
      plain.results.first { $0.seed == result.seed }.map { $0.nll - result.nll }
    }
    guard !differences.isEmpty else { return "" }
    let (mean, error) = Row.mean(differences)
    return String(format: "%.3f ± %.3f", mean, error)
      + (error > 0 ? String(format: " (%.1f σ)", mean / error) : "")
  }

  /// Learning curves, the densities learned from 100 points, and how the penalty went.
  ///
  /// - Parameters:
  ///   - density: that of the curves, with the names of its flows.
  ///   - maps: names of densities with flows.
  func draw(
    curves density: PotentialTarget, _ flows: [String], maps: [String], in folder: NotebookFolder
  ) throws {
    var curves: [String] = []
    for flow in flows {
      let mine = rows.filter { $0.density == density.name && $0.flow == flow }
        .sorted { $0.points < $1.points }
      guard !mine.isEmpty else { continue }
      try folder.write(
        columns: [mine.map { Double($0.points) }, mine.map(\.nll.mean), mine.map(\.nll.error)],
        to: "\(flow).curve.txt")
      curves.append("'\(flow).curve.txt' with yerrorlines lw 2 title '\(flow)'")
    }
    try folder.draw(
      "learning-curves",
      """
      set logscale x
      set xlabel 'points'
      set ylabel 'NLL in nats'
      plot \(curves.joined(separator: ", ")), \(density.entropy) dt 2 lc 'black' title 'entropy'
      """)
    let maps = maps.filter {
      FileManager.default.fileExists(atPath: folder.path("\($0).density.txt"))
    }
    let tiles = maps.map {
      "set title '\($0)'\nplot '\($0).density.txt' using 1:2:3 with image"
    }
    try folder.draw(
      "densities", size: (1300, 700),
      """
      set multiplot layout 2,\(max(1, (maps.count + 1) / 2))
      set size ratio 1
      unset key
      unset colorbox
      set cbrange [0:0.15]
      set xrange [-3.6:3.6]
      set yrange [-3.6:3.6]
      \(tiles.joined(separator: "\n"))
      """)
    try folder.draw(
      "multipliers", size: (1000, 400),
      """
      set multiplot layout 1,2
      set logscale y
      set format y '10^{%T}'
      set xlabel 'update'
      set title 'multipliers'
      plot for [i=2:3] 'rings-penalised.multipliers.txt' using 1:i with lines lw 2 title 'H_'.(i-1)
      set title 'moving averages of normalised brackets'
      plot for [i=4:5] 'rings-penalised.multipliers.txt' using 1:i with lines lw 2 title 'H_'.(i-3)
      """)
  }
}
