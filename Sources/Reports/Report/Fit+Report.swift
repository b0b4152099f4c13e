public import Analyses
import Files
import Foundation
import Inference
import Samplers

extension Fit {
  /// All parameters against each other, the weights of the flow's draws, and the convergence of chains;
  /// figures are values, drawn where they are written.
  ///
  /// - Parameter truths: values to be marked, by name, such as those that a mock was made with.
  public func figures(truths: [String: Double] = [:]) -> [any Figure] {
    let summaries = Dictionary(
      sets.map { ($0.root, ComparedDraws($0.chains, isWeighted: $0.kind != .chains).summary) },
      uniquingKeysWith: { first, _ in first })
    let draws = DrawFigures(sets, summaries)
    let priors = Dictionary(
      space.parameters.map { ($0.name, $0.prior) }, uniquingKeysWith: { first, _ in first })
    let corner = draws.corner(priors: priors, truths: truths)
    let weights = draws.weights.map { [$0 as any Figure] } ?? []
    return (corner.isEmpty ? [] : [corner]) + weights + draws.convergence
  }

  /// Writes draws as chains that GetDist reads, `summary.json`, and a page with figures.
  ///
  /// ```swift
  /// let notes = try await fit(posterior).write(to: "line")
  /// ```
  ///
  /// - Parameter folder: created where needed; nothing in it is replaced.
  /// - Returns: what a user should know, in sentences, such as that there is no gnuplot.
  /// - Throws: `OutputError` if files of these names are there, or cannot be written.
  public func write(to folder: String) async throws -> [String] {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw OutputError.cannotWrite(path: folder, reason: "no folder can be made there")
    }
    let density = DensityColumns(posterior)
    var files = sets.flatMap { set in
      GetDistHeader.files(
        of: set.chains, root: set.root, label: set.label, kind: set.kind, density: density)
        + set.files.map { (name: $0.name, content: $0.content) }
    }
    files.append(("summary.json", try findings.json()))
    let names = files.map(\.name) + [ReportFolder.pageName]
    if let name = names.first(where: {
      FileManager.default.fileExists(atPath: "\(folder)/\($0)")
    }) {
      throw OutputError.exists(folder: folder, file: name)
    }
    var written = WrittenFiles(in: folder)
    do { try written.add(files.map(\.name)) } catch {
      throw OutputError.cannotWrite(path: error.path, reason: error.reason)
    }
    for file in files {
      do {
        try DurableFile.write(Data(file.content.utf8), to: "\(folder)/\(file.name)")
      } catch {
        throw OutputError.cannotWrite(path: error.path, reason: error.reason)
      }
    }
    return try await RunReport(folder: folder).write()
  }
}
