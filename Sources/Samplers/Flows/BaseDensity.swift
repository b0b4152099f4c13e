import Inference
import RealModule

/// π₀(q₀), the density of positions that a flow starts from; independent and identical in every
/// coordinate.
public enum BaseDensity: Sendable, Codable, Equatable {
  /// Normal with a standard deviation.
  case normal(standardDeviation: Double)
  /// Normal with a learned standard deviation for each coordinate, initially 1.
  case learnedNormal
  /// Normal with one learned standard deviation for all coordinates, initially 1, which a rotation leaves as it is.
  case learnedIsotropic
  /// Uniform on (−a, a) blurred by logistic noise of scale 1 (Souveton et al. 2023, section 5).
  case softUniform(halfWidth: Double)

  /// The number of parameters for positions of a dimension: logarithms of standard deviations.
  func parameterCount(_ dimension: Int) -> Int {
    switch self {
    case .learnedNormal: dimension
    case .learnedIsotropic: 1
    case .normal, .softUniform: 0
    }
  }

  /// Where the parameter of a coordinate is, if there is one.
  private func parameter(_ coordinate: Int) -> Int? {
    switch self {
    case .learnedNormal: coordinate
    case .learnedIsotropic: 0
    case .normal, .softUniform: nil
    }
  }

  private var prior: Prior {
    switch self {
    case .normal(let deviation): .normal(mean: 0, standardDeviation: deviation)
    case .learnedNormal, .learnedIsotropic: .normal(mean: 0, standardDeviation: 1)
    case .softUniform(let halfWidth):
      .softUniform(center: 0, halfWidth: halfWidth, sharpness: 1)
    }
  }

  /// Fills a batch with deviates that `place` makes positions of.
  func fill<Scalar: NetworkScalar>(
    _ deviates: Batch<Scalar>, using generator: inout some RandomNumberGenerator
  ) {
    switch self {
    case .normal, .learnedNormal, .learnedIsotropic:
      deviates.fillWithStandardNormals(using: &generator)
    case .softUniform:
      let prior = prior
      for i in 0..<deviates.rows {
        for n in 0..<deviates.count { deviates[i, n] = Scalar(prior.sample(using: &generator)) }
      }
    }
  }

  /// Makes positions of deviates, in place.
  func place<Scalar: NetworkScalar>(
    _ q: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    switch self {
    case .normal(let deviation):
      if deviation != 1 { Scalar.scale(Scalar(deviation), q, to: q) }
    case .learnedNormal, .learnedIsotropic:
      for i in 0..<q.rows {
        let row = q.slice(i..<i + 1)
        Scalar.scale(Scalar.exponential(logDeviation(i, parameters)), row, to: row)
      }
    case .softUniform: break
    }
  }

  /// Adds log π₀ of a batch to a row, and a multiple of its gradient to a cotangent.
  func addLogDensity<Scalar: NetworkScalar>(
    at q: Batch<Scalar>, to values: Batch<Scalar>, gradientTimes weight: Scalar,
    to cotangent: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    for i in 0..<q.rows {
      let (row, gradient) = (q.slice(i..<i + 1), cotangent.slice(i..<i + 1))
      switch self {
      case .normal, .learnedNormal, .learnedIsotropic:
        let logDeviation = logDeviation(i, parameters)
        let precision = Scalar.exponential(-2 * logDeviation)
        add(-Double(logDeviation) - 0.5 * Double.log(2 * .pi), to: values)
        Scalar.add(-0.5 * precision, row, times: row, to: values)
        Scalar.add(-weight * precision, row, to: gradient)
      case .softUniform(let halfWidth):
        Scalar.addSoftUniform(
          row, halfWidth: Scalar(halfWidth), to: values, slopesTimes: weight, to: gradient)
        add(-logNormalisation(halfWidth), to: values)
      }
    }
  }

  /// log Z of a soft-uniform density, Z = 2a / (1 − e⁻²ᵃ).
  private func logNormalisation(_ halfWidth: Double) -> Double {
    Double.log(2 * halfWidth) - Double.log(-Double.expMinusOne(-2 * halfWidth))
  }

  private func add<Scalar: NetworkScalar>(_ constant: Double, to values: Batch<Scalar>) {
    withUnsafePointer(to: Scalar(constant)) { Scalar.addRows($0, to: values) }
  }

  /// Adds the derivatives of a loss by the parameters where it knows them through positions that
  /// `place` made, from those by the positions.
  func addAdjoint<Scalar: NetworkScalar>(
    ofPlacing q: Batch<Scalar>, _ cotangent: Batch<Scalar>,
    to gradient: UnsafeMutablePointer<Scalar>
  ) {
    for i in 0..<q.rows {
      guard let parameter = parameter(i) else { return }
      gradient[parameter] += Scalar.dot(q.slice(i..<i + 1), cotangent.slice(i..<i + 1))
    }
  }

  /// Adds a multiple of Σ ∂ log π₀(q) / ∂parameters at positions that do not depend on them.
  func addParameterGradient<Scalar: NetworkScalar>(
    at q: Batch<Scalar>, times weight: Scalar, to gradient: UnsafeMutablePointer<Scalar>,
    _ parameters: UnsafePointer<Scalar>
  ) {
    for i in 0..<q.rows {
      guard let parameter = parameter(i) else { return }
      let row = q.slice(i..<i + 1)
      let precision = Scalar.exponential(-2 * parameters[parameter])
      gradient[parameter] += weight * (precision * Scalar.dot(row, row) - Scalar(q.count))
    }
  }

  /// Adds a multiple of Σ ∂ log σ / ∂parameters over D coordinates.
  func addLogVolumeGradient<Scalar: NetworkScalar>(
    times weight: Scalar, to gradient: UnsafeMutablePointer<Scalar>, _ dimension: Int
  ) {
    for i in 0..<dimension {
      guard let parameter = parameter(i) else { return }
      gradient[parameter] += weight
    }
  }

  private func logDeviation<Scalar: NetworkScalar>(
    _ row: Int, _ parameters: UnsafePointer<Scalar>
  ) -> Scalar {
    switch self {
    case .normal(let deviation): Scalar(Double.log(deviation))
    case .learnedNormal, .learnedIsotropic: parameters[parameter(row) ?? 0]
    case .softUniform: 0
    }
  }

  /// The standard deviation of a coordinate.
  func standardDeviation<Scalar: NetworkScalar>(
    _ row: Int, _ parameters: UnsafePointer<Scalar>
  ) -> Scalar {
    if case .softUniform(let halfWidth) = self {
      // Of uniform and of logistic noise.
      return Scalar((halfWidth * halfWidth / 3 + Double.pi * Double.pi / 3).squareRoot())
    }
    return Scalar.exponential(logDeviation(row, parameters))
  }
}
