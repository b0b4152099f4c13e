import Inference
import LinearAlgebra
public import Samplers

/// The shape of a posterior: its components at places along its widest direction, by the local covariance that a flow
/// has there, and whether they turn on the way.
///
/// With y the coordinates of products of powers and v the widest component of the flow's draws, the places are where
/// vᵀy has its 16, 50 and 84 % quantiles. At each, the local covariance C_q = J Σ₀ Jᵀ is averaged over the draws
/// next to the quantile, a fiftieth of all.
public struct PosteriorShape: Sendable, Codable, Equatable {
  /// One of the places.
  public struct Place: Sendable, Codable, Equatable {
    /// The probability below it along the widest direction.
    public var quantile: Double
    /// The means of y there.
    public var center: [Double]
    /// The components of the local covariance, the best measured first, with the center as their mean.
    public var components: [PowerComponent]
  }

  /// The places, at 16, 50 and 84 %.
  public var places: [Place]
  /// The components of all draws of the flow.
  public var ofDraws: [PowerComponent]
  /// The angle in degrees between the widest components at the outer places; nil for one parameter, and where the
  /// posterior is too round for a direction: its largest deviation less than 1.5 times the second.
  public var angle: Double?

  /// Whether the posterior is bent: the angle is above 10 degrees, so that one covariance does not describe it.
  public var isBent: Bool { (angle ?? 0) > Self.largestAngle }

  /// In degrees.
  public static let largestAngle = 10.0
  private static let leastRatio = 1.5
  private static let quantiles = [0.16, 0.5, 0.84]

  /// The shape of draws; nil if they lack one of the parameters, or are too few.
  ///
  /// - Parameters:
  ///   - local: draws with their local covariances.
  ///   - coordinates: how the parameters enter.
  /// - Throws: `SamplingError`.
  public init?(
    of local: LocalDraws, _ coordinates: [PowerCoordinate]
  ) async throws(SamplingError) {
    let columns = coordinates.compactMap { local.names.firstIndex(of: $0.parameter) }
    guard columns.count == coordinates.count else { return nil }
    var (chain, numbers) = (Chain(columns: coordinates.map { .init(name: $0.parameter) }), [Int]())
    for (number, draw) in local.draws.enumerated() {
      let values = columns.map { draw[$0] }
      guard zip(coordinates, values).allSatisfy({ $0($1).isFinite }) else { continue }
      chain.append(values, logDensity: 0)
      numbers.append(number)
    }
    guard chain.count >= 50,
      let ofDraws = PowerMoments([chain], coordinates)?.components(), let widest = ofDraws.last
    else { return nil }
    self.ofDraws = ofDraws
    let points = (0..<chain.count).map { draw in zip(coordinates, chain.draw(draw)).map { $0($1) } }
    let order = points.indices.map { index in
      (index: index, length: zip(widest.exponents, points[index]).reduce(0) { $0 + $1.0 * $1.1 })
    }.sorted { $0.length < $1.length }.map(\.index)

    places = []
    let width = max(10, order.count / 50)
    for quantile in Self.quantiles {
      let first = Int(quantile * Double(order.count)) - width / 2
      let near = Array(order[max(0, first)..<min(order.count, first + width)])
      let covariances = try await local.covariances(near.map { numbers[$0] })
      var mean = coordinates.map { _ in 0.0 }
      var covariance = Matrix(diagonal: mean)
      let share = 1 / Double(near.count)
      for (index, own) in zip(near, covariances) {
        let slopes = zip(coordinates, chain.draw(index)).map { $0.derivative(at: $1) }
        for i in mean.indices {
          mean[i] += share * points[index][i]
          for j in mean.indices {
            covariance[i, j] += share * slopes[i] * own[columns[i], columns[j]] * slopes[j]
          }
        }
      }
      guard let components = PowerComponent.all(mean: mean, covariance: covariance) else {
        return nil
      }
      places.append(Place(quantile: quantile, center: mean, components: components))
    }
    angle = Self.angle(places[0].components, places[2].components)
  }

  private static func angle(_ first: [PowerComponent], _ second: [PowerComponent]) -> Double? {
    let hasDirection = [first, second].allSatisfy { components in
      let deviations = components.suffix(2).map(\.standardDeviation)
      return deviations.count == 2 && deviations[1] >= leastRatio * deviations[0]
    }
    guard hasDirection, let a = first.last, let b = second.last else { return nil }
    return a.angle(to: b)
  }
}
