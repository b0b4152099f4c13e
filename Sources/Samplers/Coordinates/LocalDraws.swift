public import Inference
public import LinearAlgebra

/// Draws of a density with its local covariance at each of them: C_q = J_q Σ₀ J_qᵀ, by the Jacobian of the map that
/// carries the base of a flow there.
///
/// Any map can stand behind it: a flow, its coordinates alone, or a formula.
public struct LocalDraws: Sendable {
  /// The names of the parameters.
  public let names: [String]
  /// The draws, a number for each parameter.
  public let draws: [[Double]]
  /// The local covariances of the parameters at some of the draws, by their numbers.
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
  /// Cost: `count` draws, and at each where the covariance is asked for twice as many evaluations of the
  /// coordinates as there are.
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
    let dimension = saved.flow.dimension
    let points = try await HamiltonianMap(saved.flow).sample(
      count, "local components", in: context
    ).points.positions
    let places = (0..<count).map { Array(points[$0 * dimension..<($0 + 1) * dimension]) }
    self.init(
      names: coordinates.names, draws: places.map { coordinates.parameters(at: $0) }
    ) { numbers in
      numbers.map { number in
        // The flow leaves N(0, I) of its coordinates nearly as it is.
        let jacobian = coordinates.jacobian(at: places[number])
        return jacobian.carried(.identity(dimension))
      }
    }
  }
}

extension FlowCoordinates {
  /// The derivatives of parameters (rows) by the flow's coordinates (columns), by central differences.
  func jacobian(at place: [Double]) -> Matrix {
    let step = 1e-4
    let columns = place.indices.map { index in
      var (low, high) = (place, place)
      low[index] -= step
      high[index] += step
      return zip(parameters(at: low), parameters(at: high)).map { ($1 - $0) / (2 * step) }
    }
    return Matrix(
      rows: place.count, columns: names.count, elements: columns.flatMap(\.self)
    ).transposed
  }
}

extension Matrix {
  /// J C Jᵀ of a covariance C, for the Jacobian J that this matrix is.
  fileprivate func carried(_ covariance: Matrix) -> Matrix {
    var result = Matrix(diagonal: [Double](repeating: 0, count: rows))
    for i in 0..<rows {
      for j in 0..<rows {
        for k in 0..<columns {
          for l in 0..<columns { result[i, j] += self[i, k] * covariance[k, l] * self[j, l] }
        }
      }
    }
    return result
  }
}
