public import Analyses
import Chains
import Cosmology
import Foundation
public import Inference
import Samplers

/// The components of the posterior of a run, by the draws and the flow that its folder holds, or of chains of another
/// program.
public struct RunComponents: Sendable {
  /// The components.
  public private(set) var result: PosteriorComponents
  /// What the run did; nil for chains without its record.
  public let analysis: Analysis?
  /// How a program ends with draws of this verdict.
  public let exitStatus: ExitStatus

  /// Reads a run and finds its components.
  ///
  /// - Parameters:
  ///   - path: the folder of the run, or the root, a file or the folder of other chains.
  ///   - parameters: columns of the chains; nil for all that are sampled and of interest by themselves.
  ///   - burnIn: the fraction of each Markov chain to leave out.
  ///   - renames: other names for columns.
  ///   - sets: draws of the run that have been read and prepared already.
  ///   - context: where to run; its seed is that of the flow's draws.
  /// - Throws: `ChainFileError` if there are no chains, they cannot be read, lack a parameter, or do not vary;
  ///   `SamplingError`.
  public init(
    _ path: String, parameters: [String]? = nil, burnIn: Double = 0,
    renames: ParameterRenames = .init(), among sets: [SampleSet] = [],
    in context: RunContext = RunContext()
  ) async throws {
    let argument = try RunArgument(path)
    let isOwn = RunFolder.known.contains { $0.root == argument.set }
    var (chains, notes, failures) = ([Chain](), argument.notes, [String]())
    if let set = sets.first(where: { $0.root == argument.set }) {
      chains = set.chains
    } else {
      let content = try argument.read()
      chains = content.chains
      notes += content.notes + content.warnings
      try renames.check(
        renames.apply(&chains, argument.path), in: content.chains[0].columns, argument.path)
      let prepared = try PreparedChains(
        chains, argument.path, paths: content.paths,
        isWeighted: content.isUncorrelated ? true : nil, isTruncated: false, burnIn: burnIn,
        tempered: content.tempered)
      chains = prepared.draws.chains
      failures = prepared.failures
      if !isOwn { notes += prepared.notes }
      notes += failures
    }
    let columns = chains[0].columns
    let names = try Self.names(parameters, columns, argument)

    let record = isOwn ? Self.record(argument.folder, &notes) : nil
    analysis = record?.analysis
    let space = analysis.flatMap { try? $0.space(inOrderOf: columns.map(\.name)) }
    var local: LocalDraws?
    if let analysis, let space {
      local = try await Self.local(names, analysis, space, argument.folder, &notes, in: context)
    }
    guard
      var result = try await PosteriorComponents(
        of: chains, names, prior: space, local: local)
    else { throw ChainFileError(path: argument.path, .nothingVaries) }
    result.source = argument.set
    result.run = record?.fingerprint
    let verdict = argument.findings.verdict
    if let verdict, verdict.grade == .rejected {
      notes.append("the run has no result that can be trusted: \(verdict.title)")
    }
    result.notes = notes + result.notes
    self.result = result
    exitStatus =
      !failures.isEmpty || verdict?.grade == .rejected ? .failedCheck : .success
  }

  /// Fits each probe of a joint run alone, and adds what it has measured; of others nothing is added, and where the data
  /// cannot be read a note.
  ///
  /// - Parameters:
  ///   - context: seed, workers and stop signal.
  ///   - begun: called with the name of each probe before its fit begins.
  /// - Returns: how a program ends with the fits.
  /// - Throws: `SamplingError`; `AnalysisError`.
  public mutating func addProbes(
    in context: RunContext = RunContext(), begun: (String) -> Void = { _ in }
  ) async throws -> ExitStatus {
    guard let analysis, analysis.probes.count + analysis.likelihood.count > 1 else {
      return .success
    }
    let problem: Problem
    do { problem = try analysis.problem() } catch {
      result.notes.append("probes are not fitted, as data of the run cannot be read: \(error)")
      return .success
    }
    guard (problem.joint?.probes.count ?? 0) > 1 else { return .success }
    let probes = try await problem.probeComponents(of: result, in: context, begun: begun)
    result.probes = probes
    return probes.exitStatus
  }

  /// Writes a page with the shares of probes, and their figure; not into the folder of a run, whose report has it.
  ///
  /// - Parameter folder: where the result is written.
  /// - Returns: notes for the user, in sentences.
  /// - Throws: `OutputError`.
  public func writeFigure(to folder: String) async throws(OutputError) -> [String] {
    guard let shares = InformationShares(result) else { return [] }
    if ReportFolder.holdsRun(folder) {
      return ["'sn-infer report \(folder)' shows the shares of the probes"]
    }
    let report = Report(
      title: "Components of \(result.source)", galleries: [.init("Components", [shares])])
    return try await ReportFolder(folder).write(report)
  }

  private static func names(
    _ chosen: [String]?, _ columns: [Chain.Column], _ argument: RunArgument
  ) throws(ChainFileError) -> [String] {
    let all = columns.map(\.name)
    if let chosen {
      if let name = chosen.first(where: { !all.contains($0) }) {
        throw ChainFileError(path: argument.path, .noColumn(name, available: all))
      }
      return chosen.enumerated().filter { chosen.firstIndex(of: $1) == $0 }.map(\.element)
    }
    let sampled = columns.filter { !$0.isDerived && !BookkeepingColumn.matches($0.name) }
      .map(\.name)
    let relevant = sampled.filter(argument.findings.isOfInterest)
    return relevant.isEmpty ? sampled : relevant
  }

  private static func record(_ folder: String, _ notes: inout [String]) -> RunRecord? {
    let path = "\(folder)/\(RunRecord.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try RunRecord(reading: path)
    } catch {
      notes.append("priors are not known, and the flow is left out: \(error)")
      return nil
    }
  }

  /// Draws of the run's flow; nil without one that can be used, with a note of the reason.
  private static func local(
    _ names: [String], _ analysis: Analysis, _ space: ParameterSpace, _ folder: String,
    _ notes: inout [String], in context: RunContext
  ) async throws -> LocalDraws? {
    let path = (folder as NSString).appendingPathComponent("nhf.model.json")
    guard FileManager.default.fileExists(atPath: path) else {
      notes.append("the run has no flow, so that its shape is not known")
      return nil
    }
    do {
      let saved = try FlowFile.read(path)
      var coordinates = try FlowCoordinates(saved, of: space)
      // The likelihood alone tells an offset that was integrated out, and derived quantities.
      if !names.allSatisfy(coordinates.names.contains) {
        coordinates = try FlowCoordinates(saved, of: try analysis.problem().posterior)
      }
      return try await LocalDraws(of: saved, coordinates, in: context)
    } catch let error as SamplingError {
      throw error
    } catch {
      let reason = (error as? SavedFlowError).map { "\(path): \($0)" } ?? "\(error)"
      notes.append("the flow is left out: \(reason)")
      return nil
    }
  }
}
