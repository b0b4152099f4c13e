// The expansion of the universe from 740 supernovae in 31 bins: the JLA analysis from the file to the
// figures, step by step, as `sn-infer fit` does it.

import Catalogs
import Cosmology
import Foundation
import GenerativeStudy
import Inference
import Reports
import Samplers

let options = NotebookOptions(
  "Fits flat ΛCDM to binned supernovae with chains and a flow, and writes a page with figures.",
  valued: [
    "catalog": "the supernovae (default data/jla_binned.fits)",
    "output": "folder (default supernova-posterior)",
  ],
  flags: ["quick": "fewer draws"])
let isQuick = options.has("quick")
let folder = try NotebookFolder(options.text("output", default: "supernova-posterior"))

print("1. The data\n")
let catalog = try Catalog(
  reading: options.text("catalog", default: "data/jla_binned.fits"))
guard let sample = catalog.sample else {
  preconditionFailure("this needs magnitudes, not light curves")
}
let errors = sample.covariance.variances.map { $0.squareRoot() }
let (low, high) = (sample.redshifts.min() ?? 0, sample.redshifts.max() ?? 0)
print(
  """
  \(sample.count) distance moduli at redshifts \(low.fixed(3)) to \(high.fixed(3)), with their full covariance. A bin
  is known to \((errors.min() ?? 0).fixed(3)) mag at best.

  """)

print("2. The model\n")
let model = FlatLambdaCDM()
let direct = try SupernovaLikelihood(
  sample, distances: ModelDistances(model, redshifts: sample.hubbleFlowRedshifts))
let space = try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) })
// Distances are smooth in redshift: a few nodes carry all that the data can tell.
let likelihood = ProjectedSupernovaLikelihood(direct, over: space)
print(
  """
  Flat ΛCDM: Ωm and h, both uniform in (0, 1). h only re-expresses the zero point of the moduli: supernovae alone do
  not measure it.

  """)

print("3. Chains of Hamiltonian Monte Carlo\n")
let posterior = try Posterior(space, likelihood)
let chains = try await ChainRunner(drawCount: isQuick ? 1000 : 5000).run(
  posterior, in: RunContext(seed: 1))
let summary = PosteriorSummary(chains)
print("\(SummaryTable(summary))\n")
precondition(summary.failedGates.isEmpty, "\(summary.failedGates)")

print("4. A neural Hamiltonian flow on the same posterior\n")
var sampler = FlowSampler()
sampler.drawCount = isQuick ? 10_000 : 50_000
// A flow is at home where the prior is N(0, I).
let flow = try await sampler.fit(posterior.standardised, space: space)
let weighted = WeightedSummary(flow.weighted)
print(
  """
  \(flow.draws.logWeights.count) weighted draws have an efficiency of \((100 * flow.weights.efficiency).fixed(1)) %, k-hat \(flow.weights.paretoShape.fixed(2)).
  ln Z = \(flow.evidence.logEvidence.fixed(4)) ± \(flow.evidence.standardError.fixed(4)), which chains alone do not tell.

  parameter   HMC                  flow, weighted       difference / σ
  """)
for (chain, draws) in zip(summary.parameters, weighted.parameters) {
  let difference = (draws.mean - chain.mean) / chain.standardDeviation
  print(
    "\(chain.name.padded(12))\(chain.text.padded(21))\(draws.text.padded(21))\(difference.fixed(3))"
  )
  precondition(abs(difference) < 0.15, "the two samplers do not agree on \(chain.name)")
}

print("\n5. What it means\n")
let matter = summary.parameters[0]
// Acceleration today: q₀ = Ωm/2 − ΩΛ = 3 Ωm / 2 − 1.
let deceleration = 1.5 * matter.mean - 1
let significance = -deceleration / (1.5 * matter.standardDeviation)
print(
  """
  q₀ = 3 Ωm/2 − 1 = \(deceleration.fixed(2)) ± \((1.5 * matter.standardDeviation).fixed(2)): in a flat universe with a cosmological constant these
  supernovae see the expansion speed up at \(significance.fixed(0)) standard deviations.

  """)

print("6. Figures\n")
let redshifts = (0..<60).map { low * pow(high / low, Double($0) / 59) }
let parameters = chains.flatMap { chain in
  stride(from: 0, to: chain.count, by: max(1, chain.count / 50)).map {
    Array(chain.draw($0))
  }
}
let curves = parameters.map { draw in
  let universe = Universe(model, [draw[0]], h: draw[1])
  return redshifts.map { universe.distanceModulus(redshift: $0) }
}
let quantiles = redshifts.indices.map { node in
  let sorted = curves.map { $0[node] }.sorted()
  return ParameterSummary.probabilities.map { sorted[Int($0 * Double(sorted.count - 1))] }
}
let sets = [DrawSet("HMC", chains), DrawSet("NHF, weighted", [flow.weighted])]
let report = Report(
  title: "The expansion of the universe from binned supernovae",
  subtitle: "flat ΛCDM, \(sample.count) bins",
  galleries: [
    .init(
      "Posterior",
      [
        CornerPlot(
          sets,
          priors: Dictionary(uniqueKeysWithValues: space.parameters.map { ($0.name, $0.prior) })),
        HubbleDiagram(
          data: .init(
            redshifts: sample.redshifts, magnitudes: sample.magnitudes,
            errors: errors),
          curve: .init(redshifts: redshifts, quantiles: quantiles)),
      ]),
    .init(
      "How it was found",
      [WeightHistogram(flow.weights.smoothed, shape: flow.weights.paretoShape), RankPlot(sets[0])]),
  ])
for note in try await ReportFolder(folder.path).write(report) { print(note) }
print("\(folder.path("report.html")), and its figures in \(folder.path("report/figures"))")

extension ParameterSummary {
  fileprivate var text: String { "\(mean.fixed(4)) ± \(standardDeviation.fixed(4))" }
}

extension Double {
  fileprivate func fixed(_ digits: Int) -> String { String(format: "%.\(digits)f", self) }
}
