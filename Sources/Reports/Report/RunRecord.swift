import Foundation
public import Inference

/// What `summary.json` says of a run, as far as a report needs it; anything may be missing.
public struct RunRecord: Sendable {
  /// The catalog and what was understood of it.
  public struct Data: Sendable, Decodable {
    /// The file.
    public var catalog: String?
    /// How it is laid out.
    public var format: String?
    /// What was done to the data.
    public var notes: [String]?
    /// Changes with any number of the sample.
    public var fingerprint: String?
    /// SHA-256 of the files by their names.
    public var files: [String: String]?
    /// How many.
    public var supernovae: Int?
    /// The smallest redshift.
    public var redshiftMinimum: Double?
    /// The largest redshift.
    public var redshiftMaximum: Double?
    /// The columns by their roles.
    public var columns: [String: String]?
    /// Distance moduli, apparent magnitudes or light curves.
    public var quantity: String?
    /// The kind of covariance.
    public var covariance: String?
    /// Where it comes from.
    public var covarianceSource: String?
  }

  /// The model with its priors.
  public struct Model: Sendable, Decodable {
    /// Its name, such as `flat_lcdm`.
    public var name: String?
    /// How distances are computed.
    public var distance: String?
    /// What was done with the zero point.
    public var offset: String?
    /// How the likelihood is computed, with the number of nodes and their error.
    public var likelihood: String?
    /// Name, label and prior of each parameter.
    public var parameters: [Parameter]?
  }

  /// The settings of the sampler.
  public struct Settings: Sendable, Decodable {
    /// Its name.
    public var name: String?
    /// The number of chains.
    public var chains: Int?
    /// The number of draws of each.
    public var draws: Int?
    /// The number of transitions before them.
    public var warmUp: Int?
    /// The seed of all random numbers.
    public var seed: UInt64?
    /// The time it took.
    public var seconds: Double?
  }

  /// The draw with the highest density.
  public struct BestDraw: Sendable, Decodable {
    /// The values by name.
    public var parameters: [String: Double]?
    /// χ² there.
    public var chiSquared: Double?
    /// Data less parameters.
    public var degreesOfFreedom: Int?
  }

  /// What is known of one sampler besides its draws.
  public struct Outcome: Sendable, Codable {
    /// The time that it took, in seconds.
    public var seconds: Double?
    /// How often the likelihood was computed with its gradient for the draws that were kept; warm-up
    /// and training do not count.
    public var likelihoodCalls: Double?
    /// ln Z, the logarithm of the evidence.
    public var logEvidence: Double?
    /// Its standard error.
    public var logEvidenceError: Double?
    /// k-hat of the importance weights.
    public var shape: Double?
    /// What is to be made of it, in a sentence.
    public var verdict: String?
    /// Whether it may be used.
    public var isAccepted: Bool?

    /// An outcome with what is known.
    public init(
      seconds: Double? = nil, likelihoodCalls: Double? = nil, logEvidence: Double? = nil,
      logEvidenceError: Double? = nil, shape: Double? = nil, verdict: String? = nil,
      isAccepted: Bool? = nil
    ) {
      self.seconds = seconds
      self.likelihoodCalls = likelihoodCalls
      self.logEvidence = logEvidence
      self.logEvidenceError = logEvidenceError
      self.shape = shape
      self.verdict = verdict
      self.isAccepted = isAccepted
    }
  }

  /// The version of the program.
  public private(set) var version: String?
  /// The command as it was typed.
  public private(set) var command: String?
  /// The data.
  public private(set) var data: Data?
  /// The model.
  public private(set) var model: Model?
  /// The sampler.
  public private(set) var sampler: Settings?
  /// The best draw.
  public private(set) var bestDraw: BestDraw?
  /// What speaks against the chains.
  public private(set) var failedGates: [String] = []
  /// The same and more.
  public private(set) var warnings: [String] = []
  /// What is known of each sampler, by the root of its chains.
  public private(set) var outcomes: [String: Outcome] = [:]

  /// The priors by name.
  public var priors: [String: Prior] {
    Dictionary(
      (model?.parameters ?? []).map { ($0.name, $0.prior) }, uniquingKeysWith: { a, _ in a })
  }

  private struct Parts: Decodable {
    enum Key: String, CodingKey {
      case version, command, data, model, sampler, bestDraw, failedGates, warnings, outcomes
    }
    var record = RunRecord()
    var damaged: [String] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      func part<Value: Decodable>(_ key: Key, _ type: Value.Type, _ damaged: inout [String])
        -> Value?
      {
        do {
          return try container.decodeIfPresent(type, forKey: key)
        } catch {
          damaged.append(key.rawValue)
          return nil
        }
      }
      record.version = part(.version, String.self, &damaged)
      record.command = part(.command, String.self, &damaged)
      record.data = part(.data, Data.self, &damaged)
      record.model = part(.model, Model.self, &damaged)
      record.sampler = part(.sampler, Settings.self, &damaged)
      record.bestDraw = part(.bestDraw, BestDraw.self, &damaged)
      record.failedGates = part(.failedGates, [String].self, &damaged) ?? []
      record.warnings = part(.warnings, [String].self, &damaged) ?? []
      record.outcomes = part(.outcomes, [String: Outcome].self, &damaged) ?? [:]
    }
  }

  private init() {}

  /// Reads the `summary.json` beside the chains of a root; without one, a record of nothing.
  public init(besideChains root: String) {
    var notes: [String] = []
    self.init(reading: "\(GetDistFiles.split(root).folder)/summary.json", &notes)
  }

  /// Reads a summary; what is missing or damaged is left out, the latter with a note.
  init(reading path: String, _ notes: inout [String]) {
    self.init()
    guard let json = FileManager.default.contents(atPath: path) else { return }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .words
    guard let parts = try? decoder.decode(Parts.self, from: json) else {
      notes.append("summary.json is damaged and left out")
      return
    }
    self = parts.record
    if !parts.damaged.isEmpty {
      notes.append(
        "parts of summary.json are damaged and left out: \(parts.damaged.joined(separator: ", "))")
    }
  }
}
