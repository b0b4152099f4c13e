import CCFITSIO

/// What is wrong with a FITS file, or what CFITSIO refused to write, and where.
public struct FITSError: Error, Equatable {
  /// The file.
  public let path: String
  /// The header-data unit in work, counted from 1; nil before one was reached.
  public let unit: Int?
  /// CFITSIO's status code; 0 for what was found here.
  public let status: Int
  /// What is wrong, the first cause first.
  public let messages: [String]

  /// An error found by this library itself, without a status of CFITSIO's.
  init(path: String, unit: Int?, message: String) {
    self.path = path
    self.unit = unit
    status = 0
    messages = [message]
  }

  /// An error in what was read.
  init(path: String, unit: Int?, _ fault: FITSFault) {
    self.init(path: path, unit: unit, message: fault.description)
  }

  /// The error for a status code; takes the messages off CFITSIO's stack.
  init(path: String, unit: Int?, status: CInt) {
    self.path = path
    self.unit = unit
    self.status = Int(status)
    var text = [CChar](repeating: 0, count: 81)
    ffgerr(status, &text)
    var messages = [Self.string(text)]
    while ffgmsg(&text) != 0 { messages.append(Self.string(text)) }
    self.messages = messages
  }

  /// The characters of a C buffer up to its terminating zero.
  static func string(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension FITSError: CustomStringConvertible {
  /// The messages in one line, with the unit that they concern.
  public var description: String {
    let place = unit.map { "HDU \($0): " } ?? ""
    return place + messages.joined(separator: "; ")
  }
}
