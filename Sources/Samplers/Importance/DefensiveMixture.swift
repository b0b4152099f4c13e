import Inference
import RealModule

/// Draws from a map and, for a share of them, from a wide density, all weighed by the density of the
/// mixture, (1 − ε) q + ε d (the balance heuristic, Veach & Guibas 1995).
///
/// Weights against a mixture are bounded by those against each part over its share, so the wide part
/// makes up for what the map misses.
public struct DefensiveMixture<Map: Coordinates>: Sendable {
  /// Coordinates x in which the target is nearly N(0, I): q is N(0, I) carried to u(x).
  public let map: Map
  /// d.
  public let wide: DefensiveDensity
  /// ε, 0 to 1.
  public let wideShare: Double

  /// A mixture with its parts.
  public init(_ map: Map, wide: DefensiveDensity, wideShare: Double = 0.02) {
    precondition(wideShare >= 0 && wideShare <= 1, "a share of \(wideShare)")
    precondition(
      map.dimension == wide.dimension,
      "coordinates of \(map.dimension) with a density of \(wide.dimension) dimensions")
    self.map = map
    self.wide = wide
    self.wideShare = wideShare
  }

  /// The number of coordinates.
  public var dimension: Int { map.dimension }

  /// The log density of the mixture at a point u.
  public func logDensity(at point: Span<Double>) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { coordinates in
      coordinates.initialize(repeating: 0)
      var span = coordinates.mutableSpan
      var own = .log(1 - wideShare) - map.coordinates(of: point, &span)
      for coordinate in coordinates { own += NormalDistribution.logDensity(at: coordinate) }
      // Where the map overflows, its density has long underflowed, and is no number.
      return logSum(own, .log(wideShare) + wide.logDensity(at: point))
    }
  }

  /// Whether a draw of a series is one of the wide part, which are spread evenly.
  public func isWide(_ index: Int) -> Bool {
    (Double(index + 1) * wideShare).rounded(.down) > (Double(index) * wideShare).rounded(.down)
  }

  /// Writes a draw of the map or of the wide part.
  public func sample(
    wide isWide: Bool, into point: inout MutableSpan<Double>,
    using generator: inout some RandomNumberGenerator
  ) {
    if isWide {
      wide.sample(into: &point, using: &generator)
      return
    }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { coordinates in
      coordinates.initialize(repeating: 0)
      var span = coordinates.mutableSpan
      generator.fillWithStandardNormals(&span)
      _ = map.point(at: span.span, &point)
    }
  }
}
