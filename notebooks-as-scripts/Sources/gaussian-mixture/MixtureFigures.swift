import Foundation
import GenerativeStudy
import Inference
import Samplers

/// The data of the paper's figures 2 and 4 to 7 for one flow, and the figures for all.
struct MixtureFigures {
  let name: String
  let flow: NeuralHamiltonianFlow
  let grid: GaussianGrid
  /// Two numbers each.
  let draws: [Double]

  /// Writes density with marginals (figures 2 and 4), potentials (5 and 6) and momenta (7).
  func write(to folder: NotebookFolder) async throws {
    let edge = 1.6 * grid.spacing
    let bins = 60
    let width = 2 * edge / Double(bins)
    let centers = (0..<bins).map { -edge + (Double($0) + 0.5) * width }
    var (joint, marginals) = (
      [Double](repeating: 0, count: bins * bins), [[Double]](repeating: [], count: 2)
    )
    marginals = marginals.map { _ in [Double](repeating: 0, count: bins) }
    let share = 1 / Double(draws.count / 2)
    func bin(_ x: Double) -> Int? {
      let index = ((x + edge) / width).rounded(.down)
      return index >= 0 && index < Double(bins) ? Int(index) : nil
    }
    for n in stride(from: 0, to: draws.count, by: 2) {
      let (column, row) = (bin(draws[n]), bin(draws[n + 1]))
      if let column { marginals[0][column] += share / width }
      if let row { marginals[1][row] += share / width }
      if let column, let row { joint[row * bins + column] += share / (width * width) }
    }
    let cells = 0..<bins * bins
    try folder.write(
      columns: [cells.map { centers[$0 % bins] }, cells.map { centers[$0 / bins] }, joint],
      to: "\(name).density.txt", block: bins)
    try folder.write(
      columns: [centers, marginals[0], marginals[1], centers.map { exp(grid.logMarginal($0)) }],
      to: "\(name).marginals.txt")

    for block in flow.blocks.indices {
      let landscape = try await EnergyLandscape(flow, block: block, edge: edge)
      try folder.write(
        columns: landscape.columns, to: "\(name).potential\(block + 1).txt",
        block: landscape.axis.count)
    }
    let momenta = try await HamiltonianMap(flow).drawFinalMomenta(
      at: grid.draw(3000, seed: 1, "momenta")
    ).points.momenta
    try folder.write(
      columns: [0, 1].map { i in stride(from: i, to: momenta.count, by: 2).map { momenta[$0] } },
      to: "\(name).momenta.txt")
  }

  /// Draws a figure for each kind, a panel for each flow.
  static func draw(_ names: [String], in folder: NotebookFolder, edge: Double) throws {
    let columns = min(3, names.count)
    let rows = (names.count + columns - 1) / columns
    func multiplot(_ figure: String, _ head: String, _ panel: (String) -> String) throws {
      let panels = names.map { "set title '\($0)'\n\(panel($0))" }
      try folder.draw(
        figure, size: (400 * columns, 390 * rows),
        "set multiplot layout \(rows),\(columns)\n\(head)\n\(panels.joined(separator: "\n"))")
    }
    let square = "set size ratio 1\nset xrange [-\(edge):\(edge)]\nset yrange [-\(edge):\(edge)]"
    try multiplot("density", "\(square)\nset view map\nunset key\nset palette rgb 33,13,10") {
      "plot '\($0).density.txt' with image"
    }
    try multiplot("marginals", "set xrange [-\(edge):\(edge)]\nset yrange [0:0.35]") {
      "plot '\($0).marginals.txt' using 1:4 with filledcurves y1=0 lc 'gray80' title 'exact', "
        + "'' using 1:2 with steps lw 2 title 'x', '' using 1:3 with steps lw 2 title 'y'"
    }
    // Low energies are what one wants to see; walls are cut.
    try multiplot("potentials", "\(square)\nset view map\nunset key\nset cbrange [0:12]") {
      "plot '\($0).potential1.txt' using 1:2:($3 > 12 ? 12 : $3) with image"
    }
    try multiplot(
      "shifted-potentials",
      "set xrange [-\(edge):\(edge)]\nset yrange [0:12]\nset xlabel 'x at y = 0'\nunset key"
    ) { "plot '\($0).potential1.txt' using ($2 == 0 ? $1 : 1/0):3 with points pt 7 ps 0.4" }
    try multiplot("momenta", "set size ratio 1\nset xrange [*:*]\nset yrange [*:*]\nunset key") {
      "plot '\($0).momenta.txt' with points pt 7 ps 0.2"
    }
  }
}
