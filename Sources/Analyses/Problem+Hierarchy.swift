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
    var notes = hierarchy.notes
    if likelihood.model.standardises,
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
  /// How a likelihood is computed, in words.
  static func method(of likelihood: HierarchicalLikelihood) -> String {
    let model = likelihood.model
    let count = Set(model.populations ?? [""]).count
    var parts: [String] = []
    if model.standardises {
      parts.append(
        (count == 1 ? "one population" : "\(count) populations")
          + (model.drifts ? ", their means linear in redshift" : ", constant in redshift"))
    }
    switch model.noise {
    case .normal: break
    case .student: parts.append("Student's t")
    case .outliers: parts.append("outliers")
    }
    if model.probabilities != nil { parts.append("contamination") }
    if model.limits != nil { parts.append("selection by magnitude") }
    if !model.systematics.isEmpty { parts.append("\(model.systematics.count) systematic errors") }
    return
      "hierarchical, all \(likelihood.sample.count) supernovae, true magnitudes"
      + (model.standardises ? ", shapes and colours" : "") + " integrated out exactly"
      + (parts.isEmpty ? "" : "; " + parts.joined(separator: "; "))
  }
}
