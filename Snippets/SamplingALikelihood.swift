// A likelihood of one's own, sampled and summarised; README and documentation show this file.

import Analyses
import Inference
import Samplers

struct StraightLine: Likelihood {
  let parameterNames = ["slope", "intercept"]
  let x = [0.0, 1, 2, 3], y = [1.1, 2.9, 5.2, 6.8], sigma = 0.2

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for i in x.indices {
      let residual = (p[0] * x[i] + p[1] - y[i]) / sigma
      sum -= 0.5 * residual * residual
    }
    return sum
  }
}

let space = try ParameterSpace([
  Parameter("slope", prior: .uniform(lower: -10, upper: 10)),
  Parameter("intercept", prior: .normal(mean: 0, standardDeviation: 5)),
])
let posterior = try Posterior(space, StraightLine())

let result = try await fit(posterior)
for parameter in result.summary?.parameters ?? [] {
  print("\(parameter.name) = \(parameter.mean) ± \(parameter.standardDeviation)")
}
print(result.findings.verdict?.sentence ?? "")

let chains = PosteriorSummary(try await ChainRunner().run(posterior, in: RunContext(seed: 1)))
print(chains.failedGates.isEmpty ? "converged" : "\(chains.failedGates)")

let flow = try await FlowSampler().fit(posterior.standardised, in: RunContext(seed: 1))
print(flow.verdict.grade, flow.evidence.logEvidence)
