public import Inference
public import Samplers

/// How far a flow is from the density whose draws it learned, at fresh draws of it.
///
/// The differences log p(x) − bound(x) are averaged, and the exact entropy is added: the mean of
/// log p itself, known exactly, would otherwise be most of the noise.
public struct DensityReport: Sendable {
  /// −ELBO, and its standard error.
  public let negativeEvidence, evidenceError: Double
  /// Minus the mean of the K-sample bound, and its standard error.
  public let negativeImportance, importanceError: Double
  /// The mean efficiency of the K momenta.
  public let efficiency: Double

  /// Evaluates a flow.
  ///
  /// - Parameters:
  ///   - points: fresh draws, D numbers each.
  ///   - logDensities: their exact log densities.
  ///   - entropy: of the exact density.
  ///   - draws: K of the K-sample bound.
  ///   - importanceCount: at how many of the points the K-sample bound is taken.
  ///   - context: where to run; its seed is that of the momenta.
  /// - Throws: `SamplingError.stopped` if it was told to stop.
  public init(
    _ flow: NeuralHamiltonianFlow, at points: [Double], logDensities: [Double], entropy: Double,
    draws: Int = 1000, importanceCount: Int, in context: RunContext = RunContext()
  ) async throws(SamplingError) {
    let map = HamiltonianMap(flow, precision: .single)
    let bounds = try await map.densityBounds(at: points, draws: 4, in: context)
    (negativeEvidence, evidenceError) = Self.mean(
      zip(logDensities, bounds.evidence).map { entropy + $0 - $1 })
    let few = Array(points[..<(importanceCount * flow.dimension)])
    var others = context
    others.seed = Seed(context.seed.value &+ 1)
    let tight = try await map.densityBounds(at: few, draws: draws, in: others)
    (negativeImportance, importanceError) = Self.mean(
      zip(logDensities, tight.importance).map { entropy + $0 - $1 })
    efficiency = Self.mean(tight.efficiency).value
  }

  private static func mean(_ values: [Double]) -> (value: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return (mean, (variance / count).squareRoot())
  }
}
