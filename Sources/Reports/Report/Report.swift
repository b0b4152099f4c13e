public import Inference
import Samplers

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

    /// What limits parameters, by name.
    var constraints: [String: ParameterConstraint] = [:]
    /// What else is known of it, for the table of results.
    var remarks: Entries = []

    /// The columns of its chains, for their labels.
    var columns: [Chain.Column] { self.set.chains[0].columns }

    /// What is to be quoted of a parameter; nil if it does not have it.
    func quote(of name: String) -> ParameterQuote? {
      summary.parameters.first { $0.name == name }.flatMap { ParameterQuote($0, constraints[name]) }
    }
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
  /// The parameters of the table of results; by default those of the first.
  var columns: [Chain.Column] {
    get { chosenColumns ?? results.first?.columns ?? [] }
    set { chosenColumns = newValue }
  }
  private var chosenColumns: [Chain.Column]?
  /// Whether the results are those of several runs, each of which is to be quoted.
  var comparesRuns = false
  /// Data and choices, under headings.
  public internal(set) var facts: [(title: String, entries: Entries)] = []
  /// The figures.
  public var galleries: [Gallery]
  /// What the figures are made for.
  public var format = FigureFormat.page
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
