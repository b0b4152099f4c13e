public import Cosmology
import Inference

/// What a table says of each supernova besides its numbers: all lists have one element per supernova
/// that is kept.
public struct SupernovaLabels: Sendable, Equatable {
  /// The name of each, as the file has it; nil if there is no such column, or more rows than anybody names.
  public var names: [String]?
  /// The name of the column of names.
  public var nameColumn: String?
  /// The survey of each, as the file has it, empty where it has none; nil if there is no such column.
  public var surveys: [String]?
  /// The name of the column of surveys.
  public var surveyColumn: String?
  /// What the column chosen for populations says of each.
  public var populations: [String]?
  /// The probability of each to be of type Ia, 0 to 1, by the chosen column.
  public var probabilities: [Double]?
  /// The intrinsic scatter in mag that the variance of each magnitude holds already; nil if that is
  /// not known.
  public var includedScatter: [Double]?

  /// Systematic errors of all, by the chosen file.
  public var systematics: [HierarchicalModel.Systematic] = []

  /// No labels.
  public init() {}

  /// The columns that have surveys.
  static let surveyColumns = [
    "set", "survey", "idsurvey", "survey_id", "sample", "subsample", "surveyname",
  ]
  /// What our own tables call the scatter.
  static let scatterColumn = "included_scatter"
  /// σ_coh of JLA's four sets, which its errors hold (Betoule et al. 2014, A&A 568, A22, table 9).
  private static let scatterOfJLA = ["1": 0.080, "2": 0.108, "3": 0.134, "4": 0.100]

  /// Reads the labels of some rows, with notes.
  static func read(
    _ table: some CatalogTable, rows: [Int], _ options: Catalog.Options, isJLA: Bool = false
  ) throws(CatalogError) -> (labels: SupernovaLabels, notes: [String]) {
    var labels = SupernovaLabels()
    var notes: [String] = []
    labels.names = SupernovaNames.words(in: table)?.at(rows).map(label)
    if labels.names != nil {
      labels.nameColumn = SupernovaNames.column(of: table).map { table.columnNames[$0] }
    }
    labels.surveys = try surveys(in: table, rows, options)
    if labels.surveys != nil {
      labels.surveyColumn = (try? table.column(named: surveyColumns)).map { table.columnNames[$0] }
    }
    let unknown = labels.surveys?.count(where: \.isEmpty) ?? 0
    if unknown > 0, unknown < rows.count {
      notes.append(
        unknown == 1
          ? "1 supernova has no survey, and is taken as one of its own"
          : "\(unknown) supernovae have no survey, and are taken as one of their own")
    }
    if let name = options.populationColumn {
      let column = try chosen(name, in: table)
      guard let words = words(table, column, rows) else {
        throw CatalogError(table.path, column: name, .noLabels)
      }
      labels.populations = words
    }
    if let name = options.probabilityColumn {
      let column = try chosen(name, in: table)
      let values = try table.numbers(inColumns: [column])[0]
      if let row = rows.first(where: { !(0...1).contains(values[$0]) }) {
        throw table.error(
          row: row, column: column, .outOfRange(found: values[row], lower: 0, upper: 1))
      }
      labels.probabilities = values.at(rows)
    }
    if let file = options.systematics {
      labels.systematics = try SystematicShifts.read(file, rows: rows, of: table)
    }
    if let column = try table.column(named: scatterColumn) {
      labels.includedScatter = try table.numbers(inColumns: [column])[0].at(rows)
    } else if isJLA, let surveys = labels.surveys, surveys.allSatisfy({ scatterOfJLA[$0] != nil }) {
      labels.includedScatter = surveys.map { scatterOfJLA[$0] ?? 0 }
      notes.append(
        "the errors hold JLA's intrinsic scatter of each set, 0.08, 0.108, 0.134 and 0.1 mag")
    }
    return (labels, notes)
  }

  private static func words(_ table: some CatalogTable, _ column: Int, _ rows: [Int]) -> [String]? {
    let words = table.words()[column]
    return words.count == table.rowCount ? words.at(rows).map(label) : nil
  }

  /// The surveys; nil if there is no such column.
  ///
  /// - Throws: `CatalogError` if columns of the same name have different ones, and the user chooses none.
  private static func surveys(
    in table: some CatalogTable, _ rows: [Int], _ options: Catalog.Options
  ) throws(CatalogError) -> [String]? {
    do {
      return try table.column(named: surveyColumns).flatMap { words(table, $0, rows) }
    } catch {
      if options.populationColumn == nil { throw error }
      return nil
    }
  }

  /// What a cell says, on one line and without the blanks and quotes around it.
  static func label(_ word: String) -> String {
    var text = word.map { $0.isNewline ? " " : $0 }[...]
    while true {
      while text.first?.isWhitespace == true { text.removeFirst() }
      while text.last?.isWhitespace == true { text.removeLast() }
      guard text.count > 1, let first = text.first, "\"'".contains(first), text.last == first
      else { return String(text) }
      text = text.dropFirst().dropLast()
    }
  }

  static func chosen(
    _ name: String, in table: some CatalogTable
  ) throws(CatalogError) -> Int {
    if let exact = table.columnNames.firstIndex(of: name) { return exact }
    if let column = try table.column(named: [name]) { return column }
    throw CatalogError(
      table.path,
      .unknownColumn(
        name, available: table.columnNames,
        nearest: nearestName(to: [name], among: table.columnNames)))
  }
}
