import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Small files of which something large would be made.
@Suite struct TextLimitTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let header = "z,mu,mu_err\n"
  private static let good = "0.1,38.3,0.2\n"

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: @Sendable () -> String
    let row: Int?
    let problem: CatalogError.Problem
  }

  static let bombs: [Case] = [
    Case(
      testDescription: "numbers in one line", text: { header + copies("0 ", 10_001) }, row: 2,
      problem: .beyond(.fields)),
    Case(
      testDescription: "commas", text: { header + good + copies(",", 10_000) }, row: 3,
      problem: .beyond(.fields)),
    Case(
      testDescription: "quotes", text: { header + copies(#""","#, 10_001) }, row: 2,
      problem: .beyond(.fields)),
    Case(
      testDescription: "names", text: { copies("name ", 10_001) + "\n1" }, row: 1,
      problem: .beyond(.fields)),
    Case(
      testDescription: "one word", text: { header + good + copies("a", 1 << 19) }, row: 3,
      problem: .beyond(.lineBytes)),
    Case(
      testDescription: "one quoted word", text: { header + "\"" + copies("\"\"", 1 << 18) + "\"" },
      row: 2, problem: .beyond(.lineBytes)),
    Case(
      testDescription: "one name", text: { "z" + copies("u", 1 << 19) + ",mu\n1,2" }, row: 1,
      problem: .beyond(.lineBytes)),
    Case(
      testDescription: "a comment, and then numbers",
      text: { "#" + copies("z ", 1 << 19) + "\n" + copies("1 ", 10_001) }, row: 2,
      problem: .beyond(.fields)),
    Case(
      testDescription: "comments only", text: { copies("#\n", 1 << 19) }, row: nil,
      problem: .noColumnNames),
    Case(
      testDescription: "a list of files", text: { "data_file = t.csv\n" + copies("a=\n", 1 << 19) },
      row: nil, problem: .beyond(.listBytes)),
    Case(
      testDescription: "a matrix in one line", text: { copies("0 ", 150 * 150) }, row: nil,
      problem: .notSupernovae(.matrix(rows: 150))),
    Case(
      testDescription: "a matrix of one number a line", text: { copies("0\n", 150 * 150) },
      row: nil, problem: .notSupernovae(.matrix(rows: 150))),
  ]

  static func copies(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  @Test("what no table holds is refused with its line", arguments: bombs)
  func tables(_ bomb: Case) throws {
    let path = try folder.write(bomb.text(), to: "bomb.txt")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.problem == bomb.problem && error.row == bomb.row, "\(error)")
    #expect(error.description.utf8.count < 500)
    if case .beyond(let limit) = bomb.problem, limit != .listBytes {
      let table = #expect(throws: CatalogError.self) { try NumberTable(path) }
      #expect(table?.problem == bomb.problem && table?.row == bomb.row)
    }
  }

  @Test("a table may have as many columns as a line may have fields, all read in one go")
  func wide() throws {
    let count = 10_000
    let rows = (0..<12).map { row in (0..<count).map { "\($0 + row)" }.joined(separator: ",") }
    let names = (0..<count).map { "c\($0)" }.joined(separator: ",")
    let path = try folder.write(([names] + rows).joined(separator: "\n"), to: "wide.csv")
    let table = try NumberTable(path)
    #expect(
      table.columns.count == count
        && table.columns[count - 1] == (0..<12).map { Double(count - 1 + $0) })
    let two = try NumberTable(path, columns: ["c9000", "c3"])
    #expect(two.rows.prefix(4) == [9000, 3, 9001, 4])
    let wrong = try folder.write(
      names + "\n" + rows[0] + "\n" + rows[1].dropLast(6) + ",x", to: "w.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try NumberTable(wrong) })
    #expect(error.row == 3 && error.column == "c9999" && error.problem == .notANumber(found: "x"))
  }

  @Test("lines count in messages whatever ends them, with comments and blank lines between")
  func lineNumbers() throws {
    for end in ["\n", "\r\n", "\r"] {
      let lines = ["# a", "", "z,mu,mu_err", "0.1,38.3,0.2", "", "# b", "0.2,x,0.2"]
      let path = try folder.write(lines.joined(separator: end), to: "t.csv")
      let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
      #expect(error.row == 7 && error.column == "mu")
    }
  }

  // MARK: Matrices

  static let matrixBombs: [(@Sendable () -> String, String)] = [
    ({ copies("0\n", 1 << 17) }, "found 131072 numbers where a covariance of 2 × 2 has 4"),
    ({ copies("0 ", 1 << 17) }, "found 131072 numbers where a covariance of 2 × 2 has 4"),
    ({ copies("0 ", 300 * 300) }, "the covariance is 300 × 300, but the table has 2"),
    ({ copies("1", 1 << 17) }, "found '1111111111111111111111111111111111111111…'"),
    ({ copies("\n", 1 << 17) + "1 0 0" }, "found 3 numbers where a covariance of 2 × 2 has 4"),
    ({ copies("#=\n", 1 << 17) + "1 0 0" }, "found 3 numbers where a covariance of 2 × 2 has 4"),
    ({ "1 0 0" + copies(",", 1 << 17) }, "found '' where a number is expected"),
    ({ "1 0 0 1 2 3 4 5 6 nan" }, "found 10 numbers where a covariance of 2 × 2 has 4"),
  ]

  @Test("of a matrix no more numbers are kept than it may have", arguments: 0..<8)
  func matrices(index: Int) throws {
    let (text, words) = Self.matrixBombs[index]
    let table = try folder.write("z,mu\n0.1,38.3\n0.5,42.2\n", to: "t.csv")
    let path = try folder.write(text(), to: "c.txt")
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: path) })
    #expect(error.description.contains(words), "\(error.description)")
  }

  @Test("a comment says what a matrix is, wherever it stands, and others do not matter")
  func comments() throws {
    let table = try folder.write("z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n", to: "t.csv")
    let comments = Self.copies("# a = b = c\n#\n", 1000) + "# COVTYPE = SYS\n# COVTYPE = TOTAL\n"
    let path = try folder.write(comments + "2\n0.01 0\n0 0.01\n", to: "c.txt")
    guard case .systematic = try readSample(table, .init(covariance: path)).covariance else {
      Issue.record("the first comment counts")
      return
    }
  }

  // MARK: Archives

  @Test(
    "an archive is looked at before it is unpacked",
    arguments: [
      (2, "(3,)", 12, 12, nil), (2, "(99999999999,)", 12, 12, "cov is cut short"),
      (2, "(4294967296, 4294967296)", 12, 12, "cov is cut short"),
      (2, "(4611686018427387904,)", 12, 12, "cov is cut short"),
      (2, "(-3,)", 12, 12, "cov is cut short"), (2, "(3,)", 16, 16, "cov has 4 bytes too many"),
      (2, "(3,)", 12, 4_000_000_000, "bytes too many"), (2, "(3,)", 8, 8, "cov is cut short"),
      (20_000, "(200010000,)", 12, 800_040_000, "the covariance is 20000 × 20000, but the table"),
      (1_000_000, "(500000500000,)", 12, 0, "cov is cut short"),
    ] as [(Int, String, Int, Int, String?)])
  func archives(size: Int, shape: String, bytes: Int, declared: Int, words: String?) throws {
    let table = try folder.write("z,mu\n0.1,38.3\n0.5,42.2\n", to: "t.csv")
    let count = ZipBytes.array("<i8", shape: "()", Self.littleEndian(UInt64(size)))
    let values = [Float(0.04), 0.001, 0.01, 0].flatMap { Self.littleEndian($0.bitPattern) }
    let matrix = ZipBytes.array("<f4", shape: shape, Array(values.prefix(bytes)))
    var archive = ZipBytes.archive([("nsn.npy", count), ("cov.npy", matrix)])
    // The sizes in the directory, of which the last entry is that of the matrix.
    let entry = try #require(
      archive.indices.last { archive[$0...].starts(with: [0x50, 0x4b, 1, 2]) })
    let unpacked = UInt32(truncatingIfNeeded: matrix.count - bytes + declared)
    archive.replaceSubrange(entry + 24..<entry + 28, with: Self.littleEndian(unpacked))
    let path = try folder.write(archive, to: "c.npz")
    guard let words else {
      #expect(try Catalog(reading: table, covariance: path).count == 2)
      return
    }
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: table, covariance: path) })
    #expect(error.description.contains(words), "\(error.description)")
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
