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
    precondition(momenta >= 1, "\(momenta) momenta for each point")
    let dimension = flow.dimension
    let copies = stride(from: 0, to: positions.count, by: dimension).flatMap { start in
      repeatElement(positions[start..<start + dimension], count: momenta).joined()
    }
    let ends = try await drawFinalMomenta(
      at: copies, given: given, "components", in: context
    ).points
    let matrices = try await localCovariances(at: inverse(ends, in: context), in: context)
    return stride(from: 0, to: matrices.count, by: momenta).map { start in
      var sum = Matrix(diagonal: [Double](repeating: 0, count: dimension))
      for matrix in matrices[start..<start + momenta] { sum.add(1 / Double(momenta), matrix) }
      return LocalComponents(sum)
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
