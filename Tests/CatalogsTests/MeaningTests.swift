import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// What numbers mean: their units, what they can be, what is missing, and whether they are corrected.
@Suite struct MeaningTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func refusal(
    _ columns: [Twelve.Column], _ options: Catalog.Options = .init()
  ) throws -> String {
    let error = try #require(
      #expect(throws: CatalogError.self) { try folder.catalog(columns, options) })
    return error.description.replacingOccurrences(of: folder.path("t.csv"), with: "TABLE")
  }

  private static let plain = SupernovaSample(
    redshifts: Twelve.redshifts, magnitudes: Twelve.moduli, covariance: .independent(Twelve.errors))

  // MARK: Units

  @Test(
    "units of moduli and errors, in brackets behind their names and in FITS",
    arguments: [
      ("mag", 1), ("Mag", 1), ("mag(AB)", 1), ("ABmag", 1), ("mag_AB", 1), ("AB mag", 1),
      ("magnitude", 1), ("---", 1), ("none", 1), ("mmag", 1000), ("millimag", 1000),
      ("10-3mag", 1000), ("0.001 mag", 1000), ("10**-3 mag", 1000), ("cmag", 100),
    ] as [(String, Double)])
  func magnitudes(unit: String, perMagnitude: Double) throws {
    let errors = Twelve.errors.map { $0 * perMagnitude }
    var columns = Twelve.columns
    columns[2].values = errors
    let fits = try folder.write(Twelve.fits(columns, units: ["mu_err": unit]), to: "t.fits")
    var samples = [try readSample(fits)]
    for heading in ["mu_err (\(unit))", "mu_err [\(unit)]", "mu_err_(\(unit))"] {
      columns[2].name = heading
      samples.append(try #require(try folder.catalog(columns).sample))
    }
    for sample in samples {
      guard case .independent(let read) = sample.covariance else {
        Issue.record("independent errors are expected")
        return
      }
      for (read, error) in zip(read, Twelve.errors) { #expect(abs(read - error) < 1e-15) }
    }
  }

  @Test(
    "a velocity is divided by the speed of light, and that is said",
    arguments: ["km/s", "km s-1", "km s^-1", "km.s-1", "km s**-1", "km / s", "KM/S"])
  func velocities(unit: String) throws {
    var columns = Twelve.columns
    columns[0].values = Twelve.redshifts.map { $0 * 299_792.458 }
    let fits = try folder.write(Twelve.fits(columns, units: ["z": unit]), to: "t.fits")
    columns[0].name = "z (\(unit))"
    for catalog in [try Catalog(reading: fits), try folder.catalog(columns)] {
      for (read, z) in zip(catalog.redshifts, Twelve.redshifts) {
        #expect(abs(read / z - 1) < 1e-15)
      }
      #expect(catalog.notes.contains("'z' is a velocity in \(unit): z = v/c"), "\(catalog.notes)")
    }
    // By its name alone.
    columns[0].name = "cz"
    #expect(
      try folder.catalog(columns, .init(columns: [.redshift: "cz"])).notes.contains {
        $0.hasPrefix("'cz' is a velocity in km/s")
      })
  }

  @Test(
    "a unit that is none is named",
    arguments: [
      ("mu", "Jy", "mag"), ("mu", "Mmag", "mag"), ("mu_err", "dex", "mag"),
      ("mu_err", "mag2", "mag"),
      ("z", "Mpc", "none or km/s"), ("z", "mag", "none or km/s"),
    ])
  func wrongUnits(column: String, unit: String, expected: String) throws {
    let path = try folder.write(Twelve.fits(units: [column: unit]), to: "t.fits")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(
      error.description
        == "\(path), column '\(column)': the unit is '\(unit)' where '\(expected)' is expected; convert the numbers"
    )
  }

  @Test("a function of a name is no unit, and a column may be chosen with its unit or without")
  func headings() throws {
    var columns = Twelve.columns
    columns[1].name = "f(mu)"
    columns[2].name = "err [mag]"
    for name in ["err", "err [mag]"] {
      #expect(
        try folder.catalog(columns, .init(columns: [.modulus: "f(mu)", .error: name])).sample
          == Self.plain)
    }
  }

  // MARK: What a number can be

  static let impossible: [(column: String, value: Double, words: String)] = [
    ("z", 3010, "found 3010.0 where a redshift below 10 is expected"),
    ("z", 99, "found 99.0, which marks a missing value"),
    ("z", -9, "found -9.0, which marks a missing value"),
    ("z", 0, "found 0.0 where a positive number is expected"),
    ("mu", 33.1, "found 33.1 where 37.9 ± 3 is expected at redshift 0.083"),
    ("mu", 41.5, "found 41.5 where 37.9 ± 3 is expected at redshift 0.083"),
    ("mu", 1e300, "found 1e+300, which marks a missing value"),
    ("mu", -9, "found -9.0, which marks a missing value"),
    ("mu", 99.99, "found 99.99, which marks a missing value"),
    ("mu", -999, "found -999.0, which marks a missing value"),
    ("mu", 0, "found 0.0, which marks a missing value"),
    ("mu", 1e20, "found 1e+20, which marks a missing value"),
    ("mu", .nan, "found nan, which marks a missing value"),
    ("mu", .infinity, "found inf where a finite number is expected"),
    ("mu_err", 0, "found 0.0 where a positive number is expected"),
    ("mu_err", -0.1, "found -0.1 where a positive number is expected"),
    ("mu_err", 999, "found 999.0, which marks a missing value"),
    ("mu_err", -99, "found -99.0, which marks a missing value"),
  ]

  @Test("a number that cannot be is reported with row, column and value", arguments: impossible)
  func impossibleNumber(column: String, value: Double, words: String) throws {
    let sentence = try refusal(Twelve.changed([(4, column, value)]))
    #expect(sentence.hasPrefix("TABLE, row 6, column '\(column)': \(words)"), "\(sentence)")
    let fits = try folder.write(Twelve.fits(Twelve.changed([(4, column, value)])), to: "t.fits")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: fits) })
    #expect(error.row == 5 && error.column == column)
  }

  @Test("redshifts above 10 are read where they are asked for")
  func largeRedshifts() throws {
    let columns: [Twelve.Column] = [
      ("z", Twelve.redshifts.map { 12 * $0 }),
      ("mu", Twelve.moduli.map { $0 + 5 }), ("mu_err", Twelve.errors),
    ]
    #expect(try refusal(columns).contains("found 12.0 where a redshift below 10 is expected"))
    #expect(try folder.catalog(columns, .init(maximumRedshift: 20)).count == 12)
  }

  @Test(
    "heliocentric redshifts differ by a motion, and no more",
    arguments: [0.021, -0.021, 9.99, 1e20])
  func heliocentric(difference: Double) throws {
    func columns(_ difference: Double) -> [Twelve.Column] {
      var values = Twelve.redshifts
      values[7] += difference
      return [("zhel", values)] + Twelve.columns
    }
    #expect(try folder.catalog(columns(0.019 * (difference < 0 ? -1 : 1))).count == 12)
    let sentence = try refusal(columns(difference))
    #expect(sentence.hasPrefix("TABLE, row 9, column 'zhel': found "), "\(sentence)")
  }

  @Test("zero points are arbitrary; one that nobody uses is noted")
  func zeroPoint() throws {
    for (offset, isSaid) in [(-4.0, false), (4, false), (6, true), (-30, true)] {
      var columns = Twelve.columns
      columns[1].values = Twelve.moduli.map { $0 + offset }
      let notes = try folder.catalog(columns).notes
      #expect(
        notes.contains { $0.contains("only differences between supernovae matter") } == isSaid)
      columns[1] = ("mag", Twelve.moduli.map { $0 - 19.3 + offset })
      columns[2].name = "mag_err"
      let other = try folder.catalog(columns).notes
      #expect(
        other.contains { $0.contains("only differences between supernovae matter") } == isSaid)
    }
  }

  @Test("a column that has the name of a modulus but is not one")
  func hostMass() throws {
    var columns = Twelve.columns
    columns[1].values = [10.2, 10.4, 9.9, 10.1, 10.3, 10.8, 9.7, 10, 10.6, 10.2, 9.9, 10.5]
    #expect(try refusal(columns).hasPrefix("TABLE, row 2, column 'mu': found 10.2 where "))
    // Residuals about zero.
    columns[1].values = (0..<12).map { 0.1 * sin(Double($0)) }
    #expect(try refusal(columns).contains("column 'mu': found "))
  }

  @Test("nearby supernovae may move", arguments: [0.0012, 0.002, 0.005])
  func nearby(redshift: Double) throws {
    // 1000 km/s of its own.
    let modulus = 5 * log10(299_792.458 * (redshift + 0.0033) / 70) + 25
    let columns = Twelve.changed([(0, "z", redshift), (0, "mu", modulus)])
    #expect(try folder.catalog(columns).count == 12)
  }

  @Test(
    "errors far above the scatter are reported, those of probable contaminants are not",
    arguments: [15, 150.0])
  func hugeErrors(error: Double) throws {
    var columns = Twelve.columns
    columns[2].values = Twelve.errors.map { _ in error }
    let sentence = try refusal(columns)
    #expect(
      sentence.hasPrefix(
        "TABLE, row 2, column 'mu_err': found \(error), and half of the errors are \(error) mag or more, where the"
          + " magnitudes scatter by 0.11 mag; state their unit"), "\(sentence)")
    // Probable contaminants have such errors in releases.
    let some = Twelve.changed([(2, "mu_err", error), (3, "mu_err", error)])
    #expect(try folder.catalog(some + [("PROBIA_BEAMS", Twelve.errors)]).count == 12)
    #expect(try refusal(some).contains("row 4, column 'mu_err': found \(error) where the other"))
    // Without scatter the errors of a forecast are not too large.
    columns[1].values = Twelve.redshifts.map {
      5 * log10(299_792.458 / 70 * $0 * (1 + 0.77 * $0)) + 25
    }
    columns[2].values = Twelve.errors
    #expect(try folder.catalog(columns).count == 12)
  }

  // MARK: What is missing

  @Test("rows in which something is missing are left out where that is wanted, and counted")
  func skipping() throws {
    let columns = Twelve.changed([(4, "mu", -9), (6, "mu_err", .nan), (9, "z", -99)])
    let matrix = try folder.write(Twelve.text(Twelve.covariance()), to: "c.txt")
    let kept = (0..<12).filter { ![4, 9].contains($0) }
    let catalog = try folder.catalog(
      columns, .init(covariance: matrix, covarianceKind: .total, skipsMissing: true))
    #expect(catalog.redshifts == kept.map { Twelve.redshifts[$0] })
    #expect(
      catalog.notes.contains("2 rows are left out, because a value is missing in them: 6, 11"))
    guard case .total(let read) = catalog.sample?.covariance else {
      Issue.record("a matrix is expected")
      return
    }
    for (i, row) in kept.enumerated() {
      for (j, column) in kept.enumerated() {
        #expect(read[i, j] == Twelve.covariance()[12 * row + column])
      }
    }
    // Errors that are needed count as well.
    let independent = try folder.catalog(columns, .init(skipsMissing: true))
    #expect(independent.count == 9 && independent.notes.contains { $0.hasSuffix(": 6, 8, 11") })
    // A cut comes first, and the matrix may have been cut with it.
    let cut = try folder.catalog(columns, .init(minimumRedshift: 0.05, skipsMissing: true))
    #expect(cut.redshifts == [0.0581, 0.1184, 0.2411, 0.3441, 0.7007, 1])
  }

  @Test("nothing but missing values is an error")
  func allMissing() throws {
    let changes = (0..<12).map { (row: $0, column: "mu", value: -9.0) }
    let sentence = try refusal(Twelve.changed(changes), .init(skipsMissing: true))
    #expect(sentence.contains("where ") || sentence.contains("no row is left"), "\(sentence)")
    #expect(
      try refusal(
        Twelve.changed(changes.map { ($0.row, "mu_err", .nan) }), .init(skipsMissing: true))
        == "TABLE: no row is left: in 12 rows a value is missing")
  }

  @Test("most rows marked are still marks, not the zero point")
  func mostlyMissing() throws {
    let columns = Twelve.changed((0..<8).map { ($0, "mu", -9.0) })
    #expect(try refusal(columns).hasPrefix("TABLE, row 2, column 'mu': found -9.0, which marks"))
    #expect(try folder.catalog(columns, .init(skipsMissing: true)).count == 4)
  }

  @Test(
    "words for nothing", arguments: ["", "NA", "nan", "NaN", "--", "null", "N/A", "...", "masked"])
  func gaps(word: String) throws {
    var lines = Twelve.table().split(separator: "\n").map(String.init)
    lines[3] = "0.0407,\(word),0.15"
    let path = try folder.write(lines.joined(separator: "\n"), to: "t.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.row == 4 && error.column == "mu" && error.problem == .missingValue(found: word))
    #expect(try Catalog(reading: path, .init(skipsMissing: true)).count == 11)
  }

  // MARK: Raw and corrected

  @Test(
    "one shape or colour is enough to ask whether magnitudes are corrected",
    arguments: [
      ("mag", "x1"), ("mag", "c"), ("mb", "dm15"), ("mB", "EBV"), ("mag", "sBV"), ("mb", "st"),
      ("mag", "color"), ("mb", "B-V"), ("mag", "A_V"), ("mb", "delta"),
    ])
  func raw(magnitude: String, other: String) throws {
    let shapes = (0..<12).map { 0.1 * Double($0) }
    var columns: [Twelve.Column] = [
      ("z", Twelve.redshifts), (magnitude, Twelve.moduli.map { $0 - 19.3 }),
      ("e_\(magnitude)", Twelve.errors), (other, shapes),
    ]
    let sentence = try refusal(columns)
    #expect(
      sentence.hasPrefix("TABLE: these are light-curve magnitudes, not standardised ones"),
      "\(sentence)")
    #expect(try folder.catalog(columns, .init(columns: [.magnitude: magnitude])).count == 12)
    // Zeros say that they are corrected.
    columns[3].values = shapes.map { _ in 0 }
    #expect(try folder.catalog(columns).count == 12)
    // As do their names.
    columns[3].values = shapes
    columns[1].name = "m_b_corr"
    columns[2].name = "m_b_corr_err"
    #expect(try folder.catalog(columns).count == 12)
    // And moduli next to them.
    columns[1].name = magnitude
    #expect(try folder.catalog(columns + Twelve.columns.dropFirst()).sample == Self.plain)
  }

  // MARK: Names

  @Test("names that are equal but for capitals and underscores", arguments: ["Z", "z_", "_z"])
  func equalNames(other: String) throws {
    let columns = Twelve.columns + [(other, Twelve.redshifts.map { 1.5 * $0 })]
    #expect(
      try refusal(columns)
        == "TABLE, column 'z': the names z, \(other) differ only in capitals and underscores; choose one with --column,"
        + " or rename one")
    #expect(try folder.catalog(columns, .init(columns: [.redshift: "z"])).sample == Self.plain)
    #expect(try folder.catalog(columns, .init(columns: [.redshift: other])).redshifts[0] == 0.03)
  }

  @Test(
    "the errors of a column by the names that people give them",
    arguments: [
      "e_mu", "err_mu", "sig_mu", "sigma_mu", "mu_unc", "mu_sigma", "mu_std", "mu_error", "dmu",
      "mu_uncertainty", "MUERR", "std_mu", "error_mu", "e_MU",
    ])
  func errorNames(name: String) throws {
    var columns = Twelve.columns
    columns[2].name = name
    let catalog = try folder.catalog(columns)
    #expect(catalog.sample == Self.plain && catalog.columns[.error] == name)
  }

  @Test("errors that are not known are proposed")
  func nearErrors() throws {
    for (name, isProposed) in [
      ("mu_er", true), ("mu_unce", true), ("muerr1", true), ("weight", false),
    ] {
      var columns = Twelve.columns
      columns[2].name = name
      #expect(try refusal(columns).contains("did you mean '\(name)'?") == isProposed, "\(name)")
    }
  }
}
