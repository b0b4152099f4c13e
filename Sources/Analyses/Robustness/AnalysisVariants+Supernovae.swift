import Catalogs
import Foundation

extension AnalysisVariants {
  /// What a supernova of the table is called: its name, or its redshift.
  func title(of supernova: Int) -> String {
    if let names = catalog.labels.names, !names[supernova].isEmpty { return names[supernova] }
    return "z = \(String(format: "%.5g", catalog.redshifts[supernova]))"
  }

  /// Adds the fit without one supernova, or a note where rows cannot be told apart.
  ///
  /// - Throws: the errors of the analysis.
  mutating func leaveOut(supernova: Int) throws {
    let title = title(of: supernova)
    guard let condition = condition(without: supernova) else {
      notes.append("'without \(title)' is left out: no column tells it from others")
      return
    }
    let count = members.count
    try add("without \(title)") { $0.alsoSelect(condition) }
    guard members.count > count else { return }
    if members[count].problem.supernovae?.count != catalog.count - 1 {
      members.removeLast()
      notes.append("'without \(title)' is left out: no column tells it from others")
    }
  }

  private func condition(without supernova: Int) -> String? {
    if let names = catalog.labels.names, let column = catalog.labels.nameColumn {
      let name = names[supernova]
      if !name.isEmpty, names.count(where: { $0 == name }) == 1 {
        return RowCondition.excludes(column: column, value: name)
      }
    }
    return catalog.columns[.redshift].flatMap {
      RowCondition.excludes(column: $0, value: "\(catalog.redshifts[supernova])")
    }
  }
}

extension Problem {
  /// The catalog of the supernovae that commands vary, whatever others there are.
  var supernovae: Catalog? {
    analysis.likelihood.keys.sorted().firstIndex(of: Analysis.supernovae).map { catalogs[$0] }
  }
}
