import Foundation
public import Inference

/// Coordinates of one of several kinds, for points at which the prior is N(0, I).
public enum FittedCoordinates: Coordinates {
  /// The points themselves.
  case probit(dimension: Int)
  /// Logits, logarithms and values.
  case natural(NaturalCoordinates)
  /// Shifted, scaled and rotated.
  case whitened(WhiteningCoordinates)
  /// A triangular map.
  case map(TransportMap)

  /// What is chosen, and a density that is wider than the posterior.
  public struct Fit: Sendable {
    /// The coordinates.
    public let coordinates: FittedCoordinates
    /// The density, of points.
    public let wide: ProposalMixture
    /// The number of likelihood calls that the fit took, apart from those of the search for the
    /// mode.
    public let evaluationCount: Int
    /// The normal approximation of the posterior at its mode, where there is one.
    public let laplace: LaplaceApproximation?
    /// The fit of maps that they are from, if there is one.
    public let maps: TransportMapFit?
    /// Whether `maps` was fitted by this sampler, not by an earlier one.
    let isNew: Bool
  }

  /// Fits coordinates to a density at whose points the prior is N(0, I).
  ///
  /// - Parameters:
  ///   - density: the density.
  ///   - choice: which kind.
  ///   - space: the space of the parameters, for natural coordinates.
  ///   - draws: draws of the density, if any may be used: whitened coordinates then
  ///     have their mean and covariance, which suit a curved posterior better than the curvature at the mode.
  ///   - context: where to run.
  /// - Throws: `SamplingError` if the density is finite nowhere, or has no mode where one is needed, or
  ///   it was asked to stop.
  public static func fit(
    _ choice: CoordinateChoice, to density: any LogDensity, natural space: ParameterSpace?,
    whitening draws: [[Double]] = [], in context: RunContext
  ) async throws(SamplingError) -> Fit {
    let dimension = density.dimension
    let search = Result { () throws(SamplingError) -> LaplaceApproximation? in
      try ChainStart.mode.approximation(of: density, context.seed.stream("mode"))
    }
    // Only whitened coordinates need a mode.
    let laplace = (try? search.get()).flatMap { $0 }
    if choice == .fitted || choice == .thin {
      let (fit, isNew) = try await TransportMapFit.shared(density, in: context)
      return Fit(
        coordinates: choice == .thin ? .map(fit.thin) : fit.coordinates, wide: fit.wide,
        evaluationCount: isNew ? fit.evaluationCount : 0, laplace: laplace, maps: fit,
        isNew: isNew)
    }
    if choice == .whitened, !draws.isEmpty {
      let sample = WeightedPoints(
        draws.flatMap(\.self), weights: draws.map { _ in 1 }, dimension: dimension)
      if let frame = sample.frame,
        let wide = try? ProposalMixture.wide(mean: frame.mean, covariance: frame.covariance)
      {
        return Fit(.whitened(frame.coordinates), wide, laplace)
      }
    }
    // Without a mode the prior is the only thing known to be wide.
    let mean = laplace?.mode ?? [Double](repeating: 0, count: dimension)
    let wide =
      laplace.flatMap { try? ProposalMixture.wide(mean: mean, covariance: $0.covariance) }
      ?? .aroundPrior(dimension: dimension)
    var coordinates = FittedCoordinates.probit(dimension: dimension)
    if choice == .natural, let space {
      coordinates = .natural(NaturalCoordinates(space))
    } else if choice == .whitened {
      guard let laplace = try search.get(), let white = try? WhiteningCoordinates(laplace) else {
        throw .noMode(density.describe(mean))
      }
      coordinates = .whitened(white)
    }
    return Fit(coordinates, wide, laplace)
  }

  /// The numbers that define them, as JSON after a space; empty where there are none.
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

extension FittedCoordinates.Fit {
  fileprivate init(
    _ coordinates: FittedCoordinates, _ wide: ProposalMixture, _ laplace: LaplaceApproximation?
  ) {
    self.init(
      coordinates: coordinates, wide: wide, evaluationCount: 0, laplace: laplace, maps: nil,
      isNew: false)
  }
}
