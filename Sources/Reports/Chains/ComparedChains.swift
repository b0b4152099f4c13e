import Analyses
import Foundation
public import Inference
public import Samplers

/// One side of a comparison: chains from disk with what is known of them.
public struct ComparedChains: Sendable {
  /// Its name in sentences: the root of the files.
  public let root: String
  /// The draws.
  public let draws: ComparedDraws
  /// Their outcome from the `summary.json` in the same folder.
  public let outcome: SamplerOutcome
  /// Notes for a reader, in sentences.
  public let notes: [String]

  /// Reads chains; the folder of a run stands for its reference.
  ///
  /// - Parameters:
  ///   - root: the root of the files, or a folder.
  ///   - burnIn: the fraction of each Markov chain to leave out.
  /// - Throws: `ChainFileError`.
  public init(_ root: String, burnIn: Double) throws(ChainFileError) {
    var root = root
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    let reference = RunFolder.known[0].root
    if FileManager.default.fileExists(atPath: "\(root)/\(reference).paramnames") {
      root += "/\(reference)"
    }
    let reader = GetDistReader(root: root)
    let read = try reader.read()
    let prepared = try PreparedChains(
      read.chains, root, isWeighted: reader.isUncorrelated ? true : nil, burnIn: burnIn)
    let (folder, name) = GetDistFiles.split(root)
    self.root = root
    draws = prepared.draws
    var damages: [String] = []
    let findings = Findings(reading: "\(folder)/summary.json", &damages)
    outcome = findings.outcomes[name] ?? .init()
    notes = (read.warnings + prepared.notes).map { "\(root): \($0)" }
  }

  /// Given draws, with what is known of them.
  public init(_ name: String, _ draws: ComparedDraws, _ outcome: SamplerOutcome) {
    root = name
    self.draws = draws
    self.outcome = outcome
    notes = []
  }
}
