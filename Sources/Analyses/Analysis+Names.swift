import Cosmology
import Inference

extension Analysis {
  /// Reads the data and builds the posterior.
  ///
  /// Names that other programs give to parameters are understood, unless the analysis has a parameter or quantity of that
  /// name.
  ///
  /// - Throws: `AnalysisError`, `CatalogError` or `ModelError`.
  public func problem() throws -> Problem {
    var names = OwnNames(self)
    let analysis = try names.applied(to: self)
    do {
      var problem = try analysis.build()
      problem.notes = notes + names.notes + absent(in: problem) + problem.notes
      return problem
    } catch let error as AnalysisError {
      throw typed(error, names)
    }
  }

  /// An error with the names that were typed, and the lines where they stand.
  private func typed(_ error: AnalysisError, _ names: OwnNames) -> AnalysisError {
    switch error {
    case .several(let errors): return .joined(errors.map { typed($0, names) })
    case .unknownParameter(let own, let model, let available):
      let name = names.typed(for: own)
      let error = AnalysisError.unknownParameter(name, model: model, available: available)
      return located(error, "params.\(name)")
    case .outOfRange(let place, _): return located(error, place)
    case .probeFormula(let probe, _): return located(error, "likelihood.\(probe)")
    case .probeWithout(_, let probe, _): return located(error, "likelihood.\(probe)")
    case .unknownModel: return located(error, "theory.model")
    default: return error
    }
  }

  /// An error with the line of a key, if it is in a file.
  private func located(_ error: AnalysisError, _ place: String) -> AnalysisError {
    source?.located(error, at: place) ?? error
  }

  /// What of the quantities that were asked for has another name, or is missing.
  private func absent(in problem: Problem) -> [String] {
    let columns =
      problem.posterior.derived.map(\.name) + problem.posterior.space.parameters.map(\.name)
    return wanted.sorted().compactMap { name in
      if columns.contains(name) { return nil }
      guard let own = ParameterAlias(of: name)?.name, columns.contains(own) else {
        return "\(name) is not computed: nothing that is fitted determines it"
      }
      return "\(name) is in the column \(own)"
    }
  }
}

/// The names that an analysis itself has, and what those of other programs are among them.
private struct OwnNames {
  private let parameters: [String]
  /// Quantities that a normal likelihood may be of, in terms of parameters.
  private let definitions: [String: String]
  /// Columns that fits have beside the parameters.
  private let quantities: [String]
  /// What was typed, with its own name, in the order in which it came.
  private var found: [(typed: String, own: String, factor: Double)] = []

  init(_ analysis: Analysis) {
    let model = Models.named(analysis.theory.model)
    let isJoint = !analysis.probes.isEmpty || analysis.likelihood.count > 1
    let nuisances = ["h", "M", "delta_mu", "alpha", "beta", "delta_M"]
    parameters =
      (model?.init(radiation: .none).parameterNames ?? []) + nuisances
      + (isJoint ? ["omega_b", "h_rd", "r_d", "n_eff", "m_nu"] : [])
      + analysis.likelihood.values.compactMap(\.zeroPoint)
    let hasCurvature = parameters.contains("omega_k")
    definitions =
      parameters.contains("omega_m")
      ? [
        "omega_lambda": hasCurvature ? "(1-omega_m-omega_k)" : "(1-omega_m)",
        "omega_m_h2": "(omega_m*h^2)",
      ] : [:]
    quantities =
      analysis.derived.map(\.name) + ["omega_lambda", "q0"]
      + (isJoint ? ["H0", "omega_m_h2", "age"] : [])
  }

  /// One note for each name of another program.
  var notes: [String] {
    found.map { typed, own, factor in
      "\(typed) is \(own) here" + (factor == 1 ? "" : ", which is \(typed)/100")
    }
  }

  /// The name that was typed for one of the analysis.
  func typed(for own: String) -> String { found.first { $0.own == own }?.typed ?? own }

  /// The analysis without names of other programs.
  mutating func applied(to analysis: Analysis) throws(AnalysisError) -> Analysis {
    var other = analysis
    for (place, parameter) in analysis.params.enumerated() {
      guard let own = own(parameter.name) else { continue }
      let (prior, factor) = try Self.prior(of: parameter, named: own)
      remember(parameter.name, own, factor)
      let label = parameter.label == parameter.name || factor != 1 ? nil : parameter.label
      other.params[place] = Parameter(own, label: label, prior: prior)
    }
    for (place, parameter) in other.params.enumerated() {
      if let first = other.params[..<place].firstIndex(where: { $0.name == parameter.name }) {
        throw .sameParameter(analysis.params[first].name, analysis.params[place].name)
      }
    }
    other.joint = analysis.joint.map { choice in
      switch choice {
      case .normal(let prior): .normal(renamed(prior))
      case .chain(let prior): .chain(prior.renamed(prior.names.map { plainly($0) }))
      }
    }
    other.sampled = analysis.sampled.map { $0.map { plainly($0) } }
    other.require = analysis.require.map { formula($0, among: parameters) }
    let known = parameters + quantities
    other.derived = analysis.derived.map { definition in
      let text = formula(definition.formula.text, among: known)
      guard text != definition.formula.text, let formula = try? Expression(text) else {
        return definition
      }
      return NamedFormula(definition.name, label: definition.label, formula)
    }
    for (name, choice) in analysis.probes {
      other.probes[name]?.parameter = choice.parameter.map {
        Expression.renaming(in: formula($0, among: known)) { definitions[$0] }
      }
    }
    return other
  }

  /// The one parameter that a name of another program stands for.
  private func own(_ name: String) -> String? {
    if parameters.contains(name) || quantities.contains(name) && name != "H0" { return nil }
    return Self.match(name, parameters)
  }

  private static func match(_ name: String, _ candidates: [String]) -> String? {
    ParameterAlias.place(of: name, among: candidates).map { candidates[$0] }
  }

  private mutating func remember(_ typed: String, _ own: String, _ factor: Double = 1) {
    if !found.contains(where: { $0.typed == typed }) { found.append((typed, own, factor)) }
  }

  private mutating func plainly(_ name: String) -> String {
    guard let own = own(name) else { return name }
    remember(name, own)
    return own
  }

  /// A formula with names that are known.
  private mutating func formula(_ text: String, among known: [String]) -> String {
    var renamed: [(String, String, Double)] = []
    let result = Expression.renaming(in: text) { name in
      guard !known.contains(name),
        let own = Self.match(name, parameters)
          ?? Self.match(name, quantities.filter(known.contains))
      else { return nil }
      let isRate = own == "h" && Self.isRate(name)
      renamed.append((name, own, isRate ? 0.01 : 1))
      return isRate ? "(100*h)" : own
    }
    for (typed, own, factor) in renamed { remember(typed, own, factor) }
    return result
  }

  // MARK: The Hubble constant

  /// Whether a name is that of the constant in km/s/Mpc.
  private static func isRate(_ name: String) -> Bool {
    ["h0", "hubble", "hubble0"].contains(ParameterAlias.plain(name))
  }

  /// A prior in the units of the parameter: numbers of the Hubble constant that are above 5 are in km/s/Mpc.
  private static func prior(
    of parameter: Parameter, named own: String
  ) throws(AnalysisError) -> (Prior, factor: Double) {
    let prior = parameter.prior
    guard own == "h", let alias = ParameterAlias(of: parameter.name) else { return (prior, 1) }
    let (typical, divided): (Double, (Double) -> Prior)
    switch prior.density {
    case let fixed as FixedValue:
      (typical, divided) = (fixed.value, { .fixed(fixed.value / $0) })
    case let flat as UniformPrior:
      (typical, divided) = (
        flat.upper, { .uniform(lower: flat.lower / $0, upper: flat.upper / $0) }
      )
    case let normal as NormalPrior:
      (typical, divided) = (
        normal.mean,
        { .normal(mean: normal.mean / $0, standardDeviation: normal.standardDeviation / $0) }
      )
    case let normal as TruncatedNormalPrior:
      (typical, divided) = (
        normal.mean,
        {
          .truncatedNormal(
            mean: normal.mean / $0, standardDeviation: normal.standardDeviation / $0,
            lower: normal.lower / $0, upper: normal.upper / $0)
        }
      )
    case is ImproperFlatPrior: return (prior, 1)
    default:
      guard isRate(parameter.name) else { return (prior, 1) }
      throw .priorOfHubbleConstant(parameter.name, prior: prior.text)
    }
    // Divided, so that 70 is exactly 0.7.
    let factor = alias.factor(from: typical, to: 0.7)
    return factor == 1 ? (prior, 1) : (divided(100), factor)
  }

  /// A normal density of several parameters in their units.
  private mutating func renamed(_ prior: MultivariateNormalPrior) -> MultivariateNormalPrior {
    var (names, factors) = (prior.names, prior.names.map { _ in 1.0 })
    for (place, name) in prior.names.enumerated() {
      guard let own = own(name) else { continue }
      names[place] = own
      if own == "h", let mean = prior.mean.indices.contains(place) ? prior.mean[place] : nil {
        factors[place] = ParameterAlias(of: name)?.factor(from: mean, to: 0.7) ?? 1
      }
      remember(name, own, factors[place])
    }
    guard names != prior.names, prior.flaw == nil else { return prior }
    return MultivariateNormalPrior(
      names, mean: zip(prior.mean, factors).map { $0 * $1 },
      covariance: zip(prior.covariance, factors).map { row, a in
        zip(row, factors).map { a * $0 * $1 }
      })
  }
}
