import Inference
public import LinearAlgebra
import RealModule

/// Measured numbers with normal errors: BAO, chronometers, the compressed microwave background, or any mean and
/// covariance.
///
/// log L = −½ (d − m)ᵀ C⁻¹ (d − m) − ½ log det 2πC, where m are products of powers of what the universe has.
public struct GaussianProbe: Probe {
  /// The name.
  public let name: String
  /// The numbers.
  public let measurement: DataVector
  private let errors: Cholesky

  /// A probe of measured numbers.
  ///
  /// - Throws: `NotPositiveDefinite` if their covariance is not.
  public init(_ name: String, _ measurement: DataVector) throws(NotPositiveDefinite) {
    self.name = name
    self.measurement = measurement
    errors = try Cholesky(measurement.covariance)
  }

  /// All quantities of the numbers.
  public var quantities: [UniverseQuantity] {
    measurement.observables.flatMap { $0.factors.map(\.quantity) }
  }
  /// None.
  public var nuisanceNames: [String] { [] }
  /// That of the numbers.
  public var dataCount: Int { measurement.values.count }

  /// The probe with its quantities found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    let size = Double(dataCount)
    let inverse = errors.inverse
    return BoundGaussianProbe(
      rows: measurement.observables.map { BoundObservable($0, universe) },
      data: measurement.values,
      errors: errors, inverse: Panel(rows: dataCount, columns: dataCount) { inverse[$0, $1] },
      logNormalisation: -0.5 * (errors.logDeterminant + size * .log(2 * .pi)))
  }
}

private struct BoundGaussianProbe: SummarisedProbe {
  let rows: [BoundObservable]
  var data: [Double]
  /// L of C = L Lᵀ.
  let errors: Cholesky
  /// C⁻¹.
  let inverse: Panel
  let logNormalisation: Double

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    let count = rows.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count + inverse.paddedCount)
    { scratch in
      guard let model = scratch.baseAddress else { return logNormalisation }
      let (residuals, weighted) = (model + count, model + 2 * count)
      for i in 0..<count {
        model[i] = rows[i].value(values)
        residuals[i] = data[i] - model[i]
      }
      inverse.multiply(residuals, into: weighted)
      var chiSquared = 0.0
      for i in 0..<count {
        chiSquared += residuals[i] * weighted[i]
        rows[i].add(weighted[i], value: model[i], values, to: &sensitivities)
      }
      return chiSquared.isFinite ? logNormalisation - 0.5 * chiSquared : -.infinity
    }
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    rows.map { $0.value(values.span) }
  }

  func replacingData(_ data: [Double]) -> any BoundProbe {
    var other = self
    other.data = data
    return other
  }

  /// L⁻¹ d.
  var summaries: [Double] { summaries(of: data) }

  func summaries(of prediction: [Double]) -> [Double] {
    var white = prediction
    var span = white.mutableSpan
    errors.whiten(&span)
    return white
  }

  func drawnData(
    _ values: [Double], nuisances: [Double], using generator: inout RandomStream
  ) -> [Double] {
    let noise = errors.multiply(data.map { _ in generator.nextStandardNormal() })
    return zip(prediction(values, nuisances: nuisances), noise).map { $0 + $1 }
  }

  func replacingSummaries(_ summaries: [Double]) -> BoundGaussianProbe {
    var other = self
    other.data = errors.multiply(summaries)
    return other
  }
}
