import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers

/// The record of a run in its folder, `analysis.yaml`: the analysis with every default written out,
/// and all else that determines its draws.
public struct RunRecord: Sendable, Equatable {
  /// The analysis.
  public let analysis: Analysis
  /// Everything that must be the same for a run to be resumed: settings, data, code path.
  public let identity: [String: String]

  /// The version of the folder.
  static let format = "5"

  /// The record of a run that begins.
  public init(_ problem: Problem, version: String) {
    var data = problem.catalogs.map { "\($0.count) supernovae with fingerprint \($0.fingerprint)" }
    if let joint = problem.joint, !problem.analysis.probes.isEmpty {
      var fingerprint = Fingerprint()
      fingerprint.absorb(joint.data)
      data.append("\(joint.data.count) data of all probes with fingerprint \(fingerprint.digits)")
    }
    self.init(
      problem.analysis,
      [
        "version": version, "data": data.joined(separator: "; "),
        "code path": String(problem.method.prefix { $0 != "," }),
        "BLAS kernels": BLASProvider.kernels,
      ])
  }

  /// The record of an analysis.
  ///
  /// - Parameters:
  ///   - analysis: the analysis.
  ///   - circumstances: what else determines its draws, by name.
  public init(_ analysis: Analysis, _ circumstances: [String: String]) {
    self.analysis = analysis
    identity = Self.settings(analysis).merging(circumstances) { _, other in other }
      .merging(["folder format": Self.format]) { _, format in format }
  }

  /// The settings that determine draws, by their key paths; not the output folder, nor the counts
  /// that may grow.
  private static func settings(_ analysis: Analysis) -> [String: String] {
    var settings = analysis.tree.leaves()
    settings["output"] = nil
    for key in sizes(analysis).keys { settings[key] = nil }
    // Files are identified by their content.
    for name in Array(analysis.likelihood.keys) + analysis.probes.keys {
      settings["likelihood.\(name).data"] = nil
      settings["likelihood.\(name).covariance"] = nil
    }
    return settings
  }

  /// A fingerprint of the identity.
  public var fingerprint: String {
    var fingerprint = Fingerprint()
    for (key, value) in identity.sorted(by: { $0.key < $1.key }) {
      fingerprint.absorb("\(key)\0\(value)\0".utf8)
    }
    return fingerprint.digits
  }

  /// The samplers that run chains, with the numbers of chains and of draws of each chain.
  public var chains: [(count: Int, draws: Int)] {
    let settings = analysis.tree.leaves()
    return analysis.samplers.compactMap { sampler in
      let place = "sampler.\(type(of: sampler).name)"
      guard let count = settings["\(place).chains"].flatMap({ Int($0) }),
        let draws = settings["\(place).draws"].flatMap({ Int($0) })
      else { return nil }
      return (count, draws)
    }
  }

  /// What distinguishes this run from an earlier one, beyond being longer, in sentences.
  public func differences(from earlier: RunRecord) -> [String] {
    let others = Set(identity.keys).union(earlier.identity.keys).sorted()
      .filter { identity[$0] != earlier.identity[$0] }
      .map {
        "\($0) was \(earlier.identity[$0] ?? "absent") and is \(identity[$0] ?? "absent")"
      }
    let (sizes, earlierSizes) = (Self.sizes(analysis), Self.sizes(earlier.analysis))
    return others
      + sizes.keys.sorted().compactMap { key in
        guard let size = sizes[key], let earlier = earlierSizes[key], size < earlier else {
          return nil
        }
        return "\(key) was \(earlier) and is \(size), but can only increase"
      }
  }

  /// The counts that may grow, by their key paths.
  private static func sizes(_ analysis: Analysis) -> [String: Int] {
    let settings = analysis.tree.leaves()
    let keys = analysis.samplers.flatMap { sampler in
      type(of: sampler).extendable.map { "sampler.\(type(of: sampler).name).\($0)" }
    }
    return keys.reduce(into: [:]) { sizes, key in sizes[key] = settings[key].flatMap { Int($0) } }
  }

  // MARK: The file

  /// The name of the file.
  public static let fileName = "analysis.yaml"

  /// The text of the file.
  public var text: String {
    let settings = Self.settings(analysis)
    return AnalysisFile.text(
      analysis,
      remarks: [
        "The complete settings of this run; 'sn-infer run' with this file repeats it.",
        "Under 'run': what else a resumed run must share with it.",
      ],
      run: .map([
        (
          "identity",
          .map(
            identity.filter { settings[$0.key] == nil }.sorted { $0.key < $1.key }
              .map { ($0.key, .text($0.value)) })
        )
      ]))
  }

  /// Reads a file.
  ///
  /// - Throws: `AnalysisError.file`.
  public init(reading path: String) throws(AnalysisError) {
    analysis = try AnalysisFile.read(path)
    guard let data = FileManager.default.contents(atPath: path),
      let tree = try? AnalysisFile.tree(String(decoding: data, as: UTF8.self), path),
      let run = tree["run"], let own = run["identity"]
    else {
      throw .file(path: path, line: nil, reason: "it does not identify its run")
    }
    identity = own.leaves().merging(Self.settings(analysis)) { _, setting in setting }
  }
}
