public import Samplers

/// The verdict on a run: which result to quote, the objections to it, and what to do.
public struct Verdict: Sendable, Codable, Equatable {
  /// How far a result can be trusted.
  public enum Grade: String, Sendable, Codable, CaseIterable {
    /// It stands.
    case good
    /// It stands, but a check failed.
    case withCare = "with_care"
    /// It stands, but whether part of the posterior is missing is not known.
    case notKnownComplete = "not_known_to_be_complete"
    /// No result can be trusted.
    case rejected

    /// The grade in words.
    public var words: String {
      switch self {
      case .good: "good"
      case .withCare: "with care"
      case .notKnownComplete: "not known to be complete"
      case .rejected: "not to be trusted"
      }
    }
  }

  /// One check of the result.
  public struct Witness: Sendable, Codable, Equatable {
    /// The outcome of a check.
    public enum Finding: String, Sendable, Codable {
      /// It passed.
      case passed
      /// Worth noting, but not an objection.
      case noted
      /// It could not be decided.
      case unknown
      /// It counts against the result.
      case failed
      /// No result can be trusted.
      case fatal
    }

    /// The subject: `chains`, `weights`, `agreement`, `completeness`, `fit`, `information`,
    /// `edges`, or `result` where there is none.
    public var name: String
    /// The outcome.
    public var finding: Finding
    /// The same as a sentence.
    public var sentence: String
    /// What to do about it.
    public var advice: String?

    init(_ name: String, _ finding: Finding, _ sentence: String, advice: String? = nil) {
      (self.name, self.finding, self.sentence, self.advice) = (name, finding, sentence, advice)
    }
  }

  /// How far the result can be trusted.
  public var grade: Grade
  /// The root of the draws to quote; nil if there are none.
  public var quoted: String?
  /// What tables call them.
  public var quotedTitle: String?
  /// All checks.
  public var witnesses: [Witness]
  /// The constraint on each parameter; empty if nothing can be quoted.
  public var constraints: [ParameterConstraint]

  /// A verdict from its witnesses.
  init(
    quoting root: String?, _ title: String?, _ witnesses: [Witness],
    _ constraints: [ParameterConstraint]
  ) {
    (quoted, quotedTitle, self.witnesses) = (root, title, witnesses)
    self.constraints = constraints
    func says(_ finding: Witness.Finding) -> Bool { witnesses.contains { $0.finding == finding } }
    grade =
      root == nil || says(.fatal)
      ? .rejected : (says(.failed) ? .withCare : (says(.unknown) ? .notKnownComplete : .good))
  }

  /// The objections to the result, and what could not be decided.
  public var objections: [Witness] {
    witnesses.filter { [.unknown, .failed, .fatal].contains($0.finding) }
  }

  /// The grade, and what to quote.
  public var title: String {
    guard grade != .rejected, let quotedTitle else { return grade.words }
    return "\(grade.words): quote \(quotedTitle)"
  }

  /// The constraint on a parameter.
  public func constraint(of parameter: String) -> ParameterConstraint? {
    constraints.first { $0.name == parameter }
  }

  /// The whole verdict as a sentence.
  public var sentence: String {
    let told = grade == .good ? witnesses.filter { $0.finding == .passed } : objections
    return title + told.map { "; \($0.sentence)" }.joined()
  }
}
