// A likelihood of one's own: first by its value alone, then with a written gradient.

import Inference
import Reports
import Samplers

// Twenty points on the line y = 2 x + 1 with errors of 0.3, of which four have gone astray.
let x = (0..<20).map { 0.5 * Double($0) }
let noise = [
  0.1, -0.4, 0.2, 0.3, -0.1, 6.0, 0.0, -0.2, 0.4, -0.3, 0.1, -7.5, 0.2, 0.3, -0.5, 0.1, 9.0, -0.1,
  -6.0, 0.2,
]
let y = zip(x, noise).map { 2 * $0 + 1 + $1 }

/// A line with outliers: each point belongs to the line, with error 0.3, or with probability
/// `outliers` to a wide scatter of 8 about it.
struct LineWithOutliers: Likelihood {
  let parameterNames = ["slope", "intercept", "outliers"]

  func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
    var sum: Scalar = 0
    for (x, y) in zip(x, y) {
      let residual = y - (p[0] * x + p[1])
      let square = -0.5 * residual * residual
      let good = (1 - p[2]) / 0.3 * Scalar.exp(square / (0.3 * 0.3))
      let bad = p[2] / 8 * Scalar.exp(square / (8 * 8))
      sum += .log(good + bad)
    }
    return sum
  }
}

let space = try ParameterSpace([
  Parameter("slope", prior: .uniform(lower: -10, upper: 10)),
  Parameter("intercept", prior: .normal(mean: 0, standardDeviation: 5)),
  Parameter("outliers", label: #"f_\mathrm{out}"#, prior: .uniform(lower: 0, upper: 1)),
])
let chains = try await ChainRunner().run(
  try Posterior(space, LineWithOutliers()), in: RunContext(seed: 1))
let summary = PosteriorSummary(chains)
print("A line with outliers; the truth is 2, 1 and 0.2, and no gradient was written.\n")
print(SummaryTable(summary))

/// A plain line with the gradient written out, for whoever wants the last factor of speed, or has a
/// likelihood that is not written in Swift.
struct Line: GradientLikelihood {
  let parameterNames = ["slope", "intercept"]

  func logLikelihood(at p: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
    var (sum, slope, intercept) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      let residual = (y - (p[0] * x + p[1])) / 0.3
      sum -= 0.5 * residual * residual
      slope += residual * x / 0.3
      intercept += residual / 0.3
    }
    gradient[0] = slope
    gradient[1] = intercept
    return sum
  }
}

let plain = try ParameterSpace(Array(space.parameters.prefix(2)))
let naive = PosteriorSummary(
  try await ChainRunner().run(try Posterior(plain, Line()), in: RunContext(seed: 1)))
print("\nThe same points without a word about outliers: sure of itself, and wrong.\n")
print(SummaryTable(naive))

// The story above is checked wherever this runs.
precondition(
  summary.failedGates.isEmpty && naive.failedGates.isEmpty, "the chains have not converged")
let (robust, wrong) = (summary.parameters[1], naive.parameters[1])
precondition(
  abs(robust.mean - 1) < 3 * robust.standardDeviation, "the robust line has lost the truth")
precondition(
  wrong.standardDeviation < robust.standardDeviation, "the naive line is not sure of itself")
