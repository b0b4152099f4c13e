import Inference
import RealModule

/// Random damage to files. Half of it keeps what the file holds well-formed, so that many files are still accepted
/// and reach what lies behind the readers.
struct Damage {
  var random: RandomStream

  /// No damaged file is larger.
  static let largestFile = 1 << 20

  /// The bytes of a file, damaged.
  ///
  /// - Parameter others: other files for the same reader, whose parts may come in.
  mutating func damaged(_ content: Seed.Content, others: [[UInt8]]) -> [UInt8] {
    let isGentle = chance(0.5)
    let bytes: [UInt8]
    switch content {
    case .plain(let format, let whole):
      bytes = edited(whole, format, isGentle, others)
    case .gzip(let format, let inside):
      bytes =
        isGentle || chance(0.5)
        ? SeedBytes.gzip(edited(inside, format, isGentle, others))
        : roughly(SeedBytes.gzip(inside), others)
    case .zip(var members):
      if isGentle || chance(0.5) {
        let place = below(members.count)
        members[place].data = edited(members[place].data, .binary, isGentle, others)
        bytes = SeedBytes.zip(members)
      } else {
        bytes = roughly(SeedBytes.zip(members), others)
      }
    }
    return Array(bytes.prefix(Self.largestFile - 1))
  }

  private mutating func edited(
    _ bytes: [UInt8], _ format: Seed.Format, _ isGentle: Bool, _ others: [[UInt8]]
  ) -> [UInt8] {
    var bytes = bytes
    if isGentle {
      gently(&bytes, format)
      return bytes
    }
    for _ in 0...below(4) {
      if chance(0.4) { bytes = roughly(bytes, others) } else { hostilely(&bytes, format) }
      if bytes.count > Self.largestFile { break }
    }
    return bytes
  }

  /// An edit after which the file has the form that it had.
  private mutating func gently(_ bytes: inout [UInt8], _ format: Seed.Format) {
    switch format {
    case .text: editTextGently(&bytes)
    case .json: changeDigit(&bytes)
    case .fits: editFITSGently(&bytes)
    case .binary: if let place = place(in: bytes) { bytes[place] ^= 1 << UInt8(below(3)) }
    }
  }

  /// An edit in the terms of the format, after which it may say anything.
  private mutating func hostilely(_ bytes: inout [UInt8], _ format: Seed.Format) {
    switch format {
    case .text: editText(&bytes)
    case .json: if chance(0.5) { editJSON(&bytes) } else { editText(&bytes) }
    case .fits: editFITS(&bytes)
    case .binary: if chance(0.5) { editText(&bytes) } else { bytes = roughly(bytes, []) }
    }
  }

  /// An edit that knows nothing of formats.
  private mutating func roughly(_ bytes: [UInt8], _ others: [[UInt8]]) -> [UInt8] {
    var bytes = bytes
    guard let start = place(in: bytes) else { return [UInt8(below(256))] }
    let end = min(bytes.count, start + 1 + length(upTo: bytes.count))
    switch below(8) {
    case 0: bytes[start] ^= 1 << UInt8(below(8))
    case 1: bytes[start] = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x2c, 0x22][below(9)]
    case 2: bytes.removeSubrange(start..<end)
    case 3: bytes.insert(contentsOf: bytes[start..<end], at: start)
    case 4: bytes.removeSubrange(start...)
    case 5:
      let run = [UInt8](repeating: bytes[start], count: length(upTo: 100_000))
      bytes.insert(contentsOf: run, at: start)
    case 6:
      for index in start..<min(end, start + 8) { bytes[index] = UInt8(below(256)) }
    default:
      guard !others.isEmpty else { return bytes }
      let other = others[below(others.count)]
      guard let from = place(in: other) else { return bytes }
      let piece = other[from..<min(other.count, from + length(upTo: other.count))]
      bytes.replaceSubrange(start..<end, with: piece)
    }
    return bytes
  }

  // MARK: Random choices

  mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(1, bound))) }
  mutating func chance(_ share: Double) -> Bool { random.nextUniform() < share }

  /// A length, small ones as probable as large ones.
  mutating func length(upTo largest: Int) -> Int {
    Int(Double.exp(random.nextUniform() * .log(Double(max(1, largest)))))
  }

  mutating func place(in bytes: [UInt8]) -> Int? { bytes.isEmpty ? nil : below(bytes.count) }
}
