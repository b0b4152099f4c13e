import CZlib

/// A zip archive in memory: members that are stored or deflated, without encryption.
public struct ZipArchive: Sendable {
  /// The bytes with which an archive that is not empty begins.
  public static let magic: [UInt8] = [0x50, 0x4b, 3, 4]

  private let bytes: [UInt8]
  private let members: [Member]

  private struct Member {
    let name: String
    let method: Int
    let checksum: UInt32
    let packedSize: Int
    let size: Int
    let headerOffset: Int
  }

  /// Reads the directory at the end of an archive.
  ///
  /// - Throws: `ArchiveError` if there is none, or it points out of the archive.
  public init(_ bytes: [UInt8]) throws(ArchiveError) {
    self.bytes = bytes
    // The record at the end has 22 bytes and a comment of at most 65535.
    let signature: [UInt8] = [0x50, 0x4b, 5, 6]
    let earliest = max(0, bytes.count - 22 - 0xffff)
    var end = bytes.count - 22
    while end >= earliest, !bytes[end...].starts(with: signature) { end -= 1 }
    guard end >= earliest, end >= 0 else { throw .truncated }
    var position = Self.number(bytes, end + 16, 4)
    var members: [Member] = []
    for _ in 0..<Self.number(bytes, end + 10, 2) {
      guard position + 46 <= end, bytes[position...].starts(with: [0x50, 0x4b, 1, 2]) else {
        throw .corrupt(reason: "the directory does not list its members")
      }
      let nameLength = Self.number(bytes, position + 28, 2)
      let extraLength = Self.number(bytes, position + 30, 2)
      let commentLength = Self.number(bytes, position + 32, 2)
      let next = position + 46 + nameLength + extraLength + commentLength
      guard next <= end else { throw .corrupt(reason: "the directory is cut short") }
      let name = String(
        decoding: bytes[position + 46..<position + 46 + nameLength], as: UTF8.self)
      guard Self.number(bytes, position + 8, 2) & 1 == 0 else { throw .unknownMethod(member: name) }
      members.append(
        Member(
          name: name, method: Self.number(bytes, position + 10, 2),
          checksum: UInt32(Self.number(bytes, position + 16, 4)),
          packedSize: Self.number(bytes, position + 20, 4),
          size: Self.number(bytes, position + 24, 4),
          headerOffset: Self.number(bytes, position + 42, 4)))
      position = next
    }
    self.members = members
  }

  /// The names of the members in their order.
  public var names: [String] { members.map(\.name) }

  /// How many bytes a member has unpacked, as the directory says; nil if there is none of this name.
  public func size(ofMember name: String) -> Int? {
    members.first { $0.name == name }?.size
  }

  /// Unpacks the first `count` bytes of a member, or fewer if it has fewer, without verifying its
  /// checksum; nil if there is none of this name.
  ///
  /// - Throws: `ArchiveError` for data that are damaged or cut short.
  public func beginning(
    ofMember name: String, count: Int
  ) throws(ArchiveError) -> [UInt8]? {
    guard let member = members.first(where: { $0.name == name }) else { return nil }
    return try unpack(member, limit: count, isPrefixEnough: true)
  }

  /// Unpacks a member and verifies its checksum; nil if there is none of this name.
  ///
  /// - Parameter limit: the largest number of bytes that may come out; if not given, that of `Gzip`.
  /// - Throws: `ArchiveError` for data that are damaged, cut short, or too large unpacked.
  public func member(
    named name: String, limit: Int? = nil
  ) throws(ArchiveError) -> [UInt8]? {
    guard let member = members.first(where: { $0.name == name }) else { return nil }
    let limit = limit ?? Gzip.largestOutput(of: member.packedSize)
    guard member.size <= limit else { throw .tooLarge(limit: limit) }
    // One byte more than announced shows that there is more.
    let unpacked = try unpack(member, limit: member.size + 1)
    guard unpacked.count == member.size else {
      throw .corrupt(reason: "a member has another size than the directory says")
    }
    guard Self.checksum(unpacked) == member.checksum else {
      throw .corrupt(reason: "incorrect data check")
    }
    return unpacked
  }

  private func unpack(
    _ member: Member, limit: Int, isPrefixEnough: Bool = false
  ) throws(ArchiveError) -> [UInt8] {
    let header = member.headerOffset
    guard header + 30 <= bytes.count, bytes[header...].starts(with: Self.magic) else {
      throw .corrupt(reason: "the directory points to no member")
    }
    let start =
      header + 30 + Self.number(bytes, header + 26, 2) + Self.number(bytes, header + 28, 2)
    guard start + member.packedSize <= bytes.count else { throw .truncated }
    let packed = bytes[start..<start + member.packedSize]
    switch member.method {
    case 0: return Array(packed.prefix(limit))
    case 8:
      return try Inflation.inflate(
        packed, .none, limit: limit, isPrefixEnough: isPrefixEnough, expectedCount: member.size
      ).output
    default: throw .unknownMethod(member: member.name)
    }
  }

  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  /// The number in some bytes, the least significant first.
  private static func number(_ bytes: [UInt8], _ position: Int, _ width: Int) -> Int {
    (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
  }
}
