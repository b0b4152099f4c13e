public import Inference

/// A way to sample a posterior, with its settings.
///
/// Stopping, resuming, random numbers, files and progress come from the context. The contract, which
/// one test holds over all conformers:
/// - asked to stop, it ends within a second in every phase and throws `SamplingError.stopped`;
/// - with a store that has what a stopped run left, it continues, and ends with the same bits as if it
///   had never stopped; with larger counts among `extendable`, as a fresh run with these;
/// - its random streams are its own, and the number of workers changes no bit.
///
/// A new sampler is a file with a conformer, and a line in `SamplerList.all`.
public protocol Sampler: Sendable, Codable, Equatable {
  /// The name for users: the key of its settings, and by default the root of its files.
  static var name: String { get }
  /// A summary for a sentence: "4 chains of 2000 draws".
  var summary: String { get }
  /// The keys of those settings that may grow when a run is resumed.
  static var extendable: Set<String> { get }

  /// The rules of its settings; by default none.
  var rules: [SettingRule] { get }

  /// The default settings.
  init()

  /// Samples a posterior.
  ///
  /// - Returns: its sets of draws, the one to be quoted first.
  /// - Throws: `SamplingError`.
  func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet]
}

extension Sampler {
  /// None.
  public var rules: [SettingRule] { [] }
}

/// All samplers.
public enum SamplerList {
  /// In the order in which they run where several do.
  public static let all: [any Sampler.Type] = [
    HamiltonianSampler.self, FlowSampler.self, TransportSampler.self,
  ]

  /// The names of all.
  public static var names: [String] { all.map { $0.name } }

  /// The sampler of a name; nil if there is none.
  public static func named(_ name: String) -> (any Sampler.Type)? {
    all.first { $0.name == name }
  }
}
