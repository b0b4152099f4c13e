public import Chains
import Foundation
import Inference
import Samplers

/// The diagnosis of chains on disk, as `diagnose` prints it.
public struct DiagnosisText: CustomStringConvertible, Sendable {
  /// Numbers for every parameter, and of the sampler where it has noted any.
  public let description: String
  /// Notes, in sentences.
  public let notes: [String]
  /// What casts doubt on the chains, in sentences that are no failure of theirs.
  public let warnings: [String]
  /// Why the chains have not converged, in sentences; empty if they have.
  public let failures: [String]

  /// Reads and diagnoses chains.
  ///
  /// - Parameters:
  ///   - path: the root of chains, one of their files, or their folder.
  ///   - burnIn: the fraction of each Markov chain to leave out.
  ///   - renames: other names for columns.
  /// - Throws: `ChainFileError`.
  public init(
    of path: String, burnIn: Double, renames: ParameterRenames = .init()
  ) throws(ChainFileError) {
    let reader = try ChainReader(path: path)
    var content = try reader.read()
    let used = try renames.apply(&content.chains, reader.root)
    try renames.check(used, in: content.chains[0].columns, reader.root)
    let prepared = try PreparedChains(
      content.chains, reader.root, paths: content.paths, isWeighted: content.isWeighted,
      isTruncated: false, burnIn: burnIn, tempered: content.tempered)
    let (chains, summary) = (prepared.draws.chains, prepared.draws.summary)
    var text = "\(reader.root): "
    var failures = prepared.failures
    if let tempered = content.tempered {
      // Convergence is that of the chains; weights only change what they say.
      failures += try PreparedChains(
        tempered, reader.root, paths: content.paths, burnIn: burnIn
      ).draws.summary.convergenceFailures
    }
    if prepared.draws.isWeighted {
      let size = kishSize(chains[0].weights) / prepared.draws.autocorrelationTime
      text += String(
        format: "%d weighted draws, as good as %.0f without weights", chains[0].count, size)
      if !(size > 400) {
        failures.append(
          "the effective sample size of the weights is \(String(format: "%.1f", size)), not above 400"
        )
      }
    } else {
      let lengths = Set(chains.map(\.count)).count == 1 ? [chains[0].count] : chains.map(\.count)
      let list = lengths.map { "\($0)" }.joined(separator: ", ")
      text += "\(chains.count) chain\(chains.count == 1 ? "" : "s") of \(list) draws"
      failures += summary.failedGates
    }
    text += "\n\n\(SummaryTable(summary))"
    if !summary.energyFractions.isEmpty {
      let fractions = summary.energyFractions.map { String(format: "%.2f", $0) }
      text += """


        E-BFMI            \(fractions.joined(separator: " "))
        divergences       \(summary.divergenceCount)
        saturated trees   \(summary.saturatedTreeCount)
        """
    }
    description = text
    notes = (content.notes + prepared.notes + summary.notes).map { "\(reader.root): \($0)" }
    warnings = content.warnings.map { "\(reader.root): \($0)" }
    self.failures = failures.map { "\(reader.root): \($0)" }
  }
}
