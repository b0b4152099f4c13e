extension Symmetry {
  /// One scale for all coordinates, the root mean square of points about the origin, which a symmetry leaves alone; about the
  /// mean centre of mass where that is split off.
  ///
  /// - Parameter points: D × any number ≥ 1, point by point.
  func standardisation(of points: [Double]) -> Standardisation {
    var result = Standardisation(dimension: dimension)
    if case .relative(let bodies, _) = form {
      let means = Standardisation(of: points, dimension: dimension).means
      for component in bodies[0].indices {
        let center = bodies.reduce(0) { $0 + means[$1[component]] } / Double(bodies.count)
        for body in bodies { result.means[body[component]] = center }
      }
    }
    let count = Double(max(1, points.count))
    let squares = result.standardise(points).reduce(0) { $0 + $1 * $1 / count }
    result.scales = result.scales.map { _ in squares.squareRoot() }
    return result
  }
}
