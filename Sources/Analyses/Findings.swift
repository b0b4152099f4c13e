public import Foundation
public import Inference
public import Samplers

/// The results of a run: the one record that is `summary.json`, and that printer, report and
/// notebooks read.
public struct Findings: Sendable, Codable {
  /// The supernovae and their source.
  public struct Data: Sendable, Codable, Equatable {
    /// The file.
    public var catalog: String
    /// Its format.
    public var format: String
    /// What was done to the data, in sentences.
    public var notes: [String]
    /// A fingerprint of all numbers of the sample.
    public var fingerprint: String
    /// SHA-256 of all files that were read, by their paths.
    public var files: [String: String]
    /// Their number.
    public var supernovae: Int
    /// The smallest and the largest redshift.
    public var redshiftMinimum, redshiftMaximum: Double
    /// The columns by their roles.
    public var columns: [String: String]
    /// Distance moduli, apparent magnitudes or light curves.
    public var quantity: String
    /// The kind of covariance, and where it comes from.
    public var covariance, covarianceSource: String
  }

  /// The model with its priors, and how the likelihood is computed.
  public struct Model: Sendable, Codable {
    /// Its name, such as `flat_lcdm`.
    public var name: String
    /// How distances are computed.
    public var distance: String
    /// Ωr.
    public var radiation: Double
    /// The treatment of the zero point.
    public var offset: String
    /// How the likelihood is computed, with the number of nodes and their error.
    public var likelihood: String
    /// Name, label and prior of each parameter.
    public var parameters: [Parameter]
    /// What the parameters had to fulfil; nil for nothing. The priors are cut off there, and not
    /// normalised anew.
    public var requirements: [String]?
    /// Name, label and formula of each derived quantity; nil if there is none.
    public var derived: [NamedFormula]?

    /// Priors that several parameters have together, in words; nil without.
    public var jointPriors: [String]?

    /// The densities of single parameters by name: of those whose prior can be normalised and is not cut
    /// by a requirement.
    public var priors: [String: Prior] {
      let cut = (requirements ?? []).compactMap { try? Inequality.parse($0) }.joined()
        .flatMap(\.difference.names)
      return Dictionary(
        parameters.filter { !cut.contains($0.name) && !$0.prior.isImproper }
          .map { ($0.name, $0.prior) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// The settings of the samplers.
  public struct Settings: Sendable, Codable {
    /// Their names.
    public var name: String
    /// The number of chains, and of the draws of each.
    public var chains, draws: Int
    /// The number of transitions before them.
    public var warmUp: Int
    /// The seed of all random numbers.
    public var seed: UInt64
    /// The time that the chains of the reference took.
    public var seconds: Double
  }

  /// The draw with the highest posterior density.
  public struct BestDraw: Sendable, Codable {
    /// The values by name, fixed ones too.
    public var parameters: [String: Double]
    /// χ² there.
    public var chiSquared: Double
    /// The number of data minus that of fitted parameters.
    public var degreesOfFreedom: Int
  }

  /// A set of draws among the run's files.
  public struct Samples: Sendable, Codable {
    /// The root of its file names.
    public var root: String
    /// What tables and legends call it.
    public var title: String
    /// Whether its draws are independent ones with weights.
    public var isWeighted: Bool
  }

  /// The version of this program and of its libraries.
  public static let programVersion = "0.1.0"

  /// The version of this record: it increases when the meaning of a key changes.
  public var format: Int? = 2
  /// The version of the program; nil if the run is not finished.
  public var version: String?
  /// The command as it was typed, for a shell.
  public var command: String?
  /// The data.
  public var data: Data?
  /// The model.
  public var model: Model?
  /// The samplers.
  public var sampler: Settings?
  /// The verdict on the run.
  public var verdict: Verdict?
  /// The posterior from the draws that the verdict quotes, or from the best available.
  public var posterior: PosteriorSummary?
  /// The chains, if any ran.
  public var chains: PosteriorSummary?
  /// The findings on the flow, if it ran.
  public var flow: FlowFindings?
  /// The probabilities of `quantiles`.
  public var quantileProbabilities: [Double]? = ParameterSummary.probabilities
  /// The best draw.
  public var bestDraw: BestDraw?
  /// The best fit; nil without data that have a χ².
  public var bestFit: Optimum?
  /// Each of several probes at the best fit; nil for supernovae alone.
  public var probes: [Probe]?
  /// The comparison with flat ΛCDM; nil if that is not nested in the model.
  public var againstStandardModel: AgainstStandardModel?
  /// Where w is measured best; nil for models without w0 and wa.
  public var pivot: Pivot?
  /// The outcome of each set of draws, by its root.
  public var outcomes: [String: SamplerOutcome] = [:]
  /// The sets of draws, in the order in which they are reported.
  public var samples: [Samples] = []
  /// The objections to the result; empty if there are none.
  public var failedGates: [String] = []
  /// The objections, and whatever else a reader should know.
  public var warnings: [String] = []

  /// Empty findings.
  public init() {}

  /// JSON with sorted keys in snake case; non-finite numbers become strings.
  public func json() throws -> String {
    let encoder = JSONEncoder.ofResults
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  // MARK: Reading

  /// Reads a summary; without one, empty findings. What is damaged is left out, with a note.
  public init(reading path: String, _ notes: inout [String]) {
    self.init()
    guard let json = FileManager.default.contents(atPath: path) else { return }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .words
    guard let parts = try? decoder.decode(Parts.self, from: json) else {
      notes.append("summary.json is damaged and left out")
      return
    }
    self = parts.findings
    if !parts.damaged.isEmpty {
      notes.append(
        "parts of summary.json are damaged and left out: \(parts.damaged.joined(separator: ", "))")
    }
  }

  /// Findings whose parts are read independently.
  private struct Parts: Decodable {
    var findings = Findings()
    var damaged: [String] = []

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      func part<Value: Decodable>(_ key: CodingKeys, _ damaged: inout [String]) -> Value? {
        do {
          return try container.decodeIfPresent(Value.self, forKey: key)
        } catch {
          damaged.append(key.stringValue)
          return nil
        }
      }
      findings.format = part(.format, &damaged)
      findings.version = part(.version, &damaged)
      findings.command = part(.command, &damaged)
      findings.data = part(.data, &damaged)
      findings.model = part(.model, &damaged)
      findings.sampler = part(.sampler, &damaged)
      findings.verdict = part(.verdict, &damaged)
      findings.posterior = part(.posterior, &damaged)
      findings.chains = part(.chains, &damaged)
      findings.flow = part(.flow, &damaged)
      findings.quantileProbabilities = part(.quantileProbabilities, &damaged)
      findings.bestDraw = part(.bestDraw, &damaged)
      findings.bestFit = part(.bestFit, &damaged)
      findings.probes = part(.probes, &damaged)
      findings.againstStandardModel = part(.againstStandardModel, &damaged)
      findings.pivot = part(.pivot, &damaged)
      findings.outcomes = part(.outcomes, &damaged) ?? [:]
      findings.samples = part(.samples, &damaged) ?? []
      findings.failedGates = part(.failedGates, &damaged) ?? []
      findings.warnings = part(.warnings, &damaged) ?? []
    }
  }
}

extension JSONEncoder {
  /// The encoder of results: sorted keys in snake case, non-finite numbers as words.
  public static var ofResults: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .words
    return encoder
  }
}
