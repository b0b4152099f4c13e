public import Inference
public import LinearAlgebra

/// Draws of a density with its local covariance at each of them, by the Jacobian of a map that carries a normal density
/// there.
///
/// Any map can stand behind it: a flow, its coordinates alone, or a formula.
public struct LocalDraws: Sendable {
  /// The names of the parameters.
  public let names: [String]
  /// The draws, a number for each parameter, of equal weight.
  public let draws: [[Double]]
  /// Gives the local covariance of the parameters at each of some draws, by their numbers.
  public let covariances: @Sendable (_ draws: [Int]) async throws(SamplingError) -> [Matrix]

  /// Draws with their local covariances.
  ///
  /// - Parameters:
  ///   - names: the names of the parameters.
  ///   - draws: the draws, a number for each parameter, of equal weight.
  ///   - covariances: gives the local covariance of the parameters at each of some draws.
  public init(
    names: [String], draws: [[Double]],
    covariances: @escaping @Sendable (_ draws: [Int]) async throws(SamplingError) -> [Matrix]
  ) {
    (self.names, self.draws, self.covariances) = (names, draws, covariances)
  }

  /// Draws of a run's flow: those of the flow itself, without the weights that correct it.
  ///
  /// In the flow's coordinates x the local covariance is ``HamiltonianMap/localCovariances(at:in:)``, C_q = J_q Σ₀ J_qᵀ,
  /// and of parameters θ it is J C_q Jᵀ with J = ∂θ/∂x.
  ///
  /// Cost: `count` draws, and for each covariance 2 D tangents of the flow and 2 D evaluations of the coordinates.
  ///
  /// - Parameters:
  ///   - saved: the flow.
  ///   - coordinates: from its coordinates to parameters.
  ///   - count: how many draws.
  ///   - context: where to run; its seed is that of the draws.
  /// - Throws: `SamplingError.stopped`.
  public init(
    of saved: SavedFlow, _ coordinates: FlowCoordinates, count: Int = 20_000,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) {
    let (map, dimension) = (HamiltonianMap(saved.flow), saved.flow.dimension)
    let ends = try await map.sample(count, "local components", in: context).points
    let points = (0..<count).map { ends.point($0, dimension) }
    self.init(
      names: coordinates.names, draws: points.map { coordinates.parameters(at: $0.positions) }
    ) { numbers throws(SamplingError) in
      let near = numbers.map { points[$0] }
      let base = try await map.inverse(
        PhasePoints(
          positions: near.flatMap(\.positions), momenta: near.flatMap(\.momenta)), in: context)
      let inner = try await map.localCovariances(at: base, in: context)
      return zip(numbers, inner).map { number, covariance in
        coordinates.jacobian(at: points[number].positions).carried(covariance)
      }
    }
  }
}

extension PhasePoints {
  /// One of the points.
  fileprivate func point(_ number: Int, _ dimension: Int) -> PhasePoints {
    let range = number * dimension..<(number + 1) * dimension
    return PhasePoints(positions: Array(positions[range]), momenta: Array(momenta[range]))
  }
}

extension FlowCoordinates {
  /// The derivatives of parameters (rows) by the flow's coordinates (columns), by central differences.
  fileprivate func jacobian(at place: [Double]) -> Matrix {
    let step = 1e-4
    let columns = place.indices.map { index in
      var (low, high) = (place, place)
      low[index] -= step
      high[index] += step
      return zip(parameters(at: low), parameters(at: high)).map { ($1 - $0) / (2 * step) }
    }
    return Matrix(rows: place.count, columns: names.count, elements: columns.flatMap(\.self))
      .transposed
  }
}

extension Matrix {
  /// J C Jᵀ of a covariance C, for the Jacobian J that this matrix is.
  fileprivate func carried(_ covariance: Matrix) -> Matrix {
    var half = Matrix(
      rows: rows, columns: columns, elements: [Double](repeating: 0, count: rows * columns))
    for i in 0..<rows {
      for k in 0..<columns {
        for l in 0..<columns { half[i, l] += self[i, k] * covariance[k, l] }
      }
    }
    var result = Matrix(diagonal: [Double](repeating: 0, count: rows))
    for i in 0..<rows {
      for j in 0..<rows {
        for l in 0..<columns { result[i, j] += half[i, l] * self[j, l] }
      }
    }
    return result
  }
}
