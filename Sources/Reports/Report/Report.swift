public import Inference

/// Everything that a report says, as a value: what it looks like is `ReportPage`'s and
/// `LatexTable`'s business.
public struct Report: Sendable {
  /// A sentence that comes first.
  public struct Verdict: Sendable, Equatable {
    /// How a sentence is meant.
    public enum Kind: String, Sendable {
      case good, caution, bad
    }

    /// How it is meant.
    public var kind: Kind
    /// The sentence.
    public var text: String

    /// A sentence with what it means.
    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// The result of one sampler.
  public struct Result: Sendable {
    /// What the sampler is called.
    public var title: String
    /// Its posterior.
    public var summary: PosteriorSummary
    /// The columns of its chains, for their labels.
    public var columns: [Chain.Column]
    /// Whether the draws are independent ones with weights: then there is no R-hat.
    public var isWeighted: Bool
    /// What else is known of it.
    public var outcome: SamplerOutcome

    /// A result with all its parts.
    public init(
      title: String, summary: PosteriorSummary, columns: [Chain.Column], isWeighted: Bool = false,
      outcome: SamplerOutcome = .init()
    ) {
      self.title = title
      self.summary = summary
      self.columns = columns
      self.isWeighted = isWeighted
      self.outcome = outcome
    }
  }

  /// Some facts under a heading.
  public struct Facts: Sendable {
    /// The heading.
    public var title: String
    /// Names and values.
    public var entries: [(name: String, value: String)]

    /// Facts under a heading.
    public init(_ title: String, _ entries: [(name: String, value: String)]) {
      self.title = title
      self.entries = entries
    }
  }

  /// Figures under a heading.
  public struct Gallery: Sendable {
    /// The heading.
    public var title: String
    /// The figures, each with a name of its own.
    public var figures: [any Figure]

    /// Figures under a heading.
    public init(_ title: String, _ figures: [any Figure]) {
      self.title = title
      self.figures = figures
    }
  }

  /// What it is about.
  public var title: String
  /// One line more.
  public var subtitle: String
  /// What a reader must know first.
  public var verdicts: [Verdict]
  /// One result a sampler.
  public var results: [Result]
  /// Data and choices.
  public var facts: [Facts]
  /// The figures.
  public var galleries: [Gallery]
  /// The command that makes the same run again.
  public var command: String?
  /// What else is needed to make it again.
  public var reproduction: [(name: String, value: String)]

  /// A report with all its parts.
  public init(
    title: String, subtitle: String = "", verdicts: [Verdict] = [], results: [Result] = [],
    facts: [Facts] = [], galleries: [Gallery] = [], command: String? = nil,
    reproduction: [(name: String, value: String)] = []
  ) {
    self.title = title
    self.subtitle = subtitle
    self.verdicts = verdicts
    self.results = results
    self.facts = facts
    self.galleries = galleries
    self.command = command
    self.reproduction = reproduction
  }

  /// All figures, in order.
  public var figures: [any Figure] { galleries.flatMap(\.figures) }
}
