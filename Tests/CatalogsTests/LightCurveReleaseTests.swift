import Catalogs
import Cosmology
import Digests
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Lists of JLA and Pantheon, and what is refused of light curves.
@Suite struct LightCurveReleaseTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  static let lightCurves = """
    #name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar tmax dtmax cov_m_s cov_m_c cov_s_c set ra
    a 0.5 0.501 0 23.0 0.1 1.25 0.15 -0.01 0.03 9.5 0.1 1 2 0.0008 0.0004 -0.00003 1 36
    b 0.1 0.101 0 19.0 0.2 -0.5 0.25 0.02 0.04 10.5 0.1 1 2 0.0009 0.0005 -0.00004 4 37

    """

  @Test("JLA: the blocks that a .dataset names, next to it or in its folder, compressed or not")
  func jla() throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("data"), withIntermediateDirectories: true)
    _ = try folder.write(Self.lightCurves, to: "data/jla.txt")
    _ = try folder.write("2\n0.01\n0.002\n0.002\n0.03\n", to: "data/v0.dat")
    // Between different quantities a matrix need not be positive.
    _ = try folder.write("2\n-0.01 0.002\n0.002 0\n", to: "v0a.dat")
    try folder.compress("v0a.dat", keepingName: true)
    let dataset = try folder.write(
      """
      http://www.example.org without a key
      name = JLA
      data_file = data/jla.txt
      pecz = 0
      intrinsicdisp = 0
      intrinsicdisp0 = 0
      scriptmcut = 10.0
      twoscriptmfit = T
      has_mag_covmat = T
      mag_covmat_file = data/v0.dat
      has_mag_stretch_covmat = T
      mag_stretch_covmat_file = /your-path/v0a.dat
      has_colour_covmat = F
      """, to: "jla.dataset")
    let sample = try #require(try Catalog(reading: dataset).lightCurves)
    #expect(
      sample.supernovae[1]
        == .init(
          redshift: 0.1, heliocentricRedshift: 0.101, magnitude: 19, shape: -0.5, color: 0.02,
          magnitudeVariance: 0.2 * 0.2, shapeVariance: 0.25 * 0.25, colorVariance: 0.04 * 0.04,
          magnitudeShapeCovariance: 0.0009, magnitudeColorCovariance: 0.0005,
          shapeColorCovariance: -0.00004, hasMassiveHost: true))
    #expect(!sample.supernovae[0].hasMassiveHost)
    #expect(Set(sample.blocks.keys) == [.magnitude, .magnitudeShape])
    #expect(sample.blocks[.magnitudeShape]?.elements == [-0.01, 0.002, 0.002, 0])
    // All of them count as input, as they lie on the disk.
    let files = try Catalog(reading: dataset).files
    let names = ["jla.dataset", "data/jla.txt", "data/v0.dat", "v0a.dat.gz"]
    #expect(Set(files.keys) == Set(names.map(folder.path)))
    for name in names {
      #expect(files[folder.path(name)] == FileDigest(of: folder.path(name))?.hexadecimal)
    }
    let far = try Catalog(reading: dataset, .init(minimumRedshift: 0.2))
    #expect(far.lightCurves?.blocks[.magnitude]?.elements == [0.01])

    // What our own files hold is the same bit for bit.
    let path = folder.path("jla.fits")
    try Catalog(reading: dataset).writeFITS(to: path)
    #expect(try Catalog(reading: path).content == .lightCurves(sample))
    // Text has no room for blocks.
    #expect(throws: CatalogError.self) {
      try Catalog(reading: dataset).writeCSV(to: folder.path("jla.csv"))
    }
    let table = try Catalog(reading: folder.path("data/jla.txt"))
    try table.writeCSV(to: folder.path("table.csv"))
    #expect(try Catalog(reading: folder.path("table.csv")).content == table.content)
  }

  @Test("a .dataset of standardised magnitudes: its covariance lacks the squares of dmb")
  func pantheonDataset() throws {
    _ = try folder.write(
      "#name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar cov_m_s cov_m_c cov_s_c set ra dec biascor \n"
        + "1 0.1 0.101 0.0 19.0 0.1 0 0 0 0 0 0 0 0 0 0 0 0\n", to: "lcparam.txt")
    _ = try folder.write("1\n0.02\n", to: "sys.txt")
    let dataset = try folder.write(
      "data_file = /your-path/lcparam.txt\nhas_mag_covmat = T\nmag_covmat_file = /your-path/sys.txt\n",
      to: "full_long.dataset")
    let sample = try readSample(dataset)
    #expect(
      sample.covariance
        == .systematic(Matrix(rows: 1, columns: 1, elements: [0.02]), errors: [0.1]))
    let scattered = try folder.write(
      "data_file = lcparam.txt\nintrinsicdisp = 0.075\n", to: "scattered.dataset")
    guard case .independent(let errors) = try readSample(scattered).covariance else {
      Issue.record("expected independent errors")
      return
    }
    #expect(abs(errors[0] - 0.125) < 1e-15)
    #expect(
      try Catalog(reading: scattered).notes.contains(
        "intrinsic scatter and peculiar velocities are added to the squares of 'dmb': intrinsicdisp = 0.075"
      ))
    #expect(try !Catalog(reading: dataset).notes.contains { $0.contains("scatter") })
  }

  @Test(
    "a .dataset whose scatter or velocities are absurd",
    arguments: [
      ("intrinsicdisp = -0.1", "'intrinsicdisp': found -0.1 where a number from 0.0 to 10.0"),
      ("intrinsicdisp0 = 1e300", "'intrinsicdisp0': found 1e+300 where a number from 0.0 to 10.0"),
      ("pecz = 300", "'pecz': found 300.0 where a number from 0.0 to 1.0"),
    ])
  func absurdScatter(line: String, words: String) throws {
    _ = try folder.write(
      "#name zcmb zhel dz mb dmb set\n1 0.1 0.101 0.0 19.0 0.1 0\n", to: "lcparam.txt")
    let dataset = try folder.write("data_file = lcparam.txt\n\(line)\n", to: "absurd.dataset")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: dataset) })
    #expect(error.description == "\(dataset), row 2, column \(words) is expected")
  }

  @Test("light curves: options that mean nothing for them are refused, and impossible numbers")
  func lightCurveRefusals() throws {
    let path = try folder.write(Self.lightCurves, to: "curves.txt")
    for (options, words) in [
      (Catalog.Options(covarianceKind: .total), "--covariance-kind does not apply"),
      (.init(columns: [.error: "dmb"]), "--column mu_err=NAME does not apply"),
    ] {
      let error = try #require(
        #expect(throws: CatalogError.self) { try Catalog(reading: path, options) })
      #expect(error.description.contains(words), "\(error.description)")
    }

    // A variance in our own files, which no root was taken of.
    let curves = folder.path("curves.csv")
    try Catalog(reading: path).writeCSV(to: curves)
    var lines = try String(contentsOfFile: curves, encoding: .utf8).split(separator: "\n")
    let names = lines[0].split(separator: ",")
    for (name, value, words) in [
      ("color_var", "-0.1", "column 'color_var': found -0.1 where a positive number is expected"),
      (
        "mb", "1e300",
        "column 'mb': found 1e300, which marks a missing value; --skip-missing leaves such rows out"
      ),
    ] {
      let good = lines[1]
      var cells = good.split(separator: ",").map(String.init)
      cells[try #require(names.firstIndex(of: Substring(name)))] = value
      lines[1] = Substring(cells.joined(separator: ","))
      let bad = try folder.write(lines.joined(separator: "\n") + "\n", to: "bad.csv")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: bad) })
      #expect(error.description == "\(bad), row 2, \(words)")
      lines[1] = good
    }
  }
}
