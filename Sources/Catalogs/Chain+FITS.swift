import FITS
public import Inference

extension Chain {
  /// Writes chains as one binary table of a FITS file, draw by draw: the number of the chain and of
  /// the draw, log density, weight, what the sampler noted, and the parameters.
  ///
  /// - Throws: `CatalogError` if the file cannot be written.
  public static func writeFITS(_ chains: [Chain], to path: String) throws(CatalogError) {
    func all(_ values: (Chain) -> [Double]) -> [Double] { chains.flatMap(values) }
    var columns = [
      FITSWriter.Column(
        name: "chain__", unit: "",
        values: chains.enumerated().flatMap { index, chain in
          [Double](repeating: Double(index + 1), count: chain.count)
        }),
      FITSWriter.Column(
        name: "draw__", unit: "", values: all { chain in (0..<chain.count).map { Double($0 + 1) } }),
      FITSWriter.Column(name: "log_density__", unit: "", values: all(\.logDensities)),
      FITSWriter.Column(name: "weight__", unit: "", values: all(\.weights)),
    ]
    let statistics = chains.first?.statistics.keys.sorted { $0.rawValue < $1.rawValue } ?? []
    for name in statistics {
      columns.append(
        .init(name: name.rawValue, unit: "", values: all { $0.statistics[name, default: []] }))
    }
    for (index, column) in (chains.first?.columns ?? []).enumerated() {
      columns.append(.init(name: column.name, unit: "", values: all { $0.column(index) }))
    }
    do {
      var writer = try FITSWriter(
        creating: path,
        keywords: [.init("CREATOR", "sn-infer", comment: "program that wrote this file")])
      try writer.appendTable(named: "CHAIN", columns: columns)
      try writer.close()
    } catch {
      throw CatalogError(path, .cannotCreate(reason: error.description))
    }
  }
}
