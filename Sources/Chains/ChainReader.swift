import Catalogs
import Foundation
public import Inference

/// Reads chains of this and other programs: GetDist, CosmoMC, MontePython, Cobaya, CosmoSIS, CmdStan, the single
/// files of nested samplers, and the FITS tables of this program.
///
/// What a file is follows from its content. The files beside it are heeded: names, labels and edges
/// (`.paramnames`, `.ranges`, Cobaya's `.updated.yaml`), burn-in and temperature (`.properties.ini`), energies and
/// divergences (`.csv`).
public struct ChainReader: Sendable {
  private let place: ChainPlace
  /// The root of all files, with the folder.
  public var root: String { place.root }

  /// Chains as they were read.
  public struct Content: Sendable {
    /// The chains, in the order of their numbers.
    public var chains: [Chain]
    /// The files that they are from.
    public let paths: [String]
    /// Whether the draws are known to be independent ones with weights; nil where only their weights
    /// tell.
    public let isWeighted: Bool?
    /// The Markov chains as they ran at their temperature, where that is not 1, to judge their convergence.
    public let tempered: [Chain]?
    /// What a reader should know, in sentences.
    public let notes: [String]
    /// What a reader should worry about, in sentences.
    public let warnings: [String]

    /// Whether the draws are known to be independent ones with weights.
    public var isUncorrelated: Bool { isWeighted == true }
  }

  /// Finds chains.
  ///
  /// - Parameter path: the root of the files, one of the files, or a folder with one root.
  /// - Throws: `ChainFileError` if there are no chains, or those of several roots.
  public init(path: String) throws(ChainFileError) { place = try ChainPlace(path) }

  /// Reads all chains.
  ///
  /// Of a chain whose two files are of different lengths, as in a run in progress, the draws that
  /// are in both count.
  ///
  /// - Throws: `ChainFileError` if a file cannot be read, a line is not what the others are, or the two
  ///   files of a chain contradict each other.
  public func read() throws(ChainFileError) -> Content {
    let description = try ChainDescription(root: root)
    var (chains, notes, warnings) = ([Chain](), place.notes, [String]())
    var (withTable, without) = ([Int](), [Int]())
    var layout: ChainLayout?
    for path in place.paths {
      if path.hasSuffix(".fits") {
        chains += try fits(path)
        continue
      }
      let text = try ChainText(path)
      let own = try ChainLayout(of: text, description)
      if let layout, layout.columns.map(\.name) != own.columns.map(\.name) {
        throw ChainFileError(path: path, .otherColumns(than: place.paths[0]))
      }
      if layout == nil {
        layout = own
      } else if own.walkers == 1 {
        layout?.notes = []
      }
      let tablePath = "\(path.dropLast(3))csv"
      let table = own.byCommas ? nil : try table(tablePath, own.columns)
      let (read, remarks) = try text.draws(own, isGrowing: table != nil)
      notes += remarks.filter { !notes.contains($0) }
      if let table {
        chains.append(try join(read[0], path, table, tablePath))
        withTable.append(chains.count)
      } else {
        chains += read
        without.append(chains.count)
      }
    }
    if !withTable.isEmpty, !without.isEmpty {
      let numbers = without.map { "\($0)" }.joined(separator: ", ")
      warnings.append(
        "chain \(numbers) has no .csv file, though others do: energies, divergences and tree"
          + " depths are those of the others only")
    }
    let ignored = chains.map { description.ignoredRows(of: $0.count) }
    if let most = ignored.max(), most > 0 {
      for (index, count) in ignored.enumerated() {
        chains[index] = chains[index].draws(count..<chains[index].count)
      }
      notes.append(
        "the first \(most) rows are left out, as ignore_rows of \(name).properties.ini says")
    } else if description.hasBurnIn {
      notes.append(
        "\(name).properties.ini says that burn-in has not been removed; --burn-in 0.3 leaves out that share"
      )
    }
    var tempered: [Chain]?
    var isWeighted = layout?.isIndependent == true ? true : place.isNumbered ? false : nil
    if let layout, layout.temperature != 1 {
      guard layout.temperature > 0, layout.temperature.isFinite else {
        throw ChainFileError(
          path: "\(root).properties.ini", .impossibleTemperature(layout.temperature))
      }
      let cooled = Cooling.cool(
        chains, temperature: layout.temperature, isTempered: layout.isDensityTempered)
      if isWeighted != true { tempered = chains }
      chains = cooled.chains
      notes.append(cooled.note)
      isWeighted = true
    }
    return Content(
      chains: chains, paths: place.paths, isWeighted: isWeighted, tempered: tempered,
      notes: notes,
      warnings: warnings)
  }

  /// Whether a path is that of chains, rather than of a table: a root, a folder, or a file that says so by its
  /// names or by the files beside it.
  package static func areChains(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return (try? ChainPlace(path)) != nil
    }
    if isFolder.boolValue { return true }
    if ChainFileName(ChainFileName.split(path).name).isCompanion { return true }
    if path.hasSuffix(".fits") { return (try? Chain.readFITS(path)) != nil }
    guard let place = try? ChainPlace(path), let text = try? ChainText(path) else { return false }
    if text.isRecognised { return true }
    guard let description = try? ChainDescription(root: place.root),
      let columns = try? description.columns(), let row = text.firstRow
    else { return false }
    return row.split(whereSeparator: \.isWhitespace).count == columns.count + 2
  }

  private var name: String { ChainFileName.split(root).name }

  private func fits(_ path: String) throws(ChainFileError) -> [Chain] {
    do {
      let chains = try Chain.readFITS(path)
      if chains.allSatisfy({ !$0.columns.isEmpty }) { return chains }
    } catch {
      let text = error.description
      let reason = text.hasPrefix("\(path): ") ? String(text.dropFirst(path.count + 2)) : text
      throw ChainFileError(path: path, .damagedTable(reason: reason))
    }
    throw ChainFileError(path: path, .noParameters)
  }

  /// The sampler's statistics; nil if there is no such file.
  private func table(
    _ path: String, _ columns: [Chain.Column]
  ) throws(ChainFileError) -> Chain? {
    guard place.isNumbered, FileManager.default.fileExists(atPath: path) else { return nil }
    let text: String
    do {
      let whole = try TextFile.read(path)
      // The last line may be in the making.
      text = whole.lastIndex(of: "\n").map { String(whole[...$0]) } ?? ""
    } catch {
      switch error {
      case .missing: throw ChainFileError(path: path, .missing)
      case .unreadable(let reason): throw ChainFileError(path: path, .unreadable(reason: reason))
      }
    }
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
          .contradiction(draw: index + 1, table: ChainFileName.split(tablePath).name))
      }
    }
    return common == table.count ? table : table.draws(0..<common)
  }
}
