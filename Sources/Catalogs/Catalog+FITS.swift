import Cosmology
import FITS
import Foundation
import LinearAlgebra

extension Catalog {
  /// Writes the catalog as a FITS file: a binary table, and an image extension COVARIANCE if the
  /// errors are correlated. Reading it gives the same content bit for bit.
  ///
  /// The table has `z`, `zhel` if it differs, `mu` or `mb`, and `mu_err` or `mb_err`: the standard
  /// deviations, of the statistical part alone if the image is the systematic part. Calibrators
  /// have their modulus in `CEPH_DIST`, which is NaN for the others. COVTYPE is TOTAL, SYS or
  /// INVERSE; a factored covariance is the column `variance` and the image MODES. Light curves have one
  /// image for each block. Names and surveys are texts (`ASCIIText`). The file is complete before it gets its name.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - replacing: whether a file of that name may be replaced.
  ///   - remarks: what a reader should know, in the primary header as REMARK1, REMARK2, …; what is not ASCII, or longer than 68
  ///     characters, is cut.
  /// - Throws: `CatalogError` if the file exists and is not to be replaced, or cannot be written.
  public func writeFITS(
    to path: String, replacing: Bool = false, remarks: [String] = []
  ) throws(CatalogError) {
    guard !path.lowercased().hasSuffix(".gz") else {
      throw CatalogError(
        path, .cannotCreate(reason: "compressed files are not written, leave out .gz"))
    }
    try OutputPlace.check(path, replacing: replacing)
    do {
      var writer = try FITSWriter(
        creating: path,
        keywords: [.init("CREATOR", "sn-infer", comment: "program that wrote this file")]
          + remarks.prefix(99).enumerated().map {
            .init("REMARK\($0 + 1)", Self.headerText($1), comment: "")
          })
      switch content {
      case .magnitudes(let sample): try Self.write(sample, labels, &writer)
      case .lightCurves(let sample): try Self.write(sample, labels, &writer)
      }
      try writer.close()
    } catch {
      throw CatalogError(path, .cannotCreate(reason: error.description))
    }
  }

  /// A text as the value of a keyword.
  private static func headerText(_ text: String) -> String {
    String(text.filter { $0.isASCII && !$0.isNewline && $0 != "'" }.prefix(68))
  }

  private static func write(
    _ table: TableColumns, _ labels: SupernovaLabels, _ count: Int, _ writer: inout FITSWriter
  ) throws(FITSError) {
    var table = table
    table.append(labels)
    let columns = table.columns
    try writer.appendTable(
      named: "SNIA", columns: columns.map { .init($0.name, unit: $0.unit) },
      texts: table.texts.map { column in
        ASCIIText.isNeeded(for: column.texts)
          ? .init(
            column.name, column.texts.map(ASCIIText.escaped), comment: ASCIIText.comment)
          : .init(column.name, column.texts)
      }, rowCount: count
    ) { row in columns.map { $0.values[row] } }
  }

  private static func write(
    _ sample: SupernovaSample, _ labels: SupernovaLabels, _ writer: inout FITSWriter
  ) throws(FITSError) {
    try write(TableColumns(sample), labels, sample.count, &writer)
    if case .factored(_, let modes) = sample.covariance {
      try writer.appendImage(
        named: FactoredErrors.modes, width: modes.columns, pixels: modes.elements,
        keywords: [.init("BUNIT", "mag", comment: "covariance = diag(variance) + U U^T")])
      return
    }
    guard let (matrix, kind) = sample.covariance.matrix else { return }
    let isInverse = kind == .inverse
    let comment =
      switch kind {
      case .total: "statistical and systematic"
      case .systematic: "add the squares of the errors to the diagonal"
      case .inverse: "inverse of the whole covariance"
      case .correlation: "correlations of the errors"
      }
    try writer.appendImage(
      named: "COVARIANCE", width: matrix.columns, pixels: matrix.elements,
      keywords: [
        .init(
          "BUNIT", isInverse ? "mag-2" : "mag2",
          comment: isInverse ? "unit of the inverse covariance" : "unit of the covariance"),
        .init("COVTYPE", kind.keyword, comment: comment),
      ])
  }

  private static func write(
    _ sample: LightCurveSample, _ labels: SupernovaLabels, _ writer: inout FITSWriter
  ) throws(FITSError) {
    try write(TableColumns(sample), labels, sample.count, &writer)
    for block in LightCurveSample.Block.allCases {
      guard let matrix = sample.blocks[block] else { continue }
      try writer.appendImage(
        named: block.extensionName, width: matrix.columns, pixels: matrix.elements)
    }
  }
}
