import Catalogs
import Foundation
import TestSupport
import Testing

/// FITS files made to break readers, in all places where one is read.
@Suite struct HostileFITSTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let words: String
  }

  private static let axes = (1...150).map { FITSBytes.card("NAXIS\($0)", 1) }

  private static func primary(_ axisCount: String) -> [UInt8] {
    FITSBytes(
      header: ["SIMPLE  =                    T", "BITPIX  = 8", axisCount] + axes, data: [1]
    ).bytes
  }

  private static func image(_ axisCount: String) -> [UInt8] {
    var file = FITSBytes()
    file.append(
      header: ["XTENSION= 'IMAGE   '", "BITPIX  = 8", axisCount] + axes
        + ["PCOUNT  = 0", "GCOUNT  = 1"], data: [1])
    return file.bytes
  }

  private static func tiles(_ card: String) -> [UInt8] {
    var file = FITSBytes()
    file.append(
      compressedAxes: [3, 2], form: "1PB",
      cards: ["ZBITPIX = 16", "ZCMPTYPE= 'RICE_1'"] + [card, "ZTILE2  = 2"], rows: 1,
      data: [UInt8](repeating: 0, count: 20))
    return file.bytes
  }

  private static let tooManyAxes = "where a whole number from 0 to 9 is expected"
  private static let misspelled = "is not spelled as FITS demands"

  static let cases: [Case] =
    [
      ("NAXIS   =                  150", tooManyAxes), ("NAXIS   =150", misspelled),
      ("NAXIS   = 150 / axes", tooManyAxes),
      ("NAXIS   = 00000000000000000000000000000000150", tooManyAxes),
      ("NAXIS   = +150", tooManyAxes), ("NAXIS = 150", misspelled), ("naxis   = 150", misspelled),
      ("NAXIS   = 999", tooManyAxes), ("NAXIS   = 1000", tooManyAxes),
    ].flatMap { card, words in
      [
        Case(testDescription: "primary: \(card)", bytes: primary(card), words: words),
        Case(testDescription: "extension: \(card)", bytes: image(card), words: words),
      ]
    }
    + [
      ("ZTILE1  =                    0", "ZTILE1 is 0 where a whole number from 1 is expected"),
      ("ZTILE1  = 0 / pixels", "ZTILE1 is 0 where a whole number from 1 is expected"),
      ("ZTILE1  = -3", "ZTILE1 is -3 where"), ("ZTILE1  =0", misspelled),
      ("ZTILE1  = 1", "has 1 rows where its 3 tiles are expected"),
    ].map { card, words in
      Case(testDescription: "tiles: \(card)", bytes: tiles(card), words: words)
    }

  @Test("as a catalog, a covariance and a table of numbers, plain and compressed", arguments: cases)
  func refused(_ test: Case) throws {
    let table = try folder.write("z,mu\n0.1,38.3\n0.2,40\n", to: "t.csv")
    _ = try folder.write(test.bytes, to: "hostile.fits")
    let compressed = try folder.compress("hostile.fits")
    for path in [try folder.write(test.bytes, to: "plain.fits"), compressed] {
      let readings: [() throws -> Void] = [
        { _ = try Catalog(reading: path) },
        { _ = try Catalog(reading: table, covariance: path) },
        { _ = try NumberTable(path) },
      ]
      for read in readings {
        let error = try #require(#expect(throws: CatalogError.self) { try read() })
        #expect(error.path == path)
        #expect(error.description.contains("the FITS file cannot be read: HDU "))
        #expect(error.description.contains(test.words), "\(error)")
      }
    }
  }

  @Test("random damage to headers and data gives a catalog or an error")
  func mutations() throws {
    let original = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: ProjectFiles.data("jla_binned.fits"))))
    // Knuth's linear congruential generator: the same damage in every run.
    var state: UInt64 = 1
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let values = [
      "0", "-1", "1", "2", "150", "999", "2147483648", "9223372036854775807", "T", "''",
    ]
    var read = 0
    for _ in 0..<150 {
      var bytes = original
      for _ in 0...random(below: 2) {
        let card = random(below: bytes.count / 80) * 80
        switch random(below: 3) {
        case 0:
          let value = Array(values[random(below: values.count)].utf8)
          bytes.replaceSubrange(card + 10..<card + 30, with: repeatElement(32, count: 20))
          bytes.replaceSubrange(card + 10..<card + 10 + value.count, with: value)
        case 1:
          let other = random(below: bytes.count / 80) * 80
          bytes.replaceSubrange(card..<card + 80, with: original[other..<other + 80])
        default: bytes[random(below: bytes.count)] = UInt8(random(below: 256))
        }
      }
      do {
        let catalog = try Catalog(reading: try folder.write(bytes, to: "m.fits"))
        #expect(catalog.count > 0 && catalog.redshifts.allSatisfy { $0 > 0 && $0.isFinite })
        read += 1
      } catch {
        #expect(error is CatalogError)
      }
    }
    #expect(read > 10)
  }
}
