public import Inference
public import LinearAlgebra

extension HamiltonianMap {
  /// The local covariances of positions C_q = J_q Σ₀ J_qᵀ at the end points of base points, with J_q = ∂q_T/∂(q₀, p₀), and
  /// Σ₀ the covariance of the base.
  ///
  /// Near a quarter turn in one V with canonical momenta, Σ_p = M⁻¹, this is about (∇∇V)⁻¹, and exactly so for a
  /// quadratic V.
  ///
  /// - Parameters:
  ///   - base: (q₀, p₀), D numbers each for every point.
  ///   - context: where to run.
  /// - Returns: a D × D matrix for each point, in the order of the points.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: 2 D tangents for each point, D Hessian products and L + 1 forces each.
  public func localCovariances(
    at base: PhasePoints, in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Matrix] {
    try await matrices(.localCovariances, base, context)
  }

  /// The local components of a flow at positions q_T of the density that it has learned, by the mean of C_q over momenta
  /// from r(p_T | q_T).
  ///
  /// - Parameters:
  ///   - positions: D numbers for each point.
  ///   - given: what is given: C numbers for all points.
  ///   - momenta: the number of momenta for each point, at least 1.
  ///   - context: where to run; its seed is that of the momenta.
  /// - Returns: the components at each point; nil where the flow overflows.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func localComponents(
    at positions: [Double], given: [Double] = [], momenta: Int = 16,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [LocalComponents?] {
    try await pathCovariances(at: positions, given, momenta, context)
      .map { LocalComponents(mean($0)) }
  }

  /// C_q for each of some momenta from r(p_T | q_T), at each of some positions.
  private func pathCovariances(
    at positions: [Double], _ given: [Double], _ momenta: Int, _ context: RunContext
  ) async throws(SamplingError) -> [ArraySlice<Matrix>] {
    precondition(momenta >= 1, "\(momenta) momenta for each point")
    let ends = try await drawFinalMomenta(
      at: positions.repeated(momenta, every: flow.dimension), given: given, "components",
      in: context
    ).points
    let matrices = try await localCovariances(at: inverse(ends, in: context), in: context)
    return stride(from: 0, to: matrices.count, by: momenta).map { matrices[$0..<$0 + momenta] }
  }

  private func mean(_ matrices: ArraySlice<Matrix>) -> Matrix {
    var sum = Matrix(diagonal: [Double](repeating: 0, count: flow.dimension))
    for matrix in matrices { sum.add(1 / Double(matrices.count), matrix) }
    return sum
  }

  /// The local components of a flow at positions q_T by the curvature of the density m that it has learned: the
  /// eigenvectors of Λ = −∇∇ log m, with scales sᵢ = λᵢ^(−1/2).
  ///
  /// Unlike C_q, whose scales exceed those of the density wherever the flow is far from linear, Λ does not depend on the
  /// path that the flow takes: across a thin layer with a normal profile the scale is the layer's width. A direction in which
  /// log m hardly bends, or bends upwards, reaches as far as the largest scale of C_q.
  ///
  /// Λ is taken from differences over the smallest scale of C_q for any of 16 momenta, all by the same deviates of momenta.
  ///
  /// - Parameters:
  ///   - positions: D numbers for each point.
  ///   - given: what is given: C numbers for all points.
  ///   - momenta: the number of momenta for each density, at least 1.
  ///   - context: where to run; its seed is that of the momenta.
  /// - Returns: the components at each point; nil where the flow overflows.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: D² + D + 1 densities for each point.
  public func curvatureComponents(
    at positions: [Double], given: [Double] = [], momenta: Int = 64,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [LocalComponents?] {
    let dimension = flow.dimension
    let paths = try await pathCovariances(at: positions, given, 16, context)
    let steps = paths.map { $0.compactMap { LocalComponents($0)?.scales.last }.min() ?? .nan }
    func logDensities(_ coordinates: [Int], _ sign: Double) async throws(SamplingError) -> [Double]
    {
      var moved = positions
      for (n, step) in steps.enumerated() where step.isFinite {
        for i in coordinates { moved[n * dimension + i] += sign * step }
      }
      return try await densityBounds(at: moved, given: given, draws: momenta, in: context)
        .importance
    }
    let middle = try await logDensities([], 1)
    // h² ∂ᵢ∂ᵢ of log m, and that along the diagonal of two coordinates.
    func bends(_ coordinates: [Int]) async throws(SamplingError) -> [Double] {
      let (ahead, behind) = (
        try await logDensities(coordinates, 1), try await logDensities(coordinates, -1)
      )
      return middle.indices.map { ahead[$0] - 2 * middle[$0] + behind[$0] }
    }
    var own: [[Double]] = []
    for i in 0..<dimension { own.append(try await bends([i])) }
    var curvatures = paths.map { _ in Matrix(diagonal: [Double](repeating: 0, count: dimension)) }
    for i in 0..<dimension {
      for j in 0...i {
        let both = i == j ? own[i] : try await bends([i, j])
        for (n, step) in steps.enumerated() {
          let bend = i == j ? both[n] : 0.5 * (both[n] - own[i][n] - own[j][n])
          curvatures[n][i, j] = -bend / (step * step)
          curvatures[n][j, i] = curvatures[n][i, j]
        }
      }
    }
    return zip(curvatures, paths).map { curvature, path in
      LocalComponents(mean(path)).flatMap {
        LocalComponents(curvature: curvature, largestScale: $0.scales[0])
      }
    }
  }

  /// ∇∇V of one of the flow's Hamiltonians at positions.
  ///
  /// - Parameters:
  ///   - index: of the Hamiltonian, from 0.
  ///   - positions: D numbers for each point.
  ///   - given: what is given: C numbers for all points.
  ///   - context: where to run.
  /// - Returns: a D × D matrix for each point, in the order of the points.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public func potentialHessians(
    ofBlock index: Int, at positions: [Double], given: [Double] = [],
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [Matrix] {
    try await matrices(
      .potentialHessians(block: index),
      PhasePoints(positions: positions, momenta: positions, given: given), context)
  }

  private func matrices(
    _ pass: FlowPass, _ points: PhasePoints, _ context: RunContext
  ) async throws(SamplingError) -> [Matrix] {
    let dimension = flow.dimension
    let numbers = try await run(pass, points, context).flatMap(\.matrices)
    return stride(from: 0, to: numbers.count, by: dimension * dimension).map { start in
      Matrix(
        rows: dimension, columns: dimension,
        elements: Array(numbers[start..<start + dimension * dimension]))
    }
  }
}
