// Models of a public benchmark, each fitted in one call: two samplers that check each other, next to what is
// published.

import Analyses
import Foundation
import Inference
import PublicModels
import Samplers

/// A number in a column of its own.
func column(_ number: Double, digits: Int = 4) -> String {
  let text = String(format: "%.\(digits)g", number)
  return String(repeating: " ", count: max(1, 11 - text.count)) + text
}

var (farthest, widest) = (0.0, 0.0)
for model in try PublicModel.all {
  let begin = ContinuousClock.now
  // A flow cannot do without a prior that can be normalised.
  let isProper = model.posterior.space.improperParameters.isEmpty
  var chains = HamiltonianSampler()
  if model.beginsNearMode { chains.start = .jittered }
  let samplers: [any Sampler] = [chains] + (isProper ? [FlowSampler()] : [])
  let result = try await fit(model.posterior, by: samplers)
  let seconds = (ContinuousClock.now - begin) / .seconds(1)
  print("\n\(model), \(model.posterior.dimension) parameters, \(column(seconds, digits: 2)) s")
  print(result.findings.verdict?.sentence ?? "no verdict")
  print("                    mean      sd  published mean     sd   difference in standard errors")
  for parameter in result.summary?.parameters ?? [] {
    guard let moments = model.reference[parameter.name] else { continue }
    let error = hypot(parameter.standardErrorOfMean, moments.meanError)
    let difference = (parameter.mean - moments.mean) / error
    farthest = max(farthest, abs(difference))
    widest = max(widest, error / moments.deviation)
    print(
      parameter.name.padding(toLength: 10, withPad: " ", startingAt: 0),
      column(parameter.mean), column(parameter.standardDeviation), column(moments.mean),
      column(moments.deviation), column(difference, digits: 2))
  }
  if let evidence = result.logEvidence {
    print("ln Z = \(column(evidence.value, digits: 6)) ±\(column(evidence.error, digits: 2))")
  }
}

// The story above is checked wherever this runs.
precondition(farthest < 4, "a mean is \(farthest) standard errors away from what is published")
precondition(widest < 0.2, "the standard error of a mean is \(widest) standard deviations")
