import Cosmology
import Files
import Foundation
import LinearAlgebra

extension Catalog {
  /// Writes the catalog as text: a table separated by commas, and, if the errors are correlated,
  /// the matrix in `path` with `.cov.txt` added, its size first. Reading both gives the same sample
  /// bit for bit, with the same names and surveys.
  ///
  /// - Parameters:
  ///   - path: the file of the table.
  ///   - replacing: whether files of these names may be replaced.
  ///   - remarks: what a reader should know, as comments before the table.
  /// - Returns: the path of the matrix, if there is one.
  /// - Throws: `CatalogError` if a file exists and is not to be replaced, cannot be written, or the
  ///   catalog holds light curves with blocks, for which only FITS has room.
  @discardableResult
  public func writeCSV(
    to path: String, replacing: Bool = false, remarks: [String] = []
  ) throws(CatalogError) -> String? {
    let table = try columns(for: path)
    var matrixText: String?
    if case .magnitudes(let sample) = content, let (matrix, kind) = sample.covariance.matrix {
      var text = kind == .total ? "" : "# COVTYPE = \(kind.keyword)\n"
      text += "\(matrix.rows)\n"
      for row in 0..<matrix.rows {
        text += (0..<matrix.columns).map { "\(matrix[row, $0])" }.joined(separator: " ") + "\n"
      }
      matrixText = text
    }
    let text = self.text(of: table, remarks)
    let matrixPath = matrixText.map { _ in path + ".cov.txt" }
    for output in [path, matrixPath].compactMap({ $0 }) {
      try OutputPlace.check(output, replacing: replacing)
    }
    do {
      // The matrix comes first: a table without it would be another catalog.
      if let matrixText, let matrixPath { try Self.write(matrixText, to: matrixPath) }
      try Self.write(text, to: path)
    } catch {
      throw CatalogError(error.path, .cannotCreate(reason: error.reason))
    }
    return matrixPath
  }

  /// The table as text, for catalogs whose errors are not correlated.
  ///
  /// - Parameter remarks: comments before it.
  /// - Throws: `CatalogError` if the errors need more than a table.
  public func csv(remarks: [String] = []) throws(CatalogError) -> String {
    if let sample, sample.covariance.matrixKind != nil {
      throw CatalogError(
        path,
        .cannotCreate(reason: "correlated errors are a second file: name the file of the table"))
    }
    return text(of: try columns(for: path), remarks)
  }

  private func columns(for path: String) throws(CatalogError) -> TableColumns {
    var table: TableColumns
    switch content {
    case .magnitudes(let sample):
      if case .factored = sample.covariance, sample.count > 5000 {
        throw CatalogError(
          path, .cannotCreate(reason: "a covariance of variances and modes needs a .fits file"))
      }
      table = TableColumns(sample)
    case .lightCurves(let sample):
      guard sample.blocks.isEmpty else {
        throw CatalogError(
          path, .cannotCreate(reason: "light curves with covariance blocks need a .fits file"))
      }
      table = TableColumns(sample)
    }
    table.append(labels)
    return table
  }

  private func text(of table: TableColumns, _ remarks: [String]) -> String {
    var text = remarks.map { "# \($0.filter { !$0.isNewline })\n" }.joined()
    text += (table.columns.map(\.name) + table.texts.map(\.name)).joined(separator: ",") + "\n"
    for row in 0..<count {
      let cells =
        table.columns.map { "\($0.values[row])" } + table.texts.map { Self.quoted($0.texts[row]) }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// A text as a cell: in quotes, unless there is nothing in it that any reader could take for more than a word.
  private static func quoted(_ text: String) -> String {
    let isWord = text.utf8.allSatisfy { byte in
      let character = Character(UnicodeScalar(byte))
      return byte < 0x80
        && (character.isLetter || character.isNumber || "_+-.".contains(character))
    }
    return isWord ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private static func write(_ text: String, to path: String) throws(FileError) {
    NewFile.sweep(for: path)
    let file = try NewFile(for: path)
    try file.append(Data(text.utf8))
    try file.commit(synced: true, naming: true)
  }
}
