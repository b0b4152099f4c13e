import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Matrices as NumPy, pandas, R and Fortran write them.
@Suite struct MatrixFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Of three supernovae, in numbers that single precision has.
  private static let matrix = Matrix(
    rows: 3, columns: 3,
    elements: [0.0625, 0.0078125, 0.001953125, 0.0078125, 0.03125, 0, 0.001953125, 0, 0.015625])
  private static let triangle = [0.0625, 0.0078125, 0.001953125, 0.03125, 0, 0.015625]
  private static let lowerTriangle = [0.0625, 0.0078125, 0.03125, 0.001953125, 0, 0.015625]

  private func read(_ file: String) throws -> SupernovaSample.Covariance {
    let table = try folder.write("z,mu\n0.1,38.3\n0.5,42.2\n0.7,43.1\n", to: "t.csv")
    return try readSample(table, .init(covariance: file)).covariance
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
  }

  static let arrays: [String: [UInt8]] = {
    let whole = matrix.elements
    func doubles(_ values: [Double], big: Bool = false) -> [UInt8] {
      values.flatMap { bytes(big ? $0.bitPattern.bigEndian : $0.bitPattern.littleEndian) }
    }
    func singles(_ values: [Double], big: Bool = false) -> [UInt8] {
      values.map(Float.init).flatMap {
        bytes(big ? $0.bitPattern.bigEndian : $0.bitPattern.littleEndian)
      }
    }
    return [
      "double": ZipBytes.array("<f8", shape: "(3, 3)", doubles(whole)),
      "single": ZipBytes.array("<f4", shape: "(3, 3)", singles(whole)),
      "double, other machines": ZipBytes.array(">f8", shape: "(3, 3)", doubles(whole, big: true)),
      "single, other machines": ZipBytes.array(">f4", shape: "(3, 3)", singles(whole, big: true)),
      "a list": ZipBytes.array("<f8", shape: "(9,)", doubles(whole)),
      "a triangle": ZipBytes.array("<f8", shape: "(6,)", doubles(triangle)),
      "the lower triangle": ZipBytes.array("<f8", shape: "(6,)", doubles(lowerTriangle)),
      "a triangle, single": ZipBytes.array("<f4", shape: "(6,)", singles(triangle)),
    ]
  }()

  @Test("arrays by themselves, and in an archive under any name", arguments: arrays.keys.sorted())
  func numpy(name: String) throws {
    let array = try #require(Self.arrays[name])
    #expect(try read(try folder.write(array, to: "c.npy")) == .total(Self.matrix))
    for member in ["cov", "arr_0", "covariance", "C"] {
      let archive = ZipBytes.archive(
        [
          ("names.npy", ZipBytes.array("<i8", shape: "(3,)", [UInt8](repeating: 0, count: 24))),
          ("\(member).npy", array),
        ].filter { $0.0 != "names.npy" || member == "cov" })
      #expect(try read(try folder.write(archive, to: "c.npz")) == .total(Self.matrix))
    }
  }

  @Test("arrays that are no matrix, and archives with several")
  func wrongArrays() throws {
    let good = try #require(Self.arrays["double"])
    let text = ZipBytes.array("<U3", shape: "(3,)", [UInt8](repeating: 0, count: 36))
    for (bytes, words) in [
      (
        ZipBytes.array("<f8", shape: "(2, 3)", [UInt8](repeating: 0, count: 48)),
        "the array has the shape [2, 3]"
      ),
      (
        ZipBytes.array("<f8", shape: "(7,)", [UInt8](repeating: 0, count: 56)),
        "the array has the shape [7]"
      ),
      (Array(good.dropLast(8)), "the array is cut short"),
      (good + [0], "the array has 1 bytes too many"),
      (text, "this is not a NumPy matrix: the array has numbers of an unknown kind: '<U3';"),
      (
        ZipBytes.array(
          "<f8", shape: "(6,)",
          [1, 0.1, 0.5, 0.6, 0.1, 1].flatMap { Self.bytes(($0 as Double).bitPattern.littleEndian) }),
        "a triangle of a covariance, the upper or the lower one, and either would do"
      ),
      (
        ZipBytes.archive([("a.npy", good), ("b.npy", good)]),
        "more than one array could be the matrix: a, b"
      ),
      (ZipBytes.archive([("readme.txt", [1])]), "it holds no arrays"),
      (
        ZipBytes.array("<f8", shape: "(2, 2)", [UInt8](repeating: 0, count: 32)),
        "the covariance is 2 × 2, but the table has 3 supernovae"
      ),
    ] {
      let path = try folder.write(bytes, to: "c.np")
      let error = try #require(#expect(throws: CatalogError.self) { try read(path) })
      #expect(error.description.contains(words), "\(error.description)")
    }
    let table = try folder.write(good, to: "t.npy")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: table) })
    #expect(error.description.contains("give the table first and this with --covariance"))
  }

  static let texts: [String: String] = [
    "pandas":
      ",a,b,c\na,0.0625,0.0078125,0.001953125\nb,0.0078125,0.03125,0\nc,0.001953125,0,0.015625\n",
    "pandas, numbers for labels":
      ",0,1,2\n0,0.0625,0.0078125,0.001953125\n1,0.0078125,0.03125,0.0\n2,0.001953125,0.0,0.015625\n",
    "pandas without index":
      "a,b,c\n0.0625,0.0078125,0.001953125\n0.0078125,0.03125,0\n0.001953125,0,0.015625\n",
    "pandas without index, numbers for labels":
      "0,1,2\n0.0625,0.0078125,0.001953125\n0.0078125,0.03125,0\n0.001953125,0,0.015625\n",
    "a title":
      "my covariance\n0.0625 0.0078125 0.001953125\n0.0078125 0.03125 0\n0.001953125 0 0.015625\n",
    "a word in the corner, and numbered rows":
      "SN,a,b,c\n0,0.0625,0.0078125,0.001953125\n1,0.0078125,0.03125,0\n2,0.001953125,0,0.015625\n",
    "a word in the corner":
      "SN,a,b,c\na,0.0625,0.0078125,0.001953125\nb,0.0078125,0.03125,0\nc,0.001953125,0,0.015625\n",
    "R":
      "\"a\" \"b\" \"c\"\n\"a\" 0.0625 0.0078125 0.001953125\n\"b\" 0.0078125 0.03125 0\n\"c\" 0.001953125 0 0.015625\n",
    "rows with names":
      "a 0.0625 0.0078125 0.001953125\nb 0.0078125 0.03125 0\nc 0.001953125 0 0.015625\n",
    "tabs":
      "\ta b\tb\tc\na b\t0.0625\t0.0078125\t0.001953125\nb\t0.0078125\t0.03125\t0\nc\t0.001953125\t0\t0.015625\n",
    "semicolons and decimal commas":
      ";a;b;c\na;0,0625;0,0078125;0,001953125\nb;0,0078125;0,03125;0\nc;0,001953125;0;0,015625\n",
    "Fortran":
      "6.25D-02 7.8125D-3 1.953125d-3\n7.8125D-03 3.125D-02 0.D0\n1.953125-003 0.0D+00 1.5625D-02\n",
  ]

  @Test("text with labels, and exponents of Fortran", arguments: texts.keys.sorted())
  func text(name: String) throws {
    let text = try #require(Self.texts[name])
    #expect(try read(try folder.write(text, to: "c.csv")) == .total(Self.matrix))
    #expect(
      try read(try folder.write(text.replacing("\n", with: "\r\n"), to: "c.csv"))
        == .total(Self.matrix))
  }

  static let refusals: [(text: String, words: String)] = [
    ("0.06\n0.01 0.03\n0.002 0 0.02\n", "found 6 numbers, the triangle of a matrix of 3 × 3"),
    ("3\n0.06 0.01 0.002 0.03 0 0.02\n", "found 6 numbers, the triangle of a matrix of 3 × 3"),
    (
      "0.2 0 0\n0.1 0.2 0\n0.1 0 0.1\n", "all elements above its diagonal are 0: this is a triangle"
    ),
    (
      "0.2 0.1 0.1\n0 0.2 0\n0 0 0.1\n", "all elements below its diagonal are 0: this is a triangle"
    ),
    (
      ",a,b,c\nb,0.06,0.01,0\na,0.01,0.03,0\nc,0,0,0.01\n",
      "row 2: the row is called 'b' where the column is called 'a'"
    ),
    (
      ",a,b,c\na,0.06,0.01,0\nb,0.01,x,0\nc,0,0,0.01\n",
      "row 3, column 'b': found 'x' where a number is expected"
    ),
    (",a,b,c\na,0.06,0.01,0\nb,0.01,0.03,0\n", "2 rows of 3 numbers"),
    ("my covariance\n0.06 0.01 x\n0.01 0.03 0\n0 0 0.01\n", "row 2, column '3': found 'x'"),
    (",a,b\na,0.06,0.01\nb,0.01,0.03\n", "the covariance is 2 × 2, but the table has 3 supernovae"),
    (
      ",a,b,c\na,0.06,0.01,0\nb,0.01,,0\nc,0,0,0.01\n",
      "row 2, column '2': found nan where a finite number is expected"
    ),
  ]

  @Test("what is wrong with a matrix is said", arguments: refusals)
  func refused(text: String, words: String) throws {
    let path = try folder.write(text, to: "c.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try read(path) })
    #expect(error.description.contains(words), "\(error.description)")
  }
}
