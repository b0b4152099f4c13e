extension Posterior {
  /// The log posterior at many points, of parameters that depend on each other.
  private func logDensities(
    through map: TriangularMap, at positions: Span<Double>, gradients: inout MutableSpan<Double>,
    into totals: inout MutableSpan<Double>
  ) {
    let (pointCount, count, dimension) = (totals.count, map.fixed.count, dimension)
    let coordinates = content.space.coordinates
    var values = [Double](repeating: 0, count: pointCount * count)
    var adjoints = values
    var records = [TriangularMap.Record](repeating: .init(), count: pointCount * map.steps.count)
    func each(
      _ body: (Int, TriangularMap.Values, TriangularMap.Values, TriangularMap.Records) -> Void
    ) {
      values.withUnsafeMutableBufferPointer { values in
        adjoints.withUnsafeMutableBufferPointer { adjoints in
          records.withUnsafeMutableBufferPointer { records in
            for n in 0..<pointCount {
              let all = n * count..<(n + 1) * count
              let own = n * map.steps.count..<(n + 1) * map.steps.count
              body(n, values.extracting(all), adjoints.extracting(all), records.extracting(own))
            }
          }
        }
      }
    }
    totals.withUnsafeMutableBufferPointer { totals in
      each { n, values, _, records in
        let own = positions.extracting(n * dimension..<(n + 1) * dimension)
        totals[n] = map.forward(own, coordinates, values, records)
      }
    }
    addLikelihoods(at: values, to: &totals) { n, argument, partial in
      adjoints[n * count + argument.parameter] += partial
    }
    let isInside = (0..<pointCount).map { totals[$0] != -.infinity }
    gradients.withUnsafeMutableBufferPointer { gradients in
      each { n, values, adjoint, records in
        guard isInside[n] else { return }
        map.backward(
          adjoint, values, records, gradients.extracting(n * dimension..<(n + 1) * dimension))
      }
    }
  }

  /// The log posterior at many points, with one batched call per likelihood.
  public func logDensities(
    at positions: Span<Double>, gradients: inout MutableSpan<Double>,
    into totals: inout MutableSpan<Double>
  ) {
    if let map = content.space.dependence?.map {
      logDensities(through: map, at: positions, gradients: &gradients, into: &totals)
      return
    }
    let (pointCount, count, dimension) = (totals.count, content.factors.count, dimension)
    var values = [Double](repeating: 0, count: pointCount * count)
    var slopes = values
    values.withUnsafeMutableBufferPointer { values in
      slopes.withUnsafeMutableBufferPointer { slopes in
        gradients.withUnsafeMutableBufferPointer { gradients in
          for n in 0..<pointCount {
            let (free, all) = (n * dimension..<(n + 1) * dimension, n * count..<(n + 1) * count)
            totals[n] = prior(
              at: positions.extracting(free), values.extracting(all), slopes.extracting(all),
              gradients.extracting(free))
          }
        }
      }
    }
    gradients.withUnsafeMutableBufferPointer { gradients in
      addLikelihoods(at: values, to: &totals) { n, argument, partial in
        guard let coordinate = argument.coordinate else { return }
        gradients[n * dimension + coordinate] += partial * slopes[n * count + argument.parameter]
      }
    }
  }

  /// Adds each log-likelihood at many points, and hands over its derivatives.
  ///
  /// - Parameters:
  ///   - values: all parameters, point by point.
  ///   - totals: the log prior of each point; minus infinity where no likelihood has a meaning.
  ///   - add: receives a point, an argument, and the derivative in it.
  private func addLikelihoods(
    at values: [Double], to totals: inout MutableSpan<Double>,
    _ add: (_ point: Int, BoundLikelihood.Argument, _ partial: Double) -> Void
  ) {
    let count = content.space.parameters.count
    for term in content.terms {
      let points = (0..<totals.count).filter { totals[$0] != -.infinity }
      let arguments = term.arguments
      let inputs = points.flatMap { n in arguments.map { values[n * count + $0.parameter] } }
      var partials = inputs
      var results = points.map { _ in 0.0 }
      var partialSpan = partials.mutableSpan
      var resultSpan = results.mutableSpan
      term.likelihood.logLikelihoods(
        at: inputs.span, gradients: &partialSpan, into: &resultSpan)
      for (place, n) in points.enumerated() {
        totals[n] += results[place]
        for (i, argument) in arguments.enumerated() {
          add(n, argument, partials[place * arguments.count + i])
        }
      }
    }
  }
}
