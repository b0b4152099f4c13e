import Inference
import Yams

/// The keys of a mean with a covariance in YAML.
enum GaussianKeys {
  static let names = "names"
  static let mean = "mean"
  static let covariance = "covariance"
  static let inverse = "inverse_covariance"
  static let errors = "sd"
  static let correlation = "correlation"
  /// Those that are for readers, and not used.
  static let remarks = ["title", "citation", "definitions", "notes"]
  static let all = [names, mean, covariance, inverse, errors, correlation] + remarks
}

/// The YAML form of a mean with a covariance.
struct GaussianYAML {
  let numbers: GaussianNumbers

  private let path: String
  private let values: [String: Node]
  /// How many numbers a file has at most, once aliases are expanded.
  private static let (mostBytes, mostValues) = (1 << 22, 500)

  /// Whether a text is meant to be YAML: rows of numbers have no colons and braces.
  static func isYAML(_ bytes: [UInt8]) -> Bool {
    let line = bytes.split { isLineEnd($0) }.first { line in
      let text = line.drop(while: isBlank)
      return text.first.map { $0 != UInt8(ascii: "#") } ?? false
    }
    return line?.contains { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "{") } ?? false
      || line?.elementsEqual("---".utf8) ?? false
  }

  init(_ bytes: [UInt8], _ path: String) throws(CatalogError) {
    self.path = path
    values = try Self.mapping(bytes, path)
    let names = try Self.list(GaussianKeys.names, values, path)
    let mean = try Self.numbers(GaussianKeys.mean, values, path, count: names.entries.count)
    guard !names.entries.isEmpty, names.entries.count <= Self.mostValues else {
      throw CatalogError(
        path, row: names.line, column: GaussianKeys.names,
        names.entries.isEmpty
          ? .measurement(.noRows) : .measurement(.tooMany(limit: Self.mostValues)))
    }
    var words: [String] = []
    for entry in names.entries {
      guard let word = entry.scalar?.string else {
        throw CatalogError(
          path, row: entry.mark?.line, .measurement(.notAList(key: GaussianKeys.names)))
      }
      words.append(word)
    }
    numbers = GaussianNumbers(
      names: words, namesLine: names.line, mean: mean.values, meanLine: mean.line,
      spread: try Self.spread(values, path, size: words.count))
  }

  private static func mapping(
    _ bytes: [UInt8], _ path: String
  ) throws(CatalogError) -> [String: Node] {
    guard bytes.count <= mostBytes else {
      throw CatalogError(path, .measurement(.tooMany(limit: mostValues)))
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
    } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
      throw CatalogError(path, .measurement(.notYAML(reason: reason)))
    }
    guard let mapping = root?.mapping else {
      throw CatalogError(path, .measurement(.lacksKey([GaussianKeys.names])))
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      let name = key.scalar?.string ?? "?"
      guard GaussianKeys.all.contains(name) else {
        throw CatalogError(
          path, row: key.mark?.line,
          .measurement(
            .unknownKey(name, nearest: nearestName(to: [name], among: GaussianKeys.all))))
      }
      values[name] = value
    }
    return values
  }

  /// What gives the covariance: exactly one of three.
  private static func spread(
    _ values: [String: Node], _ path: String, size: Int
  ) throws(CatalogError) -> GaussianNumbers.Spread {
    let choices = [GaussianKeys.covariance, GaussianKeys.inverse, GaussianKeys.errors]
    let given = choices.filter { values[$0] != nil }
    guard let choice = given.first else {
      throw CatalogError(path, .measurement(.lacksKey(choices)))
    }
    if given.count > 1 {
      throw CatalogError(
        path, row: values[given[1]]?.mark?.line, .measurement(.keysTogether(given[0], given[1])))
    }
    if choice != GaussianKeys.errors, let other = values[GaussianKeys.correlation] {
      throw CatalogError(
        path, row: other.mark?.line,
        .measurement(.keysTogether(choice, GaussianKeys.correlation)))
    }
    switch choice {
    case GaussianKeys.covariance: return .covariance(try matrix(choice, values, path, size: size))
    case GaussianKeys.inverse: return .inverse(try matrix(choice, values, path, size: size))
    default:
      let errors = try numbers(choice, values, path, count: size)
      if let error = errors.values.first(where: { $0 <= 0 }) {
        throw CatalogError(
          path, row: errors.line, column: choice, .measurement(.notPositive(found: error)))
      }
      guard values[GaussianKeys.correlation] != nil else {
        return .errors(errors.values, correlation: nil)
      }
      let correlation = try matrix(GaussianKeys.correlation, values, path, size: size)
      if let place = (0..<size).first(where: { correlation[$0 * size + $0] != 1 }) {
        throw CatalogError(
          path, row: values[GaussianKeys.correlation]?.mark?.line,
          column: GaussianKeys.correlation,
          .measurement(.notOne(found: correlation[place * size + place])))
      }
      return .errors(errors.values, correlation: correlation)
    }
  }

  private static func list(
    _ key: String, _ values: [String: Node], _ path: String
  ) throws(CatalogError) -> (entries: [Node], line: Int?) {
    guard let node = values[key] else {
      throw CatalogError(path, .measurement(.lacksKey([key])))
    }
    // One number needs no brackets.
    if node.scalar != nil { return ([node], node.mark?.line) }
    guard let sequence = node.sequence else {
      throw CatalogError(path, row: node.mark?.line, .measurement(.notAList(key: key)))
    }
    return (Array(sequence), node.mark?.line)
  }

  private static func numbers(
    _ key: String, _ values: [String: Node], _ path: String, count: Int
  ) throws(CatalogError) -> (values: [Double], line: Int?) {
    let (entries, line) = try list(key, values, path)
    return (try numbers(entries, key, path, line: line, count: count), line)
  }

  private static func numbers(
    _ entries: [Node], _ key: String, _ path: String, line: Int?, count: Int
  ) throws(CatalogError) -> [Double] {
    guard entries.count == count else {
      throw CatalogError(
        path, row: line,
        .measurement(.listLength(key: key, found: entries.count, expected: count)))
    }
    var numbers: [Double] = []
    for entry in entries {
      guard var word = entry.scalar?.string, let number = word.withUTF8(decimalNumber) else {
        throw CatalogError(
          path, row: entry.mark?.line ?? line, column: key,
          .notANumber(found: entry.scalar?.string ?? "a list"))
      }
      guard number.isFinite else {
        throw CatalogError(
          path, row: entry.mark?.line ?? line, column: key, .notFinite(found: word))
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The elements row by row.
  private static func matrix(
    _ key: String, _ values: [String: Node], _ path: String, size: Int
  ) throws(CatalogError) -> [Double] {
    let (rows, line) = try list(key, values, path)
    guard rows.count == size else {
      throw CatalogError(
        path, row: line, .measurement(.listLength(key: key, found: rows.count, expected: size)))
    }
    var elements: [Double] = []
    for row in rows {
      let entries = row.sequence.map { Array($0) } ?? (row.scalar == nil ? [] : [row])
      elements += try numbers(
        entries, key, path, line: row.mark?.line ?? line, count: size)
    }
    return elements
  }
}
