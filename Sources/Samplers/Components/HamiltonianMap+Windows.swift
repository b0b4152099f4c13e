public import Inference
import LinearAlgebra
import RealModule

extension HamiltonianMap {
  /// The local components of the density that a flow has learned, at a resolution: by the covariance W of its draws in a
  /// normal window of standard deviation τ about each position.
  ///
  /// Of a normal density of covariance C, whatever its mean, W⁻¹ = C⁻¹ + τ⁻²; so the components are those of
  /// C = (W⁻¹ − τ⁻²)⁻¹, and their effective dimension at τ is tr W / τ². No flow is linear over its base, and no
  /// derivative of log m is taken: it only counts where draws are. Near an edge of the density a direction counts less, a half
  /// of the window being empty; a layer that bends within the window seems thicker by about τ² / 2R.
  ///
  /// - Parameters:
  ///   - positions: D numbers for each point.
  ///   - given: what is given: C numbers for all points.
  ///   - resolution: τ, positive, in units of the coordinates: more than the thickness that is asked for, and less than what the
  ///     density bends over.
  ///   - count: the number of draws, of which τ-windows must hold enough: it grows as τ to the power of the effective
  ///     dimension.
  ///   - context: where to run; its seed is that of the draws.
  /// - Returns: the components at each point, with scales up to 10 τ; nil where the weights of draws are worth less than
  ///   10 D of them.
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  /// - Complexity: a flow for each draw, and D² / 2 multiplications for each draw in a window.
  public func windowComponents(
    at positions: [Double], given: [Double] = [], resolution: Double, draws count: Int = 200_000,
    in context: RunContext = RunContext()
  ) async throws(SamplingError) -> [LocalComponents?] {
    precondition(resolution > 0 && count > 0, "a window of \(resolution) with \(count) draws")
    let dimension = flow.dimension
    let draws = try await sample(count, given: given, "windows", in: context).points.positions
    return try await context.tiles(positions.count / dimension, size: 16, during: "windows") {
      _, range in
      range.map { n in
        LocalComponents(
          of: draws, around: Array(positions[n * dimension..<(n + 1) * dimension]),
          resolution: resolution)
      }
    }
  }
}

extension LocalComponents {
  /// Beyond so many τ a window does not tell how far a density reaches.
  private static let largestRatio = 10.0

  /// The components of the density that points were drawn from, by those in a normal window.
  ///
  /// - Parameters:
  ///   - points: D numbers each.
  ///   - center: where the window is, D numbers.
  ///   - resolution: τ, its standard deviation.
  /// - Returns: nil where the weights of points are worth less than 10 D of them.
  public init?(of points: [Double], around center: [Double], resolution: Double) {
    let (dimension, least) = (center.count, 1 / (resolution * resolution))
    var (near, weights) = ([Double](), [Double]())
    for start in stride(from: 0, to: points.count, by: dimension) {
      var square = 0.0
      for (i, coordinate) in center.enumerated() {
        let offset = points[start + i] - coordinate
        square += offset * offset
      }
      // Weights below e⁻²⁰, and those of draws that are no numbers, count for nothing.
      guard square * least < 40 else { continue }
      near += points[start..<start + dimension]
      weights.append(.exp(-0.5 * square * least))
    }
    guard kishSize(weights) >= 10 * Double(dimension),
      let axes = WeightedMoments(near, weights, dimension: dimension).covariance.principalAxes()
    else { return nil }
    let longest = Self.largestRatio * resolution
    var covariance = Matrix(diagonal: [Double](repeating: 0, count: dimension))
    for (windowed, direction) in axes {
      let precision = max(1 / max(windowed, .leastNormalMagnitude) - least, 1 / (longest * longest))
      for i in 0..<dimension {
        for j in 0..<dimension { covariance[i, j] += direction[i] * direction[j] / precision }
      }
    }
    self.init(covariance)
  }
}
