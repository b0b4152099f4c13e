import Foundation
import Inference
import Reports

/// Everything that `summary.json` says of a run.
struct RunSummary: Encodable {
  /// The supernovae and where they come from.
  struct Data: Encodable {
    var catalog: String
    var format: String
    var notes: [String]
    var fingerprint: String
    /// SHA-256 of all files that were read, by their paths.
    var files: [String: String]
    var supernovae: Int
    var redshiftMinimum: Double
    var redshiftMaximum: Double
    var columns: [String: String]
    var quantity: String
    var covariance: String
    var covarianceSource: String
  }

  /// The model with its priors, and how distances are computed.
  struct Model: Encodable {
    var name: String
    var distance: String
    var radiation: Double
    var offset: String
    var likelihood: String
    var parameters: [Parameter]
  }

  /// The sampler's settings, and how long it took.
  struct Sampler: Encodable {
    var name: String
    var chains: Int
    var draws: Int
    var warmUp: Int
    var seed: UInt64
    var seconds: Double
  }

  /// The draw with the highest posterior density.
  struct BestDraw: Encodable {
    var parameters: [String: Double]
    var chiSquared: Double
    var degreesOfFreedom: Int
  }

  var version = SNInfer.version
  /// The command as it was typed, for a shell.
  var command = ShellWords.joined(CommandLine.arguments)
  var data: Data
  var model: Model
  var sampler: Sampler
  var posterior: PosteriorSummary?
  var flow: FlowRecord?
  var quantileProbabilities = ParameterSummary.probabilities
  var bestDraw: BestDraw?
  /// What is known of each sampler besides its draws, by the root of its chains.
  var outcomes: [String: RunRecord.Outcome]
  /// What speaks against the chains; empty if nothing does.
  var failedGates: [String]
  /// The same, and whatever else a reader should know.
  var warnings: [String]

  /// The summary as JSON with sorted keys in snake case; numbers that are not finite become
  /// strings.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .words
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
