/// What the mandatory cards of a header say: the kind of the unit, its axes, and the extent of its
/// data.
struct DataStructure {
  enum Kind { case image, asciiTable, binaryTable, randomGroups, other }

  /// The maximum number of axes.
  static let largestAxisCount = 9

  let kind: Kind
  /// Bits of a pixel, negative for floating point.
  let bitsPerPixel: Int
  let axes: [Int]
  /// Bytes of the heap behind a table.
  let heapSize: Int
  /// Where the data lie in the file.
  let bytes: Range<Int>

  /// Reads the mandatory cards and makes sure that the data which they announce are there.
  init(_ header: FITSHeader, isPrimary: Bool, from start: Int, to end: Int) throws(FITSFault) {
    kind = try Self.kind(header, isPrimary: isPrimary)
    let isTable = [.asciiTable, .binaryTable].contains(kind)
    try header.expect("BITPIX", at: 1)
    bitsPerPixel = try header.required("BITPIX", in: isTable ? 8...8 : -64...64)
    guard [8, 16, 32, 64, -32, -64].contains(bitsPerPixel) else {
      throw .wrongValue(
        "BITPIX", found: "\(bitsPerPixel)", expected: "8, 16, 32, 64, -32 or -64")
    }
    try header.expect("NAXIS", at: 2)
    let count = try header.required("NAXIS", in: isTable ? 2...2 : 0...Self.largestAxisCount)
    var axes: [Int] = []
    for axis in 1..<count + 1 {
      try header.expect("NAXIS\(axis)", at: axis + 2)
      axes.append(try header.required("NAXIS\(axis)", in: 0...Int.max))
    }
    self.axes = axes
    let parameters = try header.integer(
      "PCOUNT", in: kind == .image || kind == .asciiTable ? 0...0 : 0...Int.max)
    let hasGroups = kind == .randomGroups || kind == .other
    let groups = try header.integer("GCOUNT", in: hasGroups ? 0...Int.max : 1...1)
    if isTable, parameters == nil { throw .missing("PCOUNT") }
    if isTable, groups == nil { throw .missing("GCOUNT") }
    heapSize = parameters ?? 0

    // In random groups a first axis of length 0 stands for itself and no data.
    let lengths = kind == .randomGroups ? Array(axes.dropFirst()) : axes
    let elements = axes.isEmpty ? 0 : try Self.product(lengths)
    let (group, overflow) = elements.addingReportingOverflow(heapSize)
    guard !overflow else { throw .tooLarge("\(elements) + \(heapSize) elements") }
    let size = try Self.product([group, groups ?? 1, abs(bitsPerPixel) / 8])
    guard FITSHeader.padded(size) <= end - start else { throw .truncated }
    bytes = start..<start + size
  }

  private static func kind(_ header: FITSHeader, isPrimary: Bool) throws(FITSFault) -> Kind {
    guard !isPrimary else {
      try header.expect("SIMPLE", at: 0)
      // F says that the file departs from the standard, which shows soon enough.
      _ = try header.flag("SIMPLE")
      guard try header.flag("GROUPS"), try header.integer("NAXIS1") == 0 else { return .image }
      return .randomGroups
    }
    try header.expect("XTENSION", at: 0)
    switch try header.word("XTENSION") {
    case "IMAGE", "IUEIMAGE": return .image
    case "TABLE": return .asciiTable
    case "BINTABLE", "A3DTABLE", "3DTABLE": return .binaryTable
    default: return .other
    }
  }

  /// The product of numbers that are not negative, below what any file has.
  static func product(_ factors: [Int]) throws(FITSFault) -> Int {
    var product = 1
    for factor in factors where factor != 1 {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard !overflow, next < 1 << 60 else {
        throw .tooLarge(factors.map(String.init).joined(separator: " × ") + " elements")
      }
      product = next
    }
    return product
  }
}
