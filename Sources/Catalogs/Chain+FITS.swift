import FITS
public import Inference

extension Chain {
  /// Writes chains as one binary table of a FITS file, draw by draw: the number of the chain and of
  /// the draw, log density, weight, what the sampler noted, NaN where it did not, and the parameters.
  ///
  /// - Throws: `CatalogError` if the chains have different columns, or the file cannot be written.
  public static func writeFITS(_ chains: [Chain], to path: String) throws(CatalogError) {
    let sampled = chains.first?.columns ?? []
    guard chains.allSatisfy({ $0.columns.map(\.name) == sampled.map(\.name) }) else {
      throw CatalogError(path, .cannotCreate(reason: "the chains have different columns"))
    }
    let statistics = Set(chains.flatMap(\.statisticNames)).sorted { $0.rawValue < $1.rawValue }
    let places = chains.map { chain in statistics.map(chain.statisticNames.firstIndex(of:)) }
    let starts = chains.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    var number = 0
    let names =
      ["chain__", "draw__", "log_density__", "weight__"] + statistics.map(\.rawValue)
    let columns =
      names.map { FITSWriter.Column($0) }
      + sampled.map {
        FITSWriter.Column($0.name, comment: $0.isDerived ? "derived from sampled parameters" : "")
      }
    do {
      var writer = try FITSWriter(
        creating: path,
        keywords: [.init("CREATOR", "sn-infer", comment: "program that wrote this file")])
      try writer.appendTable(
        named: "CHAIN", columns: columns, rowCount: starts.last ?? 0
      ) { row in
        while row >= starts[number + 1] { number += 1 }
        let (chain, draw) = (chains[number], row - starts[number])
        let noted = chain.noted(draw)
        return [
          Double(number + 1), Double(draw + 1), chain.logDensities[draw], chain.weights[draw],
        ] + places[number].map { $0.map { noted[$0] } ?? .nan } + chain.draw(draw)
      }
      try writer.close()
    } catch {
      throw CatalogError(path, .cannotCreate(reason: error.description))
    }
  }

  /// Reads chains that `writeFITS` has written.
  ///
  /// - Throws: `CatalogError` if the file cannot be read, has other columns, or two of one name.
  public static func readFITS(_ path: String) throws(CatalogError) -> [Chain] {
    guard case .fits(let file) = try InputFile(path) else { throw CatalogError(path, .noTable) }
    let table = try FITSTable(file)
    let names = table.columnNames
    let comments = table.comments
    for (index, name) in names.enumerated() where names.firstIndex(of: name) != index {
      throw CatalogError(path, column: name, .duplicateColumn)
    }
    let values = try table.numbersWithGaps(inColumns: Array(names.indices))
    guard let number = names.firstIndex(of: "chain__"),
      let density = names.firstIndex(of: "log_density__"),
      let weight = names.firstIndex(of: "weight__")
    else {
      throw CatalogError.unknownColumn("log_density__", available: names, in: path)
    }
    let noted = names.indices.filter {
      names[$0].hasSuffix("__") && ![number, density, weight].contains($0) && names[$0] != "draw__"
    }
    let sampled = names.indices.filter { !names[$0].hasSuffix("__") }
    let columns = sampled.map {
      Column(name: names[$0], isDerived: comments[$0].hasPrefix("derived"))
    }
    var chains: [Chain] = []
    var last = Double.nan
    for row in 0..<table.rowCount {
      for column in [number, weight] + sampled where values[column][row].isNaN {
        throw table.error(row: row, column: column, .notFinite(found: "nan"))
      }
      guard values[weight][row] >= 0, values[weight][row].isFinite else {
        throw table.error(row: row, column: weight, .notFinite(found: "\(values[weight][row])"))
      }
      if values[number][row] != last {
        last = values[number][row]
        chains.append(
          Chain(columns: columns, statistics: noted.map { Statistic(rawValue: names[$0]) }))
      }
      chains[chains.count - 1].append(
        sampled.map { values[$0][row] }, logDensity: values[density][row],
        weight: values[weight][row], noted: noted.map { values[$0][row] })
    }
    return chains
  }
}
