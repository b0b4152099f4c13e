import Cosmology
import Inference

/// The parameters of a likelihood, and how each is treated.
struct ParameterPlan {
  let space: ParameterSpace
  let offset: OffsetTreatment
  /// The parameters that are integrated out.
  private let marginalised: [String]

  /// The plan of an analysis.
  ///
  /// - Parameters:
  ///   - analysis: priors, fixed values, and parameters to sample.
  ///   - choice: the treatment of the zero point, if given.
  ///   - usual: the parameters with a sampled zero point and their default priors.
  ///   - marginalised: the names without the zero point.
  init(
    _ analysis: Analysis, _ choice: OffsetTreatment?, usual: [Parameter], marginalised: [String]
  ) throws {
    let names = usual.map(\.name)
    func check(_ name: String) throws(AnalysisError) {
      guard names.contains(name) else {
        throw .unknownParameter(name, model: analysis.theory.model, available: names)
      }
    }
    let unknown = analysis.params.map(\.name).filter { !names.contains($0) }
    guard unknown.isEmpty else {
      throw AnalysisError.joined(
        unknown.map { .unknownParameter($0, model: analysis.theory.model, available: names) })
    }
    let chosen = Dictionary(
      analysis.params.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    let offsets = Set(names).subtracting(marginalised)
    var treatment = choice ?? .sampled
    if let wanted = analysis.sampled {
      for name in wanted {
        try check(name)
        guard wanted.count(where: { $0 == name }) == 1 else {
          throw AnalysisError.listedTwice(name)
        }
        guard chosen[name]?.isFixed != true else { throw AnalysisError.sampledAndFixed(name) }
      }
      let left = usual.filter { !wanted.contains($0.name) && !(chosen[$0.name] ?? $0).isFixed }
        .map(\.name)
      if !left.isEmpty, Set(left) == offsets, choice != .sampled {
        treatment = .marginalised
      } else if let name = left.first(where: { !offsets.contains($0) || choice == .sampled }) {
        throw AnalysisError.neitherSampledNorFixed(name)
      } else if let name = left.first {
        throw AnalysisError.offsetLeftOut(name)
      }
      if choice == .marginalised, let name = wanted.first(where: offsets.contains) {
        throw AnalysisError.sampledAndMarginalised(name)
      }
    }
    let used = usual.filter { treatment == .sampled || marginalised.contains($0.name) }
    if let name = analysis.params.map(\.name).first(where: { name in
      !used.contains { $0.name == name }
    }) {
      throw AnalysisError.marginalisedWithPrior(name)
    }
    for name in analysis.joint.flatMap(\.prior.names) {
      try check(name)
      guard used.contains(where: { $0.name == name }) else {
        throw AnalysisError.marginalisedWithPrior(name)
      }
      guard chosen[name] == nil else { throw AnalysisError.ownAndJointPrior(name) }
    }
    for requirement in analysis.require {
      let inequalities = try? Inequality.parse(requirement)
      let mentioned = inequalities?.flatMap(\.difference.names) ?? []
      if let name = mentioned.first(where: { name in
        names.contains(name) && !used.contains { $0.name == name }
      }) {
        throw AnalysisError.marginalisedWithRequirement(name, requirement: requirement)
      }
      if let quantity = analysis.derived.first(where: { mentioned.contains($0.name) }) {
        throw AnalysisError.requirementOfDerived(quantity, requirement: requirement)
      }
    }
    space = try ParameterSpace(
      used.map { usual in
        guard let own = chosen[usual.name] else { return usual }
        return Parameter(
          usual.name, label: own.label == own.name ? usual.label : own.label, prior: own.prior)
      }, requiring: analysis.require, joint: analysis.joint.map(\.prior))
    offset = treatment
    self.marginalised = names.filter { name in !used.contains { $0.name == name } }
  }

  /// Refuses derived quantities of what no draw has.
  func checkArguments(of quantities: [DerivedQuantity]) throws(DerivedQuantityError) {
    for quantity in quantities {
      if marginalised.contains(quantity.name) { throw .nameOfParameter(quantity.name) }
      if let name = quantity.arguments.first(where: marginalised.contains) {
        throw .marginalisedArgument(name, of: quantity.name)
      }
    }
  }
}
