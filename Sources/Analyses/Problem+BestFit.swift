import Cosmology
public import Inference
import Samplers

extension Problem {
  /// Why a best fit is not what data say, as a sentence: it lies at the edges of the fit of the sound horizon; nil if nothing
  /// is known against it.
  public func objection(to best: Findings.Optimum) -> String? {
    joint.flatMap { SoundHorizonFit($0.model).sentence(at: best.parameters) }
      .map { "the best fit has \($0)" }
  }

  /// The maximum of the likelihood within the ranges of the priors.
  ///
  /// - Parameter start: values near it by name, such as those of the best draw; by default, points of the prior.
  /// - Throws: `ModelError`.
  public func bestFit(
    from start: [String: Double] = [:]
  ) throws(ModelError) -> Findings.Optimum {
    if start.isEmpty, let hierarchy = likelihood as? HierarchicalLikelihood {
      return try bestFit(over: posterior.space, from: hierarchy.typicalValues, tries: 24)
    }
    return try bestFit(over: posterior.space, from: start, tries: nil)
  }

  private func bestFit(
    over space: ParameterSpace, from start: [String: Double], tries: Int?
  ) throws(ModelError) -> Findings.Optimum {
    let best = try BestFit(likelihood, over: space, from: start, tries: tries)
    let names = space.free.map(\.name)
    return Findings.Optimum(
      best, parameters: space.values(names.map { best.parameters[$0] ?? .nan }, of: names))
  }

  /// χ² of each probe at the best fit; nil for supernovae alone.
  public func probes(at best: Findings.Optimum) -> [Findings.Probe]? {
    guard let joint else { return nil }
    let parts = joint.chiSquares(at: joint.parameterNames.map { best.parameters[$0] ?? .nan })
    let fitted = joint.fittedCounts(at: best.parameters, over: posterior.space)
    return joint.probes.indices.map { index in
      let probe = joint.probes[index]
      let freedom = fitted.map { Double(probe.dataCount) - $0[index] } ?? 0
      return Findings.Probe(
        name: probe.name, dataCount: probe.dataCount, chiSquared: parts[index].value,
        fittedCount: fitted?[index],
        probabilityToExceed: freedom < 0.5
          ? nil
          : ChiSquaredDistribution(degreesOfFreedom: freedom)
            .probability(above: parts[index].value))
    }
  }

  /// The free parameters that the model has beyond flat ΛCDM, with their values there; nil if that is not nested in it.
  var lambdaCDM: [String: Double]? {
    guard let values = Models.named(analysis.theory.model)?.flatLambdaCDM else { return nil }
    let space = posterior.space
    var free: [String: Double] = [:]
    for (name, value) in values {
      if space.free.contains(where: { $0.name == name }) {
        free[name] = value
      } else {
        let fixed = space.parameters.first { $0.name == name }?.prior.fixedValue
        guard fixed == value else { return nil }
      }
    }
    return free.isEmpty ? nil : free
  }

  /// The best fit beside that of flat ΛCDM; nil if that is not nested in the model, or nothing of it is free.
  ///
  /// - Parameter best: the best fit of the model.
  public func againstStandardModel(_ best: Findings.Optimum) -> Findings.AgainstStandardModel? {
    guard let values = lambdaCDM, let space = try? posterior.space.fixing(values),
      let nested = try? bestFit(over: space, from: best.parameters, tries: 24)
    else { return nil }
    let difference = -2 * (best.logLikelihood - nested.logLikelihood)
    let names = posterior.space.free.map(\.name).filter { values[$0] != nil }
    return Findings.AgainstStandardModel(
      parameters: names, chiSquared: nested.chiSquared, deltaChiSquared: difference,
      standardDeviations: ChiSquaredDistribution(degreesOfFreedom: Double(names.count))
        .standardDeviations(at: -difference))
  }
}
