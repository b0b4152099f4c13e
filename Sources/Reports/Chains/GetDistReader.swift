import Foundation
public import Inference

/// Reads chains in the text format of GetDist and CosmoMC, from any program.
///
/// The chains of a root `out/fit` are `out/fit.1.txt`, … (Cobaya, sn-infer) or `out/fit_1.txt`, …
/// (CosmoMC); `out/fit.paramnames` names the columns, with a star at derived ones, and `out/fit.ranges`, if there is one, tells the
/// edges of their priors. What `ChainFiles` wrote beside them, energies
/// and divergences, is read as well.
public struct GetDistReader: Sendable {
  /// The root of all files, with the folder.
  public let root: String

  /// A reader for the files of a root.
  public init(root: String) {
    self.root = root
  }

  /// Whether `out/fit.properties.ini` says that the draws are independent ones with weights.
  public var isUncorrelated: Bool {
    guard let text = try? TextFile.read("\(root).properties.ini") else { return false }
    return text.split(whereSeparator: \.isNewline).contains { line in
      let parts = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      return parts.count == 2 && parts[0] == "sampler"
        && ["uncorrelated", "nested"].contains(parts[1])
    }
  }

  /// Reads all chains, in the order of their numbers, with notes for a reader, in sentences.
  ///
  /// Of a chain whose two files are of different lengths, as in a run in progress, the draws that
  /// are in both count.
  ///
  /// - Throws: `ChainFileError` if there are none, one is missing or cannot be read, a line is not
  ///   what the others are, or the two files of a chain contradict each other.
  public func read() throws(ChainFileError) -> (chains: [Chain], warnings: [String]) {
    let columns = try readColumns()
    var chains: [Chain] = []
    var (withTable, without) = ([Int](), [Int]())
    for path in try GetDistFiles(root: root).paths {
      let tablePath = "\(path.dropLast(3))csv"
      let table = try table(tablePath, columns)
      let chain = try parse(try text(path, isGrowing: table != nil), path, columns)
      if let table {
        chains.append(try join(chain, path, table, tablePath))
        withTable.append(chains.count)
      } else {
        chains.append(chain)
        without.append(chains.count)
      }
    }
    var warnings: [String] = []
    if !withTable.isEmpty, !without.isEmpty {
      let numbers = without.map { "\($0)" }.joined(separator: ", ")
      warnings.append(
        "chain \(numbers) has no .csv file, though others do: energies, divergences and tree"
          + " depths are those of the others only")
    }
    return (chains, warnings)
  }

  /// The sampler's statistics; nil if there is no such file.
  private func table(
    _ path: String, _ columns: [Chain.Column]
  ) throws(ChainFileError) -> Chain? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text = try text(path, isGrowing: true)
    if text.isEmpty { return Chain(columns: columns) }
    do {
      return try CmdStanTable.parse(text, columns: columns, path)
    } catch {
      throw ChainFileError(path: path, .damagedTable(reason: error.reason))
    }
  }

  /// The draws that both files of a chain have.
  private func join(
    _ chain: Chain, _ path: String, _ table: Chain, _ tablePath: String
  ) throws(ChainFileError) -> Chain {
    let common = min(chain.count, table.count)
    guard common > 0 else {
      throw ChainFileError(path: table.count == 0 ? tablePath : path, .empty)
    }
    for index in 0..<common {
      guard chain.draw(index) == table.draw(index), chain.weights[index] == 1,
        chain.logDensities[index] == table.logDensities[index]
      else {
        throw ChainFileError(
          path: path,
          .contradiction(draw: index + 1, table: GetDistFiles.split(tablePath).name))
      }
    }
    return common == table.count ? table : table.draws(0..<common)
  }

  /// The text of a file; without the last line, if the file may be growing and it is not whole.
  private func text(_ path: String, isGrowing: Bool) throws(ChainFileError) -> String {
    do {
      let text = try TextFile.read(path)
      guard isGrowing, text.last != "\n" else { return text }
      return text.lastIndex(of: "\n").map { String(text[...$0]) } ?? ""
    } catch {
      switch error {
      case .missing: throw ChainFileError(path: path, .missing)
      case .unreadable(let reason):
        throw ChainFileError(path: path, .unreadable(reason: reason))
      }
    }
  }

  private func readColumns() throws(ChainFileError) -> [Chain.Column] {
    let path = "\(root).paramnames"
    let text = try text(path, isGrowing: false)
    let ranges = ranges()
    var columns: [Chain.Column] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first else { continue }
      let isDerived = first.hasSuffix("*")
      let name = isDerived ? String(first.dropLast()) : first
      let label = words.count > 1 ? words[1].prefix { $0 != "\t" && $0 != "#" } : ""
      columns.append(
        Chain.Column(
          name: name, label: label.isEmpty ? nil : label.trimmingCharacters(in: .whitespaces),
          bounds: ranges[name] ?? (-.infinity, .infinity), isDerived: isDerived))
    }
    guard !columns.isEmpty else { throw ChainFileError(path: path, .empty) }
    return columns
  }

  /// The hard edges of priors in `.ranges`, if there is one: a name, a lower and an upper edge in each
  /// line, `N` where there is none. Other lines are skipped, as in GetDist:
  /// edges only limit figures.
  private func ranges() -> [String: (lower: Double, upper: Double)] {
    func edge(_ word: Substring, _ none: Double) -> Double? {
      if word == "N" || word == "None" { return none }
      return Double(word).flatMap { $0.isNaN ? nil : $0 }
    }
    let text = (try? TextFile.read("\(root).ranges")) ?? ""
    return text.split(whereSeparator: \.isNewline).reduce(into: [:]) { ranges, line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 3, let lower = edge(words[1], -.infinity),
        let upper = edge(words[2], .infinity), lower < upper
      else { return }
      ranges[String(words[0])] = (lower, upper)
    }
  }

  private func parse(
    _ text: String, _ path: String, _ columns: [Chain.Column]
  ) throws(ChainFileError) -> Chain {
    var chain = Chain(columns: columns)
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard words.count == columns.count + 2 else {
        throw ChainFileError(
          path: path, line: index + 1,
          .wrongFieldCount(found: words.count, expected: columns.count + 2))
      }
      var numbers: [Double] = []
      for word in words {
        guard let number = Double(word), !number.isNaN else {
          throw ChainFileError(
            path: path, line: index + 1, .notANumber(found: String(word.prefix(40))))
        }
        numbers.append(number)
      }
      guard numbers[0] >= 0, numbers[0].isFinite else {
        throw ChainFileError(path: path, line: index + 1, .impossibleWeight(found: numbers[0]))
      }
      chain.append(Array(numbers[2...]), logDensity: -numbers[1], weight: numbers[0])
    }
    guard chain.count > 0 else { throw ChainFileError(path: path, .empty) }
    return chain
  }
}
