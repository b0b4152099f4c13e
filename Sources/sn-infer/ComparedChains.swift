import Foundation
import Inference
import Reports
import Samplers

/// One side of a comparison: chains from disk with what is known of them.
struct ComparedChains {
  let root: String
  let prepared: PreparedChains
  let summary: PosteriorSummary
  /// What the `summary.json` beside the chains says of them.
  let outcome: RunRecord.Outcome
  /// What a reader should know, in sentences.
  let notes: [String]

  init(_ root: String, burnIn: Double) throws {
    // The folder of a run stands for its reference chains.
    var root = root
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    if FileManager.default.fileExists(atPath: "\(root)/\(OutputFolder.chainRoot).paramnames") {
      root += "/\(OutputFolder.chainRoot)"
    }
    let reader = GetDistReader(root: root)
    let read = try reader.read()
    prepared = try PreparedChains(
      read.chains, root, isWeighted: reader.isUncorrelated ? true : nil, burnIn: burnIn)
    self.root = root
    summary = prepared.summary
    let name = root.split(separator: "/").last.map(String.init) ?? root
    outcome = RunRecord(besideChains: root).outcomes[name] ?? .init()
    notes = (read.warnings + prepared.notes).map { "\(root): \($0)" }
  }

  /// Chains that have been read, with what is known of them.
  init(_ root: String, _ prepared: PreparedChains, _ outcome: RunRecord.Outcome) {
    self.root = root
    self.prepared = prepared
    self.outcome = outcome
    summary = prepared.summary
    notes = []
  }

  /// The smallest bulk effective sample size of all parameters that vary.
  var effectiveSampleSize: Double {
    summary.parameters.map(\.bulkEffectiveSampleSize).filter(\.isFinite).min() ?? .nan
  }

  /// At most so many draws that are nearly independent, of some parameters: every n-th of a chain,
  /// n the autocorrelation time; of weighted draws as many as they are worth, chosen by their weights.
  func independentDraws(
    _ names: [String], atMost most: Int, using generator: inout some RandomNumberGenerator
  ) -> [[Double]] {
    let columns = names.compactMap { name in
      prepared.chains[0].columns.firstIndex { $0.name == name }
    }
    func values(_ chain: Chain, _ draw: Int) -> [Double] {
      let row = Array(chain.draw(draw))
      return columns.map { row[$0] }
    }
    let worth = min(Double(most), effectiveSampleSize.isFinite ? effectiveSampleSize : 0)
    guard worth >= 1 else { return [] }
    let total = prepared.chains.reduce(0) { $0 + $1.count }
    if !prepared.isWeighted {
      let step = max(1, Int((Double(total) / worth).rounded(.up)))
      return prepared.chains.flatMap { chain in
        stride(from: 0, to: chain.count, by: step).map { values(chain, $0) }
      }
    }
    // Systematic resampling: one random number, then equal steps through the weights.
    let chain = prepared.chains[0]
    let sum = chain.weights.reduce(0, +)
    let kish = sum * sum / chain.weights.reduce(0) { $0 + $1 * $1 }
    let count = max(1, Int(min(Double(most), kish)))
    let step = sum / Double(count)
    var place = Double.random(in: 0..<1, using: &generator) * step
    var (passed, draws) = (0.0, [[Double]]())
    for draw in 0..<chain.count {
      passed += chain.weights[draw]
      while place < passed, draws.count < count {
        draws.append(values(chain, draw))
        place += step
      }
    }
    return draws
  }
}
