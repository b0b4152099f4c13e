public import Chains
public import Analyses
import Files
import Foundation
public import Inference

/// The content of a run's folder, read leniently: everything but the chains may be
/// missing or damaged, and is then left out with a note.
public struct RunFolder: Sendable {
  /// The path of the folder.
  public let path: String
  /// The draws of each sampler that ran, in the order in which they are reported.
  public internal(set) var samplers: [SampleSet] = []
  /// What `summary.json` says.
  public let findings: Findings
  /// What `analysis.yaml` says: all that decides the draws.
  public let identity: [String: String]
  /// The supernovae and the model, if the run has written them.
  public let hubble: HubbleFile?
  /// Measured distances and rates beside the model, if the run has written them.
  public let measurements: [MeasurementFile]
  /// How the flow was trained, if there is one.
  public let training: [TrainingHistory.Step]
  /// What the flow has learned, if it has two coordinates.
  public let learnedFlow: LearnedFlow?
  /// What could not be read, in sentences.
  public internal(set) var notes: [String]

  /// The draws of samplers that this module knows, in the order in which they are reported.
  static let known: [(root: String, title: String, kind: SampleSet.Kind)] = [
    ("hmc", "HMC", .chains), ("weighted", "maps, weighted", .weighted),
    ("nhf", "NHF, weighted", .weighted), ("nhf-raw", "NHF, raw", .raw),
    ("nhf-exact", "NHF, exact", .chains), ("map", "transport map", .chains),
  ]

  /// Reads a folder, or chains of another program by their root or a file.
  ///
  /// - Throws: `ChainFileError` if there are no chains in it, or those that there are cannot be
  ///   read.
  public init(_ path: String) throws(ChainFileError) {
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    let folder = isThere && isFolder.boolValue ? path : Self.folder(ofChains: path)
    self.path = folder
    var notes: [String] = []
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let findings = Findings(reading: "\(folder)/summary.json", &notes)
    let record = Self.record("\(folder)/\(RunRecord.fileName)", &notes)
    for (root, title, kind) in Self.roots(findings, WrittenFiles(in: folder).names)
    where files.contains("\(root).paramnames") {
      let read = try ChainReader(path: "\(path)/\(root)").read()
      notes += read.warnings
      let isWeighted =
        kind == .weighted || read.chains.contains { $0.weights.contains { $0 != $0.rounded() } }
      samplers.append(
        SampleSet(
          root: root, title: title,
          kind: isWeighted ? .weighted : kind ?? (read.isUncorrelated ? .raw : .chains),
          chains: isWeighted ? Chain.scalingWeights(of: read.chains) : read.chains,
          outcome: findings.outcomes[root] ?? .init()))
    }
    if samplers.isEmpty { samplers = [try Self.foreign(path, &notes)] }
    self.findings = findings
    identity = record?.identity ?? [:]
    hubble = HubbleFile(reading: folder, &notes)
    measurements = MeasurementFile.Subject.allCases.compactMap {
      MeasurementFile($0, reading: folder, &notes)
    }
    training = Self.training("\(folder)/nhf-training.csv", &notes)
    learnedFlow = LearnedFlow(reading: folder, &notes)
    self.notes = notes
  }

  /// The folder of chains that are named by their root or a file.
  private static func folder(ofChains path: String) -> String {
    let folder = ChainFileName.split(path).folder
    return folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
  }

  /// Reads chains of another program.
  private static func foreign(
    _ path: String, _ notes: inout [String]
  ) throws(ChainFileError) -> SampleSet {
    guard let reader = try? ChainReader(path: path) else {
      if FileManager.default.fileExists(atPath: path) { _ = try ChainReader(path: path) }
      throw ChainFileError(path: "\(path)/hmc.paramnames", .missing)
    }
    let read = try reader.read()
    notes += read.notes + read.warnings
    let isWeighted =
      read.isUncorrelated || read.chains.contains { $0.weights.contains { $0 != $0.rounded() } }
    let name = ChainFileName.split(reader.root).name
    return SampleSet(
      root: GnuplotScript.plainName(name), title: name, kind: isWeighted ? .weighted : .chains,
      chains: isWeighted ? Chain.scalingWeights(of: read.chains) : read.chains)
  }

  /// The possible sets of draws: those that are known, and others that the run lists.
  private static func roots(
    _ findings: Findings, _ files: Set<String>
  ) -> [(root: String, title: String, kind: SampleSet.Kind?)] {
    var roots = known.map { (root: $0.root, title: $0.title, kind: Optional($0.kind)) }
    let told = findings.samples.map {
      ($0.root, $0.title, $0.isWeighted ? SampleSet.Kind.weighted : nil)
    }
    let written = files.sorted().filter { $0.hasSuffix(".paramnames") }
      .map { String($0.dropLast(".paramnames".count)) }
    for other in told + written.map({ ($0, $0, SampleSet.Kind?.none) })
    where !roots.contains(where: { $0.root == other.0 }) { roots.append(other) }
    return roots
  }

  private static func record(_ path: String, _ notes: inout [String]) -> RunRecord? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let record = try? RunRecord(reading: path)
    if record == nil { notes.append("\(RunRecord.fileName) is damaged and left out") }
    return record
  }

  private static func training(
    _ path: String, _ notes: inout [String]
  ) -> [TrainingHistory.Step] {
    guard let table = FigureTable(reading: path, &notes),
      let steps = table.finiteNumbers(["step"], &notes),
      let losses = table.numbers(["loss"], &notes)
    else { return [] }
    let (efficiency, temper) = (table["ess"], table["beta"])
    return steps[0].indices.map {
      TrainingHistory.Step(
        step: steps[0][$0], loss: losses[0][$0], efficiency: efficiency?[$0] ?? .nan,
        temper: temper?[$0] ?? .nan)
    }
  }
}
