import Foundation
public import Inference

/// The kinds of coordinates to choose from at run time.
public enum CoordinateChoice: String, Sendable, Codable, CaseIterable {
  /// The map for up to four parameters, whitened beyond.
  case automatic = "auto"
  /// Logits, logarithms and values.
  case natural
  /// Coordinates in which the prior is N(0, I).
  case probit
  /// Those, shifted and turned so that the curvature at the mode is that of N(0, I).
  case whitened
  /// A triangular map fitted to the posterior.
  case map
}

/// Coordinates of one of several kinds, for points at which the prior is N(0, I).
public enum FittedCoordinates: Coordinates {
  /// The points themselves.
  case probit(dimension: Int)
  /// Logits, logarithms and values.
  case natural(NaturalCoordinates)
  /// Shifted and turned.
  case whitened(WhiteningCoordinates)
  /// A triangular map.
  case map(TransportMap)

  /// What is chosen, and a density that is wider than the posterior.
  public struct Fit: Sendable {
    /// The coordinates.
    public let coordinates: FittedCoordinates
    /// The density, of points.
    public let wide: DefensiveDensity
    /// The number of calls of the likelihood that the fit took, apart from those of climbing to the
    /// mode.
    public let evaluationCount: Int
    /// The normal approximation of the posterior at its mode, where there is one.
    public let laplace: LaplaceApproximation?
  }

  /// Fits coordinates to a density at whose points the prior is N(0, I).
  ///
  /// - Parameters:
  ///   - density: the density.
  ///   - choice: which kind.
  ///   - space: the space of the parameters, for natural coordinates.
  ///   - draws: draws of the density, if there are some that may be used: whitened coordinates then
  ///     have their mean and covariance, which suit a bend better than the curvature at the mode.
  ///   - context: where to run.
  /// - Throws: `SamplingError` if the density is finite nowhere, or has no mode where one is needed, or
  ///   it was told to stop.
  public static func fit(
    _ choice: CoordinateChoice, to density: any LogDensity, natural space: ParameterSpace?,
    whitening draws: [[Double]] = [], in context: RunContext
  ) async throws(SamplingError) -> Fit {
    let dimension = density.dimension
    let climb = Result { () throws(SamplingError) -> LaplaceApproximation? in
      try ChainStart.mode.approximation(of: density, context.seed.stream("mode"))
    }
    // Only whitened coordinates need a mode.
    let laplace = (try? climb.get()).flatMap { $0 }
    let resolved =
      choice == .automatic ? (dimension <= 4 ? CoordinateChoice.map : .whitened) : choice
    if resolved == .map {
      let fit = try await TransportMapFitter().fit(density, in: context)
      return Fit(
        coordinates: .map(fit.map), wide: fit.wide, evaluationCount: fit.evaluationCount,
        laplace: laplace)
    }
    if resolved == .whitened, !draws.isEmpty {
      let weights = [Double](repeating: 1 / Double(draws.count), count: draws.count)
      if let moments = PointMoments(draws.flatMap(\.self), weights, dimension: dimension),
        let white = try? WhiteningCoordinates(mean: moments.mean, covariance: moments.covariance)
      {
        return Fit(
          coordinates: .whitened(white), wide: moments.wide, evaluationCount: 0, laplace: laplace)
      }
    }
    // Without a mode the prior is the only thing known to be wide.
    let mean = laplace?.mode ?? [Double](repeating: 0, count: dimension)
    let wide =
      laplace.flatMap { try? DefensiveDensity(mean: mean, covariance: $0.covariance) }
      ?? .aroundPrior(dimension: dimension)
    var coordinates = FittedCoordinates.probit(dimension: dimension)
    if resolved == .natural, let space {
      coordinates = .natural(NaturalCoordinates(space))
    } else if resolved == .whitened {
      guard let laplace = try climb.get(), let white = try? WhiteningCoordinates(laplace) else {
        throw .noMode(density.describe(mean))
      }
      coordinates = .whitened(white)
    }
    return Fit(coordinates: coordinates, wide: wide, evaluationCount: 0, laplace: laplace)
  }

  /// The numbers that make them, as JSON behind a blank; nothing where there are none.
  var numbers: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let numbers: Data? =
      switch self {
      case .probit, .natural: nil
      case .whitened(let map): try? encoder.encode(map)
      case .map(let map): try? encoder.encode(map)
      }
    return numbers.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// The number of coordinates.
  public var dimension: Int {
    switch self {
    case .probit(let dimension): dimension
    case .natural(let map): map.dimension
    case .whitened(let map): map.dimension
    case .map(let map): map.dimension
    }
  }

  /// Writes u(x).
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    switch self {
    case .probit:
      for i in 0..<coordinates.count { point[i] = coordinates[i] }
      return 0
    case .natural(let map): return map.point(at: coordinates, &point)
    case .whitened(let map): return map.point(at: coordinates, &point)
    case .map(let map): return map.point(at: coordinates, &point)
    }
  }

  /// Writes x(u).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    switch self {
    case .probit:
      for i in 0..<point.count { coordinates[i] = point[i] }
      return 0
    case .natural(let map): return map.coordinates(of: point, &coordinates)
    case .whitened(let map): return map.coordinates(of: point, &coordinates)
    case .map(let map): return map.coordinates(of: point, &coordinates)
    }
  }

  /// Writes the gradient in x.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    switch self {
    case .probit: break
    case .natural(let map): map.pullBack(&gradient, at: coordinates, point: point)
    case .whitened(let map): map.pullBack(&gradient, at: coordinates, point: point)
    case .map(let map): map.pullBack(&gradient, at: coordinates, point: point)
    }
  }
}
