import Cosmology
import FITS
import Foundation
import LinearAlgebra

/// Makes a sample of light curves from a table, and from a list of files if there is one.
struct LightCurveReader<Table: CatalogTable> {
  private let table: Table
  private let release: CatalogFormat
  private let options: Catalog.Options
  /// The file, if it is FITS.
  private let file: FITSFile?
  private let dataset: DatasetFile?

  init(
    _ table: Table, release: CatalogFormat, _ options: Catalog.Options, file: FITSFile? = nil,
    dataset: DatasetFile? = nil
  ) {
    self.table = table
    self.release = release
    self.options = options
    self.file = file
    self.dataset = dataset
  }

  func read() throws(CatalogError) -> ReadCatalog {
    let path = table.path
    guard options.covariance == nil else { throw CatalogError(path, .lightCurvesNeedBlocks) }
    guard !options.includesCalibrators else { throw CatalogError(path, .noCalibrators) }
    guard options.covarianceKind == nil else {
      throw CatalogError(path, .notForLightCurves(option: "--covariance-kind"))
    }
    for role in [ColumnRole.modulus, .magnitude, .error] where options.columns[role] != nil {
      throw CatalogError(path, .notForLightCurves(option: "--column \(role.rawValue)=NAME"))
    }
    let parts = try LightCurveColumns(in: table)
    var redshifts = try SampleRedshifts(table, options)
    try redshifts.select(publishedMinimum: release.publishedMinimumRedshift)
    var selection = redshifts.selection
    let numbers = try LightCurveNumbers(table, parts, &selection, redshifts)
    var notes = redshifts.notes + selection.notes + numbers.notes
    if parts.shapeIsStretch {
      notes.append("the shape is '\(table.columnNames[parts.shape])' minus 1")
    }
    let addition = try dataset?.addition(for: table, redshifts.values)
    let magnitudeVariances = try magnitudeVariances(parts, numbers, addition, &notes)
    let areMassive = try massiveHosts(selection.kept, &notes)
    let heliocentric = redshifts.heliocentric ?? redshifts.values
    var supernovae = selection.kept.map { row in
      LightCurveSample.Supernova(
        redshift: redshifts.values[row], heliocentricRedshift: heliocentric[row],
        magnitude: numbers.magnitudes[row], shape: numbers.shapes[row],
        color: numbers.colors[row], magnitudeVariance: magnitudeVariances[row],
        shapeVariance: numbers.shapeVariances[row], colorVariance: numbers.colorVariances[row],
        magnitudeShapeCovariance: numbers.magnitudeShape[row],
        magnitudeColorCovariance: numbers.magnitudeColor[row],
        shapeColorCovariance: numbers.shapeColor[row], hasMassiveHost: areMassive[row])
    }
    let blocks = try blocks(keeping: selection.rows, &notes)
    let names = LightCurveSample.Block.allCases.filter { blocks[$0] != nil }.map(\.rawValue)
    if names.isEmpty {
      notes.append("no covariance between supernovae: the errors are statistical only")
    }
    var (labels, labelNotes) = try SupernovaLabels.read(
      table, rows: selection.kept, options, isJLA: isJLA(parts))
    if let scatters = addition?.scatters.at(selection.rows), scatters.contains(where: { $0 > 0 }) {
      labels.includedScatter = scatters
    }
    notes += labelNotes
    if let path = options.systematicCovariance {
      let covariance = try SystematicCovariance(
        reading: path, rows: selection.kept, rowCount: table.rowCount, supernovae)
      supernovae = covariance.added(to: supernovae)
      labels.systematics += covariance.shifts
      notes += covariance.notes
    }
    return ReadCatalog(
      content: .lightCurves(LightCurveSample(supernovae, blocks: blocks)),
      columns: redshifts.columns.merging([
        .magnitude: table.columnNames[parts.magnitude ?? parts.amplitude ?? 0]
      ]) { first, _ in first },
      covarianceSource: names.isEmpty
        ? "the errors of the table"
        : "the errors of the table and \(names.joined(separator: ", "))",
      notes: notes, names: SupernovaNames.names(in: table, rows: selection.kept),
      labels: labels,
      files: try LightCurveSample.Block.allCases.map { block throws(CatalogError) in
        try dataset?.blockPath(block, options)
      }.compactMap { $0 } + [options.systematics, options.systematicCovariance].compactMap { $0 })
  }

  /// Whether it is the table of JLA: SALT2's shapes, errors `dmb` that hold everything, and sets.
  private func isJLA(_ parts: LightCurveColumns) throws(CatalogError) -> Bool {
    guard !parts.shapeIsStretch else { return false }
    for name in ["dmb", "3rdvar", "d3rdvar", "set"]
    where try table.column(named: name) == nil { return false }
    return true
  }

  /// dmb² with all that a list of files adds to it; our own files hold the sum itself.
  private func magnitudeVariances(
    _ parts: LightCurveColumns, _ numbers: LightCurveNumbers, _ addition: DatasetFile.Addition?,
    _ notes: inout [String]
  ) throws(CatalogError) -> [Double] {
    let variances = numbers.magnitudeVariances
    let name = table.columnNames[parts.magnitudeError ?? parts.amplitudeError ?? 0]
    guard let addition else {
      // JLA's dmb has them already.
      let isWhole = ColumnRole.matches(name, ["dmb"]) && !parts.shapeIsStretch
      if !isWhole, try table.column(named: "mb_var") == nil {
        notes.append(
          "'\(name)' is used as it is: without a .dataset no errors by peculiar velocities are added"
        )
      }
      return variances
    }
    if addition.isAnything { notes.append(addition.note(name)) }
    return zip(variances, addition.variances).map { $0 + $1 }
  }

  /// Hosts whose third variable, the logarithm of the mass, is above the cut of the release.
  private func massiveHosts(
    _ rows: [Int], _ notes: inout [String]
  ) throws(CatalogError) -> [Bool] {
    if let column = try table.column(named: "massive_host") {
      return try table.flags(inColumn: column).map { $0 > 0 }
    }
    let none = [Bool](repeating: false, count: table.rowCount)
    if try dataset?.flag("twoscriptmfit") == false { return none }
    guard let masses = try HostMass(table) else {
      notes.append(
        "no column '3rdvar' or 'HOST_LOGMASS': all supernovae have one absolute magnitude")
      return none
    }
    let cut = try dataset?.number("scriptmcut") ?? 10
    let areMassive = masses.logarithms.map { $0 > cut }
    let name = table.columnNames[masses.column]
    notes.append("\(rows.count { areMassive[$0] }) hosts are massive: '\(name)' > \(cut)")
    let unknown = rows.count { masses.logarithms[$0].isNaN }
    if unknown > 0 {
      notes.append("\(unknown) hosts have no mass in '\(name)', and are not taken as massive")
    }
    return areMassive
  }

  private func blocks(
    keeping rows: [Int]?, _ notes: inout [String]
  ) throws(CatalogError) -> [LightCurveSample.Block: Matrix] {
    var blocks: [LightCurveSample.Block: Matrix] = [:]
    let counts = [table.rowCount]
    for block in LightCurveSample.Block.allCases {
      if let dataset {
        guard let path = try dataset.blockPath(block, options) else { continue }
        var result = try CovarianceReader.read(
          path, counts: counts, isCovariance: block.isVariance)
        let (arranged, note) = try result.arrange(as: table, rows: [], path)
        guard arranged.count == table.rowCount else {
          throw CatalogError(
            path,
            .wrongSize(rows: arranged.count, columns: arranged.count, supernovae: table.rowCount))
        }
        if let note { notes.append("\(note), in \(block.rawValue)") }
        try SymmetricMatrix.requireRows(result.matrix, rows, path)
        blocks[block] = SymmetricMatrix.cut(result.matrix, to: rows)
      } else if let file,
        let unit = file.units.first(where: { $0.name == block.extensionName })
      {
        guard case .image(let axes) = unit.content, axes == [counts[0], counts[0]] else {
          throw CatalogError(
            table.path, .noImage(width: counts[0]))
        }
        let pixels = try readingFITS { () throws(FITSError) in try file.pixels(of: unit) }
        let matrix = try SymmetricMatrix.checked(
          pixels, size: counts[0], table.path, isCovariance: block.isVariance)
        try SymmetricMatrix.requireRows(matrix, rows, table.path)
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
