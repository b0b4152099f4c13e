import Inference
import RealModule

extension FlowTrainer {
  /// Raises β as far as the last batch's weights keep an efficiency of one half, and at least so far that β is
  /// 1 after half of the steps.
  func raiseBeta(_ state: inout FlowTrainingState, _ batch: FlowObjective.Value) {
    func efficiency(_ step: Double) -> Double {
      let logs = zip(batch.logWeights, batch.temperingSlopes).map { weight, slope in
        weight == -.infinity ? weight : weight + step * slope
      }
      let largest = logs.reduce(-.infinity, max)
      guard largest.isFinite else { return 0 }
      return kishSize(logs.lazy.map { .exp($0 - largest) }) / Double(logs.count)
    }
    var (low, high) = (0.0, 1 - state.beta)
    if efficiency(high) >= 0.5 {
      low = high
    } else {
      for _ in 0..<30 {
        let middle = 0.5 * (low + high)
        if efficiency(middle) >= 0.5 { low = middle } else { high = middle }
      }
    }
    let part = Double(state.step + 1) / (0.5 * Double(settings.stepCount))
    let least = Double.exp(-10 * max(0, 1 - part))
    state.beta = min(1, max(state.beta + low, least))
    if state.beta > 1 - 1e-9 { state.beta = 1 }
  }
}
