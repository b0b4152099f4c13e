import Catalogs
import Cosmology
public import Inference
import Samplers

/// Several models fitted to the same data, side by side.
public struct ModelComparison: Sendable, Codable {
  /// One of the models.
  public struct Row: Sendable, Codable {
    /// Its name.
    public var model: String
    /// The number of parameters that are fitted, with those that are integrated out.
    public var parameterCount: Int
    /// ln Z, the logarithm of the evidence, with its standard error; nil if the draws cannot be trusted.
    public var logEvidence, logEvidenceError: Double?
    /// ln B against flat ΛCDM, positive where the data favour the model.
    public var logBayesFactor, logBayesFactorError: Double?
    /// The best fit.
    public var bestFit: Findings.Optimum
    /// χ² of each of several probes there.
    public var probes: [Findings.Probe]?
    /// Δχ² against flat ΛCDM, both at their best fits.
    public var deltaChiSquared: Double
    /// The same in standard deviations, and ln B by the density of the draws at flat ΛCDM; nil if that is not nested.
    public var againstStandardModel: Findings.AgainstStandardModel?
    /// Akaike's information criterion, χ² + 2k.
    public var akaike: Double
    /// The Bayesian information criterion, χ² + k ln N.
    public var schwarz: Double
    /// The density of the prior at flat ΛCDM is that of a box of this volume; nil where it is not nested.
    public var priorVolume: Double?
    /// How far the draws can be trusted.
    public var grade: Verdict.Grade
    /// What casts doubt on them, in sentences.
    public var objections: [String]
  }

  /// The version of this record.
  public var format = 1
  /// The version of the program.
  public var version = Findings.programVersion
  /// What was fitted: names of catalogs and of other data.
  public var data: [String]
  /// The number of data.
  public var dataCount: Int
  /// The models, flat ΛCDM first.
  public var rows: [Row]
  /// What the numbers say together, in sentences.
  public var remarks: [String] = []

  /// Fits models by weighted draws through fitted maps.
  ///
  /// - Parameters:
  ///   - analysis: data and priors; what it says about parameters of other models alone does not hold for a model.
  ///   - models: names of `Models.all`, beside flat ΛCDM, which is always among them; by default all that these
  ///     data can be of, with a remark on the others.
  ///   - context: seed, workers and stop signal.
  ///   - begun: called with each problem and its number, from 0, before it is fitted.
  /// - Throws: `AnalysisError`, `CatalogError`, `ModelError` or `SamplingError`.
  public init(
    _ analysis: Analysis, models: [String]? = nil, in context: RunContext = RunContext(),
    begun: (Problem, Int) -> Void = { _, _ in }
  ) async throws {
    for (place, name) in (models ?? []).enumerated() {
      guard Models.named(name) != nil else { throw AnalysisError.unknownModel(name) }
      if models?[..<place].contains(name) == true {
        throw AnalysisError.optionTwice("models", name)
      }
    }
    let chosen = Models.all.filter {
      $0 == FlatLambdaCDM.self || models?.contains($0.name) ?? true
    }
    (data, dataCount, rows) = ([], 0, [])
    var left: [String] = []
    for model in chosen {
      let problem: Problem
      do {
        problem = try analysis.with(model).problem()
      } catch let error as AnalysisError where models == nil && !rows.isEmpty {
        left.append("\(model.name) is left out: \(error)")
        continue
      }
      if rows.isEmpty {
        data = problem.catalogs.map(\.name) + analysis.probes.keys.sorted()
        dataCount = problem.likelihood.dataCount
      }
      begun(problem, rows.count)
      var own = context
      own.seed = context.seed.child(model.name)
      rows.append(try Row(problem, try await problem.run(in: own).findings, beside: rows.first))
    }
    remarks = rows.dropFirst().compactMap(Self.remark) + Self.remark(onPriors: rows) + left
  }

  /// How a program ends with this comparison: as the run of the least trusted model would.
  public var exitStatus: ExitStatus {
    let all = rows.map(\.grade.exitStatus)
    return all.contains(.failedCheck)
      ? .failedCheck : (all.contains(.failedWitness) ? .failedWitness : .success)
  }
}

extension ModelComparison.Row {
  init(
    _ problem: Problem, _ findings: Findings, beside reference: ModelComparison.Row?
  ) throws {
    let best = try findings.bestFit ?? problem.bestFit()
    model = problem.analysis.theory.model
    parameterCount = problem.posterior.dimension + problem.likelihood.marginalisedCount
    let outcome = findings.outcomes["weighted"]
    let isTrusted = outcome?.isAccepted == true
    logEvidence = isTrusted ? outcome?.logEvidence : nil
    logEvidenceError = isTrusted ? outcome?.logEvidenceError : nil
    if let value = logEvidence, let error = logEvidenceError,
      let other = reference?.logEvidence, let otherError = reference?.logEvidenceError
    {
      logBayesFactor = value - other
      logBayesFactorError = (error * error + otherError * otherError).squareRoot()
    }
    bestFit = best
    probes = findings.probes
    deltaChiSquared = reference.map { -2 * (best.logLikelihood - $0.bestFit.logLikelihood) } ?? 0
    againstStandardModel = findings.againstStandardModel
    if let values = problem.lambdaCDM {
      priorVolume = problem.posterior.space.priorVolume(at: values)
    }
    let count = Double(parameterCount)
    akaike = best.chiSquared + 2 * count
    schwarz = best.chiSquared + count * .log(Double(problem.likelihood.dataCount))
    grade = findings.verdict?.grade ?? .rejected
    objections =
      (findings.verdict?.objections.map(\.sentence) ?? [])
      + (isTrusted ? [] : ["no ln Z from weighted draws: \(outcome?.verdict ?? "there are none")"])
  }
}

extension Analysis {
  /// The same analysis of another model by weighted draws, without what is said about parameters that only others have.
  func with(_ model: any NamedModel.Type) -> Analysis {
    let own = model.init(radiation: .none).parameterNames
    let foreign = Set(Models.all.flatMap { $0.init(radiation: .none).parameterNames })
      .subtracting(own)
    /// Also by the names of other programs, unless the model has a parameter that they may mean.
    func isForeign(_ name: String) -> Bool {
      guard !foreign.contains(name), let alias = ParameterAlias(of: name) else {
        return foreign.contains(name)
      }
      return !own.contains { ParameterAlias(of: $0) == alias }
        && foreign.contains { ParameterAlias(of: $0) == alias }
    }
    var other = self
    other.theory.model = model.name
    other.samplers = [TransportSampler()]
    other.params.removeAll { isForeign($0.name) }
    other.joint.removeAll { $0.prior.names.contains(where: isForeign) }
    other.sampled?.removeAll(where: isForeign)
    other.require.removeAll { requirement in
      let names = (try? Inequality.parse(requirement))?.flatMap(\.difference.names) ?? []
      return names.contains(where: isForeign)
    }
    for _ in derived {
      // What is derived from a quantity that is left out is left out as well.
      let missing = Set(derived.map(\.name)).subtracting(other.derived.map(\.name))
      other.derived.removeAll { definition in
        definition.formula.names.contains { isForeign($0) || missing.contains($0) }
      }
    }
    return other
  }
}

extension ParameterSpace {
  /// 1 / the density of the priors of some parameters at values; nil where that is 0 or they have none of their own.
  fileprivate func priorVolume(at values: [String: Double]) -> Double? {
    var logDensity = 0.0
    for parameter in free {
      guard let value = values[parameter.name] else { continue }
      guard !parameter.prior.isImproper else { return nil }
      logDensity += parameter.prior.logDensity(at: value).value
    }
    return logDensity.isFinite ? .exp(-logDensity) : nil
  }
}
