import FITS
import TestSupport
import Testing

/// What other programs write, within the standard or a little beyond it.
@Suite struct FITSVariantTests {
  private func binary(
    _ forms: [String], _ cards: [String] = [], width: Int, rows: Int = 1, heap: Int = 0,
    data: [UInt8]
  ) -> [UInt8] {
    var file = FITSBytes()
    file.append(
      header: [
        "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", FITSBytes.card("NAXIS1", width),
        FITSBytes.card("NAXIS2", rows), FITSBytes.card("PCOUNT", heap), "GCOUNT  = 1",
        FITSBytes.card("TFIELDS", forms.count),
      ] + forms.enumerated().map { "TFORM\($0 + 1)  = '\($1)'" } + cards, data: data)
    return file.bytes
  }

  private func ascii(_ form: String, _ cells: [String], _ cards: [String] = []) -> [UInt8] {
    var file = FITSBytes()
    file.append(
      header: [
        "XTENSION= 'TABLE'", "BITPIX  = 8", "NAXIS   = 2", FITSBytes.card("NAXIS1", cells[0].count),
        FITSBytes.card("NAXIS2", cells.count), "PCOUNT  = 0", "GCOUNT  = 1", "TFIELDS = 1",
        "TFORM1  = '\(form)'", "TBCOL1  = 1",
      ] + cards, data: cells.flatMap { Array($0.utf8) })
    return file.bytes
  }

  private func read(_ bytes: [UInt8]) throws -> [Double] {
    try FITSFile(bytes, path: "f").everything()
  }

  @Test("numbers of an ASCII table, as near as a double can be")
  func asciiNumbers() throws {
    #expect(try read(ascii("I4", [" 12 ", "-  7", "    "])) == [12, -7, 0])
    #expect(
      try read(ascii("F8.3", ["   1.25 ", "    1250", "-1.25E1 ", "125D-2  "]))
        == [1.25, 1.25, -12.5, 0.00125])
    #expect(
      try read(ascii("D24.16", [" 3.1415926535897931D+00 ", " 1.0000000000000000e-05 "]))
        == [.pi, 1e-5])
    let nulls = try read(ascii("I4", ["  -9", "   5"], ["TNULL1  = '  -9'", "TSCAL1  = 2.D0"]))
    #expect(nulls[0].isNaN && nulls[1] == 10)
  }

  @Test(
    "cells of an ASCII table that are no numbers",
    arguments: [
      "abcd", "1.2.3", "1E  ", "0x10", "nan ", "inf ", "1--2", "1E99999999999", "\u{0}\u{0}\u{0}1",
    ])
  func wrongCells(cell: String) throws {
    let error = #expect(throws: FITSError.self) { try read(ascii("F\(cell.count).0", [cell])) }
    #expect(error?.description.contains("in row 1 where a number is expected") == true)
  }

  @Test(
    "formats of columns that are none, or do not fit into the row",
    arguments: [
      "", "D", "I0", "F5", "F4.4", "F4.9", "I4.2", "I-4", "F", "E4.", "Q4", "I99999999999999999999",
    ])
  func wrongASCIIForms(form: String) throws {
    #expect(throws: FITSError.self) { try read(ascii(form, ["1234"])) }
  }

  @Test(
    "formats of binary columns that are none, or do not fill the row",
    arguments: [
      "", "8", "1Z", "2D", "0D", "99999999999999999999D", "1152921504606846976D",
      "2305843009213693952E",
      "-1D", "D8", "2PD", "1QD",
    ])
  func wrongBinaryForms(form: String) throws {
    let isWhole = form == "D8"
    let bytes = binary([form], width: 8, data: FITSBytes.bigEndian(UInt64(0)))
    if isWhole {
      #expect(try read(bytes) == [0])
    } else {
      #expect(throws: FITSError.self) { try read(bytes) }
    }
  }

  @Test("unsigned numbers of 64 bits keep their last bits, nulls are found before scaling")
  func scaled() throws {
    let data = FITSBytes.bigEndian(Int64.max) + FITSBytes.bigEndian(Int64.min)
    #expect(
      try read(binary(["K"], ["TZERO1  = 9223372036854775808"], width: 8, rows: 2, data: data))
        == [Double(UInt64.max), 0])
    let scaled = try read(
      binary(["I"], ["TNULL1  = -2", "TSCAL1  = 0.5"], width: 2, rows: 2, data: [255, 254, 0, 3]))
    #expect(scaled[0].isNaN && scaled[1] == 1.5)
    let signs = try read(
      binary(
        ["D"], width: 8, rows: 2,
        data: [-0.0, Double.leastNonzeroMagnitude].flatMap { FITSBytes.bigEndian($0.bitPattern) }))
    #expect(signs[0].sign == .minus && signs[1] == Double.leastNonzeroMagnitude)
  }

  @Test(
    "a scale or a null that is no number",
    arguments: ["TSCAL1  = 'x'", "TZERO1  = 1E999", "TNULL1  = 1.5", "TNULL1  = 'a'"])
  func wrongScales(card: String) throws {
    let error = #expect(throws: FITSError.self) {
      try read(binary(["J"], [card], width: 4, data: [0, 0, 0, 1]))
    }
    #expect(error?.unit == 2)
  }

  @Test("null values of columns that cannot have one mean nothing")
  func needlessNull() throws {
    let data = FITSBytes.bigEndian(Double(7).bitPattern)
    #expect(try read(binary(["D"], ["TNULL1  = 'none'"], width: 8, data: data)) == [7])
  }

  @Test("what lies behind the last unit: padding is ignored, anything else is an error")
  func ends() throws {
    let bytes = binary(["D"], width: 8, data: FITSBytes.bigEndian(Double(7).bitPattern))
    let paddings: [[UInt8]] = [
      [0], [10], [32], [UInt8](repeating: 0, count: 2880), [UInt8](repeating: 32, count: 2880),
      [UInt8](repeating: 0, count: 99),
    ]
    for padding in paddings { #expect(try read(bytes + padding) == [7]) }
    for junk in ["junk", "YTENSION= 'IMAGE'", "XTEN", " XTENSION= 'IMAGE'"] {
      let error = #expect(throws: FITSError.self) { try read(bytes + Array(junk.utf8)) }
      #expect(error?.unit == 3)
    }
  }

  @Test("extensions of other kinds and random groups are passed over")
  func others() throws {
    var file = FITSBytes(
      header: [
        "SIMPLE  = T", "BITPIX  = 16", "NAXIS   = 3", "NAXIS1  = 0", "NAXIS2  = 5", "NAXIS3  = 3",
        "GROUPS  = T", "PCOUNT  = 2", "GCOUNT  = 100",
      ], data: [UInt8](repeating: 1, count: 2 * 100 * (2 + 15)))
    file.append(
      header: [
        "XTENSION= 'FOREIGN '", "BITPIX  = 8", "NAXIS   = 1", "NAXIS1  = 3000", "PCOUNT  = 10",
        "GCOUNT  = 2",
      ], data: [UInt8](repeating: 65, count: 6020))
    file.append(image: "I", axes: [2], [1, 2])
    let fits = try FITSFile(file.bytes, path: "f")
    #expect(fits.units.map(\.content) == [.other, .other, .image(axes: [2])])
    #expect(try fits.everything() == [1, 2])
  }

  @Test("PCOUNT, GCOUNT and TFIELDS may stand in any order behind the axes")
  func order() throws {
    var file = FITSBytes()
    file.append(
      header: [
        "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 1", "NAXIS2  = 1",
        "TFORM1  = 'B'", "TFIELDS = 1", "GCOUNT  = 1", "PCOUNT  = 0",
      ], data: [5])
    #expect(try read(file.bytes) == [5])
  }

  @Test(
    "where the heap begins",
    arguments: [(7, false), (8, true), (16, true), (17, false), (-1, false)])
  func heap(place: Int, isRight: Bool) throws {
    let bytes = binary(
      ["1PE"], [FITSBytes.card("THEAP", place)], width: 8, heap: 8,
      data: [UInt8](repeating: 0, count: 16))
    if isRight {
      #expect(try read(bytes) == [])
    } else {
      #expect(throws: FITSError.self) { try read(bytes) }
    }
  }
}
