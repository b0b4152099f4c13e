import Cosmology
import Inference

extension LightCurveLikelihood {
  /// M with a prior that does not exclude the data: the default, or where the value that the data prefer is beyond
  /// its ends or near them, one around that value.
  ///
  /// - Parameters:
  ///   - parameter: M with its default prior, which is uniform.
  ///   - space: the parameters.
  func followingData(_ parameter: Parameter, over space: ParameterSpace) -> Parameter {
    guard let usual = parameter.prior.density as? UniformPrior else { return parameter }
    // Half of the magnitudes are above those of any model near the middle, whatever shapes and
    // colours contribute.
    let point = parameterNames.map { name in
      name == parameter.name || name == Parameter.massStep.name
        ? 0 : space.parameters.first { $0.name == name }?.prior.density.value(atNormal: 0) ?? 0
    }
    let wanted = zip(data, prediction(at: point)).map { $0 - $1 }.filter(\.isFinite).sorted()
    guard !wanted.isEmpty else { return parameter }
    let middle = wanted[wanted.count / 2]
    if middle > usual.lower + 1, middle < usual.upper - 1 { return parameter }
    return Parameter(
      parameter.name, label: parameter.label,
      prior: .uniform(lower: (middle - 10).rounded(.down), upper: (middle + 10).rounded(.up)))
  }
}
