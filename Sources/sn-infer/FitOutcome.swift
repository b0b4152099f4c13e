import Inference
import Reports

/// What the samplers of a fit have made.
struct FitOutcome {
  /// The chains of Hamiltonian Monte Carlo; empty if it did not run.
  var chains: [Chain] = []
  var chainSeconds = 0.0
  var flow: FlowRecord?
  /// The flow's draws, with their weights.
  var flowDraws: Chain?
  var map: MapOutcome?

  /// The draws that speak for the posterior: chains if there are some.
  var draws: [Chain] {
    let chains = chains.isEmpty ? map?.chains ?? [] : chains
    return chains.isEmpty ? flowDraws.map { [$0] } ?? [] : chains
  }

  /// Whether those draws are some to judge a result by, as those of a rejected flow are not.
  var canBeJudged: Bool { !chains.isEmpty || map != nil || flow?.isRejected == false }

  /// The time of all samplers.
  var seconds: Double { chainSeconds + (flow?.seconds ?? 0) + (map?.seconds ?? 0) }

  /// What is known of each sampler besides its draws, by the root of its chains.
  var records: [String: RunRecord.Outcome] {
    var records: [String: RunRecord.Outcome] = [:]
    if !chains.isEmpty {
      let calls = chains.reduce(0) { $0 + ($1.statistics[.leapfrogSteps] ?? []).reduce(0, +) }
      records[OutputFolder.chainRoot] = RunRecord.Outcome(
        seconds: chainSeconds, likelihoodCalls: calls > 0 ? calls : nil)
    }
    if let flow { records["nhf"] = flow.outcome }
    if let map { records["map"] = map.record }
    return records
  }

  /// What was written, for people.
  var files: [String] {
    var files: [String] = []
    if !chains.isEmpty { files += ["hmc.1.txt … for GetDist", "hmc.1.csv …", "hmc.fits"] }
    if let flow {
      files += ["nhf.1.txt", "nhf-raw.1.txt", FlowFiles.model]
      if flow.exact != nil { files.append("nhf-exact.1.txt …") }
    }
    if map != nil { files.append("map.1.txt …") }
    return files
  }
}
