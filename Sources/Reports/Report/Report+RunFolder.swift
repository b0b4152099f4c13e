import Chains
import Foundation
public import Analyses
public import Inference
import Samplers

extension Report {
  /// The report of a run.
  ///
  /// - Parameters:
  ///   - folder: the folder of the run.
  ///   - summaries: the posterior of each sampler of the folder, by the root of its chains.
  ///   - components: which combinations of parameters it has measured, if that is known.
  ///   - truths: the true values of a mock, by name.
  ///   - verdicts: sentences to show first, such as that of a comparison of two samplers.
  ///   - format: what the figures are made for.
  public init(
    _ folder: RunFolder, summaries: [String: PosteriorSummary],
    components: PosteriorComponents? = nil, truths: [String: Double] = [:],
    verdicts: [Verdict] = [], format: FigureFormat = .page
  ) {
    let findings = folder.findings
    let data = findings.data.map {
      "\(ChainFileName.split($0.catalog).name), \($0.supernovae) supernovae"
    }
    self.init(
      title: "Posterior of \(findings.model?.name ?? ChainFileName.split(folder.path).name)",
      subtitle: data ?? "")
    let constraints = Dictionary(
      (findings.verdict?.constraints ?? []).map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first })
    results = folder.samplers.compactMap { set in
      summaries[set.root].map { Result(set: set, summary: $0, constraints: constraints) }
    }
    let sentences = verdicts + Self.verdicts(folder, results)
    // Objections to a result must not be overlooked.
    self.verdicts = [.bad, .caution, .good].flatMap { kind in
      sentences.filter { $0.kind == kind }
    }
    facts =
      Self.result(findings)
      + (SystematicsText(findings).map { [("Systematic errors", $0.entries)] } ?? [])
      + (components.map { [("Components", ComponentsText($0).factEntries)] } ?? [])
      + Self.facts(findings)
    self.format = format
    galleries = Self.galleries(folder, summaries, truths, format)
    if let shares = components.flatMap({ InformationShares($0, format: format) }) {
      galleries.insert(Gallery("Components", [shares]), at: min(1, galleries.count))
    }
    command = findings.command
    reproduction = folder.identity.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func verdicts(_ folder: RunFolder, _ results: [Result]) -> [Verdict] {
    var verdicts: [Verdict] = []
    var said: Set<String> = []
    func say(_ kind: Verdict.Kind, _ text: String) {
      if said.insert(text).inserted { verdicts.append(Verdict(kind: kind, text: text)) }
    }
    if folder.findings.version == nil {
      say(
        .caution,
        "The run is not finished, or its summary.json is missing: these are the draws so far.")
    }
    if let verdict = folder.findings.verdict {
      say(.init(verdict.grade), "\(verdict.title).")
      for witness in verdict.witnesses {
        let text = ([witness.sentence] + [witness.advice].compactMap { $0 }).joined(separator: "; ")
        switch witness.finding {
        case .passed: say(.good, "\(text).")
        case .noted, .unknown: say(.caution, "\(text).")
        case .failed, .fatal: say(.bad, "\(text).")
        }
      }
      let told = Set(verdict.witnesses.map(\.sentence))
      for warning in folder.findings.warnings
      where !told.contains(where: { warning.hasPrefix($0) }) {
        say(.caution, "\(warning.prefix(1).uppercased())\(warning.dropFirst()).")
      }
      for note in folder.notes { say(.caution, "\(note).") }
      return verdicts
    }
    for result in results where result.set.kind == .chains {
      let failures = result.summary.failedGates
      if failures.isEmpty {
        say(
          .good,
          "\(result.set.title): all checks passed: R-hat below 1.01, bulk and tail effective sample sizes above 400"
            + (result.summary.energyFractions.isEmpty ? "." : ", E-BFMI above 0.3, no divergence."))
      }
      for failure in failures { say(.bad, "\(result.set.title): \(failure).") }
    }
    for result in results {
      let (title, outcome) = (result.set.title, result.set.outcome)
      guard let verdict = outcome.verdict else { continue }
      say(outcome.isAccepted.map { $0 ? .good : .bad } ?? .caution, "\(title): \(verdict)")
    }
    // Failures of the whole result, not of a sampler's chains.
    let told = Set(results.flatMap { $0.summary.failedGates })
    for failure in folder.findings.failedGates where !told.contains(failure) {
      say(.bad, "\(failure.prefix(1).uppercased())\(failure.dropFirst()).")
    }
    let gates = Set(folder.findings.failedGates)
    for warning in folder.findings.warnings where !gates.contains(warning) {
      say(.caution, "\(warning.prefix(1).uppercased())\(warning.dropFirst()).")
    }
    for note in folder.notes { say(.caution, "\(note).") }
    return verdicts
  }

  /// The result to be quoted.
  private static func result(_ findings: Findings) -> [(title: String, entries: Entries)] {
    guard let verdict = findings.verdict, verdict.quoted != nil, let posterior = findings.posterior
    else { return [] }
    let entries = posterior.parameters.map { parameter -> (name: String, value: String) in
      let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 3)
      let constraint = verdict.constraint(of: parameter.name)
      var text =
        "\(Rounding.number(parameter.mean, decimals: decimals)) ± \(Rounding.number(parameter.standardDeviation, decimals: decimals)); \(HeadlineTable.quoted(parameter, constraint, decimals: decimals))"
      if let constraint, !constraint.information.isNaN {
        text += String(
          format: "; %.2f nats over the prior; density at its ends %.2g and %.2g of the peak",
          constraint.information, constraint.lowerEdge, constraint.upperEdge)
      }
      return (parameter.name, text)
    }
    return [("Result: \(verdict.quotedTitle ?? "")", entries)]
  }

  private static func facts(_ findings: Findings) -> [(title: String, entries: Entries)] {
    func number(_ value: Double, _ digits: Int) -> String { Rounding.number(value, digits: digits) }
    var (data, model, sampler): (Entries, Entries, Entries) = ([], [], [])
    if let known = findings.data {
      let range =
        "z from \(number(known.redshiftMinimum, 4)) to \(number(known.redshiftMaximum, 4))"
      data = [
        ("catalog", known.catalog), ("format", known.format),
        ("supernovae", "\(known.supernovae), \(range)"), ("quantity", known.quantity),
        ("covariance", "\(known.covariance), from \(known.covarianceSource)"),
        ("columns", known.columnList),
      ]
      data += known.notes.map { ("note", $0) }
      data.append(("fingerprint of the sample", known.fingerprint))
      data += known.files.sorted { $0.key < $1.key }
        .map { ("SHA-256 of \(ChainFileName.split($0.key).name)", $0.value) }
    }
    if let known = findings.model {
      model = [
        ("model", known.name), ("distances", known.distance), ("zero point", known.offset),
        ("likelihood", known.likelihood),
      ]
      model += known.parameters.map { ("prior of \($0.name)", $0.prior.sentence) }
      model += (known.jointPriors ?? []).map { ("prior", $0) }
      model += (known.requirements ?? []).map { ("prior", "\($0), not normalised anew") }
      model += (known.derived ?? []).map { ("derived \($0.name)", $0.formula.text) }
    }
    if let known = findings.sampler {
      sampler = [
        ("sampler", known.name),
        (
          "chains",
          known.chains > 0
            ? "\(known.chains) of \(known.draws) draws after \(known.warmUp)" : ""
        ),
        ("seed", "\(known.seed)"), ("time", "\(number(known.seconds, 3)) s"),
      ]
    }
    let best = BestFitText(findings).map { $0.entries } ?? []
    return [
      ("Data", data), ("Model and priors", model), ("Best fit", best), ("Sampling", sampler),
    ]
    .map { (title: $0, entries: $1.filter { !$0.value.isEmpty }) }
    .filter { !$0.entries.isEmpty }
  }

  private static func galleries(
    _ folder: RunFolder, _ summaries: [String: PosteriorSummary], _ truths: [String: Double],
    _ format: FigureFormat
  ) -> [Gallery] {
    let draws = DrawFigures(folder.samplers, summaries)
    var posterior: [any Figure] = []
    let corner = draws.corner(
      priors: folder.findings.model?.priors ?? [:], truths: truths, format: format)
    if !corner.isEmpty { posterior.append(corner) }
    if let hubble = folder.hubble {
      let quantity = folder.findings.data?.quantity
      var diagram = HubbleDiagram(
        data: hubble.data, curve: hubble.curve,
        quantity: quantity == "apparent magnitude"
          ? "apparent magnitude [mag]" : "distance modulus μ [mag]",
        remark: quantity == "light curves"
          ? "The moduli are those of light curves at the α, β and offsets of the best draw, for h = 0.7; the bands are those of the sample's mean light curve."
          : "")
      diagram.size = format.layout(diagram.size)
      posterior.append(diagram)
    }
    for subject in MeasurementFile.Subject.allCases {
      let runs = folder.measurements.map { (name: "", file: $0) }
      guard var diagram = MeasurementDiagram(runs, subject) else { continue }
      diagram.size = format.layout(diagram.size)
      posterior.append(diagram)
    }
    var flow: [any Figure] = []
    if folder.training.count > 1 {
      let floor = folder.findings.outcomes["nhf"]?.logEvidence.map { -$0 }
      flow.append(TrainingHistory(folder.training, floor: floor))
    }
    if let weights = draws.weights { flow.append(weights) }
    return [
      Gallery("Posterior", posterior), Gallery("Flow", flow),
      Gallery("What the flow has learned", folder.learnedFlow?.figures ?? []),
      Gallery("Convergence", draws.convergence),
    ].filter { !$0.figures.isEmpty }
  }
}

extension Prior {
  /// The prior in words.
  var sentence: String {
    func number(_ value: Double) -> String { Rounding.number(value, digits: 6).trimmedZeros }
    return density.words(number)
  }
}

extension String {
  /// A decimal number without trailing zeros.
  fileprivate var trimmedZeros: String {
    guard contains(".") else { return self }
    let short = String(reversed().drop { $0 == "0" }.reversed())
    return short.hasSuffix(".") ? String(short.dropLast()) : short
  }
}
