public import Inference
public import Samplers

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
    public let kind: Kind
    /// The sentence.
    public let text: String
  }

  /// The result of one sampler.
  public struct Result: Sendable {
    /// What the sampler has made.
    public let set: SampleSet
    /// Its posterior.
    public let summary: PosteriorSummary

    /// The columns of its chains, for their labels.
    var columns: [Chain.Column] { self.set.chains[0].columns }
  }

  /// Names and values.
  public typealias Entries = [(name: String, value: String)]

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
  public internal(set) var verdicts: [Verdict] = []
  /// One result a sampler.
  public internal(set) var results: [Result] = []
  /// What the data have told of each parameter.
  public internal(set) var constraints: [ParameterConstraint] = []
  /// Data and choices, under headings.
  public internal(set) var facts: [(title: String, entries: Entries)] = []
  /// The figures.
  public var galleries: [Gallery]
  /// The command that makes the same run again.
  public internal(set) var command: String?
  /// What else is needed to make it again.
  public internal(set) var reproduction: Entries = []

  /// A report of figures; that of a run has the rest as well.
  public init(title: String, subtitle: String = "", galleries: [Gallery] = []) {
    self.title = title
    self.subtitle = subtitle
    self.galleries = galleries
  }

  /// All figures, in order.
  public var figures: [any Figure] { galleries.flatMap(\.figures) }
}
