public import Inference
import RealModule

/// Catalogs drawn from a hierarchical model: other magnitudes, shapes and colours for the same redshifts, errors, hosts and surveys.
///
/// x₁ ~ N(x̄(z), R_x²), c ~ N(c̄(z), R_c²), M ~ N(M + ΔM g, σ_int²), and (m_B, x₁, c) = (μ + M − α x₁ + β c, x₁, c) + Σ t u + error, with
/// the shifts u of systematic errors and a normal error of the catalog's covariance. Outliers have N(0, 1 mag²) added to m_B, and
/// contaminants N(δ, e); under Student's t, m_B given x₁ and c has √v t around its mean, v the variance that normal noise would leave.
/// With a limit of its survey a supernova is found with probability Φ((m_lim − m_B)/s). One that is not found is drawn anew, its type and
/// noise included: redshifts are given, as in the likelihood, and catalogs have as many supernovae as the one they are modelled on.
///
/// Cost of a catalog: some ten normal deviates per supernova and draw. Source of Student's t: Bailey 1994, Math. Comp. 62, 779.
public struct SimulatedLightCurves: Sendable {
  /// A catalog, and what it was drawn with.
  public struct Catalog: Sendable, Equatable {
    /// The supernovae, in the order of the likelihood's.
    public let sample: LightCurveSample
    /// One value for each of the likelihood's parameters, the amplitudes of this catalog's systematic errors among them.
    public let parameters: [Double]
  }

  /// The model, with redshifts, errors, hosts and surveys.
  public let likelihood: HierarchicalLikelihood
  private let parameters: [Double]
  private let drawsAmplitudes: Bool
  private let supernovae: [SupernovaDistribution]

  /// More draws than this are not made to find a supernova.
  private static let mostDraws = 100_000

  /// Prepares to draw catalogs; takes the distances to all supernovae.
  ///
  /// - Parameters:
  ///   - likelihood: the model and the catalog whose magnitudes, shapes and colours are replaced.
  ///   - parameters: one value for each of the likelihood's `parameterNames`.
  ///   - drawsAmplitudes: whether each catalog has amplitudes t of systematic errors from N(0, 1), or the given ones.
  /// - Throws: `SimulationError` if the model has no meaning there, or errors are no covariance.
  public init(
    _ likelihood: HierarchicalLikelihood, at parameters: [Double], drawsAmplitudes: Bool = true
  ) throws(SimulationError) {
    let names = likelihood.kernel.parameters
    precondition(parameters.count == names.names.count, "one value for each parameter")
    guard names.haveMeaning(parameters.span) else { throw .noMeaning }
    var withoutShifts = parameters
    for place in names.systematics { withoutShifts[place] = 0 }
    let means = likelihood.prediction(at: withoutShifts)
    guard means.allSatisfy(\.isFinite) else { throw .noMeaning }
    var supernovae: [SupernovaDistribution] = []
    for i in likelihood.sample.supernovae.indices {
      supernovae.append(try SupernovaDistribution(likelihood, i, means, parameters))
    }
    self.likelihood = likelihood
    self.parameters = parameters
    self.drawsAmplitudes = drawsAmplitudes
    self.supernovae = supernovae
  }

  /// Draws a catalog, always the same for a number and a seed.
  ///
  /// - Throws: `SimulationError.neverFound` if 100,000 draws of a supernova were all too faint for its survey's limit.
  public func catalog(_ number: Int, seed: Seed) throws(SimulationError) -> Catalog {
    var random = seed.stream("simulated light curves", number)
    let names = likelihood.kernel.parameters
    let systematics = likelihood.model.systematics
    var parameters = parameters
    if drawsAmplitudes {
      for place in names.systematics { parameters[place] = random.nextStandardNormal() }
    }
    let amplitudes = names.systematics.map { parameters[$0] }
    var drawn = likelihood.sample.supernovae
    for i in drawn.indices {
      var shift = (magnitude: 0.0, shape: 0.0, color: 0.0)
      for (amplitude, one) in zip(amplitudes, systematics) {
        shift.magnitude += amplitude * one.magnitudes[i]
        shift.shape += amplitude * one.shapes[i]
        shift.color += amplitude * one.colors[i]
      }
      var count = 1
      var found = supernovae[i].draw(using: &random)
      while !supernovae[i].isFound(found.magnitude + shift.magnitude, using: &random) {
        guard count < Self.mostDraws else { throw .neverFound(redshift: drawn[i].redshift) }
        found = supernovae[i].draw(using: &random)
        count += 1
      }
      drawn[i].magnitude = found.magnitude + shift.magnitude
      guard likelihood.model.standardises else { continue }
      drawn[i].shape = found.shape + shift.shape
      drawn[i].color = found.color + shift.color
    }
    return Catalog(sample: likelihood.sample.replacing(drawn), parameters: parameters)
  }
}

/// Why no catalog can be drawn from a model.
public enum SimulationError: Error, Equatable {
  /// The model has no meaning at the parameters.
  case noMeaning
  /// The errors of a supernova are no covariance.
  case noCovariance(redshift: Double)
  /// A supernova is fainter than its survey's limit whenever it is drawn.
  case neverFound(redshift: Double)
}

extension SimulationError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .noMeaning: "the model has no meaning at these parameters"
    case .noCovariance(let redshift):
      "the errors of the supernova at redshift \(redshift) are no covariance of magnitude, shape and colour"
    case .neverFound(let redshift):
      "a supernova at redshift \(redshift) is too faint for its survey's limit to be found at all"
    }
  }
}
