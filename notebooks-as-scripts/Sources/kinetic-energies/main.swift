// Quadratic, relativistic and network kinetic energies side by side: what each makes of the learned
// potential, on the nine Gaussians and on two densities of Rezende & Mohamed 2015.

import Foundation
import GenerativeStudy
import Inference
import Samplers

let options = NotebookOptions(
  "Learns three densities with three kinetic energies; existing flows are not trained again.",
  valued: [
    "updates": "of each flow (default 10000)",
    "output": "folder (default kinetic-energies)",
  ],
  flags: ["quick": "500 updates of each"])
let isQuick = options.has("quick")
let updates = options.count("updates", default: isQuick ? 500 : 10_000)
let folder = try NotebookFolder(
  options.text("output", default: isQuick ? "kinetic-energies-quick" : "kinetic-energies"))

/// A density to learn: its draws, their log densities, and its entropy.
struct Subject {
  let name: String
  let edge: Double
  let entropy: Double
  let draw: (Int, String) -> [Double]
  let logDensities: ([Double]) -> [Double]
}

let grid = GaussianGrid(spacing: 3)
let subjects =
  [
    Subject(
      name: "nine-gaussians", edge: 4.8, entropy: grid.entropy,
      draw: { grid.draw($0, seed: 1, $1) }, logDensities: grid.logDensities)
  ]
  + [PotentialTarget.ring, .wave].map { target in
    Subject(
      name: target.name, edge: target.edge, entropy: target.entropy,
      draw: { target.draw($0, seed: 1, $1) }, logDensities: target.logDensities)
  }

print(
  """
  H = 32, two Hamiltonians of L = 2, T = 1, \(updates) updates of 512 of 5,000 points. V is compared with −log density by their
  correlation at fresh points; the base density has learned scales.

  \("density".padded(16))\("kinetic".padded(14))entropy  −ELBO   ± error   K-sample  ± error  corr(V₁, −log p)  corr(V₂, −log p)
  """)
var names: [(name: String, edge: Double)] = []
var rows = [
  "density,kinetic,updates,entropy,negative_elbo,elbo_error,negative_importance,importance_error,"
    + "correlation_1,correlation_2,date"
]
let today = ISO8601DateFormatter().string(from: Date()).prefix(10)
for subject in subjects {
  let (data, heldOut) = (subject.draw(5000, "training"), subject.draw(5000, "held-out"))
  let test = subject.draw(isQuick ? 5000 : 20_000, "test")
  let logDensities = subject.logDensities(test)
  for kinetic in FlowPreset.Kinetic.allCases {
    let model = GenerativeModel(
      "\(subject.name)-\(kinetic.rawValue)", updates: updates,
      rate: .cosine(peak: 1e-2, floor: 1e-5, warmUp: 100)
    ) {
      $0.kinetic = kinetic
      $0.hamiltonians = 2
      $0.base = .learnedNormal
    }
    let flow = try await model.train(on: data, heldOut: heldOut, in: folder).flow
    let report = try await DensityReport(
      flow, at: test, logDensities: logDensities, entropy: subject.entropy,
      importanceCount: isQuick ? 200 : 2000)
    var correlations: [Double] = []
    for block in flow.blocks.indices {
      let energies = try await HamiltonianMap(flow).energies(
        ofBlock: block, at: PhasePoints(positions: test, momenta: test))
      correlations.append(correlation(energies.potential, logDensities.map { -$0 }))
    }
    print(
      subject.name.padded(16) + kinetic.rawValue.padded(14)
        + String(
          format: "%.4f   %.4f  %.4f    %.4f    %.4f   %8.3f  %16.3f", subject.entropy,
          report.negativeEvidence, report.evidenceError, report.negativeImportance,
          report.importanceError, correlations[0], correlations[1]))
    fflush(nil)
    rows.append(
      String(
        format: "%@,%@,%d,%.4f,%.4f,%.4f,%.4f,%.4f,%.3f,%.3f,%@", subject.name, kinetic.rawValue,
        updates, subject.entropy, report.negativeEvidence, report.evidenceError,
        report.negativeImportance, report.importanceError, correlations[0], correlations[1],
        String(today)))
    try folder.write(rows.joined(separator: "\n") + "\n", to: "results.csv")
    names.append((model.name, subject.edge))
    for block in flow.blocks.indices {
      let landscape = try await EnergyLandscape(flow, block: block, edge: subject.edge)
      try folder.write(
        columns: landscape.columns, to: "\(model.name).potential\(block + 1).txt",
        block: landscape.axis.count)
    }
  }
}
for block in [1, 2] {
  let panels = names.map { name, edge in
    """
    set title '\(name)'
    set xrange [-\(edge):\(edge)]
    set yrange [-\(edge):\(edge)]
    plot '\(name).potential\(block).txt' using 1:2:($3 > 12 ? 12 : $3) with image
    """
  }
  try folder.draw(
    "potentials-\(block)", size: (1200, 1150),
    "set multiplot layout 3,3\nset size ratio 1\nset view map\nunset key\nset cbrange [0:12]\n"
      + panels.joined(separator: "\n"))
}

/// The correlation of two lists of numbers.
func correlation(_ a: [Double], _ b: [Double]) -> Double {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (ab, aa, bb) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    ab += (x - meanA) * (y - meanB)
    aa += (x - meanA) * (x - meanA)
    bb += (y - meanB) * (y - meanB)
  }
  return ab / (aa * bb).squareRoot()
}
