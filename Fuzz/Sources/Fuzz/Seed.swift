import Catalogs

/// An input without damage: some files, and what a reader is given of them.
struct Seed {
  /// What a file holds, which decides how it can be damaged and stay well-formed.
  enum Format {
    case text, json, fits, binary
  }

  /// A file; what is compressed is damaged before it is compressed, or after.
  enum Content {
    case plain(Format, [UInt8])
    case gzip(Format, [UInt8])
    case zip([(name: String, data: [UInt8])])

    /// The bytes of the file.
    var bytes: [UInt8] {
      switch self {
      case .plain(_, let bytes): bytes
      case .gzip(_, let bytes): SeedBytes.gzip(bytes)
      case .zip(let members): SeedBytes.zip(members)
      }
    }
  }

  /// The path that the reader is given, from the folder of the files.
  let argument: String
  /// The files by their names, in an order.
  let files: [(name: String, content: Content)]
  /// Options for catalogs.
  var options = Catalog.Options()
  /// The number of the first files that are damaged; the others stay whole.
  var damagedCount: Int

  init(
    _ argument: String, _ files: [(String, Content)], damaged: Int? = nil,
    _ options: Catalog.Options = .init()
  ) {
    self.argument = argument
    self.files = files.map { (name: $0.0, content: $0.1) }
    damagedCount = damaged ?? files.count
    self.options = options
  }

  /// A text in one file.
  init(_ name: String, text: String, _ options: Catalog.Options = .init()) {
    self.init(name, [(name, .text(text))], options)
  }
}

extension Seed.Content {
  static func text(_ text: String) -> Seed.Content { .plain(.text, Array(text.utf8)) }
  static func json(_ bytes: some Sequence<UInt8>) -> Seed.Content { .plain(.json, Array(bytes)) }
  static func fits(_ bytes: [UInt8]) -> Seed.Content { .plain(.fits, bytes) }
}
