import Catalogs
import Cosmology
import Inference
import LinearAlgebra

extension Analysis {
  /// The posterior of supernovae with a hierarchical likelihood, alone in their universe.
  func hierarchicalProblem(
    _ name: String, _ catalog: Catalog, _ hierarchy: Hierarchy,
    _ distances: some ComovingDistances, _ named: any NamedModel.Type
  ) throws -> Problem {
    let background = try ParameterSpace(distances.parameterNames.map(named.usual))
    let likelihood = HierarchicalLikelihood(
      hierarchy.sample, hierarchy.model, distances: distances, over: background)
    let names = likelihood.parameterNames
    let plan = try ParameterPlan(
      self, nil, usual: background.parameters + likelihood.defaultParameters, marginalised: names)
    try Hierarchy.check(likelihood, in: plan.space)
    var notes = hierarchy.notes
    if self.likelihood[Analysis.supernovae]?.path == .direct {
      notes.append("populations have one way of computing: 'likelihood: direct' changes nothing")
    }
    let model = likelihood.model
    if model.standardises, model.limits == nil, model.probabilities == nil,
      model.systematics.isEmpty,
      let check = try ChiSquaredFit(hierarchy, distances, over: plan.space)
    {
      notes.append(check.sentence)
    }
    return try problem(
      name, catalog, plan, likelihood, HubbleCurve(likelihood), Hierarchy.method(of: likelihood),
      notes: notes)
  }
}

extension Hierarchy {
  /// Refuses parameters that are fixed where they have no meaning.
  static func check(
    _ likelihood: HierarchicalLikelihood, in space: ParameterSpace
  ) throws(AnalysisError) {
    if let name = likelihood.meaninglessParameter(in: space),
      let value = space.parameters.first(where: { $0.name == name })?.prior.fixedValue
    {
      throw .fixedWithoutMeaning(name, value)
    }
  }

  /// How a likelihood is computed, in words.
  static func method(of likelihood: HierarchicalLikelihood) -> String {
    let model = likelihood.model
    let count = Set(model.populations ?? [""]).count
    var parts: [String] = []
    if model.standardises {
      parts.append(
        (count == 1 ? "one population" : "\(count) populations")
          + (model.drifts ? " with means linear in redshift" : " with constant means"))
    }
    switch model.noise {
    case .normal: break
    case .student: parts.append("Student's t")
    case .outliers: parts.append("outliers")
    }
    if model.probabilities != nil { parts.append("contamination") }
    if model.limits != nil { parts.append("selection by magnitude") }
    switch model.systematics.count {
    case 0: break
    case 1: parts.append("a systematic error")
    case let count: parts.append("\(count) systematic errors")
    }
    return
      "hierarchical, all \(likelihood.sample.count) supernovae, true magnitudes"
      + (model.standardises ? ", shapes and colours" : "") + " integrated out exactly"
      + (parts.isEmpty ? "" : "; " + parts.joined(separator: "; "))
  }
}
