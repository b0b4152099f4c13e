public import Inference
public import Samplers

/// The content of a report as a value: its layout is the business of `ReportPage` and
/// `LatexTable`.
public struct Report: Sendable {
  /// A sentence shown first.
  public struct Verdict: Sendable, Equatable {
    /// The kind of a sentence.
    public enum Kind: String, Sendable {
      case good, caution, bad
    }

    /// Its kind.
    public let kind: Kind
    /// The sentence.
    public let text: String
  }

  /// The result of one sampler.
  public struct Result: Sendable {
    /// The sampler's draws.
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

  /// The title.
  public var title: String
  /// The subtitle.
  public var subtitle: String
  /// The sentences that a reader must see first.
  public internal(set) var verdicts: [Verdict] = []
  /// One result per sampler.
  public internal(set) var results: [Result] = []
  /// The constraint on each parameter.
  public internal(set) var constraints: [ParameterConstraint] = []
  /// Data and choices, under headings.
  public internal(set) var facts: [(title: String, entries: Entries)] = []
  /// The figures.
  public var galleries: [Gallery]
  /// The command that reproduces the run.
  public internal(set) var command: String?
  /// What else is needed to reproduce it.
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
