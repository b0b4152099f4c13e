extension ParameterSpace {
  /// The space in which some parameters have values: what is required of these alone is left out, and so are joint
  /// priors that they are part of, of which other parameters keep their marginals.
  ///
  /// - Parameter values: by names, of which those of other parameters are ignored.
  /// - Throws: `ModelError` if nothing is left free, or what is required cannot be solved for what is left.
  package func fixing(_ values: [String: Double]) throws(ModelError) -> ParameterSpace {
    let parameters = parameters.map { parameter in
      values[parameter.name].map {
        Parameter(parameter.name, label: parameter.label, prior: .fixed($0))
      } ?? parameter
    }
    let fixed = parameters.filter(\.isFixed).map(\.name)
    return try ParameterSpace(
      parameters,
      requiring: requirements.filter { requirement in
        let names = (try? Inequality.parse(requirement))?.flatMap(\.difference.names)
        return names.map { !$0.allSatisfy(fixed.contains) } ?? true
      },
      joint: jointPriors.filter { $0.names.allSatisfy { values[$0] == nil } },
      coordinates: coordinates)
  }

  /// The logarithm of the share of the prior that fulfils the requirements, by 20,000 draws; 0 without requirements.
  package var logPriorMass: Double {
    guard let map = dependence?.map, !requirements.isEmpty else { return 0 }
    var random = RandomStream(seed: 1, "mass of the prior")
    let count = 20_000
    var sum = 0.0
    for _ in 0..<count {
      let mass = map.logMass(at: freeIndices.map { _ in random.nextStandardNormal() })
      if mass > -.infinity { sum += .exp(mass) }
    }
    return .log(sum / Double(count))
  }
}
