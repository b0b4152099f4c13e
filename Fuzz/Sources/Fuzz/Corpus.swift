import Catalogs
import Foundation
import Inference

/// Small valid inputs of every format: the bundled data, and invented ones.
enum Corpus {
  private static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func file(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: package.appending(path: path).path) else {
      fatalError("\(path) is missing in \(package.path)")
    }
    return Array(data)
  }

  // MARK: Tables

  static let fourRows = "z,mu,mu_err\n0.1,38.3,0.2\n0.3,40.9,0.15\n0.5,42.2,0.1\n0.7,43.1,0.15\n"

  static let textTables: [Seed] = [
    Seed("bundled.csv", [("bundled.csv", .plain(.text, file("../data/jla_binned.csv")))]),
    Seed("four.csv", text: fourRows),
    Seed("tabs.tsv", text: fourRows.replacing(",", with: "\t")),
    Seed(
      "semicolons.csv",
      text: fourRows.replacing(",", with: ";").replacing(".", with: ",")),
    Seed(
      "des.csv",
      text: """
        CID,IDSURVEY,zCMB,zHD,zHEL,MU,MUERR_FINAL
        1,10,0.11,0.1,0.101,38.3,0.2
        2,10,0.51,0.5,0.499,42.2,0.1

        """),
    Seed(
      "snana.txt",
      text: """
        NVAR: 5
        VARNAMES: CID zHD zHEL MU MUERR
        # comment, with "one quote
        SN: 1 0.1 0.101 38.3 0.2
        ROW: 2 0.5 0.499 42.2 0.1

        """),
    Seed("union.txt", text: "a\t0.1\t38.3\t0.2\nb\t0.5\t42.2\t0.1\n"),
    Seed(
      "units.ecsv",
      text: """
        # %ECSV 1.0
        # ---
        # datatype:
        # - {name: name, datatype: string, description: 'A name: with a colon'}
        # - {name: z, datatype: float64}
        # - {name: mu, unit: mag, datatype: float64}
        # - {name: mu_err, unit: mmag, datatype: float64}
        # schema: astropy-2.0
        name z mu mu_err
        "SN a" 0.1 38.3 200.0
        "" 0.5 42.2 100.0
        b 0.7 43.1 150.0

        """),
    Seed(
      "journal.txt",
      text: """
        Title: Invented distances
        Byte-by-byte Description of file: t.txt
        --------------------------------------------------------------------------------
           Bytes Format Units Label Explanations
        --------------------------------------------------------------------------------
            1- 4  F4.2   ---   z     ? Redshift
            6- 9  F4.1   mag   mu    [30/50]?=99.9 Modulus
           11-14  F4.2   mag   e_mu  Its error
        --------------------------------------------------------------------------------
        0.10 38.3 0.20
        0.50 42.2 0.10
        0.70 43.1 0.15

        """),
    Seed(
      "pantheon.dat",
      text: """
        CID zHD zHEL m_b_corr m_b_corr_err_DIAG CEPH_DIST IS_CALIBRATOR x1 c
        a 0.002 0.0021 9.7 1.5 29.1 1 0.1 0.2
        b 0.005 0.0051 11.9 1.2 -9 0 0.1 0.2
        c 0.02 0.0201 15.2 0.2 -9 0 0.1 0.2
        d 0.03 0.0301 16.0 0.2 33.2 1 0.1 0.2

        """, .init(columns: [.error: "m_b_corr_err_DIAG"], includesCalibrators: true)),
  ]

  private static let lightCurves = """
    #name zcmb zhel dz mb dmb x1 dx1 color dcolor 3rdvar d3rdvar tmax dtmax cov_m_s cov_m_c cov_s_c set ra
    a 0.5 0.501 0 23.0 0.1 1.25 0.15 -0.01 0.03 9.5 0.1 1 2 0.0008 0.0004 -0.00003 1 36
    b 0.1 0.101 0 19.0 0.2 -0.5 0.25 0.02 0.04 10.5 0.1 1 2 0.0009 0.0005 -0.00004 4 37

    """

  static let lightCurveCatalogs: [Seed] = [
    Seed("curves.txt", text: lightCurves),
    Seed(
      "jla.dataset",
      [
        (
          "jla.dataset",
          .text(
            """
            name = JLA
            data_file = jla.txt
            pecz = 0.001
            intrinsicdisp = 0
            intrinsicdisp0 = 0.1
            scriptmcut = 10.0
            twoscriptmfit = T
            has_mag_covmat = T
            mag_covmat_file = v0.dat
            has_mag_stretch_covmat = T
            mag_stretch_covmat_file = v0a.dat
            has_colour_covmat = F

            """)
        ),
        ("jla.txt", .text(lightCurves)), ("v0.dat", .text("2\n0.01\n0.002\n0.002\n0.03\n")),
        ("v0a.dat", .text("2\n-0.01 0.002\n0.002 0\n")),
      ]),
    Seed(
      "full.dataset",
      [
        (
          "full.dataset",
          .text("data_file = full.txt\nhas_mag_covmat = T\nmag_covmat_file = full.cov\n")
        ),
        (
          "full.txt",
          .text(
            "# name zcmb zhel dz mb dmb\na 0.1 0.101 0 19.0 0.2\nb 0.5 0.501 0 23.0 0.1\n")
        ), ("full.cov", .text("2\n0.01\n0.002\n0.002\n0.03\n")),
      ]),
  ]

  static let votables: [Seed] = [
    "<TABLEDATA>\n<TR><TD>a</TD><TD>0.1</TD><TD>38.3</TD><TD>200</TD></TR>"
      + "<TR><TD>b &lt; c</TD><TD>0.5</TD><TD><![CDATA[42.2]]></TD><TD> 100 </TD></TR>"
      + "<TR><TD/><TD>0.7</TD><TD>43.1</TD><TD>150</TD></TR>\n</TABLEDATA>",
    stream(
      "BINARY",
      [(0.1, 38.3, 200), (0.5, 42.2, 100), (0.7, 43.1, 150)].flatMap { z, mu, error in
        SeedBytes.bigEndian(UInt32(1)) + [0x61] + [z, mu, error].flatMap(bytes)
      }),
    stream(
      "BINARY2",
      [(0.1, 38.3, 200), (0.5, 42.2, 100), (0.7, 43.1, 150)].flatMap { z, mu, error in
        [0] + SeedBytes.bigEndian(UInt32(1)) + [0x61] + [z, mu, error].flatMap(bytes)
      }),
  ].enumerated().map { index, data in
    Seed(
      "table\(index).vot",
      text: """
        <?xml version="1.0" encoding="utf-8"?>
        <VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
        <RESOURCE type="results"><TABLE>
        <FIELD ID="name" arraysize="*" datatype="char" name="name"/>
        <FIELD ID="z" datatype="double" name="z"/>
        <FIELD ID="mu" datatype="double" name="mu" unit="mag"/>
        <FIELD ID="e_mu" datatype="double" name="e_mu" unit="mmag"/>
        <DATA>\(data)</DATA>
        </TABLE></RESOURCE></VOTABLE>

        """)
  }

  private static func stream(_ name: String, _ bytes: [UInt8]) -> String {
    "<\(name)><STREAM encoding=\"base64\">\(Data(bytes).base64EncodedString())</STREAM></\(name)>"
  }

  private static func bytes(_ number: Double) -> [UInt8] { SeedBytes.bigEndian(number.bitPattern) }

  // MARK: FITS

  private static let rows = [
    [0.1, 38.3, 0.2], [0.3, 40.9, 0.15], [0.5, 42.2, 0.1], [0.7, 43.1, 0.15],
  ]
  private static let covariance: [Double] = [
    0.04, 0.001, 0.002, 0.001, 0.001, 0.03, 0.001, 0.002, 0.002, 0.001, 0.02, 0.001, 0.001, 0.002,
    0.001, 0.03,
  ]

  static let fitsCatalogs: [Seed] = [
    ("bundled.fits", file("../data/jla_binned.fits")),
    (
      "table.fits",
      SeedBytes.fits([
        SeedBytes.emptyUnit,
        SeedBytes.table(
          "SNIA", [("name", "3A"), ("z", "1D"), ("mu", "1D"), ("mu_err", "1E"), ("n", "1J")],
          rows: rows.map { row in
            Array("SN1".utf8) + bytes(row[0]) + bytes(row[1])
              + SeedBytes.bigEndian(Float(row[2]).bitPattern) + SeedBytes.bigEndian(Int32(7))
          }, cards: ["TNULL5  = 9", "TUNIT4  = 'mag'"]),
        SeedBytes.image("COV", [4, 4], covariance),
      ])
    ),
    (
      "ascii.fits",
      SeedBytes.fits([
        SeedBytes.emptyUnit,
        (
          ["XTENSION= 'TABLE   '"] + SeedBytes.axes([15, 4], bits: 8) + [
            SeedBytes.card("PCOUNT", 0), SeedBytes.card("GCOUNT", 1), SeedBytes.card("TFIELDS", 3),
            "TTYPE1  = 'z'", "TFORM1  = 'F4.2'", "TBCOL1  = 1", "TTYPE2  = 'mu'",
            "TFORM2  = 'F4.1'", "TBCOL2  = 6", "TTYPE3  = 'mu_err'", "TFORM3  = 'E5.2'",
            "TBCOL3  = 11",
          ],
          Array("0.10 38.3 0.20 0.30 40.9 0.15 0.50 42.2 0.10 0.70 43.1 0.15 ".utf8)
        ),
      ])
    ),
    (
      "diagram.fits",
      SeedBytes.fits([
        (
          ["SIMPLE  =                    T"] + SeedBytes.axes([4, 4], bits: -64),
          [0, 0.1, 0.5, 0.7, 38.3, 30, 1, 1, 42.2, 1, 40, 2, 43.1, 1, 2, 30].flatMap(bytes)
        )
      ])
    ),
  ].map { name, bytes in Seed(name, [(name, .fits(bytes))]) }

  // MARK: Covariances beside the table of four rows

  static let textCovariances = [
    lines(covariance), "4\n" + covariance.map { "\($0)\n" }.joined(),
    "# COVTYPE = SYS\n4 4\n" + lines(covariance).replacing(" ", with: ","),
    "0.1,0.3,0.5,0.7\n" + lines(covariance).replacing(" ", with: ","),
  ].enumerated().map { index, text in matrix("matrix\(index).txt", .text(text)) }

  static let binaryCovariances: [Seed] = [
    matrix(
      "packed.npz",
      .zip([
        ("nsn.npy", SeedBytes.array("<i8", shape: "()", SeedBytes.littleEndian(UInt64(4)))),
        (
          "cov.npy",
          SeedBytes.array(
            "<f4", shape: "(10,)",
            (0..<4).flatMap { row in (row..<4).map { covariance[4 * row + $0] } }.flatMap {
              SeedBytes.littleEndian(Float($0).bitPattern)
            })
        ),
      ])),
    matrix(
      "square.npy",
      .plain(
        .binary,
        SeedBytes.array(
          "<f8", shape: "(4, 4)", covariance.flatMap { SeedBytes.littleEndian($0.bitPattern) }))),
    matrix(
      "square.npz",
      .zip([
        (
          "cov.npy",
          SeedBytes.array(
            ">f8", shape: "(4, 4)", covariance.flatMap { SeedBytes.bigEndian($0.bitPattern) })
        )
      ])),
  ]

  static let fitsCovariances =
    ["rice", "gzip", "hcompress", "plio", "rice-quantized"].map {
      matrix("\($0).fits", .fits(file("Seeds/\($0).fits")))
    } + [
      matrix(
        "image.fits",
        .fits(
          SeedBytes.fits([SeedBytes.emptyUnit, SeedBytes.image("COV", [4, 4], covariance)])))
    ]

  private static func lines(_ elements: [Double]) -> String {
    (0..<4).map { row in
      elements[4 * row..<4 * row + 4].map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
  }

  private static func matrix(_ name: String, _ content: Seed.Content) -> Seed {
    Seed(
      "four.csv", [(name, content), ("four.csv", .text(fourRows))], damaged: 1,
      .init(covariance: name))
  }

  // MARK: Compressed text

  static let compressed: [Seed] =
    textTables.prefix(2).map { seed in
      guard case .plain(let format, let bytes) = seed.files[0].content else { return seed }
      return Seed("\(seed.argument).gz", [("\(seed.argument).gz", .gzip(format, bytes))])
    } + [
      Seed(
        "table.fits.gz", [("table.fits.gz", .gzip(.fits, fitsCatalogs[1].files[0].content.bytes))]),
      Seed("huffman.csv.gz", [("huffman.csv.gz", .plain(.binary, file("Seeds/huffman.csv.gz")))]),
    ]

  // MARK: Chains

  private static let draws = (0..<60).map { index in
    var random = RandomStream(seed: 7, "draws of seeds", index)
    let (a, b) = (random.nextStandardNormal(), random.nextStandardNormal())
    return (minusLog: (a * a + b * b) / 2, omega: 0.3 + 0.03 * a, h: 0.7 + 0.01 * b)
  }

  private static func getDist(_ part: Range<Int>) -> Seed.Content {
    .text(draws[part].map { "1 \($0.minusLog) \($0.omega) \($0.h)\n" }.joined())
  }

  static let getDistFiles: [(String, Seed.Content)] = [
    ("c.1.txt", getDist(0..<30)), ("c.2.txt", getDist(30..<60)),
    ("c.paramnames", .text("omega_m\t\\Omega_m\nh*\th\n")),
    ("c.ranges", .text("omega_m 0.1 0.9\nh 0.4 N\n")),
    ("c.properties.ini", .text("ignore_rows = 0.1\ntemperature = 2\n")),
  ]

  static let chains: [Seed] = [
    Seed("c", getDistFiles),
    Seed(
      "cobaya",
      [
        (
          "cobaya.1.txt",
          .text(
            "#  weight  minuslogpost  omegam  h  minuslogprior  chi2\n"
              + draws.map { "  1 \($0.minusLog) \($0.omega) \($0.h) 0.5 1.0\n" }.joined())
        ),
        (
          "cobaya.updated.yaml",
          .text(
            """
            params:
              omegam:
                prior:
                  min: 0.1
                  max: 0.9
                latex: \\Omega_\\mathrm{m}
              h:
                prior: [0.4, 1.0]
              rdrag:
                derived: !!python/name:foo.bar ''
            likelihood:
              sn: null

            """)
        ),
      ]),
    Seed(
      "emcee.txt",
      text: "#cosmological_parameters--omega_m\tcosmological_parameters--h0\tprior\tpost\n"
        + "#sampler=emcee\n## START_OF_PARAMS_INI\n## [emcee]\n## walkers = 4\n"
        + "## END_OF_PARAMS_INI\n## START_OF_VALUES_INI\n## [cosmological_parameters]\n"
        + "## omega_m = 0.1 0.3 0.9\n## h0 = 0.4 0.7 1.0\n## END_OF_VALUES_INI\n"
        + draws.map { "\($0.omega)\t\($0.h)\t0.0\t\(-$0.minusLog)\n" }.joined()),
    Seed("stan_1.csv", [("stan_1.csv", stan(0..<30)), ("stan_2.csv", stan(30..<60))]),
    Seed(
      "nested.txt",
      [
        (
          "nested.txt",
          .text(
            draws.map { "\(0.01 + abs($0.omega)) \($0.minusLog) \($0.omega) \($0.h)\n" }.joined())
        ), ("nested.paramnames", .text("omega_m\t\\Omega_m\nh\th\n")),
      ]),
    Seed(
      "chain.fits",
      [
        (
          "chain.fits",
          .fits(
            SeedBytes.fits([
              SeedBytes.emptyUnit,
              SeedBytes.table(
                "CHAIN",
                ["chain__", "draw__", "log_density__", "weight__", "energy__", "omega_m", "h"].map {
                  ($0, "1D")
                },
                rows: draws.enumerated().map { index, draw in
                  [
                    Double(1 + index / 30), Double(1 + index % 30), -draw.minusLog, 1,
                    draw.minusLog, draw.omega, draw.h,
                  ].flatMap(bytes)
                }),
            ]))
        )
      ]),
  ]

  /// Chains with what the sampler noted beside them, as `fit` writes both.
  static let chainsWithTables = [
    Seed(
      "hmc",
      [(1, 0..<30), (2, 30..<60)].flatMap { number, part in
        [("hmc.\(number).txt", getDist(part)), ("hmc.\(number).csv", table(part))]
      } + [("hmc.paramnames", .text("omega_m\t\\Omega_m\nh\th\n"))])
  ]

  private static func table(_ part: Range<Int>) -> Seed.Content {
    .text(
      "lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,log_density__,omega_m,h\n"
        + draws[part].map {
          "\(-$0.minusLog),0.9,0.8,2,3,0,\($0.minusLog * 2),\(-$0.minusLog),\($0.omega),\($0.h)\n"
        }.joined())
  }

  private static func stan(_ part: Range<Int>) -> Seed.Content {
    .text(
      "# stan_version_major = 2\n#     num_warmup = 1\n#     save_warmup = 1\n"
        + "#     thin = 1 (Default)\nlp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,"
        + "divergent__,energy__,omega_m,theta.1\n-9,1,0.1,1,1,0,9,5,5\n# Adaptation terminated\n"
        + draws[part].map {
          "\(-$0.minusLog),0.9,0.8,2,3,0,\($0.minusLog * 2),\($0.omega),\($0.h)\n"
        }.joined() + "# \n#  Elapsed Time: 0.1 seconds (Warm-up)\n")
  }

  /// A run with its summary, and with a set of draws that `fit` does not have; its other files alone.
  static let runFolders = [
    Seed(
      ".",
      [
        ("summary.json", .json(file("Seeds/summary.json"))),
        ("analysis.yaml", .plain(.text, file("Seeds/analysis.yaml"))),
        ("run.files", .text("# run 1\nhmc.paramnames\nMy draws.paramnames\n")),
        ("My draws.1.txt", getDist(0..<60)), ("My draws.paramnames", .text("omega_m\nh\n")),
      ] + runFiles, damaged: 3), Seed(".", runFiles),
  ]

  private static let runFiles: [(String, Seed.Content)] =
    [
      ("hmc.1.txt", getDist(0..<30)), ("hmc.2.txt", getDist(30..<60)),
      ("hmc.paramnames", .text("omega_m\t\\Omega_m\nh\th\n")),
      (
        "nhf-potential.csv",
        .text(
          "x1,x2,potential,negative_log_posterior\n"
            + (0..<16).map { "\($0 / 4),\($0 % 4),\($0).5,\($0).25\n" }.joined())
      ),
      (
        "nhf-trajectories.csv",
        .text("draw,step,x1,x2\n" + (0..<12).map { "\($0 / 3),\($0 % 3),0.\($0),1\n" }.joined())
      ), ("nhf-memory.csv", .text("x1,x2\n0.0025,0.0095\n-0.016,0.006\n")),
      (
        "nhf-training.csv",
        .text("step,loss,ess,beta,rate\n50,3.5,0.2,1,0.002\n100,3.1,0.4,1,0.001\n")
      ),
      (
        "hubble.csv",
        .text(fourRows.replacing("mu_err", with: "error").replacing("mu", with: "magnitude"))
      ),
      (
        "hubble-model.csv",
        .text("z,q2.5,q16,q50,q84,q97.5\n0.05,36.5,36.6,36.7,36.8,36.9\n1,43.9,44,44.1,44.2,44.3\n")
      ),
    ]

  // MARK: Words

  static let analyses: [Seed] = [
    """
    likelihood:
      supernovae: {data: four.csv, path: direct, z_min: 0.01, columns: {z: z}}
    theory: {model: flat_wcdm}
    params:
      w: {prior: {min: -2, max: 0}}
      omega_m: {prior: {dist: norm, loc: 0.3, scale: 0.1}}
      s: {derived: omega_m^0.5 * h, latex: S}
    require: ["w < -0.3"]
    sampler:
      hmc: {draws: 5000, chains: 4}
      nhf:
    seed: 7
    output: out

    """,
    """
    likelihood: {sn: {data: four.csv, path: direct, offset: marginalise}}
    theory: {model: flat_w0wacdm}
    joint: [{names: [w0, wa], mean: [-0.9, -0.4], covmat: w.covmat}, "omega_m=chain(c)"]
    sampler: {map: {}}

    """,
  ].map { text in
    Seed(
      "run.yaml",
      [
        ("run.yaml", .text(text)), ("w.covmat", .text("# w0 wa\n0.01 0.001\n0.001 0.09\n")),
        ("four.csv", .text(fourRows)),
      ] + getDistFiles, damaged: 2)
  }

  static let expressions = [
    "omega_m^0.5 * h", "-a**2 + min(b, 3.5)/exp(-1.5e-2*c)", "pow(a, b - 1) - log10(2*pi*abs(x))",
    "`theta[1]` + sqrt((a - 0.25)^2 + (b + 1)^3)", "atanh(tanh(0.1*x) * cbrt(8))",
  ].map { Seed("expression", text: $0) }

  static let inequalities = ["w0 + wa < 0", "0 < a <= b*2 < 10.5", "x^2 >= 1.25", "a + b ≥ 0.5"]
    .map { Seed("inequality", text: $0) }

  static let formulas = ["S8like=omega_m^0.5*h", "q = a/(b + 1.5)"]
    .map { Seed("formula", text: $0) }

  static let priors = [
    "uniform(-3,1.25)", "normal(0.31,0.02)", "half_cauchy(5.5)", "student_t(4.5,0.1,1.5)",
    "gamma(2.5,1.5)", "beta(2.5,3.5)", "log_uniform(0.01,10.5)", "log_normal(0.1,0.55)",
    "truncated_normal(0.1,1.5,-1.5,2.5)", "exponential(1.25)", "inverse_gamma(3.5,1.5)",
    "soft_uniform(0.1,0.95,0.05)", "fixed(0.75)", "cauchy(0.25,1.5)",
  ].map { Seed("prior", text: $0) }
}
