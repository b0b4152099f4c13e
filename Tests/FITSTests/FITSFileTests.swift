import FITS
import Foundation
import TestSupport
import Testing

@Suite struct FITSFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static func cells(_ values: [some FixedWidthInteger]) -> [[UInt8]] {
    values.map { FITSBytes.bigEndian($0) }
  }

  static let numericColumns: [(FITSBytes.Column, [Double])] = [
    (.init("BYTE", "1B", cells: cells([0, 7, 255] as [UInt8])), [0, 7, 255]),
    (
      .init("SIGNED_BYTE", "1B", [("TZERO", "-128")], cells: cells([0, 128, 255] as [UInt8])),
      [-128, 0, 127]
    ),
    (.init("SHORT", "1I", cells: cells([-5, 0, 32767] as [Int16])), [-5, 0, 32767]),
    (
      .init(
        "UNSIGNED_SHORT", "1I", [("TZERO", "32768")], cells: cells([-32768, 0, 32767] as [Int16])),
      [0, 32768, 65535]
    ),
    (.init("INT", "1J", cells: cells([-70000, 0, 70000] as [Int32])), [-70000, 0, 70000]),
    (
      .init("LONG", "1K", cells: cells([-1 << 40, 0, 1 << 40] as [Int64])),
      [-1_099_511_627_776, 0, 1_099_511_627_776]
    ),
    (
      .init("FLOAT", "1E", cells: cells([Float(1.5), -0.25, 1e30].map(\.bitPattern))),
      [1.5, -0.25, Double(Float(1e30))]
    ),
    (.init("DOUBLE", "1D", cells: cells([0.1, -2, 1e300].map(\.bitPattern))), [0.1, -2, 1e300]),
    (
      .init(
        "SCALED", "1I", [("TSCAL", "0.5"), ("TZERO", "10")], cells: cells([0, 1, -2] as [Int16])),
      [10, 10.5, 9]
    ),
  ]

  @Test("every numeric type of column is read, with its scale", arguments: numericColumns.indices)
  func numericTypes(index: Int) throws {
    let (column, values) = Self.numericColumns[index]
    var file = FITSBytes()
    file.append(table: "T", [column])
    let fits = try FITSFile(opening: try folder.write(file.bytes, to: "t.fits"))
    let units = fits.units
    #expect(try fits.numbers(inColumn: 0, of: units[1]) == values)
  }

  @Test("TNULL and NaN are undefined cells")
  func nulls() throws {
    var file = FITSBytes()
    file.append(
      table: "T",
      [
        .init("A", "1J", [("TNULL", "-999")], cells: Self.cells([1, -999, 3] as [Int32])),
        .init("B", "1E", cells: Self.cells([Float(1), .nan, 3].map(\.bitPattern))),
      ])
    let fits = try FITSFile(opening: try folder.write(file.bytes, to: "t.fits"))
    let unit = fits.units[1]
    for column in 0..<2 {
      let values = try fits.numbers(inColumn: column, of: unit)
      #expect(values[0] == 1 && values[1].isNaN && values[2] == 3)
    }
  }

  @Test("columns that are not one number a cell are marked")
  func otherColumns() throws {
    var file = FITSBytes()
    file.append(
      table: "T",
      [
        .init("NAME", "4A", cells: [Array("SN1a".utf8)]),
        .init("PAIR", "2D", cells: [Self.cells([1.0, 2].map(\.bitPattern)).flatMap { $0 }]),
        .init("FLAG", "1L", cells: [[UInt8(ascii: "T")]]),
        .init("Z", doubles: [0.5]),
      ])
    let units = try FITSFile(opening: try folder.write(file.bytes, to: "t.fits")).units
    guard case .table(let columns, rows: 1) = units[1].content else {
      Issue.record("expected a table of one row")
      return
    }
    #expect(columns.map(\.name) == ["NAME", "PAIR", "FLAG", "Z"])
    #expect(columns.map(\.isNumeric) == [false, false, false, true])
  }

  @Test("what the writer writes the reader reads, bit for bit")
  func roundTrip() throws {
    let path = folder.path("round.fits")
    let values = [0.1, -1e-300, .pi, 1e300]
    var writer = try FITSWriter(creating: path, keywords: [.init("CREATOR", "test", comment: "")])
    try writer.appendTable(
      named: "DATA", columns: [.init("x", unit: "mag")], rowCount: values.count
    ) { [values[$0]] }
    try writer.appendImage(named: "IMAGE", width: 2, pixels: values)
    try writer.close()

    let fits = try FITSFile(opening: path)
    let units = fits.units
    #expect(units.map(\.name) == ["", "DATA", "IMAGE"])
    guard case .table(let columns, rows: 4) = units[1].content else {
      Issue.record("expected a table of four rows")
      return
    }
    #expect(columns.map(\.name) == ["x"] && columns.map(\.unit) == ["mag"])
    #expect(units[2].content == .image(axes: [2, 2]))
    #expect(try fits.numbers(inColumn: 0, of: units[1]) == values)
    #expect(try fits.pixels(of: units[2]) == values)
  }

  @Test("texts behind the numbers of a table are read back, blanks inside and all characters")
  func texts() throws {
    let path = folder.path("texts.fits")
    let texts = ["a b", "", "Ångström", String(repeating: "x", count: 3000), " y"]
    var writer = try FITSWriter(creating: path, keywords: [])
    try writer.appendTable(
      named: "DATA", columns: [.init("x"), .init("y")],
      texts: [.init("name", texts), .init("nothing", texts.map { _ in "" })],
      rowCount: texts.count
    ) { [Double($0), -Double($0)] }
    try writer.appendTable(
      named: "WORDS", columns: [], texts: [.init("name", texts)], rowCount: texts.count
    ) { _ in [] }
    try writer.close()

    let fits = try FITSFile(opening: path)
    guard case .table(let columns, rows: 5) = fits.units[1].content else {
      Issue.record("expected a table of five rows")
      return
    }
    #expect(columns.map(\.name) == ["x", "y", "name", "nothing"])
    #expect(columns.map(\.isNumeric) == [true, true, false, false])
    #expect(try fits.numbers(inColumn: 1, of: fits.units[1]) == [0, -1, -2, -3, -4])
    #expect(fits.texts(inColumn: 2, of: fits.units[1]) == texts)
    #expect(fits.texts(inColumn: 3, of: fits.units[1]) == texts.map { _ in "" })
    #expect(fits.texts(inColumn: 0, of: fits.units[2]) == texts)
  }

  @Test("a file cut anywhere is an error, never a crash or a shorter table")
  func truncation() throws {
    var file = FITSBytes()
    file.append(
      table: "T", [.init("Z", doubles: (0..<500).map(Double.init))])
    let tableEnd = file.bytes.count
    file.append(image: "I", axes: [20, 20], (0..<400).map(Double.init))
    for length in stride(from: 1, to: file.bytes.count - 2880, by: 131) where length > 2880 {
      let path = try folder.write(Array(file.bytes.prefix(length)), to: "cut.fits")
      let units = try? FITSFile(opening: path).units
      if let units {
        // Nothing but whole units may be left.
        #expect(
          length % 2880 == 0 && (units.count == 1 || length == tableEnd),
          "cut after \(length) bytes")
      }
    }
  }

  @Test("a name with brackets is a name, not a filter")
  func brackets() throws {
    let path = folder.path("a[1].fits")
    var writer = try FITSWriter(creating: path, keywords: [])
    try writer.appendImage(named: "I", width: 1, pixels: [4])
    try writer.close()
    #expect(try FITSFile(opening: path).units.count == 2)
  }

  @Test("errors have the path and say what is wrong")
  func errors() throws {
    let path = try folder.write(Array(repeating: 65, count: 5760), to: "letters.fits")
    let letters = #expect(throws: FITSError.self) { _ = try FITSFile(opening: path).units }
    #expect(letters?.path == path && letters?.unit == 1)
    #expect(letters?.description == "HDU 1: the file does not begin with SIMPLE")
    #expect(throws: FITSError.self) {
      _ = try FITSWriter(creating: folder.path("no/such/folder.fits"), keywords: [])
    }
  }

  @Test("a file that is not completed leaves nothing behind and replaces nothing")
  func abandoned() throws {
    let path = try folder.write("mine", to: "mine.fits")
    func abandon() throws {
      var writer = try FITSWriter(creating: path, keywords: [])
      try writer.appendImage(named: "I", width: 1, pixels: [1])
    }
    try abandon()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mine.fits"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
  }

  @Test(
    "tables that announce absurd sizes are errors, not crashes",
    arguments: [
      (24, 2_305_843_009_213_693_953), (24, 768_614_336_404_564_651), (0, 1_000_000_000_000),
      (24, 1_000_000),
    ])
  func absurdTables(width: Int, rows: Int) throws {
    var file = FITSBytes()
    file.append(tableOfWidth: width, rows: rows)
    let path = try folder.write(file.bytes, to: "absurd.fits")
    #expect(throws: FITSError.self) { _ = try FITSFile(opening: path).units }
  }

  @Test(
    "images that announce absurd sizes are errors, not crashes",
    arguments: [
      [4_000_000_000, 4_000_000_000], [1_000_000, 1_000_000], [-5],
    ] + [10, 12, 40, 100, 999].map { [Int](repeating: 1, count: $0) })
  func absurdImages(axes: [Int]) throws {
    var file = FITSBytes()
    file.append(image: "I", axes: axes, [1])
    let path = try folder.write(file.bytes, to: "absurd.fits")
    #expect(throws: FITSError.self) { _ = try FITSFile(opening: path).units }
  }

  @Test("published files of other programs are read", .needs("data/fits_examples"))
  func published() throws {
    let folder = try #require(ProjectFiles.shared("data/fits_examples"))
    let head = try FITSFile(opening: folder + "/DES-SN5YR_Foundation_HEAD.FITS.gz")
    let units = head.units
    guard case .table(let columns, rows: 185) = units[1].content else {
      Issue.record("expected a table of 185 rows")
      return
    }
    let redshift = try #require(columns.firstIndex { $0.name == "REDSHIFT_FINAL" })
    let redshifts = try head.numbers(inColumn: redshift, of: units[1])
    #expect(redshifts.allSatisfy { $0 > 0 && $0 < 0.2 })
    let vector = try FITSFile(opening: folder + "/ally_shoes_ceph_topantheonwt6.0_112221.fits")
    let image = vector.units[0]
    #expect(image.content == .image(axes: [3492]))
    #expect(try vector.pixels(of: image).allSatisfy(\.isFinite))
  }
}
