import Catalogs
import Foundation
import TestSupport

/// Twelve supernovae of flat ΛCDM (Ωm = 0.3, h = 0.7) with a fixed scatter, of which tables and
/// matrices of all kinds are made.
enum Twelve {
  static let redshifts = [
    0.02, 0.0285, 0.0407, 0.0581, 0.083, 0.1184, 0.1689, 0.2411, 0.3441, 0.491, 0.7007, 1.0,
  ]
  static let moduli = [
    34.777, 35.37, 36.323, 37.193, 37.826, 38.618, 39.649, 40.433, 41.171, 42.284, 43.11, 44.13,
  ]
  static let errors = [Double](repeating: 0.15, count: 12)

  /// A column of a table.
  typealias Column = (name: String, values: [Double])

  static let columns: [Column] = [("z", redshifts), ("mu", moduli), ("mu_err", errors)]

  /// A table of text.
  static func table(_ columns: [Column] = columns, separator: String = ",") -> String {
    let rows = (0..<12).map { row in
      columns.map { "\($0.values[row])" }.joined(separator: separator) + "\n"
    }
    return columns.map(\.name).joined(separator: separator) + "\n" + rows.joined()
  }

  /// The columns of a table with some numbers changed: `(row, column, value)`, rows from 0.
  static func changed(_ changes: [(row: Int, column: String, value: Double)]) -> [Column] {
    columns.map { column in
      var values = column.values
      for change in changes where change.column == column.name { values[change.row] = change.value }
      return (column.name, values)
    }
  }

  /// A covariance with a common part, scaled.
  static func covariance(_ scale: Double = 1) -> [Double] {
    (0..<144).map { index in
      let (i, j) = (index / 12, index % 12)
      return scale * ((i == j ? 0.0225 : 0) + 0.001 * cos(Double(i - j) / 4))
    }
  }

  /// A matrix as lines of text.
  static func text(_ elements: [Double]) -> String {
    (0..<12).map { row in
      elements[12 * row..<12 * row + 12].map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
  }

  /// A FITS file with the table, units by the names of columns, and images next to it.
  static func fits(
    _ columns: [Column] = columns, units: [String: String] = [:],
    images: [(name: String, elements: [Double], cards: [String])] = []
  ) -> [UInt8] {
    var file = FITSBytes()
    file.append(
      table: "SNIA",
      columns.map { column in
        .init(
          column.name, units[column.name].map { [("TUNIT", "'\($0)'")] } ?? [],
          doubles: column.values)
      })
    for image in images {
      file.append(image: image.name, axes: [12, 12], image.elements, cards: image.cards)
    }
    return file.bytes
  }
}

extension TemporaryFolder {
  /// What is read from a CSV of some columns.
  func catalog(
    _ columns: [Twelve.Column], _ options: Catalog.Options = .init()
  ) throws -> Catalog {
    try Catalog(reading: try write(Twelve.table(columns), to: "t.csv"), options)
  }
}
