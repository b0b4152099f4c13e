import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// What a matrix next to a table is: decided by what it holds, or refused.
@Suite struct MatrixMeaningTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let withoutErrors = Array(Twelve.columns.dropLast())
  private static let covariance = Matrix(rows: 12, columns: 12, elements: Twelve.covariance())

  private func read(
    _ elements: [Double], errors: Bool, name: String = "m.txt", comment: String = "",
    _ options: Catalog.Options = .init()
  ) throws -> Catalog {
    var options = options
    options.covariance = try folder.write(comment + Twelve.text(elements), to: name)
    let columns = errors ? Twelve.columns : Self.withoutErrors
    return try Catalog(reading: try folder.write(Twelve.table(columns), to: "t.csv"), options)
  }

  private func isClose(_ catalog: Catalog, _ expected: Matrix) -> Bool {
    guard case .total(let matrix) = catalog.sample?.covariance else { return false }
    return zip(matrix.elements, expected.elements).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  private func correlations() -> [Double] {
    (0..<144).map { index in
      Self.covariance[index / 12, index % 12]
        / (Self.covariance[index / 12, index / 12] * Self.covariance[index % 12, index % 12])
        .squareRoot()
    }
  }

  @Test("correlations are scaled by the errors next to them, and refused alone")
  func correlation() throws {
    let catalog = try read(correlations(), errors: true)
    let expected = Matrix(
      rows: 12, columns: 12, elements: correlations().map { $0 * 0.15 * 0.15 })
    #expect(isClose(catalog, expected))
    #expect(
      catalog.notes.contains(
        "the matrix holds correlations: those of errors in column 'mu_err'"))
    #expect(
      isClose(try read(correlations(), errors: true, .init(covarianceKind: .correlation)), expected)
    )
    for options in [Catalog.Options(), .init(covarianceKind: .correlation)] {
      let error = try #require(
        #expect(throws: CatalogError.self) { try read(correlations(), errors: false, options) })
      #expect(error.problem == .correlationAlone)
    }
    let fits = try folder.write(
      Twelve.fits(Self.withoutErrors, images: [("CORR", correlations(), [])]), to: "t.fits")
    #expect(throws: CatalogError.self) { try Catalog(reading: fits) }
  }

  @Test("an inverse is known by its name, its unit, the errors or the scatter")
  func inverse() throws {
    let inverse = try Cholesky(Self.covariance).inverse
    func isInverse(_ catalog: Catalog) -> Bool {
      if case .inverse = catalog.sample?.covariance { true } else { false }
    }
    for name in ["cov_inv.txt", "icov.txt", "precision.dat", "fisher.txt", "wmat.txt"] {
      for errors in [true, false] {
        #expect(isInverse(try read(inverse.elements, errors: errors, name: name)), "\(name)")
      }
    }
    for name in ["COV_INV", "ICOV", "PRECISION", "INVCOV"] {
      let path = try folder.write(
        Twelve.fits(Self.withoutErrors, images: [(name, inverse.elements, [])]), to: "t.fits")
      #expect(isInverse(try Catalog(reading: path)), "\(name)")
    }
    let path = try folder.write(
      Twelve.fits(
        Self.withoutErrors, images: [("COV", inverse.elements, ["BUNIT   = 'mag^-2'"])]),
      to: "t.fits")
    #expect(isInverse(try Catalog(reading: path)))
    for errors in [true, false] {
      let catalog = try read(inverse.elements, errors: errors)
      #expect(isInverse(catalog))
      #expect(catalog.notes.contains { $0.hasPrefix("the covariance is taken as an inverse") })
    }
  }

  @Test(
    "the unit of a matrix, in FITS and in a comment",
    arguments: [
      ("mag2", 1.0), ("mag^2", 1), ("mag**2", 1), ("mmag2", 1e6), ("mmag^2", 1e6),
      ("10-6 mag2", 1e6),
    ])
  func units(unit: String, perSquare: Double) throws {
    let elements = Twelve.covariance(perSquare)
    #expect(
      isClose(try read(elements, errors: false, comment: "# BUNIT = \(unit)\n"), Self.covariance))
    let path = try folder.write(
      Twelve.fits(Self.withoutErrors, images: [("COVARIANCE", elements, ["BUNIT   = '\(unit)'"])]),
      to: "t.fits")
    #expect(isClose(try Catalog(reading: path), Self.covariance))
  }

  @Test("units that no covariance has, or not the one that it is said to be")
  func wrongUnits() throws {
    for (unit, kind, expected) in [
      ("mag", "TOTAL", "mag2"), ("Jy2", nil, "mag2"), ("mag-2", "TOTAL", "mag2"),
      ("mag2", "INVERSE", "mag-2"), ("mag2", "CORR", "none"),
    ] {
      let cards = ["BUNIT   = '\(unit)'"] + (kind.map { ["COVTYPE = '\($0)'"] } ?? [])
      let path = try folder.write(
        Twelve.fits(images: [("COVARIANCE", Twelve.covariance(), cards)]), to: "t.fits")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
      #expect(error.problem == .wrongUnit(found: unit, expected: expected), "\(unit)")
    }
  }

  @Test("a matrix in other units that nothing states is refused, unless the user says what it is")
  func hugeCovariance() throws {
    for errors in [true, false] {
      let error = try #require(
        #expect(throws: CatalogError.self) { try read(Twelve.covariance(1e6), errors: errors) })
      #expect(error.description.contains("--covariance-kind"), "\(error.description)")
    }
    #expect(throws: CatalogError.self) {
      try read(Twelve.covariance(1e6), errors: false, name: "covtot.txt")
    }
    // Neither is one whose diagonal could be that of an inverse.
    for scale in [3e3, 1e4, 3e4] {
      for errors in [true, false] {
        #expect(throws: CatalogError.self, "\(scale)") {
          try read(Twelve.covariance(scale), errors: errors)
        }
      }
      let diagonal = (0..<144).map { $0 % 13 == 0 ? scale * 0.0225 : 0 }
      #expect(throws: CatalogError.self, "\(scale)") { try read(diagonal, errors: true) }
    }
    let forced = try read(Twelve.covariance(1e6), errors: false, .init(covarianceKind: .total))
    #expect(forced.count == 12)
    // As an inverse a covariance would make the errors large.
    #expect(throws: CatalogError.self) {
      try read(Twelve.covariance(), errors: false, name: "inv.txt")
    }
  }

  @Test("the way out for a matrix in mmag² next to errors is its unit")
  func unitIsTheWayOut() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(Twelve.table(), to: "t.csv")
    let text = Twelve.text(Twelve.covariance(1e6))
    let matrix = try folder.write(text, to: "c.txt")
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: matrix) })
    #expect(error.description.contains("'# BUNIT = mmag2'"), "\(error.description)")
    let stated = try folder.write("# BUNIT = mmag2\n" + text, to: "c.txt")
    let plain = try folder.write(Twelve.text(Twelve.covariance()), to: "d.txt")
    let (read, expected) = (
      try readSample(table, .init(covariance: stated)).covariance.variances,
      try readSample(table, .init(covariance: plain)).covariance.variances
    )
    for (first, second) in zip(read, expected) { #expect(abs(first / second - 1) < 1e-12) }
  }

  @Test("an image of another size next to the table is named")
  func otherImage() throws {
    let folder = try TemporaryFolder()
    var file = FITSBytes()
    file.append(
      table: "SNIA", Twelve.columns.map { .init($0.name, doubles: $0.values) })
    file.append(image: "MATRIX", axes: [10, 10], [Double](repeating: 0.1, count: 100), cards: [])
    let catalog = try Catalog(reading: try folder.write(file.bytes, to: "t.fits"))
    #expect(
      catalog.notes.contains(
        "the image 'MATRIX' of 10 × 10 pixels is not used: the table has 12 rows"),
      "\(catalog.notes)")
  }

  @Test("bytes behind the numbers of an array")
  func surplus() throws {
    let folder = try TemporaryFolder()
    let table = try folder.write(Twelve.table(), to: "t.csv")
    let data = Twelve.covariance().flatMap { number in
      withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
    }
    let array = ZipBytes.array("<f8", shape: "(12, 12)", data)
    let path = try folder.write(array + [0, 0, 0, 0], to: "c.npy")
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: path) })
    #expect(error.description.contains("4 bytes too many"), "\(error.description)")
    let short = try folder.write(Array(array.dropLast()), to: "c.npy")
    let other = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: short) })
    #expect(other.description.contains("cut short"))
  }
}
