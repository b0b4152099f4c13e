import Analyses
import Foundation

extension EnsembleText {
  /// A page with the table of each parameter, the figure of shifts, and what the draws of the first tell.
  ///
  /// - Parameter title: what was done.
  public func report(_ title: String) -> Report {
    var report = Report(title: title)
    if let figure = ShiftDiagram(ensemble, shownParameters) {
      report.galleries = [Report.Gallery("Shifts", [figure])]
    }
    report.verdicts =
      ensemble.rows.compactMap { row in
        row.failure.map { .init(kind: .bad, text: "\(row.name): \($0).") }
      }
      + (surprises + (ensemble.checks?.surprises ?? [])).map {
        .init(kind: .caution, text: "\($0).")
      }
    report.facts = shownParameters.map { name in
      (title: name, entries: ensemble.rows.map { ($0.name, sentence($0, name)) })
    }
    if let checks = ensemble.checks { report.facts += ReferenceChecksText(checks: checks).facts }
    return report
  }
}
