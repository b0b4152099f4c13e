/// The output of a sampler: draws of a posterior, and what is known of them.
public struct SampleSet: Sendable {
  /// What draws are.
  public enum Kind: Sendable, Equatable {
    /// Markov chains.
    case chains
    /// Independent draws with weights.
    case weighted
    /// Independent unweighted draws of an approximation to the posterior.
    case raw
  }

  /// The beginning of the names of its files, such as `hmc`.
  public var root: String
  /// What tables and legends call it.
  public var title: String
  /// What plots call it.
  public var label: String { title.replacing(", weighted", with: "") }
  /// What its draws are.
  public var kind: Kind
  /// The draws; a single chain unless they are Markov chains.
  public var chains: [Chain]
  /// The sampler's outcome, besides the draws.
  public var outcome: SamplerOutcome
  /// The facts printed about it, a label and a sentence each.
  public var facts: [Fact]
  /// Further details in a type of the sampler's own.
  public var details: (any Codable & Sendable)?
  /// Other files that describe it.
  public var files: [File]

  /// A line of output: a label, and a sentence.
  public typealias Fact = (label: String, text: String)

  /// A text with the name of its file.
  public typealias File = (name: String, content: String)

  /// Draws with what is known of them.
  public init(
    root: String, title: String, kind: Kind = .chains, chains: [Chain],
    outcome: SamplerOutcome = .init(), facts: [Fact] = [],
    details: (any Codable & Sendable)? = nil, files: [File] = []
  ) {
    (
      self.root, self.title, self.kind, self.chains, self.outcome, self.facts, self.details,
      self.files
    ) = (root, title, kind, chains, outcome, facts, details, files)
  }
}

/// What is known about a sampler besides its draws.
public struct SamplerOutcome: Sendable, Codable, Equatable {
  /// The time that it took, in seconds.
  public var seconds: Double?
  /// The number of likelihood evaluations with gradient for the draws that were kept; warm-up
  /// and training do not count.
  public var likelihoodCalls: Double?
  /// ln Z, the logarithm of the evidence.
  public var logEvidence: Double?
  /// Its standard error.
  public var logEvidenceError: Double?
  /// k-hat of the importance weights.
  public var shape: Double?
  /// The verdict, in a sentence.
  public var verdict: String?
  /// Whether it may be used.
  public var isAccepted: Bool?
  /// The efficiency of weighted draws, ESS / N: reverse, from the proposal, and forward, from
  /// draws of the posterior.
  public var efficiency, forwardEfficiency: Double?
  /// Whether it was shown that no mode is missing; nil if that was not tested.
  public var isComplete: Bool?

  /// An outcome with what is known.
  public init(
    seconds: Double? = nil, likelihoodCalls: Double? = nil, logEvidence: Double? = nil,
    logEvidenceError: Double? = nil, shape: Double? = nil, verdict: String? = nil,
    isAccepted: Bool? = nil, efficiency: Double? = nil, forwardEfficiency: Double? = nil,
    isComplete: Bool? = nil
  ) {
    self.seconds = seconds
    self.likelihoodCalls = likelihoodCalls
    self.logEvidence = logEvidence
    self.logEvidenceError = logEvidenceError
    self.shape = shape
    self.verdict = verdict
    self.isAccepted = isAccepted
    (self.efficiency, self.forwardEfficiency) = (efficiency, forwardEfficiency)
    self.isComplete = isComplete
  }
}
