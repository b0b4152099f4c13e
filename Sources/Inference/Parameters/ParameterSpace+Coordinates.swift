/// The way from one coordinate system to the other, where parameters depend on each other.
extension ParameterSpace {
  /// Whether parameters depend on each other.
  package var isDependent: Bool { dependence != nil }

  /// Writes the coordinates in one system for a position in another.
  ///
  /// - Returns: log |det| of the derivatives of the new coordinates in the old ones; minus infinity where
  ///   there are none.
  package func carry(
    _ position: Span<Double>, from old: CoordinateSystem, to new: CoordinateSystem,
    into result: inout MutableSpan<Double>
  ) -> Double {
    guard let map = dependence?.map else { return -.infinity }
    return map.withValues { values in
      map.withRecords { records in
        guard map.forward(position, old, values, records) > -.infinity else { return -.infinity }
        let before = records.reduce(0) { $0 + $1.logJacobian }
        guard map.invert(values, new, &result) else { return -.infinity }
        guard map.forward(result.span, new, values, records) > -.infinity else {
          return -.infinity
        }
        return before - records.reduce(0) { $0 + $1.logJacobian }
      }
    }
  }

  /// Turns the gradient of a log density in one system's coordinates into that in another's, Jacobians
  /// included.
  package func carryGradient(
    _ gradient: inout MutableSpan<Double>, at position: Span<Double>, in old: CoordinateSystem,
    to new: CoordinateSystem, at other: Span<Double>
  ) {
    guard let map = dependence?.map else { return }
    map.withValues { values in
      map.withValues { adjoint in
        map.withValues { slopes in
          map.withRecords { records in
            for i in 0..<adjoint.count { (adjoint[i], slopes[i]) = (0, 0) }
            _ = map.forward(position, old, values, records)
            map.undo(gradient.span, adjoint, values, records, into: slopes)
            _ = map.forward(other, new, values, records)
            gradient.withUnsafeMutableBufferPointer {
              map.backward(slopes, values, records, $0)
            }
          }
        }
      }
    }
  }

  /// Takes the prior from a log density in coordinates in which it is N(0, I), but for what requirements
  /// cut off, with its gradient.
  package func removePrior(
    from value: inout Double, _ gradient: inout MutableSpan<Double>, at position: Span<Double>
  ) {
    guard let map = dependence?.map else {
      for (i, index) in freeIndices.enumerated() where !parameters[index].prior.isImproper {
        value -= NormalDistribution.logDensity(at: position[i])
        gradient[i] += position[i]
      }
      return
    }
    let prior = map.withValues { values in
      map.withValues { adjoint in
        map.withRecords { records in
          for i in 0..<adjoint.count { adjoint[i] = 0 }
          let prior = map.forward(position, .standardNormal, values, records)
          guard prior > -.infinity else { return (prior, [Double]()) }
          var own = freeIndices.map { _ in 0.0 }
          own.withUnsafeMutableBufferPointer { map.backward(adjoint, values, records, $0) }
          return (prior, own)
        }
      }
    }
    guard prior.0 > -.infinity else { return }
    value -= prior.0
    for i in 0..<prior.1.count { gradient[i] -= prior.1[i] }
  }

  /// The coordinates of values by names, 0 where nothing is given or that is outside.
  package func position(near start: [String: Double]) -> [Double] {
    if isDependent {
      let values = free.map { start[$0.name] ?? .nan }
      return position(of: values) ?? free.map { _ in 0 }
    }
    return free.map { parameter in
      let place = start[parameter.name].map { transform(of: parameter).coordinate(of: $0) } ?? 0
      return place.isFinite ? place : 0
    }
  }
}
