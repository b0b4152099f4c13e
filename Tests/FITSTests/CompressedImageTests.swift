import FITS
import Foundation
import TestSupport
import Testing

private func bytes(_ base64: String) -> [UInt8] { [UInt8](Data(base64Encoded: base64) ?? Data()) }

/// Compressed images as CFITSIO and astropy write them, and with damage of every kind.
@Suite struct CompressedImageTests {
  struct Image: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let form: String
    var cards: [String]
    let rows: Int
    let data: [UInt8]

    init(
      _ description: String, form: String, _ cards: [String], rows: Int = 1, _ base64: String
    ) {
      testDescription = description
      self.form = form
      self.cards = cards
      self.rows = rows
      data = bytes(base64)
    }

    func file(_ change: (inout [UInt8]) -> Void = { _ in }, cards extra: [String] = []) -> [UInt8] {
      var data = data
      change(&data)
      var file = FITSBytes()
      file.append(
        compressedAxes: [6, 5], form: form, cards: cards + extra, rows: rows, data: data)
      return file.bytes
    }
  }

  /// One image in all algorithms, written by astropy 8.0.
  static let images = [
    Image(
      "RICE_1, bytes, a tile for each row", form: "1PB",
      [
        "ZBITPIX = 8", "ZCMPTYPE= 'RICE_1'", "ZNAME1  = 'BLOCKSIZE'", "ZVAL1   = 32",
        "ZNAME2  = 'BYTEPIX'", "ZVAL2   = 1",
      ], rows: 5,
      "AAAACAAAAAAAAAAIAAAACAAAAAgAAAAQAAAACAAAABgAAAAIAAAAIADgAcHa1yHADeABwdrXIcAa4AHB2txBwCfgAcq61yHAAuABwdrXIcA="
    ),
    Image(
      "RICE_1, 16 bits, tiles with smaller ones at the edges", form: "1PB(11)",
      [
        "ZBITPIX = 16", "ZTILE1  = 4", "ZTILE2  = 2", "ZCMPTYPE= 'RICE_ONE'",
        "ZNAME1  = 'BLOCKSIZE'", "ZVAL1   = 32", "ZNAME2  = 'BYTEPIX'", "ZVAL2   = 2",
      ], rows: 6,
      "AAAACwAAAAAAAAAFAAAACwAAAAsAAAAQAAAABQAAABsAAAAHAAAAIAAAAAQAAAAnAAB4E6cKwrzpwrAAHEhzHAAaeBOnCsK85VFYAARIcxwAAmguuA2AAB44MA=="
    ),
    Image(
      "RICE_1, 32 bits, defaults", form: "1PB",
      ["ZBITPIX = 32", "ZTILE2  = 5", "ZCMPTYPE= 'RICE_1'"],
      "AAAAIwAAAAAAAAAAPAnThWPM7XOnCseZ2udOFYLs7xOVRWPM7XOnCseZwA=="),
    Image(
      "PLIO_1", form: "1PI", ["ZBITPIX = 16", "ZTILE1  = 6", "ZTILE2  = 5", "ZCMPTYPE= 'PLIO_1'"],
      "AAAAJQAAAAAAAAAH/5wAJQAAAAAAACAGUAJgB2BrcF1gB3AWYAdgB2BrcF1gB3AWYAdgB2BrcI9gB2AcYAdwK2BrcF1gB3AWYAdgB2BrcF1gBw=="
    ),
    Image(
      "HCOMPRESS_1", form: "1PB",
      [
        "ZBITPIX = 32", "ZTILE1  = 6", "ZTILE2  = 5", "ZCMPTYPE= 'HCOMPRESS_1'",
        "ZNAME1  = 'SCALE'", "ZVAL1   = 0.0", "ZNAME2  = 'SMOOTH'", "ZVAL2   = 0",
      ],
      "AAAARwAAAADdmQAAAAUAAAAGAAAAAAAAAAAAAAJQCQgA9H0wWED+u0DREfTHseH/30p+lP/fSkKqID6yA+sj/v+9j/g6g+v+D6/4AIQMBA=="
    ),
    Image(
      "GZIP_2, 16 bits", form: "1PB",
      ["ZBITPIX = 16", "ZTILE1  = 10", "ZTILE2  = 10", "ZCMPTYPE= 'GZIP_2'"],
      "AAAANQAAAAAfiwgAougHawL/Y2DAC9j5KmWUeUWk2zQNpBQ1JrNwq+sx5wlKMHEKVMupAgBRcZijPAAAAA=="),
    Image(
      "GZIP_2, doubles", form: "1PB",
      ["ZBITPIX = -64", "ZTILE1  = 6", "ZTILE2  = 5", "ZCMPTYPE= 'GZIP_2'"],
      "AAAATAAAAAAfiwgAougHawL/Y3DABxhkdOJsHLVMrBNcPKwcXJIE1JzdOaINLRiUDOLsnBgYGBwYGoDkASDRwJAAIsB8oAiUHnQAAN24G8jwAAAA"
    ),
  ]

  static let pixels = (0..<30).map { index in
    let (x, y) = (index % 6, index / 6)
    return Double((7 * x + 13 * y) % 50 + (x == 3 ? 100 : 0))
  }

  private func read(_ bytes: [UInt8]) throws -> [Double] {
    try FITSFile(bytes, path: "f").everything()
  }

  @Test("every algorithm gives the pixels back", arguments: images)
  func algorithms(image: Image) throws {
    let file = try FITSFile(image.file(), path: "f")
    #expect(file.units[1].content == .image(axes: [6, 5]))
    #expect(try file.pixels(of: file.units[1]) == Self.pixels)
    let scaled = try read(image.file(cards: ["BSCALE  = 0.5", "BZERO   = 3.0"]))
    #expect(scaled == Self.pixels.map { $0 * 0.5 + 3 })
    guard !image.cards.contains("ZBITPIX = -64") else { return }
    let blanked = try read(image.file(cards: ["ZBLANK  = 7"]))
    for (pixel, value) in zip(Self.pixels, blanked) {
      #expect(pixel == 7 ? value.isNaN : value == pixel)
    }
  }

  @Test("damaged data are an error or pixels, never a trap", arguments: images)
  func damage(image: Image) throws {
    var refused = 0
    for index in image.data.indices {
      for mask: UInt8 in [0x01, 0xff] {
        do {
          #expect(try read(image.file { $0[index] ^= mask }).count == 30)
        } catch {
          refused += 1
          #expect((error as? FITSError)?.unit == 2)
        }
      }
    }
    // All bytes of a descriptor matter.
    #expect(refused > 4)
  }

  @Test("data that end too early are an error", arguments: images)
  func cut(image: Image) throws {
    for length in 8 * image.rows..<image.data.count {
      #expect(throws: FITSError.self) { try read(image.file { $0.removeLast($0.count - length) }) }
    }
    // The descriptors of the last tile, with fewer and fewer bytes.
    let last = 8 * image.rows - 5
    for length in 0..<image.data[last] {
      let error = #expect(throws: FITSError.self, "\(length)") {
        try read(image.file { $0[last] = length })
      }
      #expect(error?.description.contains("of the compressed image is damaged") == true)
    }
  }

  @Test("smoothing of an H-compressed image, as CFITSIO does it")
  func smoothing() throws {
    let data = bytes(
      "AAAAewAAAADdmQAAAAwAAAAMAAAABAAAAAAAAAKgCAUC9vXu6IIqgiGQfddRyT9X6sWIADzLHoP/dS7WT+NsRcD5dISHhVB3BYUIeiWogWUppcWEP/74v//f12szrDkwyNzMIPwOugQ///VV+CD/8EX7/gBnDOOcfwOBcf39QVAQCAU="
    )
    var file = FITSBytes()
    file.append(
      compressedAxes: [12, 12], form: "1PB",
      cards: [
        "ZBITPIX = 16", "ZTILE1  = 12", "ZTILE2  = 12", "ZCMPTYPE= 'HCOMPRESS_1'",
        "ZNAME1  = 'SCALE'", "ZVAL1   = 4", "ZNAME2  = 'SMOOTH'", "ZVAL2   = 1",
      ], rows: 1, data: data)
    let pixels = try read(file.bytes)
    #expect(pixels.prefix(12) == [107, 85, 60, 45, 41, 37, 38, 44, 64, 81, 108, 146])
    #expect(pixels[60..<72] == [78, 56, 34, 15, 5, 7, 9, 14, 33, 52, 80, 110])
    #expect(pixels.suffix(12) == [178, 150, 126, 115, 106, 100, 101, 114, 129, 147, 179, 209])
  }

  /// A table of one tile of rounded numbers with its scale and zero point.
  private func quantized(_ cards: [String]) -> [UInt8] {
    let data = bytes(
      "AAAAGwAAAAAAAAAAAAAAAD/gAAAAAAAAAAAAAAAAAAAAAAAALCUjhOWaUNE5ZlQ0L01RM4TleVDRWQA=")
    var file = FITSBytes()
    file.append(
      header: [
        "XTENSION= 'BINTABLE'", "BITPIX  = 8", "NAXIS   = 2", "NAXIS1  = 32", "NAXIS2  = 1",
        "PCOUNT  = 27", "GCOUNT  = 1", "TFIELDS = 4", "TTYPE1  = 'COMPRESSED_DATA'",
        "TFORM1  = '1PB(27)'", "TTYPE2  = 'GZIP_COMPRESSED_DATA'", "TFORM2  = '1PB(0)'",
        "TTYPE3  = 'ZSCALE'", "TFORM3  = '1D'", "TTYPE4  = 'ZZERO'", "TFORM4  = '1D'",
        "ZIMAGE  = T", "ZBITPIX = -32", "ZNAXIS  = 2", "ZNAXIS1 = 6", "ZNAXIS2 = 5", "ZTILE1  = 6",
        "ZTILE2  = 5", "ZCMPTYPE= 'RICE_1'",
      ] + cards, data: data)
    return file.bytes
  }

  @Test("rounded pixels with and without the random numbers that were added")
  func dither() throws {
    #expect(try read(quantized([])).prefix(6) == [0, 0.5, 1, 12, 3, 3.5])
    let method = "ZQUANTIZ= 'SUBTRACTIVE_DITHER_1'"
    let dithered = try read(quantized([method, "ZDITHER0= 5"]))
    let expected = [0.14307392, 0.6432266, 1.2094696, 12.055589, 2.77392, 3.2762275]
    for (value, number) in zip(dithered, expected) { #expect(abs(value - number) < 1e-6) }
    for cards in [
      [method, "ZDITHER0= 0"], [method, "ZDITHER0= 10001"], ["ZQUANTIZ= 'OTHER'"],
      ["ZQUANTIZ= 'NONE'"],
    ] {
      #expect(throws: FITSError.self, "\(cards)") { try read(quantized(cards)) }
    }
  }

  @Test(
    "settings that are no numbers, unknown, or out of range",
    arguments: [
      ("ZVAL1   = 32", "ZVAL1   = 0"), ("ZVAL1   = 32", "ZVAL1   = -1"),
      ("ZVAL1   = 32", "ZVAL1   = 99999999999"), ("ZVAL1   = 32", "ZVAL1   ="),
      ("ZVAL2   = 1", "ZVAL2   = 3"), ("ZVAL2   = 1", "ZVAL2   = 0"),
      ("ZVAL2   = 1", "ZVAL2   = 8"),
      ("ZCMPTYPE= 'RICE_1'", "ZCMPTYPE= 'NOCOMPRESS'"),
      ("ZCMPTYPE= 'RICE_1'", "ZCMPTYPE= 'BZIP2_1'"),
      ("ZCMPTYPE= 'RICE_1'", "COMMENT"), ("ZBITPIX = 8", "ZBITPIX = 24"),
      ("ZBITPIX = 8", "COMMENT"),
      ("ZBITPIX = 8", "ZBITPIX = -32"), ("ZCMPTYPE= 'RICE_1'", "ZCMPTYPE= 'PLIO_1'"),
    ])
  func settings(right: String, wrong: String) throws {
    var image = Self.images[0]
    let index = try #require(image.cards.firstIndex(of: right))
    image.cards[index] = wrong
    #expect(throws: FITSError.self) { try read(image.file()) }
  }

  @Test("images that would fill the memory, and tiles that share their data")
  func limits() throws {
    for axes in [[1 << 20, 1 << 20], [1 << 40], [1 << 30, 1 << 30, 1 << 30], [1 << 26, 1]] {
      var file = FITSBytes()
      file.append(
        compressedAxes: axes, form: "1PB",
        cards: ["ZBITPIX = 8", "ZCMPTYPE= 'RICE_1'"]
          + axes.indices.map { "ZTILE\($0 + 1)  = \(axes[$0])" },
        rows: 1, data: [UInt8](repeating: 0, count: 40))
      let error = #expect(throws: FITSError.self) { try read(file.bytes) }
      #expect(error?.description.contains("more than any file has") == true)
    }
    let shared = Self.images[0].file { bytes in for row in 1..<5 { bytes[8 * row + 7] = 0 } }
    #expect(try read(shared).count == 30)
    let long = Self.images[0].file { bytes in
      for row in 0..<5 { bytes[8 * row + 3] = 40; bytes[8 * row + 7] = 0 }
    }
    #expect(throws: FITSError.self) { try read(long) }
  }
}
