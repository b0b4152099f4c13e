public import Analyses
public import Catalogs
import Foundation

/// The files of simulated data: supernovae under the name that was asked for, other data beside them.
public struct MockFiles: Sendable {
  private let stem, ending: String

  /// What was written.
  public struct Written: Sendable {
    /// The files.
    public var paths: [String] = []
    /// What `sn-infer fit` is given to fit them.
    public var arguments = ""
  }

  /// Files of one mock.
  ///
  /// - Parameters:
  ///   - path: the file of the supernovae; FITS, unless it ends with .csv.
  ///   - number: the number of the mock, before the ending; nil if there is one.
  public init(_ path: String, number: Int? = nil) {
    let url = URL(fileURLWithPath: path)
    let own = url.pathExtension
    let stem = own.isEmpty ? path : String(path.dropLast(own.count + 1))
    self.stem = stem + (number.map { ".\($0)" } ?? "")
    ending = own.isEmpty ? "" : ".\(own)"
  }

  /// Writes all data.
  ///
  /// - Parameters:
  ///   - mock: the data.
  ///   - replacing: whether files of these names may be replaced.
  /// - Throws: `CatalogError` where a file exists, or cannot be written.
  public func write(_ mock: Mock, replacing: Bool) throws(CatalogError) -> Written {
    var written = Written()
    var arguments: [String] = []
    for data in mock.data {
      switch data {
      case .supernovae(let name, let catalog):
        let isFirst = arguments.isEmpty
        let path = isFirst ? "\(stem)\(ending)" : "\(stem).\(name)\(ending)"
        var matrix: String?
        if ending.lowercased() == ".csv" {
          matrix = try catalog.writeCSV(to: path, replacing: replacing, remarks: mock.remarks)
        } else {
          try catalog.writeFITS(to: path, replacing: replacing, remarks: mock.remarks)
        }
        written.paths += [path] + [matrix].compactMap(\.self)
        arguments.append(
          isFirst
            ? path + (matrix.map { " --covariance \($0)" } ?? "")
            : "--with sn:\(path)" + (matrix.map { ",\($0)" } ?? ""))
      case .measurement(let name, let part, let vector):
        let path = "\(stem).\(name)\(part > 0 ? ".\(part)" : "").yaml"
        try vector.writeGaussian(to: path, replacing: replacing, remarks: mock.remarks)
        written.paths.append(path)
        arguments.append("--with gaussian:\(path)")
      case .normal(_, let formula, let mean, let deviation):
        arguments.append("--with '\(Self.normal(formula, mean, deviation))'")
      }
    }
    written.arguments = arguments.joined(separator: " ")
    return written
  }

  private static func normal(_ formula: String, _ mean: Double, _ deviation: Double) -> String {
    "normal:\(formula),\(mean),\(deviation)"
  }
}
