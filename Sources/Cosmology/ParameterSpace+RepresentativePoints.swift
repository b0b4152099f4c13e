import Inference
import RealModule

extension ParameterSpace {
  /// Points that represent the prior: draws and its corners.
  ///
  /// - Parameter names: parameters of the space; those that it does not have are set to 0.
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
    (density as? UniformPrior).map { 0.5 * ($0.lower + $0.upper) } ?? density.value(atNormal: 0)
  }

  /// A value near an end: a thousandth of the width inside a uniform density, as far out as four
  /// standard deviations of a normal one elsewhere.
  fileprivate func end(isUpper: Bool) -> Double {
    let sign: Double = isUpper ? 1 : -1
    return (density as? UniformPrior).map { middle + sign * 0.499 * ($0.upper - $0.lower) }
      ?? density.value(atNormal: 4 * sign)
  }
}
