import FITS
public import Inference

extension Chain {
  /// Writes chains as one binary table of a FITS file, draw by draw: the number of the chain and of
  /// the draw, log density, weight, what the sampler noted, and the parameters.
  ///
  /// - Throws: `CatalogError` if the file cannot be written.
  public static func writeFITS(_ chains: [Chain], to path: String) throws(CatalogError) {
    let statistics = chains.first?.statisticNames ?? []
    let order = statistics.indices.sorted { statistics[$0].rawValue < statistics[$1].rawValue }
    let starts = chains.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    var number = 0
    let names =
      ["chain__", "draw__", "log_density__", "weight__"] + order.map { statistics[$0].rawValue }
    let columns =
      names.map { FITSWriter.Column($0) }
      + (chains.first?.columns ?? []).map {
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
        ] + order.map { noted[$0] } + chain.draw(draw)
      }
      try writer.close()
    } catch {
      throw CatalogError(path, .cannotCreate(reason: error.description))
    }
  }
}
