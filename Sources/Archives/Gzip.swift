/// Files compressed by gzip (RFC 1952).
public enum Gzip {
  /// The two bytes with which every gzip file begins.
  public static let magic: [UInt8] = [0x1f, 0x8b]

  /// No file of supernovae is larger: a covariance of 10,000 in text has 2 GiB.
  private static let largestOutput = 4 << 30

  /// Unpacks all members of a gzip file; checksums are verified.
  ///
  /// - Parameter limit: the largest number of bytes that may come out; if not given, 4 GiB, and a
  ///   hundred times the packed ones where that is more than 256 MiB. Tables and matrices of numbers
  ///   shrink to a half or a tenth.
  /// - Throws: `ArchiveError` for data that are damaged, cut short, or too large unpacked.
  public static func unpack(_ bytes: [UInt8], limit: Int? = nil) throws(ArchiveError) -> [UInt8] {
    var limit = limit ?? largestOutput(of: bytes.count)
    var output: [UInt8] = []
    var rest = bytes[...]
    repeat {
      let member = try Inflation.inflate(
        rest, .gzip, limit: limit,
        expectedCount: rest.startIndex == 0 ? expectedCount(bytes) : 0)
      if output.isEmpty { output = member.output } else { output += member.output }
      limit -= member.output.count
      rest = rest.dropFirst(member.consumed)
      // Tapes pad with zeros, which gzip itself ignores too.
      rest = rest.drop { $0 == 0 }
    } while !rest.isEmpty
    return output
  }

  /// The limit on unpacked bytes for a number of packed ones.
  static func largestOutput(of packedCount: Int) -> Int {
    min(largestOutput, max(256 << 20, 100 * packedCount))
  }

  /// What the end of a gzip file says is the size of its last member, modulo 2³²: that of the whole,
  /// of almost all files.
  private static func expectedCount(_ bytes: [UInt8]) -> Int {
    bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
