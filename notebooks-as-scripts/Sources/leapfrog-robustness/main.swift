// How the number of leapfrog steps, the integration time and the width of the networks matter
// (Souveton et al. 2023, section 5, figures 3, 9 and 10): a grid of flows that learn nine Gaussians.

import Foundation
import GenerativeStudy
import Inference
import Samplers

let options = NotebookOptions(
  "Learns nine Gaussians with a grid of flows, cell by cell; existing cells are not repeated.",
  valued: [
    "hidden": "widths H, such as 8,32 (default 8,32,128)",
    "leapfrog-steps": "L (default 1,2,10,50)",
    "times": "T (default 0.1,1,10)",
    "kinetic": "fixed or mlp (default fixed,mlp)",
    "updates": "updates of each cell (default 150000, the paper's)",
    "rate": "peak learning rate (default 5e-4, the paper's)",
    "spacing": "of the grid of Gaussians (default 3)",
    "jobs": "cells at a time (default: cores)",
    "output": "folder (default leapfrog-robustness)",
  ],
  flags: [
    "cosine": "use a cosine learning-rate schedule",
    "quick": "H = 8 and 150 updates: two minutes",
    "figures": "only report and draw existing results",
  ])

let isQuick = options.has("quick")
let updates = options.count("updates", default: isQuick ? 150 : 150_000)
let peak = options.number("rate", default: isQuick ? 5e-3 : 5e-4)
let isCosine = options.has("cosine") || isQuick
let grid = GaussianGrid(spacing: options.number("spacing", default: 3))
let folder = try NotebookFolder(
  options.text(
    "output",
    default: "leapfrog-robustness" + (grid.spacing == 3 ? "" : "-spacing-\(text(grid.spacing))")
      + (isQuick ? "-quick" : "")))
let study = Study(
  grid: grid, folder: folder, updates: updates,
  rate: isCosine ? .cosine(peak: peak, floor: peak / 100, warmUp: updates / 50) : .constant(peak),
  rateText: isCosine ? "cosine from \(text(peak))" : text(peak))

let widths = options.counts("hidden", default: isQuick ? [8] : [8, 32, 128])
let kineticNames = options.names("kinetic", among: ["fixed", "mlp"])
let kinetics = [FlowPreset.Kinetic.fixed, .network].filter { kineticNames.contains($0.rawValue) }
let cells = widths.flatMap { hidden in
  options.counts("leapfrog-steps", default: [1, 2, 10, 50]).flatMap { steps in
    options.numbers("times", default: [0.1, 1, 10]).flatMap { time in
      kinetics.map {
        Cell(kinetic: $0, hidden: hidden, leapfrogSteps: steps, time: time)
      }
    }
  }
}

// Lines of earlier runs; a cell that is among them is done.
let resultsPath = folder.path("results.csv")
let earlier = (try? String(contentsOfFile: resultsPath, encoding: .utf8)) ?? ""
let done = earlier.split(separator: "\n").compactMap { CellResult(line: String($0)) }
if !options.has("figures"), let other = done.first(where: { !$0.isOf(study) }) {
  print(
    "\(resultsPath) has cells of other --updates, --rate or --cosine, such as \(other.cell.name); choose another --output"
  )
  exit(1)
}
let missing =
  options.has("figures")
  ? [] : cells.filter { cell in !done.contains { $0.cell.name == cell.name } }
var results = done

print(
  """
  Nine Gaussians of covariance 0.25 I at spacing \(text(grid.spacing)): entropy \(String(format: "%.4f", grid.entropy)) nats.
  5,000 points to learn from, batches of 512, Adam with rate \(study.rateText), \(updates) updates a cell.
  \(cells.count) cells, of which \(cells.count - missing.count) are there already.
  """)

if !missing.isEmpty {
  let points = grid.draw(5000, seed: 1, "training")
  let jobs = options.count("jobs", default: ProcessInfo.processInfo.activeProcessorCount)
  var cost = 0.0
  for cell in missing { cost += await cell.secondsPerUpdate(points, batchSize: 512) }
  print(
    String(
      format: "cost        about %.0f minutes with %d at a time\n",
      cost * Double(updates) / 60 / Double(jobs), jobs))
  fflush(nil)
  _ = await LocalWorkers(threadCount: jobs).map(missing.count) { await run(missing[$0]) }
}

let table = RobustnessTable(results: results, entropy: grid.entropy)
print(table.text)
try table.drawFigures(in: folder)

/// Runs a cell, and adds its line to those of the folder.
@MainActor func run(_ cell: Cell) async {
  do {
    let result = try await study.run(cell)
    results.append(result)
    let lines = [CellResult.header] + results.map(\.line)
    try folder.write(lines.joined(separator: "\n") + "\n", to: "results.csv")
    print(cell.name.padded(20), String(format: "−ELBO %.4f", result.negativeEvidence))
    fflush(nil)
  } catch {
    print("\(cell.name): \(error)")
  }
}
