// What a flow gains by knowing the symmetry of a density (Jimenez Rezende et al. 2019,
// arXiv:1909.13739): two rings and a ring of Gaussians, learned from few points by flows that know
// nothing, are penalised for what breaks the symmetry, or have it by construction.

import Foundation
import GenerativeStudy
import Inference
import Samplers

let options = NotebookOptions(
  "Learns two rings and five Gaussians with and without their symmetry; existing trainings are not "
    + "repeated.",
  valued: [
    "points": "to learn from (default 30,100,300,1000,10000)",
    "seeds": "how many (default 5)",
    "updates": "of each training but the large ones (default 1500)",
    "tolerance": "of normalised brackets (default 1e-5)",
    "multiplier": "of the penalty at first (default 0.1)",
    "flows": "names (default all)",
    "output": "folder (default symmetric-densities)",
  ],
  flags: [
    "quick": "100 points, one seed and 150 updates",
    "figures": "only report and draw existing results",
  ])
let isQuick = options.has("quick")
let folder = try NotebookFolder(
  options.text("output", default: "symmetric-densities" + (isQuick ? "-quick" : "")))
var shape = Shape()
shape.updates = options.count("updates", default: isQuick ? 150 : shape.updates)
shape.tolerance = options.number("tolerance", default: shape.tolerance)
shape.multiplier = options.number("multiplier", default: shape.multiplier)

let so2 = try Symmetry.rotations(ofBodies: [[0, 1]], dimension: 2)
let c5 = try Symmetry.cyclic(5, ofBodies: [[0, 1]], dimension: 2)
let unconstrained = Rival("unconstrained", shape)
let exact = Rival("so2", shape, so2)
let moved = Rival("unconstrained-moved", shape.twiceAsLong, rowsMovedBy: so2)
let penalised = Rival(
  "penalised", shape.twiceAsLong, so2, isPenalised: true, rowsMovedBy: so2)
let averaged = Rival("c5", shape, c5)

/// A density, the symmetry that it has, and the flows that learn it.
struct Panel {
  let density: PotentialTarget
  let symmetry: Symmetry
  let points: [Int]
  let rivals: [Rival]
}

let counts = options.counts("points", default: isQuick ? [100] : [30, 100, 300, 1000, 10_000])
let panels = [
  Panel(
    density: .rings, symmetry: so2, points: counts,
    rivals: [
      unconstrained, Rival("unconstrained-8", shape, momenta: 8), moved, penalised, exact,
      Rival("so2-8", shape, so2, momenta: 8),
    ]),
  Panel(
    density: .rings, symmetry: so2, points: counts.filter { $0 >= 10_000 },
    rivals: [
      Rival("unconstrained-large", .large), Rival("so2-large", .large, so2),
    ]),
  Panel(
    density: .gaussians(5), symmetry: c5, points: [100], rivals: [unconstrained, exact, averaged]),
]
let allNames = Set(panels.flatMap { panel in panel.rivals.map { $0.name } })
let names = options.names("flows", among: allNames.sorted())

let earlier = (try? String(contentsOfFile: folder.path("results.csv"), encoding: .utf8)) ?? ""
var results = earlier.split(separator: "\n").compactMap { Result(line: String($0)) }
print(
  """
  Two Hamiltonians of 3 leapfrog steps, H = 32, \(shape.updates) updates of 80, a rate along a cosine from 1e-2. A fifth of
  the points is held out and chooses the best parameters; 'moved' and 'penalised' take twice the updates, of rows that are turned
  at random. NLL is by 64 momenta at fresh points.

  density    flow                 points seed    NLL   − entropy   −ELBO    bracket  |Δ log m|    sd H
  """)
for panel in panels where !options.has("figures") {
  for points in panel.points {
    for seed in 1...options.count("seeds", default: isQuick ? 1 : 5) {
      for rival in panel.rivals where names.contains(rival.name) {
        let cell = Cell(
          density: panel.density, symmetry: panel.symmetry, rival: rival, points: points,
          seed: seed)
        guard !results.contains(where: { $0.key == cell.key }) else { continue }
        let result = try await cell.run(
          testCount: isQuick ? 500 : 5000, in: folder, isShown: points == 100 && seed == 1)
        results.append(result)
        let lines = [Result.header] + results.map(\.line)
        try folder.write(lines.joined(separator: "\n") + "\n", to: "results.csv")
        print(result.text)
        fflush(nil)
      }
    }
  }
}
let summary = Summary(results)
print("\n" + summary.text)
try summary.draw(
  curves: panels[0].density, panels[0].rivals.map(\.name),
  maps: panels.filter { $0.points.contains(100) }.flatMap { panel in
    panel.rivals.map { "\(panel.density.name)-\($0.name)" }
  }, in: folder)

if !options.has("figures") {
  print("\nwall time of a training step relative to that of the unconstrained flow")
  let data = PotentialTarget.rings.draw(1000, seed: 1, "costs")
  for batch in [80, 512] {
    var short = Shape()
    (short.batchSize, short.updates) = (batch, 8000 / batch)
    let timed = [
      Rival("unconstrained", short), Rival("penalised", short, so2, isPenalised: true),
      Rival("so2", short, so2), Rival("c5", short, c5),
    ]
    let costs = try await relativeCosts(timed, on: data, rounds: isQuick ? 3 : 31)
    print(
      "batch \(batch)".padded(12)
        + zip(timed, costs).map { $0.name + String(format: " %.2f", $1) }.joined(separator: ", "))
  }
}
