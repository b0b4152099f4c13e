// Section 6 of Souveton et al. 2023 (arXiv 2302.01955): the posterior of Ωm and h given the binned JLA
// supernovae by Hamiltonian Monte Carlo and by neural Hamiltonian flows with a fixed and with a network
// kinetic energy, 20,000 draws of each, beside what quadrature says.

import Catalogs
import Cosmology
import Foundation
import GenerativeStudy
import Inference
import Reports
import Samplers

let options = NotebookOptions(
  "Samples the paper's posterior with its three samplers and draws its figure 8.",
  valued: [
    "catalog": "the supernovae (default data/jla_binned.fits)",
    "steps": "of each training (default 5000)",
    "draws": "of each sampler (default 20000)",
    "output": "folder (default hmc-versus-nhf)",
  ],
  flags: ["quick": "150 steps and 4000 draws: far from fully trained flows"])
let isQuick = options.has("quick")
let steps = options.count("steps", default: isQuick ? 150 : 5000)
let drawCount = options.count("draws", default: isQuick ? 4000 : 20_000)
let folder = try NotebookFolder(options.text("output", default: "hmc-versus-nhf"))

let bundled = "data/jla_binned.fits"
let catalog = try Catalog(reading: options.text("catalog", default: bundled))
guard let sample = catalog.sample else {
  preconditionFailure("this needs magnitudes, not light curves")
}
let direct = try SupernovaLikelihood(
  sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.hubbleFlowRedshifts))
let space = try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) })
let likelihood = ProjectedSupernovaLikelihood(direct, over: space)
let posterior = try Posterior(space, likelihood, SoftUniformLogits())
let exact = ExactPosterior(posterior, over: [-2.2...0.3, 0.5...1.2], nodes: 300)
print(
  """
  Ωm and h of flat ΛCDM from \(sample.count) binned supernovae; the prior is soft-uniform(±3) in both logits. Quadrature:
  ln Z = \(exact.logEvidence.fixed(4)), Ωm = \(exact.moments[0].text), h = \(exact.moments[1].text).

  sampler               seconds    ESS %  −loss      mean of Ωm, h: error / σ    sd of Ωm, h: error / %
  """)

let clock = ContinuousClock()
var sets: [DrawSet] = []

/// Tells of one sampler: how far its moments are from the exact ones.
@MainActor func tell(
  _ name: String, _ chains: [Chain], _ began: ContinuousClock.Instant, _ words: String
) {
  let set = DrawSet(name, chains)
  sets.append(set)
  let errors = exact.moments.enumerated().map { index, known in
    let values = set.values(index)
    let mean = values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
    return (
      mean: (mean - known.mean) / known.standardDeviation,
      spread: 100 * (square.squareRoot() / known.standardDeviation - 1)
    )
  }
  print(
    name.padded(22) + ((clock.now - began) / .seconds(1)).fixed(1).padded(11) + words.padded(18)
      + "\(errors[0].mean.fixed(3)), \(errors[1].mean.fixed(3))".padded(28)
      + "\(errors[0].spread.fixed(1)), \(errors[1].spread.fixed(1))")
}

var began = clock.now
let chains = try await ChainRunner(drawCount: drawCount / 4).run(posterior, in: RunContext(seed: 1))
let worth = PosteriorSummary(chains).parameters.map(\.bulkEffectiveSampleSize).min() ?? 0
tell("HMC", chains, began, (100 * worth / Double(drawCount)).fixed(1).padded(7) + "–")

for (kinetic, name) in [
  (FlowPreset.Kinetic.fixed, "NHF, fixed kinetic"), (.network, "NHF, MLP kinetic"),
] {
  began = clock.now
  var sampler = FlowSampler()
  sampler.preset = .paper
  sampler.options.kinetic = kinetic
  sampler.options.trainingSteps = steps
  sampler.drawCount = drawCount
  // As in the paper: draws of the flow alone, as they come.
  sampler.defensiveShare = 0
  sampler.fallback = .never
  let flow = try await sampler.fit(
    try Posterior(space.standardised, likelihood, SoftUniformLogits()), space: space)
  tell(
    name, [flow.raw], began,
    (100 * flow.flowWeights.efficiency).fixed(1).padded(7) + flow.evidenceLowerBound.fixed(3))
}

print(
  """

  ESS: effective sample size in percent of the draws, of flows by their importance weights. −loss: the evidence lower
  bound, at most ln Z.

  """)
let moments = CumulativeMoments(
  sets, exact: Dictionary(uniqueKeysWithValues: zip(space.parameters.map(\.name), exact.moments)))
let report = Report(
  title: "Hamiltonian Monte Carlo against neural Hamiltonian flows",
  subtitle:
    "Souveton et al. 2023, section 6; \(drawCount) draws of each, \(steps) steps of training",
  galleries: [
    .init("Figure 8", [moments]), .init("Raw draws of the flows", [CornerPlot(sets)]),
  ])
for note in try await ReportFolder(folder.path).write(report) { print(note) }
print("\(folder.path("report.html")), and its figures in \(folder.path("report/figures"))")

// What does not depend on how well the flows are trained: ln Z of the bundled data by the trapezoidal rule
// on 900 × 900 nodes in NumPy, with distances by 64 Gauss–Legendre nodes (computed 2026-11-21).
precondition(
  catalog.path != bundled || abs(exact.logEvidence - 37.248598) < 2e-6,
  "quadrature gives \(exact.logEvidence)")

extension CumulativeMoments.Exact {
  fileprivate var text: String { "\(mean.fixed(4)) ± \(standardDeviation.fixed(4))" }
}

extension Double {
  fileprivate func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
