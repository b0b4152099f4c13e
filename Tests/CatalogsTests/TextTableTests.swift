import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Tables of text as people, programs and journals write them.
@Suite struct TextTableTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let sample = SupernovaSample(
    redshifts: [0.1, 0.5, 0.7], magnitudes: [38.3, 42.2, 43.1],
    covariance: .independent([0.2, 0.1, 0.15]))

  static let tables: [String: String] = [
    "tabs, blanks inside of cells, empty cells":
      "Name\tz\tmu\tmu_err\tRef\nPS1 3000\t0.1\t38.3\t0.2\t\nS1\t0.5\t42.2\t0.1\tA1\nPS1 1 2\t0.7\t43.1\t0.15\t\n",
    "tabs, an empty first cell":
      "Name\tz\tmu\tmu_err\n\t0.1\t38.3\t0.2\na b\t0.5\t42.2\t0.1\n\t0.7\t43.1\t0.15\n",
    "tabs at the ends of rows":
      "z\tmu\tmu_err\n0.1\t38.3\t0.2\t\n0.5\t42.2\t0.1\t\t\n0.7\t43.1\t0.15\n",
    "names by tabs, rows by blanks":
      "#z \tmu   \tmu_err\n0.1 38.3  0.2\n0.5   42.2 0.1\n0.7 43.1 0.15\n",
    "semicolons": "z;mu;mu_err;remark\n0.1;38.3;0.2;a, b\n0.5;42.2;0.1;\n0.7;43.1;0.15;c d\n",
    "semicolons and decimal commas":
      "\u{FEFF}z;mu;mu_err\r\n0,1;38,3;0,2\r\n0,5;42,2;0,1\r\n0,7;43,1;0,15\r\n",
    "an index before semicolons": ";z;mu;mu_err\n0;0,1;38,3;0,2\n1;0,5;42,2;0,1\n2;0,7;43,1;0,15\n",
    "tabs and decimal commas": "z\tmu\tmu_err\n0,1\t38,3\t0,2\n0,5\t42,2\t0,1\n0,7\t43,1\t0,15\n",
    "blanks and decimal commas": "z mu mu_err\n0,1 38,3 0,2\n0,5 42,2 0,1\n0,7 43,1 0,15\n",
    "bars": "name|z|mu|mu_err\na b|0.1|38.3|0.2\nc|0.5|42.2|0.1\nd,e|0.7|43.1|0.15\n",
    "a table of Markdown":
      "| z | mu | mu_err |\n|---|:--:|---:|\n| 0.1 | 38.3 | 0.2 |\n| 0.5 | 42.2 | 0.1 |\n| 0.7 | 43.1 | 0.15 |\n",
    "commas and blanks": "z, mu, mu_err\n0.1, 38.3, 0.2\n0.5, 42.2, 0.1\n0.7, 43.1, 0.15\n",
    "names by commas, rows by blanks": "z, mu, mu_err\n0.1 38.3 0.2\n0.5 42.2 0.1\n0.7 43.1 0.15\n",
    "names in a comment by blanks, rows by commas":
      "# z mu mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n0.7,43.1,0.15\n",
    "names in a comment with commas": "#z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n0.7,43.1,0.15\n",
    "quoted separators":
      "name,z,mu,mu_err\n\"a,b;c\",0.1,38.3,0.2\n\"d\te\",0.5,42.2,0.1\nf,0.7,43.1,0.15\n",
    "comments of all kinds":
      "# one\n! two\n% three\n; four\nz mu mu_err\n# half way\n0.1 38.3 0.2\n! more\n0.5 42.2 0.1\n% and more\n0.7 43.1 0.15\n; end\n",
    "comments behind rows":
      "z mu mu_err # names\n0.1 38.3 0.2 # SN a, near\n0.5 42.2 0.1 ! 5, 6\n0.7 43.1 0.15 % and ; more\n",
    "comments behind rows with commas":
      "z,mu,mu_err\n0.1,38.3,0.2 # SN a, near\n0.5,42.2,0.1  # \"odd\n0.7,43.1,0.15 ; note\n",
    "comments behind rows with tabs":
      "z\tmu\tmu_err\n0.1\t38.3\t0.2 # a\tb\n0.5\t42.2\t0.1\n0.7\t43.1\t0.15\n",
    "signs of comments inside of cells":
      "name,z,mu,mu_err,note\nSN#1,0.1,38.3,0.2,#5\nSN!2,0.5,42.2,0.1,50%\nx,0.7,43.1,0.15,a;b\n",
    "a row of units": "z,mu,mu_err\n,mag,mag\n0.1,38.3,0.2\n0.5,42.2,0.1\n0.7,43.1,0.15\n",
    "a row of other units": "z;mu;mu_err\n-;mag;mmag\n0,1;38,3;200\n0,5;42,2;100\n0,7;43,1;150\n",
    "units in the next comment":
      "# z mu mu_err\n# - mag mmag\n0.1 38.3 200\n0.5 42.2 100\n0.7 43.1 150\n",
    "prose with a redshift in it":
      "# z mu mu_err\n# the redshift z is in the CMB frame\n0.1 38.3 0.2\n0.5 42.2 0.1\n0.7 43.1 0.15\n",
    "prose of as many words":
      "# z mu mu_err\n# some more words\n0.1 38.3 0.2\n0.5 42.2 0.1\n0.7 43.1 0.15\n",
    "prose before":
      "# In this table the redshift z comes first\n# z mu mu_err\n0.1 38.3 0.2\n0.5 42.2 0.1\n0.7 43.1 0.15\n",
    "Fortran's exponents":
      "z mu mu_err\n1.0D-01 3.83d+1 .2D0\n5.0D-1 4.22D+01 1.0D-01\n0.7d0 4.31E1 1.5-001\n",
    "units behind names and blanks":
      "z mu (mag) mu_err [mmag]\n0.1 38.3 200\n0.5 42.2 100\n0.7 43.1 150\n",
    "units behind names in a comment":
      "# z mu (AB mag) mu_err (mmag)\n0.1 38.3 200\n0.5 42.2 100\n0.7 43.1 150\n",
    "no names": "0.1 38.3 0.2\n0.5 42.2 0.1\n0.7 43.1 0.15\n",
    "no names, semicolons": "a b;0,1;38,3;0,2\nc;0,5;42,2;0,1\nd;0,7;43,1;0,15\n",
    "VizieR's tab-separated values":
      "#RESOURCE=yCat\n#Name: J/ApJ/0/0/table1\n#Column\tSN\t(A9)\tName\t[ucd=meta.id]\n\nSN\tzcmb\tmu\te_mu\n \t \tmag\tmag\n---------\t------\t------\t----\nSN a    \t0.1   \t38.3  \t0.2 \nSN b    \t0.5   \t42.2  \t0.1 \n        \t0.7   \t43.1  \t0.15\n\n",
    "VizieR's in millimagnitudes":
      "#\nSN;zcmb;mu;e_mu\n;;mag;mmag\n---;---;---;---\na;0.1;38.3;200\nb;0.5;42.2;100\nc;0.7;43.1;150\n",
    "ECSV": """
    # %ECSV 1.0
    # ---
    # datatype:
    # - {name: name, datatype: string, description: 'A name: with a colon'}
    # - {name: z, datatype: float64}
    # - {name: mu, unit: mag, datatype: float64}
    # - {name: mu_err, unit: mmag, datatype: float64}
    # meta: !!omap
    # - {comments: [one, two]}
    # schema: astropy-2.0
    name z mu mu_err
    "SN a" 0.1 38.3 200.0
    "" 0.5 42.2 100.0
    b 0.7 43.1 150.0

    """,
    "ECSV with commas and units of astropy": """
    # %ECSV 1.0
    # ---
    # delimiter: ','
    # datatype:
    # - name: z
    #   datatype: float64
    # - {name: mu, unit: !astropy.units.Unit {unit: mag}, datatype: float64}
    # - {name: mu_err, unit: 'mag(AB)', datatype: float64}
    z,mu,mu_err
    0.1,38.3,0.2
    0.5,42.2,0.1
    0.7,43.1,0.15

    """,
    "a table of the AAS": """
    Title: Invented
    Authors: Someone A.
    Table: Distances
    ================================================================================
    Byte-by-byte Description of file: tab1.txt
    --------------------------------------------------------------------------------
       Bytes Format Units  Label  Explanations
    --------------------------------------------------------------------------------
       1-  5 A5     ---    Name   Name, which goes on
                                  in a second line
       7-  9 F3.1   ---    zcmb   ? Redshift
      11- 14 F4.1   mag    mu     [30/50]?=99.9 Modulus
      16- 18 I3     mmag e_mu     Uncertainty in mu
          20 A1     ---  l_mu     Limit flag (1)
    --------------------------------------------------------------------------------
    Note (1): nothing.
    --------------------------------------------------------------------------------
    SN  a 0.1 38.3 200
          0.5 42.2 100 >
    S c   0.7 43.1 150

    """,
    "a table of astropy in that layout, with letters of two bytes": """
    Title:
    Authors:
    Table:
    ================================================================================
    Byte-by-byte Description of file: table.dat
    --------------------------------------------------------------------------------
     Bytes Format Units  Label     Explanations
    --------------------------------------------------------------------------------
     1- 6  A6     ---    name    Description of name
     8-10  F3.1   ---    z       [0.1/0.7] Description of z
    12-15  F4.1   mag    mu      [38.29/43.1] Description of mu
    17-21  F5.1   mmag   e_mu    [100.0/200.0] Description of e_mu
    --------------------------------------------------------------------------------
    Notes:
    --------------------------------------------------------------------------------
    SN1    0.1 38.3 200.0
    SN two 0.5 42.2 100.0
    Ü3     0.7 43.1 150.0

    """,
  ]

  @Test("every kind of table says the same", arguments: tables.keys.sorted())
  func kinds(name: String) throws {
    let table = try #require(Self.tables[name])
    for text in [table, table.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")] {
      #expect(try readSample(try folder.write(text, to: "t.txt")) == Self.sample)
    }
  }

  static let refusals: [(name: String, table: String, words: String)] = [
    (
      "thousands", "z\tmu\tmu_err\tcz\n0.1\t38.3\t0.2\t29,979\n0.5\t42.2\t0.1\t149,896\n",
      "row 2, column 'cz': found '29,979' where other numbers have decimal points"
    ),
    (
      "a missing value of the CDS",
      "Byte-by-byte Description of file: t\n---------------------------------------\n 1- 3 F3.1 --- z  Redshift\n"
        + " 5- 8 F4.1 mag mu ?=99.9 Modulus\n10-12 F3.1 mag e_mu Error\n---------------------------------------\n"
        + "0.1 99.9 0.2\n", "row 7, column 'mu': found 99.9, which marks a missing value"
    ),
    (
      "an empty place",
      "Byte-by-byte Description of file: t\n---------------------------------------\n 1- 3 F3.1 --- z  Redshift\n"
        + " 5- 8 F4.1 mag mu Modulus\n10-12 F3.1 mag e_mu Error\n---------------------------------------\n"
        + "0.1 38.3\n", "row 7, column 'e_mu': the cell is empty"
    ),
    (
      "a ReadMe",
      "Byte-by-byte Description of file: t\n---------------------------------------\n 1- 3 F3.1 --- z  Redshift\n"
        + "---------------------------------------\n", "this is a description without rows"
    ),
    (
      "a row cut short", "z\tmu\tmu_err\n0.1\t38.3\t0.2\n0.5\t42.2\n",
      "row 3: found 2 fields where there are 3 column names"
    ),
    ("a field too many behind tabs", "z\tmu\tmu_err\n0.1\t38.3\t0.2\tx\n", "row 2: found 4 fields"),
    ("an empty cell", "z\tmu\tmu_err\n0.1\t\t0.2\n", "row 2, column 'mu': the cell is empty"),
    (
      "a broken ECSV", "# %ECSV 1.0\n# ---\n# datatype: [\nz mu mu_err\n0.1 38.3 0.2\n",
      "begin like an ECSV header"
    ),
    (
      "IPAC", "\\catalog=x\n|  z  |  mu  |\n|double|double|\n 0.1  38.3\n",
      "this is an IPAC table"
    ),
    (
      "LaTeX",
      "\\begin{tabular}{ccc}\nz & mu & mu_err \\\\\n0.1 & 38.3 & 0.2 \\\\\n\\end{tabular}\n",
      "this is a LaTeX table"
    ),
    (
      "a body of LaTeX", "SN a & 0.1 & 38.3 & 0.2 \\\\\nSN b & 0.5 & 42.2 & 0.1 \\\\\n",
      "this is a LaTeX table"
    ),
    (
      "CosmoSIS", "[runtime]\nsampler = test\n\n[test]\nsave_dir=out\n",
      "these are settings of a program"
    ),
    ("JSON", "{\"z\": [0.1], \"mu\": [38.3]}\n", "this is JSON"),
    ("PDF", "%PDF-1.7\n1 0 obj\n", "this is PDF"),
  ]

  @Test("what is not read is reported for what it is", arguments: refusals)
  func refused(name: String, table: String, words: String) throws {
    let path = try folder.write(table, to: "t.txt")
    let options = Catalog.Options(columns: name == "thousands" ? [.redshift: "cz"] : [:])
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: path, options) })
    #expect(error.description.contains(words), "\(error.description)")
  }

  static let binaries: [(bytes: [UInt8], words: String)] = [
    ([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, 0], "this is HDF5"),
    ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "this is an Excel workbook"),
    (
      ZipBytes.archive([("[Content_Types].xml", []), ("xl/workbook.xml", [])]),
      "this is an Excel workbook"
    ),
    (Array("PAR1".utf8) + [0, 1], "this is Parquet"),
  ]

  @Test("binary files that are not read", arguments: binaries.indices)
  func binary(index: Int) throws {
    let (bytes, words) = Self.binaries[index]
    let path = try folder.write(bytes, to: "t.bin")
    for read in [{ try Catalog(reading: path).count }, { try NumberTable(path).rowCount }] {
      let error = try #require(#expect(throws: CatalogError.self) { try read() })
      #expect(
        error.description.contains(words) || error.problem == .isArchive, "\(error.description)")
    }
  }

  @Test("the names of draws are those of parameters, not of prose")
  func draws() throws {
    let path = try folder.write(
      "# omega_m h\n# burned in\n0.3 0.7\n0.31 0.71\n", to: "draws.txt")
    #expect(try NumberTable(path).columnNames == ["omega_m", "h"])
    let other = try folder.write("# a b\n# burn-in removed\n0.3 0.7\n0.31 0.71\n", to: "o.txt")
    #expect(try NumberTable(other).columnNames == ["a", "b"])
  }

  @Test("three columns of numbers are no matrix, whatever their number")
  func noMatrix() throws {
    let rows = (0..<12).map { "0.\($0 + 1) x 0.2\n" }.joined()
    let path = try folder.write("# the first\n" + rows, to: "t.txt")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(!error.description.contains("matrix"))
  }
}
