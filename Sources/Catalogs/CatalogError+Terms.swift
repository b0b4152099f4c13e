import Foundation

/// The terms in error messages: words from files, numbers, and the names of limits, columns and foreign
/// data.
extension CatalogError {
  /// Text from a file as one can print it: control characters as dots, and not too long.
  static func shown(_ text: String, limit: Int = 40) -> String {
    let visible = text.unicodeScalars.prefix(limit + 1).map { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: "·"
      default: String(scalar)
      }
    }
    return visible.count > limit ? visible.dropLast().joined() + "…" : visible.joined()
  }

  /// A number with as many digits as a sentence needs.
  static func rounded(_ value: Double) -> String {
    abs(value) < 0.01 || abs(value) > 1e6
      ? String(format: "%.1e", value) : "\((value * 100).rounded() / 100)"
  }

  static func list(_ names: [String]) -> String {
    let few = names.prefix(12).map { shown($0) }.joined(separator: ", ")
    return names.count > 12 ? "\(few) and \(names.count - 12) more" : few
  }
}

extension TextLimit {
  /// The exceeded limit.
  var sentence: String {
    switch self {
    case .fields: "this line has more than \(largest) fields, more than any row of a table"
    case .lineBytes: "this line has more than \(largest) bytes, more than any row of a table"
    case .supernovae:
      "the table has more than \(largest) rows, too many for text; convert it to FITS, or leave some out"
    case .rows: "the table has more than \(largest) rows; leave some out"
    case .listBytes: "this .dataset has more than \(largest) bytes, more than any needs"
    }
  }
}

extension ColumnRole {
  /// Its name in sentences.
  var meaning: String {
    switch self {
    case .redshift: "redshift"
    case .heliocentricRedshift: "heliocentric redshift"
    case .modulus: "distance modulus"
    case .magnitude: "apparent magnitude"
    case .error: "error of the modulus or magnitude"
    }
  }
}

extension ForeignData {
  /// What it is, and what to do.
  var sentence: String {
    switch self {
    case .acousticOscillations:
      "these are distances from baryon acoustic oscillations, not supernovae"
    case .chronometers: "these are expansion rates H(z) of cosmic chronometers, not supernovae"
    case .lightCurveHeaders:
      "these are SNANA's headers of light curves, before any distance was fitted; read the Hubble diagram instead"
    case .matrix(let rows):
      "this is a matrix of \(rows) × \(rows) numbers, not a table; give the table first and this with --covariance"
    case .ipac: "this is an IPAC table, which is not supported; save it as CSV, ECSV or VOTable"
    case .latex: "this is a LaTeX table, which is not supported; save it as CSV"
    case .excel: "this is an Excel workbook, which is not supported; save the sheet as CSV"
    case .openDocument:
      "this is an OpenDocument spreadsheet, which is not supported; save the sheet as CSV"
    case .hdf5: "this is HDF5, which is not supported; write the table as CSV or FITS"
    case .parquet: "this is Parquet, which is not supported; write the table as CSV or FITS"
    case .pdf: "this is PDF, not a table; fetch the table that belongs to it"
    case .settings:
      "these are settings of a program such as CosmoSIS; give the table that they name"
    case .json: "this is JSON, which is not supported; write the table as CSV"
    }
  }
}
