public import Cosmology
import Foundation
public import Inference
import Samplers

extension Verdict {
  /// Assesses the sets of a run.
  ///
  /// - Parameters:
  ///   - sets: the samplers' draws.
  ///   - space: the parameters with their priors.
  ///   - relevant: the parameters of interest; others are nuisances.
  ///   - fit: whether the best fit suits the data; nil if there are no data to fit.
  ///   - seed: for the comparison of two sets.
  public init(
    _ sets: [SampleSet], _ space: ParameterSpace, relevant: [String], fit: GoodnessOfFit?,
    seed: Seed
  ) async {
    await self.init(
      sets, QuotableSet.all(sets), space, relevant: relevant, fit: fit, seed: seed)
  }

  /// The same, with each set already assessed by itself.
  init(
    _ sets: [SampleSet], _ candidates: [QuotableSet], _ space: ParameterSpace, relevant: [String],
    fit: GoodnessOfFit?, seed: Seed, further: ([Chain]) -> [Witness] = { _ in [] }
  ) async {
    // Those without failures first, then by effective sample size.
    let usable = candidates.filter(\.isUsable).sorted {
      ($0.failures.isEmpty ? 1 : 0, $0.effectiveSampleSize) > (
        $1.failures.isEmpty ? 1 : 0, $1.effectiveSampleSize
      )
    }
    let quoted = usable.first
    var witnesses: [Witness] = []
    let agreements = await Self.agreements(quoted, candidates, seed)
    witnesses += Self.chains(candidates, hasAgreed: agreements.hasAgreed)
    witnesses += Self.weights(candidates, quoted)
    witnesses += agreements.witnesses
    witnesses.append(Self.completeness(sets))
    if let fit { witnesses.append(Self.fit(fit)) }
    let constraints = quoted.map { ParameterConstraint.all($0.set.chains, space) } ?? []
    if let quoted {
      witnesses += Self.information(constraints, relevant) + Self.edges(constraints)
      witnesses += further(quoted.set.chains)
    } else {
      witnesses.append(
        Witness(
          "result", .fatal, "no sampler has draws that can be quoted",
          advice: "more draws, or other coordinates (--coordinates), may help"))
    }
    self.init(quoting: quoted?.root, quoted?.set.title, witnesses, constraints)
  }

  // MARK: The witnesses

  /// Chains: convergence decides; divergences count by their effect.
  private static func chains(_ candidates: [QuotableSet], hasAgreed: Bool) -> [Witness] {
    candidates.filter { $0.set.kind == .chains }.map { candidate in
      let (title, summary) = (candidate.set.title, candidate.draws.summary)
      if !candidate.failures.isEmpty {
        return Witness(
          "chains", .failed, "\(title): \(summary.failedGates.joined(separator: ", "))",
          advice: "more --draws, or other --coordinates")
      }
      let share = Double(summary.divergenceCount) / Double(max(summary.drawCount, 1))
      let divergences = "\(summary.divergenceCount) of \(summary.drawCount) transitions diverged"
      if share > (hasAgreed ? 0.1 : 0) {
        return Witness(
          "chains", .failed, "\(title): \(divergences)",
          advice: "--target-acceptance 0.97 resolves narrower regions")
      }
      if share > 0 {
        return Witness(
          "chains", .noted,
          "\(title): \(divergences), but weighted draws show nothing missing there")
      }
      return Witness("chains", .passed, "\(title): converged")
    }
  }

  /// Weighted draws, by reverse and forward efficiency; those that are not quoted count as failures only without a good quoted set.
  private static func weights(_ candidates: [QuotableSet], _ quoted: QuotableSet?) -> [Witness] {
    candidates.filter { $0.set.kind == .weighted }.compactMap { candidate in
      let outcome = candidate.set.outcome
      func percent(_ value: Double?) -> String {
        value.map { String(format: "%.0f %%", 100 * $0) } ?? "not known"
      }
      let seen =
        "\(candidate.set.title): efficiency \(percent(outcome.efficiency)), forward \(percent(outcome.forwardEfficiency))"
      if candidate.failures.isEmpty { return Witness("weights", .passed, seen) }
      let isOther = quoted.map { $0.root != candidate.root && $0.failures.isEmpty } ?? false
      // A flow that fails where the maps do not does not lower the grade.
      return Witness(
        "weights", isOther ? .noted : .failed, "\(seen): \(candidate.failures[0])",
        advice: "more weighted draws (--nhf-draws) may help")
    }
  }

  /// Whether the quoted draws and the others agree.
  private static func agreements(
    _ quoted: QuotableSet?, _ candidates: [QuotableSet], _ seed: Seed
  ) async -> (witnesses: [Witness], hasAgreed: Bool) {
    guard let quoted else { return ([], false) }
    var (witnesses, hasAgreed): ([Witness], Bool) = ([], false)
    let others = candidates.filter { $0.root != quoted.root && $0.isUsable }
    let comparisons = await LocalWorkers().map(others.count) { index in
      PosteriorComparison(of: quoted.draws, others[index].draws, tolerance: 0.1, seed: seed)
    }
    for (other, comparison) in zip(others, comparisons) {
      guard let comparison else { continue }
      let largest =
        comparison.shifts.filter { ["mean", "sd"].contains($0.quantity) }
        .map { abs($0.inDeviations) }.max() ?? 0
      let words = "\(other.set.title) and \(quoted.set.title)"
      switch comparison.verdict {
      case .disagreement:
        // Where no single number differs, the joint distributions do.
        let what =
          comparison.failures.first.map {
            String(
              format: "by %.2f σ in the %@ of %@", abs($0.inDeviations), $0.quantity, $0.parameter)
          } ?? "in their joint distributions"
        let size = comparison.failures.first.map { abs($0.inDeviations) } ?? 0
        witnesses.append(
          Witness(
            "agreement", size > 0.5 ? .fatal : .failed,
            "\(words) differ \(what), more than chance allows",
            advice: "more draws will show which is right"))
      case .unresolved where largest > 0.3:
        witnesses.append(
          Witness(
            "agreement", .failed,
            String(
              format: "%@ differ by %.2f σ, with too few independent draws to tell it from chance",
              words, largest), advice: "more draws will tell"))
      case .agreement, .unresolved:
        hasAgreed = true
        witnesses.append(
          Witness(
            "agreement", .passed,
            String(format: "%@ agree within %.2f σ", words, largest)))
      }
    }
    return (witnesses, hasAgreed)
  }

  private static func completeness(_ sets: [SampleSet]) -> Witness {
    guard let test = sets.lazy.compactMap({ ($0.details as? TransportMapFit)?.completeness }).first
    else {
      return Witness(
        "completeness", .unknown, "no test was made for modes that every sampler missed",
        advice: "--coordinates fitted includes one")
    }
    let reach = "basins smaller than about 1/16 of the prior may be missed"
    if test.isShown { return Witness("completeness", .passed, "\(test.sentence) (\(reach))") }
    return Witness(
      "completeness", test.missedCount > 0 ? .failed : .unknown, "\(test.sentence); \(reach)",
      advice: "narrower priors, or other seeds")
  }

  private static func fit(_ fit: GoodnessOfFit) -> Witness {
    switch fit.grade {
    case .plausible: Witness("fit", .passed, "\(fit)")
    case .unusual: Witness("fit", .noted, fit.sentence ?? "\(fit)")
    case .implausible: Witness("fit", .failed, fit.sentence ?? "\(fit)")
    case .meaningless: Witness("fit", .fatal, fit.sentence ?? "\(fit)")
    }
  }

  /// The minimum information gain of a result that may be quoted, in nats.
  private static let leastInformation = 0.3

  private static func information(
    _ constraints: [ParameterConstraint], _ relevant: [String]
  ) -> [Witness] {
    let own = constraints.filter { relevant.contains($0.name) }
    let all = own.isEmpty ? constraints : own
    let judged = all.filter { !$0.information.isNaN }
    let unjudged = all.filter(\.information.isNaN).map(\.name)
    let silence =
      unjudged.isEmpty
      ? []
      : [
        Witness(
          "information", .noted,
          "what was learned of \(unjudged.joined(separator: ", ")) is not known: it has no proper prior, or too little of it fulfils the requirements to draw from"
        )
      ]
    if judged.isEmpty, !unjudged.isEmpty { return silence }
    let most = judged.map(\.information).max() ?? .nan
    let list = judged.map { String(format: "%@ %.2g", $0.name, $0.information) }
      .joined(separator: ", ")
    if !(most >= leastInformation) {
      return [
        Witness(
          "information", .fatal,
          "nothing was learned: no parameter gains \(leastInformation) nats over its prior (\(list))"
        )
      ]
    }
    let unknown = judged.filter { $0.kind == .unconstrained }.map(\.name)
    if unknown.isEmpty { return silence }
    return silence + [
      Witness(
        "information", .noted, "\(unknown.joined(separator: ", ")) not constrained by the data")
    ]
  }

  private static func edges(_ constraints: [ParameterConstraint]) -> [Witness] {
    constraints.compactMap { constraint in
      let (name, end) = (
        constraint.name, constraint.lowerEdge > constraint.upperEdge ? "lower" : "upper"
      )
      if constraint.isDisjoint {
        return Witness(
          "edges", .fatal,
          "the posterior of \(name) is squeezed against the \(end) end of its prior: prior and data disagree",
          advice: "a wider prior for \(name)")
      }
      // Below it the parameter means nothing, so that no wider prior is possible.
      if end == "lower", HierarchicalModel.hasMeaningAbove(name) { return nil }
      if constraint.isPiledUp {
        return Witness(
          "edges", .failed, "the posterior of \(name) piles up at the \(end) end of its prior",
          advice: "a wider prior for \(name)")
      }
      if constraint.kind == .upperLimit || constraint.kind == .lowerLimit {
        return Witness(
          "edges", .noted,
          String(
            format: "the prior cuts off %@: at its %@ end the density is %.2g of the peak", name,
            end,
            max(constraint.lowerEdge, constraint.upperEdge)))
      }
      return nil
    }
  }
}
