import Analyses
import ArgumentParser

/// A group of options of `fit`, which applies its values to an analysis.
///
/// A new option is a file with its group, and a line in `FitCommand`.
protocol AnalysisOptions {
  /// Changes an analysis that the previous groups have already changed.
  func apply(to analysis: inout Analysis) throws
}

extension OptionGroup: AnalysisOptions where Value: AnalysisOptions {
  func apply(to analysis: inout Analysis) throws { try wrappedValue.apply(to: &analysis) }
}

extension Analysis {
  /// The analysis that the groups of options of a command describe, in their order.
  init(options command: some ParsableCommand) throws {
    self.init(likelihood: [:])
    for property in Mirror(reflecting: command).children {
      try (property.value as? any AnalysisOptions)?.apply(to: &self)
    }
  }
}
