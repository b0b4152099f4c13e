import FITS
import TestSupport
import Testing

/// Every way to write a number into a card, in every kind of unit.
@Suite struct FITSHeaderTests {
  /// A small file whose cards can be written in other ways.
  enum Place: CaseIterable, Sendable {
    case primary, image, binaryTable, asciiTable, compressedImage

    static let values: [Double] = [1, -2, 3.5, 4, 5, 6]

    /// The cards that say how the data lie, and texts that stand among them.
    private var cards: [(key: String, value: String)] {
      switch self {
      case .primary:
        [("SIMPLE", "T"), ("BITPIX", "-64"), ("NAXIS", "2"), ("NAXIS1", "3"), ("NAXIS2", "2")]
      case .image:
        [
          ("XTENSION", "'IMAGE   '"), ("BITPIX", "-64"), ("NAXIS", "2"), ("NAXIS1", "3"),
          ("NAXIS2", "2"), ("PCOUNT", "0"), ("GCOUNT", "1"),
        ]
      case .binaryTable:
        [
          ("XTENSION", "'BINTABLE'"), ("BITPIX", "8"), ("NAXIS", "2"), ("NAXIS1", "8"),
          ("NAXIS2", "6"), ("PCOUNT", "0"), ("GCOUNT", "1"), ("TFIELDS", "1"), ("TFORM1", "'1D'"),
        ]
      case .asciiTable:
        [
          ("XTENSION", "'TABLE   '"), ("BITPIX", "8"), ("NAXIS", "2"), ("NAXIS1", "6"),
          ("NAXIS2", "6"), ("PCOUNT", "0"), ("GCOUNT", "1"), ("TFIELDS", "1"), ("TBCOL1", "2"),
          ("TFORM1", "'F5.1'"),
        ]
      case .compressedImage:
        [
          ("XTENSION", "'BINTABLE'"), ("BITPIX", "8"), ("NAXIS", "2"), ("NAXIS1", "16"),
          ("NAXIS2", "1"), ("PCOUNT", "48"), ("GCOUNT", "1"), ("TFIELDS", "2"),
          ("TTYPE1", "'COMPRESSED_DATA'"), ("TFORM1", "'1PB'"),
          ("TTYPE2", "'UNCOMPRESSED_DATA'"), ("TFORM2", "'1PD'"), ("ZIMAGE", "T"),
          ("ZBITPIX", "-64"), ("ZNAXIS", "2"), ("ZNAXIS1", "3"), ("ZNAXIS2", "2"), ("ZTILE1", "3"),
          ("ZTILE2", "2"), ("ZCMPTYPE", "'RICE_1'"),
        ]
      }
    }

    private var data: [UInt8] {
      let doubles = Self.values.flatMap { FITSBytes.bigEndian($0.bitPattern) }
      return switch self {
      case .primary, .image, .binaryTable: doubles
      case .asciiTable: Array("   1.0  -2.0   3.5   4.0   5.0   6.0".utf8)
      case .compressedImage:
        [0, 0, 6, 0].flatMap { FITSBytes.bigEndian(Int32($0)) } + doubles
      }
    }

    /// The keywords whose values are whole numbers.
    var integerKeys: [String] { cards.filter { Int($0.value) != nil }.map(\.key) }

    func value(of key: String) -> String { cards.first { $0.key == key }?.value ?? "" }

    /// The file with one card written in another way, and others added.
    func file(
      writing key: String = "", _ write: (String, String) -> String = { _, _ in "" },
      adding others: [String] = []
    ) -> [UInt8] {
      var header = cards.map {
        $0.key == key ? write($0.key, $0.value) : Spelling.fixed.card($0.key, $0.value)
      }
      header += ["COMMENT NAXIS   = 150", "HISTORY of 'quotes' / and slashes"] + others
      if self == .primary { return FITSBytes(header: header, data: data).bytes }
      var file = FITSBytes()
      file.append(header: header, data: data)
      return file.bytes
    }
  }

  /// Ways to write a card, those that FITS allows first.
  enum Spelling: CaseIterable, Sendable {
    case fixed, free, comment, closeComment, zeros, plus, farRight
    case noBlank, early, lowerCase, late, hierarchical

    static let allowed: [Spelling] = [
      .fixed, .free, .comment, .closeComment, .zeros, .plus, .farRight,
    ]
    static let forbidden: [Spelling] = [.noBlank, .early, .lowerCase, .late, .hierarchical]

    func card(_ key: String, _ value: String) -> String {
      func filled(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
      }
      let start = key + String(repeating: " ", count: 8 - key.count)
      let isNumber = value.first?.isNumber == true || value.first == "-"
      let (sign, digits) = value.hasPrefix("-") ? ("-", String(value.dropFirst())) : ("", value)
      return switch self {
      case .fixed: "\(start)= \(filled(value, value.hasPrefix("'") ? 0 : 20))"
      case .free: "\(start)= \(value)"
      case .comment: "\(start)= \(filled(value, 20)) / NAXIS = 3, 'quoted'"
      case .closeComment: "\(start)= \(value)/x"
      case .zeros:
        "\(start)= \(isNumber ? sign + "000000000000000000000000000000000\(digits)" : value)"
      case .plus: "\(start)= \(isNumber && sign.isEmpty ? "+" : "")\(value)"
      case .farRight: "\(start)= \(filled(value, 70))"
      case .noBlank: "\(start)=\(value)"
      case .early: "\(key) = \(value)"
      case .lowerCase: "\(start.lowercased())= \(value)"
      case .late: " \(start.dropLast())= \(value)"
      case .hierarchical: "HIERARCH \(key) = \(value)"
      }
    }
  }

  private func read(_ bytes: [UInt8]) throws -> [Double] {
    try FITSFile(bytes, path: "f").everything()
  }

  @Test("numbers in every spelling that FITS allows", arguments: Place.allCases, Spelling.allowed)
  func allowed(place: Place, spelling: Spelling) throws {
    for key in place.integerKeys {
      let bytes = place.file(writing: key) { spelling.card($0, $1) }
      let values = try #require(try? read(bytes), "\(key)")
      #expect(values == Place.values, "\(key)")
    }
  }

  @Test(
    "cards that CFITSIO reads although FITS does not are refused, alone or next to a right one",
    arguments: Place.allCases, Spelling.forbidden)
  func forbidden(place: Place, spelling: Spelling) throws {
    // A keyword of seven letters and a blank is right.
    for key in place.integerKeys where spelling != .early || key.count < 7 {
      for value in [place.value(of: key), "150"] {
        #expect(throws: FITSError.self, "\(key)") {
          try read(place.file(writing: key) { key, _ in spelling.card(key, value) })
        }
        let card = spelling.card(key, value)
        let error = #expect(throws: FITSError.self, "\(card)") {
          try read(place.file(adding: [card]))
        }
        #expect(error?.description.contains("is not spelled as FITS demands") == true)
      }
    }
  }

  /// What is no size at all, and what is more than any file has.
  static let impossible = [
    "-1", "2147483648", "9223372036854775807", "9223372036854775808",
    "1000000000000000000000000000000", "", "T", "1.5", "'3'", "3 3", "0x3", "NaN", "1E1", "--3",
    "٣",
  ]

  @Test("impossible numbers are refused, in one spelling or another", arguments: Place.allCases)
  func impossible(place: Place) throws {
    for (offset, key) in place.integerKeys.enumerated() {
      for (index, value) in Self.impossible.enumerated() {
        // A tile may be larger than its image.
        if key.hasPrefix("ZTILE"), (Int(value) ?? 0) > 0 { continue }
        let spelling = Spelling.allowed[(index + offset) % Spelling.allowed.count]
        let error = #expect(throws: FITSError.self, "\(spelling.card(key, value))") {
          try read(place.file(writing: key) { key, _ in spelling.card(key, value) })
        }
        #expect(error?.unit == (place == .primary ? 1 : 2))
      }
    }
  }

  @Test("counts that CFITSIO divides by or has no room for are refused", arguments: Place.allCases)
  func counts(place: Place) throws {
    let keys = Set(place.integerKeys)
      .intersection([
        "BITPIX", "NAXIS", "GCOUNT", "TFIELDS", "TBCOL1", "ZBITPIX", "ZNAXIS", "ZNAXIS1",
      ])
    for key in keys {
      for value in ["0", "10", "100", "150", "999", "1000"] {
        // A table may be without columns.
        if place == .asciiTable, key == "TFIELDS", value == "0" { continue }
        for spelling in Spelling.allowed {
          #expect(throws: FITSError.self, "\(spelling.card(key, value))") {
            try read(place.file(writing: key) { key, _ in spelling.card(key, value) })
          }
        }
      }
    }
  }

  @Test("a tile without length is refused, one beyond its image is cut")
  func tiles() throws {
    for key in ["ZTILE1", "ZTILE2"] {
      for value in ["0", "-1", "00", "+0"] {
        #expect(throws: FITSError.self) {
          try read(Place.compressedImage.file(writing: key) { key, _ in "\(key)  = \(value)" })
        }
      }
      for value in ["10", "2147483648"] {
        let bytes = Place.compressedImage.file(writing: key) { key, _ in "\(key)  = \(value)" }
        #expect(try read(bytes) == Place.values)
      }
    }
  }

  @Test("a keyword with two values is refused, one that is repeated is not")
  func duplicates() throws {
    for place in Place.allCases {
      for key in place.integerKeys {
        let value = place.value(of: key)
        for spelling in Spelling.allowed {
          let same = place.file(adding: [spelling.card(key, value)])
          #expect(try read(same).count >= 6, "\(key)")
          let error = #expect(throws: FITSError.self, "\(key)") {
            try read(place.file(adding: [spelling.card(key, "150")]))
          }
          #expect(error?.description.hasSuffix("its header has several values of \(key)") == true)
        }
      }
    }
  }

  @Test("mandatory cards stand in their order")
  func order() throws {
    let bytes = FITSBytes(
      header: ["SIMPLE  = T", "NAXIS   = 0", "BITPIX  = 8"], data: []
    ).bytes
    let error = #expect(throws: FITSError.self) { try read(bytes) }
    #expect(error?.description == "HDU 1: found 'NAXIS   = 0' where BITPIX is expected")
    #expect(throws: FITSError.self) {
      try read(FITSBytes(header: ["SIMPLE  = T", "BITPIX  = 8"], data: []).bytes)
    }
    #expect(throws: FITSError.self) {
      try read(FITSBytes(header: ["SIMPLE  = 3", "BITPIX  = 8", "NAXIS   = 0"], data: []).bytes)
    }
    #expect(throws: FITSError.self) { try read(Array("SIMPLE  =".utf8)) }
    #expect(throws: FITSError.self) { try read([]) }
  }

  @Test("texts: quotes, blanks, comments, CONTINUE, and other people's keywords")
  func texts() throws {
    var file = FITSBytes()
    file.append(
      image: "IT''S   ", axes: [1], [1],
      cards: [
        "COVTYPE = 'SYS     '           / kind", "OPEN    = 'without an end", "BARE    = SYS / x",
        "LONG    = 'one &'", "CONTINUE  'two &' / more", "CONTINUE  'three'", "EMPTY   = ''",
        "HIERARCH ESO DET NAXIS = 150", "naxis7  = 150", "NAXISX  =150", "COMMENT = 'x'",
        "EXTNAME = 'SECOND'",
      ])
    let fits = try FITSFile(file.bytes, path: "f")
    let unit = fits.units[1]
    #expect(unit.name == "IT'S")
    let expected = [
      "COVTYPE": "SYS", "OPEN": "without an end", "BARE": "SYS", "LONG": "one two three",
      "EMPTY": "",
    ]
    for (key, text) in expected { #expect(try fits.text(ofKey: key, in: unit) == text) }
    #expect(try fits.text(ofKey: "NONE", in: unit) == nil)
  }

  @Test("headers without an end, or with more cards than any file has")
  func lengths() throws {
    let cards = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0"]
    func filled(_ cards: [String]) -> [UInt8] {
      cards.flatMap { Array($0.utf8) + [UInt8](repeating: 32, count: 80 - $0.utf8.count) }
    }
    let endless = filled(cards + [String](repeating: "COMMENT", count: 33))
    let error = #expect(throws: FITSError.self) { try read(endless) }
    #expect(error?.description == "HDU 1: its header has no END before the file ends")
  }

  @Test(
    "more cards than any file has", .enabled(if: fullTestsAreAskedFor, "make test-full runs it"))
  func manyCards() throws {
    let start = ["SIMPLE  = T", "BITPIX  = 8", "NAXIS   = 0"].flatMap {
      Array($0.utf8) + [UInt8](repeating: 32, count: 80 - $0.utf8.count)
    }
    let error = #expect(throws: FITSError.self) {
      try read(start + [UInt8](repeating: 32, count: 80 << 20))
    }
    #expect(error?.description == "HDU 1: the headers have more than 1000000 cards")
  }
}
