import Foundation
import Inference
import Samplers

/// What a flow found, beside the chains where they ran, for people.
struct FlowText: CustomStringConvertible {
  private let flow: FlowRecord
  private let chains: PosteriorSummary?
  private let chainSeconds: Double

  init(_ flow: FlowRecord, _ chains: PosteriorSummary?, _ chainSeconds: Double) {
    self.flow = flow
    self.chains = chains
    self.chainSeconds = chainSeconds
  }

  var description: String { [table, facts].joined(separator: "\n\n") }

  // MARK: The table

  private var table: String {
    var header = ["flow"]
    if chains != nil { header.append("HMC") }
    header += ["NHF, raw", "NHF, weighted"]
    if flow.exact != nil { header.append("NHF, exact") }
    if chains != nil { header.append("weighted − HMC [σ]") }
    let rows = flow.weighted.parameters.indices.map(row)
    let sizes =
      ["ESS per second"] + (chains.map { [rate(leastSize($0.parameters), chainSeconds)] } ?? [])
      + ["", rate(flow.weighted.effectiveSampleSize, flow.seconds)]
    return aligned([header] + rows + [sizes])
  }

  private func row(_ index: Int) -> [String] {
    let weighted = flow.weighted.parameters[index]
    let deviation = weighted.standardDeviation
    let decimals =
      deviation > 0 && deviation.isFinite ? max(0, 3 - Int(log10(deviation).rounded(.down))) : 3
    func cell(_ parameter: ParameterSummary) -> String {
      String(
        format: "%.\(decimals)f ± %.\(decimals)f", parameter.mean, parameter.standardDeviation)
    }
    var cells = [weighted.name]
    if let chains { cells.append(cell(chains.parameters[index])) }
    cells += [cell(flow.raw.parameters[index]), cell(weighted)]
    if let exact = flow.exact { cells.append(cell(exact.parameters[index])) }
    if let reference = chains?.parameters[index] {
      let scale = reference.standardDeviation
      let error = hypot(reference.standardErrorOfMean, weighted.standardErrorOfMean)
      cells.append(
        String(format: "%+.3f ± %.3f", (weighted.mean - reference.mean) / scale, error / scale))
    }
    return cells
  }

  private func leastSize(_ parameters: [ParameterSummary]) -> Double {
    parameters.map { min($0.bulkEffectiveSampleSize, $0.tailEffectiveSampleSize) }.min() ?? .nan
  }

  private func rate(_ size: Double, _ seconds: Double) -> String {
    String(format: "%.0f", size / max(seconds, 1e-9))
  }

  private func aligned(_ rows: [[String]]) -> String {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  // MARK: The facts

  private var facts: String {
    func percent(_ value: Double) -> String { String(format: "%.1f %%", 100 * value) }
    var worth =
      "\(percent(flow.efficiency)) of independent draws, the flow's own \(percent(flow.flowEfficiency))"
    if let forward = flow.forwardEfficiency {
      worth += ", seen from HMC's draws \(percent(forward))"
    }
    var alone =
      "coordinates (\(flow.coordinates)) without the flow \(percent(flow.coordinatesEfficiency))"
    if let laplace = flow.laplaceEfficiency {
      alone += ", normal density at the mode \(percent(laplace))"
    }
    var evidence = String(
      format: "%.4f ± %.4f, at least %.4f", flow.logEvidence, flow.logEvidenceError,
      flow.evidenceLowerBound)
    if let upper = flow.evidenceUpperBound {
      evidence += String(format: " (ELBO) and at most %.4f (HMC)", upper)
    } else {
      evidence += " (ELBO)"
    }
    var weights = String(
      format:
        "k-hat %.2f (limit %.2f), the largest counts for %.1f draws, of the wide ones for %.1f",
      flow.paretoShape, flow.paretoThreshold, flow.largestWeight, flow.largestDefensiveWeight)
    if flow.reasons.isEmpty, flow.paretoShape > flow.paretoThreshold {
      weights += ": too equal for k-hat to mean anything"
    }
    let times = String(
      format:
        "%d steps in %.2f s, coordinates in %.2f s; %.2f s and %d calls of the likelihood in all",
      flow.trainingSteps, flow.trainingSeconds, flow.fitSeconds, flow.seconds, flow.likelihoodCalls)
    return """
      worth       \(worth)
      beside it   \(alone)
      ln Z        \(evidence)
      weights     \(weights)
      training    \(times)
      verdict     \(flow.verdict)
      """
  }
}
