import Inference
import RealModule

extension ParameterSpace {
  /// Points that stand for the prior: points drawn from it, and its corners.
  ///
  /// - Parameter names: parameters of the space; those that it does not have are left at 0.
  /// - Returns: one value for each of the names, for each point.
  func representativePoints(for names: [String]) -> [[Double]] {
    let parameters = names.map { name in
      self.parameters.first { $0.name == name } ?? Parameter(name, prior: .fixed(0))
    }
    var random = RandomStream(seed: 0, "representative points")
    var points = (0..<96).map { _ in parameters.map { $0.prior.sample(using: &random) } }
    let free = parameters.indices.filter { !parameters[$0].isFixed }
    // A corner for each choice of ends, just inside where the support is open.
    for corner in 0..<(1 << min(free.count, 6)) {
      var point = parameters.map { $0.prior.middle }
      for (bit, index) in free.prefix(6).enumerated() {
        point[index] = parameters[index].prior.end(isUpper: corner >> bit & 1 == 1)
      }
      points.append(point)
    }
    return points
  }
}

extension Prior {
  /// A value in the middle.
  fileprivate var middle: Double {
    switch self {
    case .uniform(let lower, let upper): 0.5 * (lower + upper)
    case .normal(let mean, _): mean
    case .softUniform(let center, _, _): center
    case .logNormal(let logMean, _): .exp(logMean)
    case .fixed(let value): value
    }
  }

  /// A value near an end: a thousandth of the width inside an interval, four standard deviations
  /// from the middle elsewhere.
  fileprivate func end(isUpper: Bool) -> Double {
    let sign: Double = isUpper ? 1 : -1
    return switch self {
    case .uniform(let lower, let upper): middle + sign * 0.499 * (upper - lower)
    case .normal(_, let standardDeviation): middle + sign * 4 * standardDeviation
    case .softUniform(_, let halfWidth, let sharpness): middle + sign * (halfWidth + 4 / sharpness)
    case .logNormal(_, let logStandardDeviation): middle * .exp(sign * 4 * logStandardDeviation)
    case .fixed: middle
    }
  }
}
