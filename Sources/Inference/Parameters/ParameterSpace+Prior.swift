import RealModule

extension ParameterSpace {
  /// The log density of the prior at values of the free parameters, in their own space: without the Jacobian
  /// of a sampler's coordinates.
  ///
  /// The values are inside of the prior; one that rounding has put on an edge counts as inside.
  ///
  /// - Parameter values: those of the free parameters in order, such as a draw; further ones are ignored.
  public func logPrior(of values: [Double]) -> Double {
    guard let map = dependence?.map else {
      return zip(freeIndices, values).reduce(0) {
        $0 + parameters[$1.0].prior.logDensity(inside: $1.1)
      }
    }
    var all = map.fixed
    for (place, value) in zip(freeIndices, values) { all[place] = value }
    return all.withUnsafeMutableBufferPointer { map.logPrior(of: $0) }
  }
}

extension TriangularMap {
  /// The log prior of values of the free parameters; writes the others among all.
  fileprivate func logPrior(of values: Values) -> Double {
    steps.reduce(0) { total, step in
      switch step {
      case .determined(let place, let bound):
        values[place] = bound.value(at: values)
        return total
      case .free(let free):
        let scale = free.scale?.value(at: values) ?? 1
        let y = (values[free.place] - (free.location?.value(at: values) ?? 0)) / scale
        return total + free.prior.logDensity(inside: y) - .log(scale)
      }
    }
  }
}

extension Prior {
  /// The log density at a value inside of the support, up to rounding.
  fileprivate func logDensity(inside value: Double) -> Double {
    let (lower, upper) = support
    return logDensity(at: max(lower.nextUp, min(upper.nextDown, value))).value
  }
}

extension Posterior {
  /// The log-likelihoods of a draw, in the order of `likelihoods`.
  ///
  /// Where there is one, it is what the log prior leaves of the log density; several are evaluated.
  ///
  /// - Parameters:
  ///   - draw: the values of `columns`.
  ///   - logDensity: log prior + log L there, as chains record it.
  public func logLikelihoods(of draw: [Double], logDensity: Double) -> [Double] {
    if likelihoods.count == 1 { return [logDensity - space.logPrior(of: draw)] }
    let values = space.values(draw, of: columns.map(\.name))
    return likelihoods.map { term in
      let arguments = term.likelihood.parameterNames.map { values[$0] ?? .nan }
      return term.likelihood.logLikelihood(at: arguments)
    }
  }
}
