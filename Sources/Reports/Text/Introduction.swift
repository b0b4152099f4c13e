public import Analyses
import Cosmology
import Foundation
import Inference
import Samplers

/// The introduction to a run, as text.
public struct Introduction: CustomStringConvertible {
  private let problem: Problem
  private let isResumed: Bool

  /// The introduction to a new or continued run.
  public init(_ problem: Problem, isResumed: Bool) {
    self.problem = problem
    self.isResumed = isResumed
  }

  /// Data, model, likelihood and samplers.
  public var description: String {
    let (analysis, theory) = (problem.analysis, problem.analysis.theory)
    var universe = Models.named(theory.model)?.title ?? theory.model
    universe +=
      theory.distance == .exact ? ", exact distances" : ", distances by the fit of Pen 1999"
    if theory.backgroundTemperature != nil {
      universe += String(
        format: ", radiation %.3g of the critical density", theory.radiation.density)
    }
    let fixed = problem.posterior.space.parameters.compactMap { parameter in
      parameter.prior.fixedValue.map { "\(parameter.name) = \($0)" }
    }
    if !fixed.isEmpty { universe += ", \(fixed.joined(separator: ", ")) fixed" }
    if problem.offset == .marginalised { universe += ", the magnitude offset marginalised" }
    let cut = problem.posterior.space.requirements.joined(separator: ", ")
    var prior = problem.posterior.space.jointPriors.map { density in
      "prior       \(density.words { String(format: "%.4g", $0) })\n"
    }.joined()
    if !cut.isEmpty {
      prior += "prior       \(cut), density that of the priors, not renormalised\n"
    }
    for definition in analysis.derived {
      universe += "\nderived     \(definition.name) = \(definition.formula.text)"
    }
    let samplers = analysis.samplers.map(\.summary).joined(separator: ", and ")
    return """
      \(Findings.Data(problem.catalog))
      model       \(universe)
      \(prior)likelihood  \(problem.method)
      sampler     \(samplers), seed \(analysis.seed)\(isResumed ? ", continued" : "")
      """
  }
}
