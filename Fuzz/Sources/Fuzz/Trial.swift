import Foundation
import Inference

/// One input of a reader, known by its number alone.
struct Trial {
  let reader: Reader
  let number: Int

  /// The seed, the damaged file, and the random numbers for what comes after.
  func input() -> (seed: Seed, name: String, bytes: [UInt8], random: RandomStream) {
    var damage = Damage(random: RandomStream(seed: 1, "fuzz \(reader.name)", number))
    let seed = reader.seeds[damage.below(reader.seeds.count)]
    // The first file is what the reader is given.
    let file = damage.chance(0.5) ? 0 : damage.below(seed.damagedCount)
    let others = damage.chance(0.2) ? reader.seeds.map { $0.files[0].content.bytes } : []
    let bytes = damage.damaged(seed.files[file].content, others: others)
    return (seed, seed.files[file].name, bytes, damage.random)
  }

  /// Reads the input in the current folder, which is empty before and after.
  ///
  /// - Returns: whether it was accepted.
  func run() async -> Bool {
    var (seed, name, bytes, random) = input()
    for file in seed.files where file.name != name { write(file.content.bytes, to: file.name) }
    write(bytes, to: name)
    var isAccepted = true
    do {
      try await reader.read(seed, &random)
    } catch {
      precondition(!"\(error)".isEmpty, "an error without words")
      isAccepted = false
    }
    for file in seed.files { unlink(file.name) }
    unlink("written.fits")
    return isAccepted
  }

  /// Writes the files of the input to a folder.
  func save(to folder: String) throws {
    let (seed, name, bytes, _) = input()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for file in seed.files {
      write(file.name == name ? bytes : file.content.bytes, to: "\(folder)/\(file.name)")
    }
  }

  /// Without the detour over another name that `Data` takes.
  private func write(_ bytes: [UInt8], to path: String) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    defer { close(descriptor) }
    let count = pwrite(descriptor, bytes, bytes.count, 0)
    precondition(count == bytes.count, "\(path) cannot be written")
  }
}
