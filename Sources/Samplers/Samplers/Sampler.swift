public import Inference

/// A way to sample a posterior, with its settings.
///
/// Stopping, resuming, random numbers, files and progress are asked of the context. The contract, which
/// one test holds over all conformers:
/// - asked to stop, it ends within a second in every phase and throws `SamplingError.stopped`;
/// - with a store that has what a stopped run left, it goes on, and ends with the same bits as if it
///   had never stopped; with larger counts among `extendable`, as a fresh run with these;
/// - its random streams are its own, and the number of workers changes no bit.
///
/// A new sampler is a file with a conformer, and a line in `SamplerList.all`.
public protocol Sampler: Sendable, Codable, Equatable {
  /// What users call it: the key of its settings, and by default the root of its files.
  static var name: String { get }
  /// What is told of it in a sentence: "4 chains of 2000 draws".
  var summary: String { get }
  /// The keys of those settings that may grow when a run is resumed.
  static var extendable: Set<String> { get }

  /// What its settings must be; by default there is nothing to keep.
  var rules: [SettingRule] { get }

  /// The usual settings.
  init()

  /// Samples a posterior.
  ///
  /// - Returns: what it made, the set to be quoted first.
  /// - Throws: `SamplingError`.
  func run(
    _ posterior: Posterior, in context: RunContext
  ) async throws(SamplingError) -> [SampleSet]
}

extension Sampler {
  /// None.
  public var rules: [SettingRule] { [] }
}

/// All samplers there are.
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
