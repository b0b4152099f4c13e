/// A FIELD of a VOTable.
struct VOTableField: Sendable, Equatable {
  /// What a cell holds that is one number, or one truth value.
  enum Kind: String {
    case boolean, unsignedByte, short, int, long, float, double

    var isNumber: Bool { self != .boolean }

    /// Bytes in a stream.
    var width: Int {
      switch self {
      case .boolean, .unsignedByte: 1
      case .short: 2
      case .int, .float: 4
      case .long, .double: 8
      }
    }
  }

  let name: String
  let unit: String
  /// What a cell holds; nil if that is not a single number.
  let kind: Kind?
  /// Whether a cell is a text.
  let isText: Bool
  /// Bytes of an element in a stream, and how many there are; nil if each cell says it.
  let elementWidth: Int
  let elementCount: Int?
  /// Whether elements are bits, eight in a byte.
  let isBits: Bool
  /// The number that stands for no value.
  var null: Double?

  /// Parses the attributes.
  init(_ attributes: [String: String]) {
    name = attributes["name"] ?? attributes["ID"] ?? ""
    unit = attributes["unit"] ?? ""
    let type = attributes["datatype"] ?? "char"
    let size = attributes["arraysize"]
    let lengths = (size ?? "1").split(separator: "x").map { Int($0) }
    // `*` and `12*` are of any length; so are arrays that end with one.
    elementCount =
      size?.hasSuffix("*") == true || lengths.contains(nil)
      ? nil
      : lengths.compactMap { $0 }.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    kind = size == nil || size == "1" ? Kind(rawValue: type) : nil
    isText = type == "char" || type == "unicodeChar"
    isBits = type == "bit"
    elementWidth =
      switch type {
      case "unicodeChar", "short": 2
      case "int", "float": 4
      case "long", "double", "floatComplex": 8
      case "doubleComplex": 16
      default: 1
      }
  }

  /// The number of a cell of text; NaN if it is empty or the null, nil if it is not a number.
  func number(_ word: String) -> Double? {
    if word.isEmpty { return .nan }
    if kind == .boolean {
      switch word.lowercased() {
      case "t", "true", "1": return 1
      case "f", "false", "0": return 0
      default: return .nan
      }
    }
    let number =
      word.hasPrefix("0x") ? Int(word.dropFirst(2), radix: 16).map(Double.init) : Double(word)
    return number == null && null != nil ? .nan : number
  }
}

/// What a cell of a VOTable holds.
enum VOTableCell {
  case number(Double)
  case word(String)
  /// Nothing, or what is not read.
  case none
}
