import Digests
import Foundation
import TestSupport
import Testing

@Suite struct FileDigestTests {
  /// The values of the examples that NIST publishes with FIPS 180-4; the last is longer than one
  /// piece that is read at a time.
  @Test(
    "digests are those of the standard",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
    ])
  func standard(text: String, digest: String) throws {
    let folder = try TemporaryFolder()
    #expect(FileDigest(of: try folder.write(text, to: "file"))?.hexadecimal == digest)
  }

  @Test("files longer than one piece, and files behind links, are read to their end")
  func long() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([UInt8](repeating: 0x61, count: 1_000_000), to: "million")
    #expect(
      FileDigest(of: path)?.hexadecimal
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    var bytes = [UInt8](repeating: 0, count: 3 << 20)
    let whole = FileDigest(of: try folder.write(bytes, to: "zeros"))
    bytes[bytes.count - 1] = 1
    #expect(whole != FileDigest(of: try folder.write(bytes, to: "zeros and one")))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: folder.path("zeros"))
    #expect(FileDigest(of: folder.path("link")) == whole)
  }

  @Test("what is no file has none", arguments: ["nothing", "", "/dev/null"])
  func none(name: String) throws {
    let folder = try TemporaryFolder()
    #expect(FileDigest(of: name.hasPrefix("/") ? name : folder.path(name)) == nil)
  }
}
