import Analyses
import Chains
import Cosmology
import Foundation
import Inference
import Samplers

/// One of several runs in a report, with its draws and what is known of them.
struct OverlaidRun: Sendable {
  let name: String
  let argument: RunArgument
  let draws: ComparedDraws
  /// The draws under the name, as smooth as their number allows.
  let drawn: DrawSet
  /// What limits parameters, by name.
  let constraints: [String: ParameterConstraint]
  /// The names that parameters had in the files.
  private let origins: [String: String]
  /// What a reader should know, and what casts doubt on the draws, in sentences.
  let notes, failures: [String]

  var findings: Findings { argument.findings }

  /// Prepares chains that have been read and have the names that others have.
  ///
  /// - Parameters:
  ///   - name: its name.
  ///   - argument: where the chains are from.
  ///   - content: the chains as they were read, with their names then.
  ///   - chains: the same with other names.
  ///   - burnIn: the fraction of each Markov chain to leave out.
  ///   - notes: what a reader should know.
  /// - Throws: `ChainFileError` if they are too short.
  init(
    _ name: String, _ argument: RunArgument, _ content: ChainReader.Content, _ chains: [Chain],
    burnIn: Double, notes: [String]
  ) throws(ChainFileError) {
    self.name = name
    self.argument = argument
    let prepared = try PreparedChains(
      chains, argument.path, paths: content.paths,
      isWeighted: content.isUncorrelated ? true : nil, isTruncated: false, burnIn: burnIn,
      tempered: content.tempered)
    draws = prepared.draws
    drawn = DrawSet(
      name, draws.chains,
      effectiveSampleSizes: draws.summary.parameters.map {
        $0.bulkEffectiveSampleSize.isFinite ? $0.bulkEffectiveSampleSize : 10
      })
    // That independent draws have weights is no news of a run of this program.
    let isOwn = !argument.findings.samples.isEmpty
    self.notes = notes + (isOwn && draws.isWeighted ? [] : prepared.notes)
    failures = prepared.failures
    let before = content.chains[0]
    origins = Dictionary(
      zip(drawn.columns.map(\.name), before.columns.map(\.name)),
      uniquingKeysWith: { first, _ in first })
    // Limits of the run are in its own units.
    let isScaled =
      before.count > 0
      ? zip(before.draw(0), chains[0].draw(0)).map { $0 != $1 } : before.columns.map { _ in false }
    constraints = Self.constraints(
      argument, drawn,
      originally: zip(before.columns, isScaled).map { $1 ? nil : $0.name })
  }

  /// Of a run of this program those of its verdict, or by its priors; of others by the edges of their priors.
  private static func constraints(
    _ argument: RunArgument, _ drawn: DrawSet, originally names: [String?]
  ) -> [String: ParameterConstraint] {
    let findings = argument.findings
    let isQuoted = findings.verdict?.quoted == argument.set
    let priors = findings.model?.priors ?? [:]
    var all: [String: ParameterConstraint] = [:]
    for (place, column) in drawn.columns.enumerated() {
      let own = names[place]
      if isQuoted, let known = own.flatMap({ findings.verdict?.constraint(of: $0) }) {
        all[column.name] = known
        continue
      }
      let values = drawn.values(place)
      guard values.allSatisfy(\.isFinite) else { continue }
      if let prior = own.flatMap({ priors[$0] }) {
        all[column.name] = ParameterConstraint(
          column.name, prior, values, weights: drawn.weights)
      } else if column.lowerBound.isFinite || column.upperBound.isFinite {
        let bounds = drawn.bounds(place)
        all[column.name] = ParameterConstraint(
          column.name, bounds: (bounds.lowerBound, bounds.upperBound), values,
          weights: drawn.weights)
      }
    }
    return all
  }

  /// Whether a parameter is of interest by itself: neither a zero point nor a coefficient of light curves.
  func isOfInterest(_ name: String) -> Bool {
    findings.isOfInterest(name == "h" ? origins[name] ?? name : name)
      && (origins[name] != "h" || findings.isOfInterest("h"))
  }

  /// The columns that vary.
  var columns: [Chain.Column] {
    drawn.columns.enumerated().filter { place, _ in
      let deviation = draws.summary.parameters[place].standardDeviation
      return deviation > 0 && deviation.isFinite
    }.map(\.element)
  }

  func has(_ name: String) -> Bool { columns.contains { $0.name == name } }
}
