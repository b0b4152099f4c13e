import Foundation
public import Analyses
public import Inference

/// What a run has left in its folder, read with an open mind: everything but the chains may be
/// missing or damaged, and then is left out with a note.
public struct RunFolder: Sendable {
  /// The path of the folder.
  public let path: String
  /// The draws of each sampler that ran, in the order in which they are told of.
  public private(set) var samplers: [Sampler]
  /// What `summary.json` says.
  public let findings: Findings
  /// What `analysis.yaml` says: all that decides the draws.
  public let identity: [String: String]
  /// The supernovae and the model, if the run has written them.
  public let hubble: HubbleFile?
  /// How the flow was trained, if there is one.
  public let training: [TrainingHistory.Step]
  /// What the flow has learned, if it has two coordinates.
  public let learnedFlow: LearnedFlow?
  /// What could not be read, in sentences.
  public private(set) var notes: [String]

  /// The chains of one sampler.
  public struct Sampler: Sendable {
    /// The beginning of the file names, such as `hmc`.
    public let root: String
    /// What tables and legends call it.
    public let title: String
    /// Whether the draws are independent ones with weights, rather than a Markov chain.
    public let isWeighted: Bool
    /// The chains; the columns know the edges of the priors.
    public private(set) var chains: [Chain]

    /// The same with other chains: without burn-in, or of one length.
    public func with(_ chains: [Chain]) -> Sampler {
      var copy = self
      copy.chains = chains
      return copy
    }
  }

  /// The same with other samplers, and more to tell.
  public func with(_ samplers: [Sampler], notes: [String]) -> RunFolder {
    var copy = self
    copy.samplers = samplers
    copy.notes += notes
    return copy
  }

  /// The chains that a run may have, and what they are called.
  static let roots = [
    (root: "hmc", title: "HMC", isWeighted: false),
    (root: "nhf", title: "NHF, weighted", isWeighted: true),
    (root: "nhf-raw", title: "NHF, raw", isWeighted: false),
    (root: "nhf-exact", title: "NHF, exact", isWeighted: false),
    (root: "map", title: "transport map", isWeighted: false),
  ]

  /// Reads a folder.
  ///
  /// - Throws: `ChainFileError` if there are no chains in it, or those that there are cannot be
  ///   read.
  public init(_ path: String) throws(ChainFileError) {
    self.path = path
    var notes: [String] = []
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    var samplers: [Sampler] = []
    for (root, title, isWeighted) in Self.roots where files.contains("\(root).paramnames") {
      let read = try GetDistReader(root: "\(path)/\(root)").read()
      notes += read.warnings
      let isWeighted =
        isWeighted || read.chains.contains { $0.weights.contains { $0 != $0.rounded() } }
      samplers.append(
        Sampler(
          root: root, title: title, isWeighted: isWeighted,
          chains: isWeighted ? Chain.scalingWeights(of: read.chains) : read.chains))
    }
    guard !samplers.isEmpty else {
      throw ChainFileError(path: "\(path)/hmc.paramnames", line: nil, .missing)
    }
    self.samplers = samplers
    findings = Findings(reading: "\(path)/summary.json", &notes)
    identity = Self.identity("\(path)/\(RunRecord.fileName)", &notes)
    hubble = HubbleFile(reading: path, &notes)
    training = Self.training("\(path)/nhf-training.csv", &notes)
    learnedFlow = LearnedFlow(reading: path, &notes)
    self.notes = notes
  }

  private static func identity(_ path: String, _ notes: inout [String]) -> [String: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    guard let record = try? RunRecord(reading: path) else {
      notes.append("\(RunRecord.fileName) is damaged and left out")
      return [:]
    }
    return record.identity
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
