import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct CatalogTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "text tables of all kinds say the same of two supernovae",
    arguments: [
      "commas": Refusal.goodTable,
      "blanks": "  z   mu  mu_err \n 0.1 38.3  0.2\n 0.5 42.2\t0.1 \n",
      "tabs": "z\tmu\tmu_err\n0.1\t38.3\t0.2\n0.5\t42.2\t0.1\n",
      "comments": "# made by hand\n\nz,mu,mu_err\n# half way\n0.1,38.3,0.2\n\n0.5,42.2,0.1\n",
      "header in a comment": "# a table\n# z mu mu_err\n0.1 38.3 0.2\n0.5 42.2 0.1\n",
      "header in a comment, without blank": "#z mu mu_err\n0.1 38.3 0.2\n0.5 42.2 0.1\n",
      "quotes":
        "\"z\",\"mu\",name,\"mu_err\"\n0.1,\"38.3\",\"SN \"\"a\"\", near\",0.2\n0.5,42.2,b,0.1\n",
      "other columns": "name,z,mu,remark,mu_err\nSN1,0.1,38.3,,0.2\nSN2,0.5,42.2,nan,0.1\n",
      "Windows lines": "z,mu,mu_err\r\n0.1,38.3,0.2\r\n0.5,42.2,0.1\r\n",
      "old Macintosh lines": "z,mu,mu_err\r0.1,38.3,0.2\r0.5,42.2,0.1\r",
      "byte-order mark": "\u{FEFF}z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n",
      "no last newline": "z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1",
      "synonyms": "ZHD,MU,MUERR\n0.1,38.3,0.2\n0.5,42.2,0.1\n",
      "exponents": "zcmb,mu,dmu\n1e-1,+383E-1,.2\n5.0e-1,4.22e1,1e-1\n",
      "SNANA names": "CID,zHD,zCMB,MU,MUERR_FINAL\n1,0.1,0.11,38.3,0.2\n2,0.5,0.51,42.2,0.1\n",
    ])
  func text(kind: String, table: String) throws {
    let sample = try readSample(try folder.write(table, to: "table.csv"))
    #expect(sample.redshifts == [0.1, 0.5])
    #expect(sample.heliocentricRedshifts == [0.1, 0.5])
    #expect(sample.magnitudes == [38.3, 42.2])
    #expect(sample.covariance == .independent([0.2, 0.1]))
    #expect(sample.quantity == .distanceModulus)
  }

  @Test("zHEL, magnitudes, and columns by name")
  func roles() throws {
    let path = try folder.write(
      "id zHD zHEL m_b_corr MU_SHOES err\na 0.1 0.101 19 38.3 0.2\nb 0.5 0.499 23 42.2 0.1\n",
      to: "t.txt")
    let catalog = try Catalog(reading: path, .init(columns: [.error: "err"]))
    let magnitudes = try #require(catalog.sample)
    #expect(magnitudes.quantity == .apparentMagnitude)
    #expect(magnitudes.magnitudes == [19, 23])
    #expect(magnitudes.heliocentricRedshifts == [0.101, 0.499])
    #expect(catalog.columns[.heliocentricRedshift] == "zHEL")
    let moduli = try readSample(path, .init(columns: [.error: "err", .modulus: "MU_SHOES"]))
    #expect(moduli.quantity == .distanceModulus)
    #expect(moduli.magnitudes == [38.3, 42.2])
  }

  static let matrix = Matrix(rows: 2, columns: 2, elements: [0.04, 0.01, 0.01, 0.02])

  @Test(
    "covariances of all kinds",
    arguments: [
      "rows of commas": "0.04,0.01\n0.01,0.02\n",
      "rows of blanks": " 0.04 0.01\n 0.01 0.02\n",
      "one number a line": "0.04\n0.01\n0.01\n0.02\n",
      "count first": "2\n0.04\n0.01\n0.01\n0.02\n",
      "count twice first": "2 2\n0.04 0.01\n0.01 0.02\n",
      "count and rows in one": "2 0.04 0.01 0.01 0.02\n",
      "comments": "# covariance\n0.04,0.01\n# second\n0.01,0.02\n",
      "rounded halves": "0.04,0.01000000001\n0.00999999999,0.02\n",
    ])
  func covariance(kind: String, numbers: String) throws {
    let table = try folder.write(Refusal.goodTable, to: "t.csv")
    let matrix = try folder.write(numbers, to: "c.txt")
    let catalog = try Catalog(reading: table, covariance: matrix)
    guard case .total(let read) = catalog.sample?.covariance else {
      Issue.record("expected a total covariance")
      return
    }
    for i in 0..<4 { #expect(abs(read.elements[i] - Self.matrix.elements[i]) < 1e-16) }
    #expect(catalog.covarianceSource == matrix)
  }

  @Test("the bundled FITS file says exactly what the bundled text files say")
  func bundled() throws {
    let text = try Catalog(
      reading: ProjectFiles.data("jla_binned.csv"),
      covariance: ProjectFiles.data("jla_binned_covariance.csv"))
    let fits = try Catalog(reading: ProjectFiles.data("jla_binned.fits"))
    #expect(text.sample == fits.sample)
    #expect(text.count == 31)
    guard case .total(let matrix) = text.sample?.covariance else {
      Issue.record("expected a total covariance")
      return
    }
    // The corners and one element inside of table F.2 of Betoule et al. 2014.
    #expect(matrix[0, 0] == 0.021283 && matrix[0, 30] == 0.000168 && matrix[1, 2] == -0.002217)
  }

  @Test("what is written as FITS is read back the same", arguments: [true, false])
  func writing(correlated: Bool) throws {
    let table = try folder.write(
      "z,zhel,mb,dmb\n0.1,0.1011,19.3,0.2\n0.5,0.5,23.2,0.1414213562373095\n", to: "t.csv")
    let matrix = try folder.write("0.04 0.01 0.01 0.02", to: "c.txt")
    let catalog = try Catalog(reading: table, .init(covariance: correlated ? matrix : nil))
    let path = folder.path("t.fits")
    try catalog.writeFITS(to: path)
    #expect(try Catalog(reading: path).sample == catalog.sample)
    #expect(throws: CatalogError.self) { try catalog.writeFITS(to: path) }
    try catalog.writeFITS(to: path, replacing: true)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.hasPrefix(".") })
  }

  /// NASA's verifier, where Debian's package of it is installed.
  static let verifier = "/usr/bin/fitsverify"

  @Test(
    "fitsverify finds neither errors nor warnings in what is written, and in the bundled file",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: verifier), "fitsverify is not installed"))
  func verification() throws {
    let path = folder.path("t.fits")
    try Catalog(reading: ProjectFiles.data("jla_binned.fits")).writeFITS(to: path)
    let calibrators = folder.path("calibrators.fits")
    try Catalog(
      reading: try folder.write(ReleaseLayoutTests.pantheonPlus, to: "p.dat"),
      .init(columns: [.error: "m_b_corr_err_DIAG"], includesCalibrators: true)
    ).writeFITS(to: calibrators)
    let lightCurves = folder.path("lightcurves.fits")
    try Catalog(reading: try folder.write(LightCurveReleaseTests.lightCurves, to: "lc.txt"))
      .writeFITS(to: lightCurves)
    for file in [path, calibrators, lightCurves, ProjectFiles.data("jla_binned.fits")] {
      let (process, pipe) = (Process(), Pipe())
      process.executableURL = URL(fileURLWithPath: Self.verifier)
      process.arguments = ["-q", file]
      process.standardOutput = pipe
      try process.run()
      let verdict = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0 && verdict.contains("verification OK"), "\(verdict)")
    }
  }

  @Test("chains are written as a table of all draws")
  func chains() throws {
    var chain = Chain(columns: [.init(name: "h")])
    chain.append([0.7], logDensity: -1, statistics: [.energy: 2])
    chain.append([0.8], logDensity: -3, statistics: [.energy: 4])
    let path = folder.path("chain.fits")
    try Chain.writeFITS([chain, chain], to: path)
    // Read by way of the catalog reader, which knows nothing of chains.
    let sample = try readSample(
      path, .init(columns: [.redshift: "h", .modulus: "log_density__", .error: "energy__"]))
    #expect(sample.redshifts == [0.7, 0.8, 0.7, 0.8] && sample.magnitudes == [-1, -3, -1, -3])
    #expect(sample.covariance == .independent([2, 4, 2, 4]))
  }

  @Test("chains whose samplers noted different things are written and read, others are refused")
  func unequalChains() throws {
    func chain(_ columns: [String], _ statistics: [Chain.Statistic]) -> Chain {
      var chain = Chain(columns: columns.map { .init(name: $0) }, statistics: statistics)
      for draw in 1...3 {
        chain.append(
          columns.map { _ in Double(draw) }, logDensity: -1, noted: statistics.map { _ in 5 })
      }
      return chain
    }
    let path = folder.path("chain.fits")
    let chains = [
      chain(["a", "h"], [.energy, .divergent, .energy]), chain(["a", "h"], []),
      chain(["a", "h"], [.treeDepth, .energy]),
    ]
    try Chain.writeFITS(chains, to: path)
    let read = try Chain.readFITS(path)
    #expect(read.map { $0.column(1) } == chains.map { $0.column(1) })
    #expect(read[0].statistics[.energy] == [5, 5, 5] && read[2].statistics[.energy] == [5, 5, 5])
    for (index, name) in [(0, Chain.Statistic.treeDepth), (1, .energy), (2, .divergent)] {
      #expect(read[index].statistics[name]?.allSatisfy { $0.isNaN } == true)
    }
    for other in [chain(["a"], []), chain(["h", "a"], []), chain([], [])] {
      #expect(throws: CatalogError.self) {
        try Chain.writeFITS([chains[0], other], to: folder.path("none.fits"))
      }
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("none.fits")))
    try Chain.writeFITS([chain(["a", "a"], [])], to: path)
    #expect(throws: CatalogError.self) { try Chain.readFITS(path) }
  }

  @Test("integer and scaled FITS columns, and the only image of the right size as covariance")
  func foreignFITS() throws {
    var file = FITSBytes()
    file.append(
      table: "SN",
      [
        .init(
          "ZHD", "1I", [("TSCAL", "0.001")],
          cells: [FITSBytes.bigEndian(Int16(100)), FITSBytes.bigEndian(Int16(500))]),
        .init("MU", "1E", cells: [38.5, 42.25].map { FITSBytes.bigEndian(Float($0).bitPattern) }),
      ])
    file.append(image: "CUTOUT", axes: [5, 7], [Double](repeating: 0, count: 35))
    file.append(image: "ERRORS", axes: [2, 2], Self.matrix.elements)
    let sample = try readSample(try folder.write(file.bytes, to: "sn.fits"))
    #expect(sample.redshifts == [0.1, 0.5] && sample.magnitudes == [38.5, 42.25])
    #expect(sample.covariance == .total(Self.matrix))
  }

  @Test("the published JLA bins, as released", .needs("data/jla_binned"))
  func published() throws {
    let folder = try #require(ProjectFiles.shared("data/jla_binned"))
    let sample = try readSample(
      "\(folder)/jla_mub.txt", .init(covariance: "\(folder)/jla_mub_covmatrix.dat"))
    let likelihood = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
    #expect(abs(likelihood.chiSquared(at: [0.2945, 0.7008]) - 33.62) < 0.01)
  }
}
