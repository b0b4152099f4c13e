// What the components of a flow say where data lie near a curve or a surface (Feinman &
// Parthasarathy 2019, arXiv:1908.01686): directions along and across the layer, its width, and its
// dimension; and what becomes of a flow if the layer has no width.

import Foundation
import GenerativeStudy
import Inference
import Samplers

let options = NotebookOptions(
  "Learns noisy rings and a rolled sheet, and compares local components with what is true.",
  valued: [
    "widths": "of rings (default 0.1,0.03,0.01)",
    "updates": "of each flow (default 12000)",
    "hamiltonians": "in sequence (default 12)",
    "points": "to learn from (default 5000)",
    "momenta": "for each density of a curvature (default 64)",
    "output": "folder (default thin-manifolds)",
  ],
  flags: [
    "quick": "one ring and 300 updates",
    "no-width": "only the ring of no width",
  ])
let isQuick = options.has("quick")
let updates = options.count("updates", default: isQuick ? 300 : 12_000)
let hamiltonians = options.count("hamiltonians", default: isQuick ? 4 : 12)
let count = options.count("points", default: 5000)
let folder = try NotebookFolder(
  options.text("output", default: "thin-manifolds" + (isQuick ? "-quick" : "")))
/// For the windows.
let windowDraws = isQuick ? 20_000 : 200_000
let context = RunContext(seed: 1, workers: LocalWorkers(threadCount: 1))

let widths = options.numbers("widths", default: isQuick ? [0.1] : [0.1, 0.03, 0.01])
let sheets =
  options.has("no-width")
  ? [] : widths.map { Sheet.ring(width: $0) } + (isQuick ? [] : [.roll(width: 0.05)])
print(
  """
  \(hamiltonians) Hamiltonians of one leapfrog step and T = 0.3, H = 32, a network as K, \(updates) updates of 512 of \(count)
  points. Components at fresh points: by the covariance C = J Σ₀ Jᵀ, averaged over momenta; by the curvature of log m; by the
  flow's draws in a normal window of three widths, and by as many true ones. Angles are those across the layer, scales are in
  widths; dimension counts what reaches further than three widths.

  sheet width   by           angle    95 %     scale (5 to 95 %)     dimension
  """)
var rows = [ComponentReport.header]
var reports: [ComponentReport] = []
for sheet in sheets {
  var training = FlowTraining()
  training.stepCount = updates
  training.batchSize = 512
  training.learningRate = .cosine(peak: 1e-2, floor: 1e-5, warmUp: 100)
  training.averagedSteps = max(1, updates / 20)
  training.checkInterval = max(1, updates / 20)
  training.patience = .max
  let (flow, _) = try await FlowTrainer(training).train(
    sheet.flow(hamiltonians, time: 0.3), on: sheet.draw(count, 1, "training").points,
    heldOut: sheet.draw(1000, 1, "held-out").points, in: context)
  let test = sheet.draw(isQuick ? 50 : 500, 1, "test")
  let map = HamiltonianMap(flow)
  let paths = try await map.localComponents(at: test.points, momenta: 32, in: context)
  let curvatures = try await map.curvatureComponents(
    at: test.points, momenta: options.count("momenta", default: 64), in: context)
  let resolution = 3 * sheet.width
  let windows = try await map.windowComponents(
    at: test.points, resolution: resolution, draws: windowDraws, in: context)
  let trueDraws = sheet.draw(windowDraws, 1, "windows").points
  let truth = stride(from: 0, to: test.points.count, by: sheet.dimension).map { start in
    LocalComponents(
      of: trueDraws, around: Array(test.points[start..<start + sheet.dimension]),
      resolution: resolution)
  }
  for (name, found) in [
    ("path", paths), ("curvature", curvatures), ("window", windows), ("truth", truth),
  ] {
    let report = ComponentReport(name, sheet, found, normals: test.normals)
    reports.append(report)
    rows.append(report.line)
    print(report.text)
    fflush(nil)
    if sheet.dimension == 2 {
      try writeEllipses(found, test.points, to: "ring-\(sheet.width).\(name).txt")
    }
  }
  try folder.write(rows.joined(separator: "\n") + "\n", to: "results.csv")
}
if !reports.isEmpty { try drawComponents() }

print(
  """

  A ring of no width at all: the density has no upper bound, and momenta grow without end. Noise on the points of every update
  gives it one, −0.25 being the entropy that it leaves; and so does a bound on the logarithms of the scales of momenta.

  treatment           updates   −ELBO    sd of p across
  """)
let steps = isQuick ? 200 : 20_000
for (index, treatment) in Treatment.all.enumerated() {
  let course = try await treatment.course(updates: steps, in: context)
  for part in stride(from: 4, to: 20, by: 5) {
    print(
      treatment.name.padded(20)
        + String(
          format: "%7.0f %8.3f %9.3g", course.updates[part], course.losses[part],
          course.scales[part]))
  }
  try folder.write(
    columns: [course.updates, course.losses, course.scales], to: "course-\(index).txt")
}
try folder.draw(
  "no-width", size: (1000, 450),
  """
  set multiplot layout 1,2
  set xlabel 'update'
  set xtics 5000
  set title '−ELBO'
  plot \(courses(2))
  set title 'standard deviation of p_T across the ring'
  set logscale y
  plot \(courses(3))
  """)

/// A column of all courses, for gnuplot.
func courses(_ column: Int) -> String {
  Treatment.all.enumerated().map { index, treatment in
    "'course-\(index).txt' using 1:\(column) with lines lw 2 title '\(treatment.name)'"
  }.joined(separator: ", ")
}

/// Ellipses of one standard deviation at some of the points: centre, both diameters, and the angle.
@MainActor func writeEllipses(
  _ found: [LocalComponents?], _ points: [Double], to name: String
) throws {
  let shown = found.indices.prefix(40).compactMap { n in
    found[n].map { local -> [Double] in
      let along = local.directions[0]
      return [
        points[2 * n], points[2 * n + 1], 2 * min(local.scales[0], 0.2),
        2 * min(local.scales[1], 0.2),
        atan2(along[1], along[0]) * 180 / .pi,
      ]
    }
  }
  try folder.write(columns: (0..<5).map { i in shown.map { $0[i] } }, to: name)
}

/// Ellipses on the widest ring, and scales against widths.
@MainActor func drawComponents() throws {
  for name in ["path", "curvature", "window"] {
    let mine = reports.filter { $0.name == name && $0.sheet.dimension == 2 }
    try folder.write(
      columns: [
        mine.map(\.sheet.width), mine.map { $0.medianScale * $0.sheet.width },
        mine.map { $0.lowScale * $0.sheet.width }, mine.map { $0.highScale * $0.sheet.width },
      ], to: "\(name).scales.txt")
  }
  let shown = widths.contains(0.1) ? 0.1 : widths[0]
  try folder.draw(
    "components", size: (1300, 650),
    """
    set multiplot layout 1,2
    set size ratio 1
    set key top left
    set title 'local covariance on the ring of width \(shown)'
    plot [-1.4:1.4][-1.4:1.4] for [name in 'path curvature'] \
      'ring-\(shown).'.name.'.txt' using 1:2:3:4:5 with ellipses title name
    set title 'scale across the ring'
    set logscale xy
    set xlabel 'width'
    plot [0.007:0.15] for [name in 'path curvature window'] name.'.scales.txt' using 1:2:3:4 with yerrorlines lw 2 \
      title name, x dt 2 lc 'black' title 'exact'
    """)
}
