import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra

extension Analysis {
  /// Reads the data of several probes and builds their posterior over one universe.
  func jointProblem(_ named: any NamedModel.Type) throws -> Problem {
    guard theory.distance == .exact else { throw AnalysisError.penWithProbes }
    let others = try probes.sorted { $0.key < $1.key }.map { try $0.value.read($0.key) }
    let catalogs = try likelihood.sorted { $0.key < $1.key }.map {
      (name: $0.key, choice: $0.value, catalog: try made[$0.key] ?? $0.value.read())
    }
    try refuseCountingTwice(others, catalogs.map { ($0.name, $0.catalog) })
    var asked = others.flatMap(\.quantities)
    if catalogs.contains(where: { $0.catalog.sample?.calibratorModuli.isEmpty == false }) {
      asked.append(.parameter("h"))
    }
    let model: UniverseModel
    do {
      model = try theory.universe(named, askedFor: asked, of: self)
    } catch let error as UniverseError {
      throw AnalysisError.universe(error)
    }
    let defaults = JointDefaults(named: named)
    let background = try ParameterSpace(
      (model.expansion.parameterNames + ["h", "n_eff", "m_nu"]).map { name in
        params.first { $0.name == name } ?? defaults.parameter(name)
      })

    var (all, zeroPoints, methods) = ([any Probe](), [Parameter](), [String]())
    var (diagram, notes, remarks): (HubbleCurve?, [String], [String]) = (nil, [], [])
    for (name, choice, catalog) in catalogs {
      do {
        let supernovae = try JointSupernovae(
          name, choice, catalog, model, over: background, self, wantedBy: mentioned)
        all.append(supernovae.probe)
        zeroPoints += supernovae.zeroPoints
        methods.append(supernovae.method)
        notes += supernovae.notes
        remarks += supernovae.remarks
        diagram = diagram ?? supernovae.diagram
      } catch let error as NotPositiveDefinite {
        throw CatalogError.covarianceNotPositiveDefinite(in: catalog.path, order: error.order)
      }
    }
    remarks += Self.remarks(onSharedSupernovae: catalogs.map { ($0.name, $0.catalog) })
    all += others
    let joint: JointLikelihood
    do {
      joint = try JointLikelihood(model, all, over: background)
    } catch {
      throw AnalysisError.joint(error)
    }

    try check(joint, model)
    var names = joint.parameterNames
    for name in model.content == nil ? [] : ["n_eff", "m_nu"] where !names.contains(name) {
      names.append(name)
    }
    let usual = names.map { name in
      zeroPoints.first { $0.name == name } ?? defaults.parameter(name, model.content)
    }
    var complete = self
    // As DESI cuts its prior, which keeps dark energy from dominating early.
    if named.init(radiation: .none).parameterNames.contains("wa"), !requiredNames.contains("wa") {
      complete.require.append("w0 + wa < 0")
    }
    let fit = SoundHorizonFit(model)
    complete.require += try fit.requirements(usual, params).filter { !require.contains($0) }
    let plan = try ParameterPlan(complete, nil, usual: usual, marginalised: names)
    try fit.check(plan.space.parameters)
    for case let probe as LikelihoodProbe in all {
      guard let likelihood = probe.likelihood as? HierarchicalLikelihood else { continue }
      try Hierarchy.check(likelihood, in: plan.space)
    }
    if !others.isEmpty {
      methods.append("\(others.map(\.name).joined(separator: ", ")) in the same universe")
    }
    return try complete.problem(
      "", catalogs.map(\.catalog), plan, joint, diagram, methods.joined(separator: "; "), notes,
      remarks, derived: DefaultQuantities(model, plan.space).all)
  }

  /// The names that the settings mention, for a choice between parameters.
  var mentioned: Set<String> {
    Set(
      params.map(\.name) + joint.flatMap(\.prior.names) + (sampled ?? [])
        + derived.flatMap(\.formula.names) + requiredNames)
  }

  /// The names in requirements.
  private var requiredNames: [String] {
    require.compactMap { try? Inequality.parse($0) }.joined().flatMap(\.difference.names)
  }

  /// Refuses probes of parameters that the universe does not have.
  private func check(_ joint: JointLikelihood, _ model: UniverseModel) throws(AnalysisError) {
    let known =
      model.expansion.parameterNames + ["h", "omega_b", "n_eff", "m_nu", "r_d", "h_rd"]
      + joint.probes.flatMap(\.nuisanceNames)
    for name in joint.parameterNames where !known.contains(name) {
      throw .unknownParameter(name, model: theory.model, available: known)
    }
  }
}

extension Theory {
  /// The universe that probes need.
  ///
  /// - Throws: `UniverseError`.
  fileprivate func universe(
    _ named: any NamedModel.Type, askedFor asked: [UniverseQuantity], of analysis: Analysis
  ) throws -> UniverseModel {
    let mentioned = analysis.mentioned
    let early: Set<UniverseQuantity> = [
      .soundHorizonAtLastScattering, .distanceToLastScattering, .baryonAndColdDensity,
      .parameter("omega_b"), .parameter("n_eff"), .parameter("m_nu"),
    ]
    let isEarly =
      asked.contains(where: early.contains)
      || !mentioned.isDisjoint(with: ["omega_b", "n_eff", "m_nu"])
    let stated =
      analysis.params.filter { !$0.isFixed }.map(\.name) + analysis.joint.flatMap(\.prior.names)
    let measuresHubble =
      asked.contains(.parameter("h")) || mentioned.contains("r_d") || stated.contains("h")
    let source =
      soundHorizon
      ?? (isEarly
        ? .computed : measuresHubble && !mentioned.contains("h_rd") ? .free : .reduced)
    guard source == .computed || isEarly else {
      return try UniverseModel(named.init(radiation: radiation), soundHorizon: source)
    }
    /// A fixed value, or nil for a parameter that varies.
    func value(_ name: String, _ usual: Double) -> Double? {
      guard let own = analysis.params.first(where: { $0.name == name }) else {
        return asked.contains(.parameter(name)) || mentioned.contains(name) ? nil : usual
      }
      return own.prior.fixedValue
    }
    return try UniverseModel(
      named.init(radiation: .none),
      content: RelativisticContent(
        temperature: backgroundTemperature ?? 2.7255,
        effectiveNeutrinos: value("n_eff", effectiveNeutrinos ?? 3.044),
        neutrinoMass: value("m_nu", 0.06)), soundHorizon: source)
  }
}

/// The default priors beside other probes than supernovae: those of DESI (DESI DR2 II, arXiv:2503.14738, table III).
struct JointDefaults {
  let named: any NamedModel.Type

  private static let boxes: [String: (lower: Double, upper: Double, label: String?)] = [
    "omega_m": (0.01, 0.99, nil), "omega_k": (-0.3, 0.3, nil), "w": (-3, 1, nil),
    "w0": (-3, 1, nil), "wa": (-3, 2, nil), "h": (0.2, 1, nil),
    "omega_b": (0.005, 0.1, #"\omega_\mathrm{b}"#), "h_rd": (10, 1000, #"h r_\mathrm{d}"#),
    "r_d": (10, 1000, #"r_\mathrm{d}"#), "n_eff": (2, 4.2, #"N_\mathrm{eff}"#),
    "m_nu": (0, 0.6, #"m_\nu"#),
  ]

  /// A parameter with its default prior; what the content fixes is fixed.
  func parameter(_ name: String, _ content: RelativisticContent? = nil) -> Parameter {
    let usual = named.usual(name)
    guard let box = Self.boxes[name] else { return usual }
    let label = box.label ?? usual.label
    let fixed =
      [
        "n_eff": content?.effectiveNeutrinos, "m_nu": content?.neutrinoMass,
      ][name] ?? nil
    if let fixed { return Parameter(name, label: label, prior: .fixed(fixed)) }
    return Parameter(name, label: label, prior: .uniform(lower: box.lower, upper: box.upper))
  }
}

/// One set of supernovae among several probes.
private struct JointSupernovae {
  let probe: any Probe
  /// Its zero points and nuisances that are sampled, with their default priors.
  let zeroPoints: [Parameter]
  let method: String
  let diagram: HubbleCurve
  var notes: [String] = []
  var remarks: [String] = []

  init(
    _ name: String, _ choice: SupernovaChoice, _ catalog: Catalog, _ model: UniverseModel,
    over background: ParameterSpace, _ analysis: Analysis, wantedBy mentioned: Set<String>
  ) throws {
    if let hierarchy = try Hierarchy(catalog, choice) {
      let distances = BackgroundDistances(
        model, redshifts: hierarchy.sample.supernovae.map(\.redshift))
      let likelihood = HierarchicalLikelihood(
        hierarchy.sample, hierarchy.model, distances: distances, over: background)
      probe = LikelihoodProbe(name, likelihood, shared: distances.parameterNames)
      zeroPoints = likelihood.defaultParameters
      diagram = HubbleCurve(likelihood)
      method = "\(name) \(Hierarchy.method(of: likelihood))"
      notes = hierarchy.notes
      return
    }
    switch catalog.content {
    case .magnitudes(let sample):
      guard !sample.hubbleFlowRedshifts.isEmpty else { throw AnalysisError.nothingInHubbleFlow }
      let distances = BackgroundDistances(model, redshifts: sample.hubbleFlowRedshifts)
      let zeroPoint = choice.zeroPoint ?? (sample.quantity == .distanceModulus ? "delta_mu" : "M")
      let treatment = choice.offset ?? (mentioned.contains(zeroPoint) ? .sampled : .marginalised)
      let direct = try SupernovaLikelihood(
        sample, distances: distances, offset: treatment, zeroPoint: zeroPoint)
      let own = direct.parameterNames.dropFirst(distances.parameterNames.count).filter {
        $0 != "h" || sample.calibratorModuli.isEmpty
      }
      let known = background.parameters
      let space = try ParameterSpace(
        direct.parameterNames.reduce(into: []) { (all: inout [Parameter], name) in
          if !all.contains(where: { $0.name == name }) {
            all.append(known.first { $0.name == name } ?? Parameter.usual(name))
          }
        })
      zeroPoints = own.map { name in
        let usual = Parameter.usual(name)
        return direct.offset?.parameter == name ? direct.followingData(usual, over: space) : usual
      }
      diagram = HubbleCurve(sample, distances, zeroPoint: direct.offset?.parameter)
      remarks = Analysis.notes(onZeroPoint: direct.offset?.parameter, of: sample)
      if choice.path == .direct {
        probe = LikelihoodProbe(
          name, direct, shared: distances.parameterNames + (own.contains("h") ? [] : ["h"]))
        method = "\(name) direct, all \(sample.count) supernovae"
      } else {
        let projected = ProjectedSupernovaLikelihood(direct, over: space)
        probe = SupernovaProbe(name, projected)
        method = String(
          format: "%@ projected onto %d nodes, χ² accurate to %.0e over %.0f %% of the prior", name,
          projected.quality.nodeCount, max(projected.quality.largestError, 1e-12),
          100 * projected.quality.coverage)
      }
    case .lightCurves(let sample):
      let distances = BackgroundDistances(
        model, redshifts: sample.supernovae.map(\.redshift))
      let treatment = choice.offset ?? (mentioned.contains("M") ? .sampled : .marginalised)
      let likelihood = LightCurveLikelihood(sample, distances: distances, offset: treatment)
      let own = likelihood.parameterNames.dropFirst(distances.parameterNames.count)
      zeroPoints = own.map { Parameter.usual($0) }
      notes = [sample.noteOnErrors]
      if choice.path == .direct {
        probe = LikelihoodProbe(name, likelihood, shared: distances.parameterNames)
        diagram = HubbleCurve(likelihood)
        method = "\(name) light curves by χ²"
        return
      }
      let known = background.parameters.filter { distances.parameterNames.contains($0.name) }
      let projected = ProjectedLightCurveLikelihood(
        likelihood,
        over: try ParameterSpace(
          known
            + zeroPoints.map { zeroPoint in
              analysis.params.first { $0.name == zeroPoint.name } ?? zeroPoint
            }))
      probe = LikelihoodProbe(name, projected, shared: distances.parameterNames)
      diagram = HubbleCurve(projected)
      method = "\(name) \(projected.quality.sentence)"
    }
  }
}
