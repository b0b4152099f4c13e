import Benchmark
import Catalogs
import Foundation
import Inference

/// Files of the size of coming surveys: a table of a million supernovae as CSV and FITS, and a
/// covariance of 4,000 as text and as an array of NumPy.
///
/// They stay in `.build/catalogs`, where `References/pandas_tables.py` reads them too.
struct LargeFiles {
  static let folder = ".build/catalogs"
  static let rows = 1_000_000
  static let matrixRows = 4000

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Writes what is not there.
  static func prepare() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var random = RandomStream(seed: 7, "large-files")
    if !FileManager.default.fileExists(atPath: path("table.csv")) {
      try Data(table(rows, &random).utf8).write(to: URL(fileURLWithPath: path("table.csv")))
    }
    if !FileManager.default.fileExists(atPath: path("table.fits")) {
      try Catalog(reading: path("table.csv")).writeFITS(to: path("table.fits"))
    }
    if !FileManager.default.fileExists(atPath: path("short.csv")) {
      try Data(table(matrixRows, &random).utf8).write(to: URL(fileURLWithPath: path("short.csv")))
    }
    if !FileManager.default.fileExists(atPath: path("matrix.txt")) {
      try Data(matrix(&random).utf8).write(to: URL(fileURLWithPath: path("matrix.txt")))
    }
  }

  private static func table(_ count: Int, _ random: inout RandomStream) -> String {
    var text = "name,z,zhel,mu,mu_err\n"
    for row in 0..<count {
      let z = 0.01 + 1.2 * random.nextUniform()
      let modulus = 5 * log10(299_792.458 / 70 * z * (1 + 0.77 * z)) + 25
      let values = [
        String(format: "%.6f", z), String(format: "%.6f", z + 0.0003),
        String(format: "%.5f", modulus + 0.1 * random.nextStandardNormal()),
        String(format: "%.5f", 0.08 + 0.1 * random.nextUniform()),
      ]
      text += "SN\(row)," + values.joined(separator: ",") + "\n"
    }
    return text
  }

  /// A diagonal and one mode, as `numpy.savetxt` writes it.
  private static func matrix(_ random: inout RandomStream) -> String {
    let mode = (0..<matrixRows).map { _ in 0.01 * random.nextStandardNormal() }
    var text = ""
    for i in 0..<matrixRows {
      text +=
        (0..<matrixRows).map { j in
          String(format: "%.10e", mode[i] * mode[j] + (i == j ? 0.0225 : 0))
        }.joined(separator: " ") + "\n"
    }
    return text
  }
}

nonisolated(unsafe) let benchmarks = {
  Benchmark.defaultConfiguration.metrics = [.wallClock, .peakMemoryResident]
  Benchmark.defaultConfiguration.maxDuration = .seconds(20)
  Benchmark.defaultConfiguration.maxIterations = 7

  for (name, table, matrix) in [
    ("a million rows of CSV", "table.csv", nil), ("a million rows of FITS", "table.fits", nil),
    ("a covariance of 4,000 in text", "short.csv", "matrix.txt"),
  ] as [(String, String, String?)] {
    Benchmark(name) { benchmark in
      let catalog = try Catalog(
        reading: LargeFiles.path(table), .init(covariance: matrix.map(LargeFiles.path)))
      blackHole(catalog.count)
    } setup: {
      try LargeFiles.prepare()
    }
  }
}
