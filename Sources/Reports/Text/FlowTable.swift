import Foundation
import Inference
import Samplers

/// The results of a flow next to those of the chains, if they ran, as text.
struct FlowTable: CustomStringConvertible {
  private let flow: FlowFindings
  private let chains: PosteriorSummary?
  private let title: String
  private let seconds: Double

  /// - Parameters:
  ///   - flow: what the flow found.
  ///   - chains: what the chains did, if they ran.
  ///   - title: what the chains are called.
  ///   - seconds: the time that they took.
  init(_ flow: FlowFindings, beside chains: PosteriorSummary?, title: String, seconds: Double) {
    (self.flow, self.chains, self.title, self.seconds) = (flow, chains, title, seconds)
  }

  var description: String {
    var header = ["flow"]
    if chains != nil { header.append(title) }
    header += ["NHF, raw", "NHF, weighted"]
    if flow.exact != nil { header.append("NHF, exact") }
    if chains != nil { header.append("weighted − \(title) [σ]") }
    let rates =
      ["ESS per second"] + (chains.map { [rate(leastSize($0.parameters), seconds)] } ?? [])
      + ["", rate(flow.weighted.effectiveSampleSize, flow.seconds)]
    return AlignedTable([header] + flow.weighted.parameters.indices.map(row) + [rates]).description
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
    var cells = [weighted.markedName]
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
}
