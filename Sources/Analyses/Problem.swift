public import Catalogs
public import Cosmology
import Foundation
public import Inference
import LinearAlgebra
import Samplers

/// An analysis whose data have been read and whose settings have been checked.
public struct Problem: Sendable {
  /// The analysis with all defaults filled in.
  public var analysis: Analysis
  /// The catalogs of supernovae; none, if others are fitted alone.
  public let catalogs: [Catalog]
  /// The posterior to sample.
  public let posterior: Posterior
  /// Its likelihood.
  public let likelihood: any GaussianLikelihood
  /// The Hubble diagram of its draws, for supernovae.
  public let diagram: HubbleCurve?
  /// The treatment of the zero point.
  public let offset: OffsetTreatment
  /// How the likelihood is computed, in words.
  public let method: String
  /// Notes for a reader of the result, in sentences.
  public internal(set) var notes: [String]
  /// Notes on what the result is not.
  public private(set) var remarks: [String] = []

  /// Several probes of one universe, if there are others than supernovae or several sets of these.
  public var joint: JointLikelihood? { likelihood as? JointLikelihood }

  /// The free parameters of interest: not the zero point, which supernovae alone do not
  /// measure.
  var relevantParameters: [String] {
    let nuisances: [String]
    if let joint {
      nuisances = joint.probes.flatMap(\.nuisanceNames).filter { !["alpha", "beta"].contains($0) }
    } else if let hierarchical = likelihood as? HierarchicalLikelihood {
      let relevant =
        hierarchical.distances.parameterNames + hierarchical.standardisationNames
      return posterior.space.free.map(\.name).filter(relevant.contains)
    } else {
      let zeroPoint = (likelihood as? any OffsetLikelihood)?.offset?.parameter
      nuisances = [zeroPoint ?? "M", "M", "delta_M"]
    }
    return posterior.space.free.map(\.name).filter { !nuisances.contains($0) }
  }

  /// The name under which results are kept, if no other is given.
  public var name: String {
    let probes = analysis.probes.keys.sorted()
    return (catalogs.prefix(1).map(\.name) + probes).joined(separator: "+")
  }
}

extension Analysis {
  /// Reads the data and builds the posterior of parameters by their own names.
  func build() throws -> Problem {
    if samplers.isEmpty { throw AnalysisError.noSampler }
    var faults = samplers.flatMap { sampler in
      sampler.rules.filter { !$0.isKept }.map {
        AnalysisError.outOfRange("sampler.\(type(of: sampler).name).\($0.key)", $0.rule)
      }
    }
    var named: (any NamedModel.Type)?
    do throws(AnalysisError) { named = try theory.checked() } catch { faults.append(error) }
    guard faults.isEmpty, let model = named else {
      throw AnalysisError.joined(faults)
    }
    guard probes.isEmpty, likelihood.count == 1, let (name, choice) = likelihood.first else {
      guard !probes.isEmpty || !likelihood.isEmpty else { throw AnalysisError.noLikelihood }
      return try jointProblem(model)
    }
    let catalog = try made[name] ?? choice.read()
    do {
      if theory.distance == .pen {
        return try problem(
          name, choice, catalog, Pen1999(redshifts: catalog.hubbleFlowRedshifts), model)
      }
      return try problem(name, choice, catalog, model.init(radiation: theory.radiation), model)
    } catch let error as NotPositiveDefinite {
      throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
    }
  }

  private func problem(
    _ name: String, _ choice: SupernovaChoice, _ catalog: Catalog, _ model: some ExpansionModel,
    _ named: any NamedModel.Type
  ) throws -> Problem {
    try problem(
      name, choice, catalog, ModelDistances(model, redshifts: catalog.hubbleFlowRedshifts), named)
  }

  private func problem(
    _ name: String, _ choice: SupernovaChoice, _ catalog: Catalog,
    _ distances: some ComovingDistances, _ named: any NamedModel.Type
  ) throws -> Problem {
    if let hierarchy = try Hierarchy(catalog, choice) {
      return try hierarchicalProblem(name, catalog, hierarchy, distances, named)
    }
    switch catalog.content {
    case .magnitudes(let sample):
      guard !sample.hubbleFlowRedshifts.isEmpty else { throw AnalysisError.nothingInHubbleFlow }
      let zeroPoint = self.zeroPoint(of: sample, choice)
      let (sampled, marginalised) = (
        distances.parameterNames + sample.offsetNames(.sampled, zeroPoint: zeroPoint),
        distances.parameterNames + sample.offsetNames(.marginalised)
      )
      var plan = try self.plan(sampled, marginalised, named, choice)
      let direct = try SupernovaLikelihood(
        sample, distances: distances, offset: plan.offset, zeroPoint: zeroPoint)
      // A default prior of the zero point follows the data.
      if let name = direct.offset?.parameter, !params.contains(where: { $0.name == name }),
        let usual = plan.space.free.first(where: { $0.name == name })
      {
        plan = try self.plan(
          sampled, marginalised, named, choice,
          zeroPoint: direct.followingData(usual, over: plan.space))
      }
      let diagram = HubbleCurve(sample, distances, zeroPoint: direct.offset?.parameter)
      let remarks = Self.notes(onZeroPoint: direct.offset?.parameter, of: sample)
      if choice.path == .direct {
        return try problem(
          name, catalog, plan, direct, diagram, "direct, all \(sample.count) supernovae",
          remarks: remarks)
      }
      let projected = ProjectedSupernovaLikelihood(direct, over: plan.space)
      let quality = projected.quality
      return try problem(
        name, catalog, plan, projected, diagram,
        String(
          format:
            "projected onto %d nodes, χ² (up to %.0e) accurate to %.0e over %.0f %% of the prior; direct sum elsewhere",
          quality.nodeCount, quality.largestChiSquared, max(quality.largestError, 1e-12),
          100 * quality.coverage), remarks: remarks)
    case .lightCurves(let sample):
      func build(_ offset: OffsetTreatment) -> LightCurveLikelihood<some ComovingDistances> {
        LightCurveLikelihood(sample, distances: distances, offset: offset)
      }
      let (sampled, marginalised) = (
        build(.sampled).parameterNames, build(.marginalised).parameterNames
      )
      var plan = try self.plan(sampled, marginalised, named, choice)
      let likelihood = build(plan.offset)
      let name = Parameter.absoluteMagnitude.name
      if !params.contains(where: { $0.name == name }),
        let usual = plan.space.free.first(where: { $0.name == name })
      {
        plan = try self.plan(
          sampled, marginalised, named, choice,
          zeroPoint: likelihood.followingData(usual, over: plan.space))
      }
      if choice.path == .direct {
        return try problem(
          name, catalog, plan, likelihood, HubbleCurve(likelihood),
          "light curves by χ², with the covariance recomputed for each α and β",
          notes: [sample.noteOnErrors])
      }
      let projected = ProjectedLightCurveLikelihood(likelihood, over: plan.space)
      return try problem(
        name, catalog, plan, projected, HubbleCurve(projected), projected.quality.sentence,
        notes: [sample.noteOnErrors])
    }
  }

  /// What a sampled zero point of moduli is, in sentences.
  static func notes(onZeroPoint name: String?, of sample: SupernovaSample) -> [String] {
    guard let name, sample.quantity == .distanceModulus else { return [] }
    return [
      name == "h"
        ? "h re-expresses the zero point of the catalog's moduli; supernovae alone do not measure it"
        : "\(name) is the zero point of the distance moduli, a convention of their release: it measures nothing"
    ]
  }

  /// The name of the zero point, if it is not h or M: that of moduli measures nothing, unless one thinks of it as h.
  private func zeroPoint(of sample: SupernovaSample, _ choice: SupernovaChoice) -> String? {
    if let name = choice.zeroPoint { return name }
    guard sample.quantity == .distanceModulus else { return nil }
    return mentioned.contains("h") ? nil : Parameter.moduliZeroPoint.name
  }

  /// The parameters, from the names with and without a zero point.
  private func plan(
    _ sampled: [String], _ marginalised: [String], _ named: any NamedModel.Type,
    _ choice: SupernovaChoice, zeroPoint: Parameter? = nil
  ) throws -> ParameterPlan {
    let usual = sampled.map { name in
      zeroPoint.flatMap { $0.name == name ? $0 : nil } ?? named.usual(name)
    }
    return try ParameterPlan(self, choice.offset, usual: usual, marginalised: marginalised)
  }

  func problem(
    _ name: String, _ catalog: Catalog, _ plan: ParameterPlan,
    _ likelihood: any GaussianLikelihood, _ diagram: HubbleCurve, _ method: String,
    notes: [String] = [], remarks: [String] = []
  ) throws -> Problem {
    let named = try theory.checked()
    let quantities = DefaultQuantities(
      try UniverseModel(named.init(radiation: theory.radiation)), plan.space,
      measuresHubble: catalog.sample?.calibratorModuli.isEmpty == false)
    var problem = try problem(
      name, [catalog], plan, likelihood, diagram, method, notes, remarks,
      derived: quantities.all)
    problem.analysis.likelihood[name]?.offset = plan.offset
    return problem
  }

  /// Checks what has been put together.
  func problem(
    _ name: String, _ catalogs: [Catalog], _ plan: ParameterPlan,
    _ likelihood: any GaussianLikelihood, _ diagram: HubbleCurve?, _ method: String,
    _ notes: [String], _ remarks: [String], derived usual: [DerivedQuantity] = []
  ) throws -> Problem {
    try plan.space.checkEnoughData(likelihood.dataCount)
    let improper = plan.space.improperParameters
    let others = samplers.map { type(of: $0).name }.filter { $0 != HamiltonianSampler.name }
    guard improper.isEmpty || others.isEmpty else {
      throw AnalysisError.improperPrior(improper, samplers: others)
    }
    for case let hamiltonian as HamiltonianSampler in samplers {
      guard let names = hamiltonian.metric?.names else { continue }
      let sampled = plan.space.free.map(\.name)
      guard hamiltonian.metric?.part(of: sampled).places.isEmpty == false else {
        throw AnalysisError.metricOfOthers(names, sampled: sampled)
      }
    }
    var analysis = self
    let isJoint = Set(joint.flatMap(\.prior.names))
    analysis.params = plan.space.parameters.filter { !isJoint.contains($0.name) }
    analysis.derived = try NamedFormula.ordered(derived)
    let own = Set(analysis.derived.map(\.name))
    let quantities =
      usual.filter { !own.contains($0.name) } + analysis.derived.map { DerivedQuantity($0) }
    try plan.checkArguments(of: quantities)
    analysis.sampled = nil
    let posterior = try Posterior(plan.space, likelihoods: [.init(name, likelihood)])
      .deriving(quantities)
    try posterior.checkDerived()
    return Problem(
      analysis: analysis, catalogs: catalogs, posterior: posterior,
      likelihood: likelihood, diagram: diagram, offset: plan.offset, method: method,
      notes: notes + joint.flatMap(\.notes), remarks: remarks)
  }
}

extension ParameterSpace {
  /// Rejects more free parameters with flat priors than there are data.
  func checkEnoughData(_ count: Int) throws(AnalysisError) {
    let flat = free.filter { $0.prior.density is UniformPrior || $0.prior.isImproper }.map(\.name)
    guard flat.count <= count else { throw .tooFewData(parameters: flat, count: count) }
  }
}

extension Catalog {
  /// The redshifts that distances are needed to.
  fileprivate var hubbleFlowRedshifts: [Double] {
    switch content {
    case .magnitudes(let sample): sample.hubbleFlowRedshifts
    case .lightCurves(let sample): sample.supernovae.map(\.redshift)
    }
  }
}
