public import LinearAlgebra

/// Type Ia supernovae before standardisation: peak magnitudes with the shapes and colours of their
/// light curves (Tripp 1998, A&A 331, 815).
///
/// All lists have one element per supernova.
public struct LightCurveSample: Sendable, Equatable {
  /// A block of the covariance between supernovae, by the two quantities that it relates; the last
  /// part of the names under which releases publish it.
  public enum Block: String, Sendable, CaseIterable {
    case magnitude = "v0"
    case shape = "va"
    case color = "vb"
    case magnitudeShape = "v0a"
    case magnitudeColor = "v0b"
    case shapeColor = "vab"
  }

  /// The measurements of one supernova.
  public struct Supernova: Sendable, Equatable {
    /// The redshift corrected for the motion of the Sun and for peculiar motions, positive.
    public var redshift: Double
    /// The redshift in the frame of the Sun, greater than −1.
    public var heliocentricRedshift: Double
    /// m_B, the apparent magnitude at the peak.
    public var magnitude: Double
    /// x₁, or the stretch minus 1.
    public var shape: Double
    /// c.
    public var color: Double
    /// The variance of m_B with everything that does not depend on α and β: intrinsic scatter, peculiar
    /// velocities, lensing; mag².
    public var magnitudeVariance: Double
    /// The variance of the shape.
    public var shapeVariance: Double
    /// The variance of the colour.
    public var colorVariance: Double
    /// The covariance of m_B and shape.
    public var magnitudeShapeCovariance: Double
    /// The covariance of m_B and colour.
    public var magnitudeColorCovariance: Double
    /// The covariance of shape and colour.
    public var shapeColorCovariance: Double
    /// Whether it belongs to the second class of hosts, which has a magnitude of its own: the
    /// massive ones.
    public var hasMassiveHost: Bool

    /// A supernova; errors that are not given are zero.
    public init(
      redshift: Double, heliocentricRedshift: Double, magnitude: Double, shape: Double,
      color: Double, magnitudeVariance: Double, shapeVariance: Double = 0,
      colorVariance: Double = 0, magnitudeShapeCovariance: Double = 0,
      magnitudeColorCovariance: Double = 0, shapeColorCovariance: Double = 0,
      hasMassiveHost: Bool = false
    ) {
      self.redshift = redshift
      self.heliocentricRedshift = heliocentricRedshift
      self.magnitude = magnitude
      self.shape = shape
      self.color = color
      self.magnitudeVariance = magnitudeVariance
      self.shapeVariance = shapeVariance
      self.colorVariance = colorVariance
      self.magnitudeShapeCovariance = magnitudeShapeCovariance
      self.magnitudeColorCovariance = magnitudeColorCovariance
      self.shapeColorCovariance = shapeColorCovariance
      self.hasMassiveHost = hasMassiveHost
    }
  }

  /// The supernovae.
  public let supernovae: [Supernova]
  /// The available covariances between supernovae, each count × count.
  public let blocks: [Block: Matrix]

  /// A sample; a block of another size is a programming error.
  public init(_ supernovae: [Supernova], blocks: [Block: Matrix] = [:]) {
    for (block, matrix) in blocks {
      precondition(
        matrix.rows == supernovae.count && matrix.isSquare,
        "block \(block.rawValue) is \(matrix.rows) × \(matrix.columns) for \(supernovae.count)")
    }
    self.supernovae = supernovae
    self.blocks = blocks
  }

  /// The same with other numbers for the same supernovae.
  func replacing(_ supernovae: [Supernova]) -> LightCurveSample {
    LightCurveSample(supernovae, blocks: blocks)
  }

  /// The number of supernovae.
  public var count: Int { supernovae.count }
}
