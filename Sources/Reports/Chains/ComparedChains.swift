import Analyses
import Foundation
public import Inference
public import Samplers

/// One side of a comparison: chains from disk with what is known of them.
public struct ComparedChains: Sendable {
  /// What sentences call it: the beginning of the file names.
  public let root: String
  /// The draws.
  public let draws: ComparedDraws
  /// What the `summary.json` beside the chains says of them.
  public let outcome: SamplerOutcome
  /// What a reader should know, in sentences.
  public let notes: [String]

  /// Reads chains; the folder of a run stands for its reference.
  ///
  /// - Parameters:
  ///   - root: the beginning of the file names, or a folder.
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

  /// Draws that are there, with what is known of them.
  public init(_ name: String, _ draws: ComparedDraws, _ outcome: SamplerOutcome) {
    root = name
    self.draws = draws
    self.outcome = outcome
    notes = []
  }
}
