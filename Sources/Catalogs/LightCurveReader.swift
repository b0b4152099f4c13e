import Cosmology
import FITS
import Foundation
import LinearAlgebra

/// Makes a sample of light curves from a table, and from a list of files if there is one.
struct LightCurveReader<Table: CatalogTable> {
  private let wholeTable: Table
  private let options: Catalog.Options
  /// The file, if it is FITS.
  private let file: FITSFile?
  private let dataset: DatasetFile?

  init(
    _ table: Table, _ options: Catalog.Options, file: FITSFile? = nil,
    dataset: DatasetFile? = nil
  ) {
    wholeTable = table
    self.options = options
    self.file = file
    self.dataset = dataset
  }

  func read() throws(CatalogError) -> ReadCatalog {
    let path = wholeTable.path
    guard options.covariance == nil else { throw CatalogError(path, .lightCurvesNeedBlocks) }
    guard !options.includesCalibrators else { throw CatalogError(path, .noCalibrators) }
    guard options.covarianceKind == nil else {
      throw CatalogError(path, .notForLightCurves(option: "--covariance-kind"))
    }
    for role in [ColumnRole.modulus, .magnitude, .error] where options.columns[role] != nil {
      throw CatalogError(path, .notForLightCurves(option: "--column \(role.rawValue)=NAME"))
    }
    let parts = try LightCurveColumns(in: wholeTable)
    let chosen = options.columns
    let redshiftColumn = try ColumnRole.redshift.required(in: wholeTable, chosen: chosen)
    let cut = try RedshiftCut(
      try wholeTable.numbers(inColumn: redshiftColumn), options,
      column: wholeTable.columnNames[redshiftColumn], path: path)
    let table = cut.rows.map { wholeTable.keeping(rows: $0) } ?? wholeTable
    var notes = cut.notes
    let redshifts = try table.numbers(inColumn: redshiftColumn, above: 0) {
      .notPositive(found: $0)
    }
    var columns: [ColumnRole: String] = [
      .redshift: table.columnNames[redshiftColumn], .magnitude: table.columnNames[parts.magnitude],
    ]
    var heliocentric = redshifts
    if let column = try ColumnRole.heliocentricRedshift.column(in: table, chosen: chosen) {
      heliocentric = try table.numbers(inColumn: column, above: -1) { .notAboveMinusOne(found: $0) }
      columns[.heliocentricRedshift] = table.columnNames[column]
    } else {
      notes.append(
        "no heliocentric redshifts: '\(columns[.redshift] ?? "")' stands in for them")
    }
    if parts.shapeIsStretch {
      notes.append("the shape is '\(table.columnNames[parts.shape])' less 1")
    }

    let magnitudes = try table.magnitudes(inColumn: parts.magnitude)
    try table.checkMagnitudes(magnitudes, inColumn: parts.magnitude)
    let shapes = try table.numbers(inColumn: parts.shape)
    let colors = try table.numbers(inColumn: parts.color)
    let magnitudeVariances = try magnitudeVariances(of: table, parts, redshifts, &notes)
    let shapeVariances = try variances(of: table, parts.shapeError, exact: "shape_var")
    let colorVariances = try variances(of: table, parts.colorError, exact: "color_var")
    let magnitudeShape = try table.numbers(inColumn: parts.magnitudeShape)
    let magnitudeColor = try table.numbers(inColumn: parts.magnitudeColor)
    let shapeColor = try table.numbers(inColumn: parts.shapeColor)
    let areMassive = try massiveHosts(of: table, &notes)
    let supernovae = redshifts.indices.map { row in
      LightCurveSample.Supernova(
        redshift: redshifts[row], heliocentricRedshift: heliocentric[row],
        magnitude: magnitudes[row], shape: shapes[row] - (parts.shapeIsStretch ? 1 : 0),
        color: colors[row], magnitudeVariance: magnitudeVariances[row],
        shapeVariance: shapeVariances[row], colorVariance: colorVariances[row],
        magnitudeShapeCovariance: magnitudeShape[row],
        magnitudeColorCovariance: magnitudeColor[row], shapeColorCovariance: shapeColor[row],
        hasMassiveHost: areMassive[row])
    }
    let blocks = try blocks(keeping: cut.rows)
    let names = LightCurveSample.Block.allCases.filter { blocks[$0] != nil }.map(\.rawValue)
    if names.isEmpty {
      notes.append("no covariance between supernovae: the errors are statistical only")
    }
    return ReadCatalog(
      content: .lightCurves(LightCurveSample(supernovae, blocks: blocks)), columns: columns,
      covarianceSource: names.isEmpty
        ? "the errors of the table"
        : "the errors of the table and \(names.joined(separator: ", "))",
      notes: notes,
      files: try LightCurveSample.Block.allCases.map { block throws(CatalogError) in
        try dataset?.blockPath(block)
      }.compactMap { $0 })
  }

  /// dmb² with all that a list of files adds to it; our own files hold the sum itself.
  private func magnitudeVariances(
    of table: Table, _ parts: LightCurveColumns, _ redshifts: [Double], _ notes: inout [String]
  ) throws(CatalogError) -> [Double] {
    let variances = try variances(of: table, parts.magnitudeError, exact: "mb_var")
    guard let dataset else {
      if parts.shapeIsStretch, table.column(named: "mb_var") == nil {
        notes.append(
          "'\(table.columnNames[parts.magnitudeError])' is taken as it is: without its .dataset nothing"
            + " adds intrinsic scatter or peculiar velocities")
      }
      return variances
    }
    let addition = try dataset.addition(for: table, redshifts)
    if addition.isAnything { notes.append(addition.note(table.columnNames[parts.magnitudeError])) }
    return zip(variances, addition.variances).map { $0 + $1 }
  }

  private func variances(
    of table: Table, _ column: Int, exact name: String
  ) throws(CatalogError) -> [Double] {
    let exact = table.column(named: name)
    let values = try table.numbers(inColumn: exact ?? column, above: -.leastNonzeroMagnitude) {
      .notPositive(found: $0)
    }
    return exact == nil ? values.map { $0 * $0 } : values
  }

  /// Hosts whose third variable, the logarithm of the mass, is above the cut of the release.
  private func massiveHosts(
    of table: Table, _ notes: inout [String]
  ) throws(CatalogError) -> [Bool] {
    if let column = table.column(named: "massive_host") {
      return try table.numbers(inColumn: column).map { $0 != 0 }
    }
    let none = [Bool](repeating: false, count: table.rowCount)
    guard let column = table.column(named: "3rdvar") else {
      notes.append("no column '3rdvar': all supernovae have one absolute magnitude")
      return none
    }
    if try dataset?.flag("twoscriptmfit") == false { return none }
    let cut = try dataset?.number("scriptmcut") ?? 10
    let areMassive = try table.numbers(inColumn: column).map { $0 > cut }
    notes.append("\(areMassive.count { $0 }) hosts are massive: '3rdvar' > \(cut)")
    return areMassive
  }

  private func blocks(
    keeping rows: [Int]?
  ) throws(CatalogError) -> [LightCurveSample.Block: Matrix] {
    var blocks: [LightCurveSample.Block: Matrix] = [:]
    let counts = [wholeTable.rowCount]
    for block in LightCurveSample.Block.allCases {
      if let dataset {
        guard let path = try dataset.blockPath(block) else { continue }
        let matrix = try CovarianceReader.read(
          path, counts: counts, isCovariance: block.isVariance
        ).matrix
        blocks[block] = SymmetricMatrix.cut(matrix, to: rows)
      } else if let file,
        let unit = file.units.first(where: { $0.name == block.extensionName })
      {
        guard case .image(let axes) = unit.content, axes == [counts[0], counts[0]] else {
          throw CatalogError(
            wholeTable.path, .noImage(width: counts[0]))
        }
        let pixels = try readingFITS { () throws(FITSError) in try file.pixels(of: unit) }
        let matrix = try SymmetricMatrix.checked(
          pixels, size: counts[0], wholeTable.path, isCovariance: block.isVariance)
        blocks[block] = SymmetricMatrix.cut(matrix, to: rows)
      }
    }
    return blocks
  }
}

extension LightCurveSample.Block {
  /// Whether it relates a quantity to itself.
  var isVariance: Bool { [.magnitude, .shape, .color].contains(self) }

  /// The name of its image in our own FITS files.
  var extensionName: String { "BLOCK_\(rawValue.uppercased())" }
}
