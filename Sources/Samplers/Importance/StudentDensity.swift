import Inference
public import LinearAlgebra
import RealModule

/// A multivariate Student t density: the tails of a proposal.
public struct StudentDensity: Sendable, Codable, Equatable {
  /// Mean and scale.
  let frame: WhiteningCoordinates
  /// ν, the degrees of freedom.
  let freedom: Double
  private let logConstant: Double

  /// A density from the moments of another.
  ///
  /// - Parameters:
  ///   - mean: its center.
  ///   - covariance: of another density.
  ///   - stretch: how much wider its scale is than the standard deviations of that.
  ///   - freedom: ν, above 0.
  /// - Throws: `NotPositiveDefinite` if the covariance is not positive definite.
  public init(
    mean: [Double], covariance: Matrix, stretch: Double, freedom: Double
  ) throws(NotPositiveDefinite) {
    var scale = Matrix(diagonal: mean.map { _ in 0 })
    scale.add(stretch * stretch, covariance)
    self.init(try WhiteningCoordinates(mean: mean, covariance: scale), freedom: freedom)
  }

  private init(_ frame: WhiteningCoordinates, freedom: Double) {
    (self.frame, self.freedom) = (frame, freedom)
    let size = Double(frame.dimension)
    logConstant =
      .logGamma(0.5 * (freedom + size)) - .logGamma(0.5 * freedom)
      - 0.5 * size * .log(freedom * .pi) - frame.logJacobian
  }

  private enum CodingKeys: CodingKey {
    case frame, freedom
  }

  /// Reads a density, whose degrees of freedom are a whole number, 1 to 1000.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let freedom = try container.decode(Double.self, forKey: .freedom)
    guard let whole = Int(exactly: freedom), (1...1000).contains(whole) else {
      throw DecodingError.dataCorruptedError(
        forKey: .freedom, in: container, debugDescription: "\(freedom) degrees of freedom")
    }
    self.init(
      try container.decode(WhiteningCoordinates.self, forKey: .frame), freedom: freedom)
  }

  /// The same with further coordinates around 0, of scale 1.
  func extended(by count: Int) -> StudentDensity {
    StudentDensity(frame.extended(by: count), freedom: freedom)
  }

  /// The number of coordinates.
  public var dimension: Int { frame.dimension }

  /// The log density at a point.
  public func logDensity(at point: Span<Double>) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { scratch in
      scratch.initialize(repeating: 0)
      var white = scratch.mutableSpan
      _ = frame.coordinates(of: point, &white)
      var square = 0.0
      for i in 0..<white.count { square += white[i] * white[i] }
      return logConstant
        - 0.5 * (freedom + Double(dimension)) * .log(onePlus: square / freedom)
    }
  }

  /// Writes a draw.
  public func sample(
    into point: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { scratch in
      scratch.initialize(repeating: 0)
      var white = scratch.mutableSpan
      generator.fillWithStandardNormals(&white)
      let stretch = Self.stretch(freedom: Int(freedom), using: &generator)
      for i in 0..<white.count { white[i] *= stretch }
      _ = frame.point(at: white.span, &point)
    }
  }

  /// √(ν / χ²_ν), by which a normal deviate becomes one of Student's.
  static func stretch(freedom: Int, using generator: inout some RandomNumberGenerator) -> Double {
    var chiSquared = 0.0
    for _ in 0..<freedom {
      let deviate = generator.nextStandardNormal()
      chiSquared += deviate * deviate
    }
    return (Double(freedom) / chiSquared).squareRoot()
  }
}
