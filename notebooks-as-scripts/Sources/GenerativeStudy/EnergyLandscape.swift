public import Samplers

/// Energies of a flow on a square grid of points, for figures and for finding minima.
public struct EnergyLandscape: Sendable {
  /// The coordinates of the grid, the same on both axes.
  public let axis: [Double]
  /// V, row by row of y, less its smallest value.
  public let values: [Double]

  /// V of a Hamiltonian (positions in −edge … edge), or its K (momenta).
  ///
  /// - Throws: never in practice, since nothing tells it to stop.
  public init(
    _ flow: NeuralHamiltonianFlow, block: Int, edge: Double, count: Int = 121,
    kinetic: Bool = false
  ) async throws(SamplingError) {
    let axis = (0..<count).map { -edge + 2 * edge * Double($0) / Double(count - 1) }
    let points = axis.flatMap { y in axis.flatMap { x in [x, y] } }
    let energies = try await HamiltonianMap(flow).energies(
      ofBlock: block, at: PhasePoints(positions: points, momenta: points))
    let values = kinetic ? energies.kinetic : energies.potential
    let least = values.reduce(.infinity, min)
    self.axis = axis
    self.values = values.map { $0 - least }
  }

  /// Points of the grid below all eight neighbours; not at its edge.
  public var minima: [(x: Double, y: Double)] { extrema(sign: 1) }

  /// Points of the grid above all eight neighbours; not at its edge.
  public var maxima: [(x: Double, y: Double)] { extrema(sign: -1) }

  private func extrema(sign: Double) -> [(x: Double, y: Double)] {
    let n = axis.count
    var found: [(Double, Double)] = []
    for row in 1..<n - 1 {
      for column in 1..<n - 1 {
        let here = sign * values[row * n + column]
        let isLeast = (-1...1).allSatisfy { i in
          (-1...1).allSatisfy { j in
            (i, j) == (0, 0) || here < sign * values[(row + i) * n + column + j]
          }
        }
        if isLeast { found.append((axis[column], axis[row])) }
      }
    }
    return found
  }

  /// Three columns x, y, V, for gnuplot's surfaces; blank lines stand between rows.
  public var columns: [[Double]] {
    let n = axis.count
    return [
      (0..<n * n).map { axis[$0 % n] }, (0..<n * n).map { axis[$0 / n] }, values,
    ]
  }
}
