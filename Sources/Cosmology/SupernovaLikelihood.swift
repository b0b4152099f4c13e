public import Inference
public import LinearAlgebra
import RealModule

/// The Gaussian likelihood of supernova magnitudes, from all N distances and the whole covariance:
/// the direct path.
///
/// log L = −½ rᵀ C⁻¹ r − ½ log det C − ½ N log 2π with residuals r = model − data. The model is
/// μ = 5 log₁₀[(1 + z_HEL) D_M(z_HD) / 10 pc], plus M for apparent magnitudes; that of a calibrator is
/// its known modulus plus M. With the offset marginalised, C⁻¹ is replaced by
/// P = C⁻¹ − C⁻¹ 1 1ᵀ C⁻¹ / (1ᵀ C⁻¹ 1), and ½ log(2π / 1ᵀ C⁻¹ 1) is added (Goliath et al. 2001, A&A
/// 380, 6, appendix A).
///
/// Its parameters are those of the distances, then
/// - `h` for distance moduli (the value only re-expresses the zero point of the catalog);
/// - `M` for apparent magnitudes, the absolute magnitude for h = 0.7;
/// - `h` and `M` for apparent magnitudes with calibrators;
///
/// without the last of them if the offset is marginalised.
///
/// Cost of one call with gradient: N distances and one product with C⁻¹: N² multiplications, N or N ×
/// rank if C is diagonal or factored.
public struct SupernovaLikelihood<Distances: ComovingDistances>: GaussianLikelihood,
  OffsetLikelihood
{
  /// The sample.
  public private(set) var sample: SupernovaSample
  /// The distances to the sample's redshifts, calibrators left out.
  public let distances: Distances
  /// The parameters of the distances, then the offsets.
  public let parameterNames: [String]

  let errors: CovarianceFactor
  private(set) var offsets: MagnitudeOffsets
  /// C⁻¹ u and uᵀ C⁻¹ u for the column u of the marginalised offset.
  private let marginal: (column: [Double], weight: Double)?
  /// The constant added to −½ χ².
  let logNormalisation: Double
  /// The last offset that is a parameter, which is added to all magnitudes; nil if that is marginalised.
  public let offset: LinearOffset?

  /// Joins a sample and distances to its redshifts.
  ///
  /// - Parameters:
  ///   - sample: the supernovae.
  ///   - distances: those to the redshifts of all but calibrators.
  ///   - offset: the treatment of the zero point.
  ///   - zeroPoint: its name beside a universe that has an h of its own: a magnitude for h = 0.7, which no longer is h.
  /// - Throws: `NotPositiveDefinite` if the covariance matrix is not.
  public init(
    _ sample: SupernovaSample, distances: Distances, offset: OffsetTreatment = .sampled,
    zeroPoint: String? = nil
  ) throws(NotPositiveDefinite) {
    precondition(
      distances.redshifts == sample.hubbleFlowRedshifts,
      "distances to other redshifts than the sample's")
    self.sample = sample
    self.distances = distances
    let errors = try sample.covariance.factor()
    self.errors = errors
    offsets = MagnitudeOffsets(sample, offset, zeroPoint: zeroPoint)
    parameterNames = distances.parameterNames + offsets.offsets.map(\.name)
    var constant = -0.5 * (errors.logDeterminant + Double(sample.count) * .log(2 * .pi))
    if let column = offsets.marginalised {
      var solution = column
      var span = solution.mutableSpan
      let weight = errors.solve(column.span, into: &span)
      marginal = (solution, weight)
      constant += 0.5 * .log(2 * .pi / weight)
    } else {
      marginal = nil
    }
    logNormalisation = constant
    self.offset =
      offset == .marginalised
      ? nil : offsets.offsets.last.map { $0.linear(precision: errors.precision(of: $0.column)) }
  }

  /// The distances, and the likelihood given them.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    parts(at: parameters, distances, "likelihood of supernovae")
  }

  /// The magnitudes.
  public var data: [Double] { sample.magnitudes }

  /// The magnitudes of the model; with a zero point of 0 where that is marginalised.
  public func prediction(at parameters: [Double]) -> [Double] {
    let shapeCount = distances.parameterNames.count
    // The part that no parameter changes was removed from the data.
    var model = zip(sample.magnitudes, offsets.magnitudes).map { $0 - $1 }
    let comoving = distances.values(at: Array(parameters.prefix(shapeCount)))
    for (i, distance) in zip(offsets.hubbleFlow, comoving) { model[i] += 5 * .log10(distance) }
    for (index, offset) in offsets.offsets.enumerated() {
      let value = offset.value(at: parameters[shapeCount + index])?.value ?? .nan
      for i in model.indices { model[i] += value * offset.column[i] }
    }
    return model
  }

  /// Magnitudes with their noise, at one value of each parameter; NaN where the model has no meaning.
  func drawnData(
    at parameters: [Double], using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    let noise = errors.noise(from: (0..<sample.count).map { _ in generator.nextStandardNormal() })
    return zip(prediction(at: parameters), noise).map { $0 + $1 }
  }

  /// The same likelihood with other magnitudes.
  public func replacingData(_ data: [Double]) -> SupernovaLikelihood {
    var other = self
    other.offsets.magnitudes = zip(data, zip(sample.magnitudes, offsets.magnitudes)).map {
      $0 - ($1.0 - $1.1)
    }
    other.sample = sample.replacingMagnitudes(data)
    return other
  }

  /// 1 if the offset is marginalised.
  public var marginalisedCount: Int { marginal == nil ? 0 : 1 }

  /// χ² = rᵀ C⁻¹ r at one value of each parameter, at the best value of a marginalised offset;
  /// infinite where the model has no meaning.
  public func chiSquared(at parameters: [Double]) -> Double {
    chiSquared(at: parameters, constant: logNormalisation)
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let (count, shapeCount) = (sample.count, distances.parameterNames.count)
    let (hubbleFlow, hubbleFlowCount) = (offsets.hubbleFlow, offsets.hubbleFlow.count)
    return withUnsafeTemporaryAllocation(
      of: Double.self, capacity: 2 * count + 2 * hubbleFlowCount + distances.tapeCount
    ) { scratch in
      scratch.initialize(repeating: 0)
      var residuals = scratch.extracting(0..<count).mutableSpan
      var weighted = scratch.extracting(count..<2 * count).mutableSpan
      var comoving = scratch.extracting(2 * count..<2 * count + hubbleFlowCount).mutableSpan
      var sensitivities =
        scratch.extracting(2 * count + hubbleFlowCount..<2 * count + 2 * hubbleFlowCount)
        .mutableSpan
      var tape = scratch.extracting((2 * count + 2 * hubbleFlowCount)...).mutableSpan
      let shape = parameters.extracting(0..<shapeCount)
      guard distances.evaluate(at: shape, distances: &comoving, tape: &tape) else {
        return -.infinity
      }

      for i in 0..<count { residuals[i] = -offsets.magnitudes[i] }
      for i in 0..<hubbleFlowCount {
        guard comoving[i] > 0 else { return -.infinity }
        residuals[hubbleFlow[i]] += 5 * .log10(comoving[i])
      }
      for (index, offset) in offsets.offsets.enumerated() {
        guard let (value, _) = offset.value(at: parameters[shapeCount + index]) else {
          return -.infinity
        }
        for i in 0..<count { residuals[i] += value * offset.column[i] }
      }

      var chiSquared = errors.solve(residuals.span, into: &weighted)
      if let marginal {
        var projection = 0.0
        for i in 0..<count { projection += marginal.column[i] * residuals[i] }
        let best = projection / marginal.weight
        for i in 0..<count { weighted[i] -= best * marginal.column[i] }
        chiSquared -= best * projection
      }

      // ∂ log L / ∂D = −(P r) · ∂μ/∂D with ∂μ/∂D = (5 / ln 10) / D.
      for i in 0..<hubbleFlowCount {
        sensitivities[i] = -magnitudesPerLog * weighted[hubbleFlow[i]] / comoving[i]
      }
      distances.pullBack(&sensitivities, at: shape, tape: tape.span, gradient: &gradient)
      for (index, offset) in offsets.offsets.enumerated() {
        let slope = offset.value(at: parameters[shapeCount + index])?.derivative ?? .nan
        var sum = 0.0
        for i in 0..<count { sum += weighted[i] * offset.column[i] }
        gradient[shapeCount + index] = -sum * slope
      }
      return logNormalisation - 0.5 * chiSquared
    }
  }
}

/// 5 / ln 10, from a relative change of a distance to magnitudes. Written out, because every use of
/// a computed global checks whether it is initialised.
let magnitudesPerLog = 2.171472409516259
