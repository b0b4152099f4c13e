public import Inference
import RealModule

/// The treatment of the zero point of magnitudes, which supernovae alone do not measure.
public enum OffsetTreatment: String, NamedChoice {
  /// It is a parameter: `h` for distance moduli, `M` for apparent magnitudes.
  case sampled = "sample"
  /// It is integrated out, under a flat prior of unit density per magnitude.
  case marginalised = "marginalise"
}

/// The data of a sample with everything removed that no parameter changes, and the constants that
/// parameters add to them.
///
/// The model of a magnitude is 5 log₁₀ D + Σ offsets, D in units of c/H₀; that of a calibrator is
/// its offsets alone. Offsets:
/// - distance moduli: `h`, which adds −5 log₁₀ h;
/// - apparent magnitudes: `M`, for h = 0.7;
/// - with calibrators: `M`, and `h` for all others.
///
/// Where h is a parameter of the universe, the zero point of moduli has a name of its own, and is a magnitude for h = 0.7.
struct MagnitudeOffsets: Sendable {
  /// An offset that is a parameter.
  struct Offset: Sendable {
    let name: String
    /// Whether the parameter is h, and not a magnitude.
    private let isHubble: Bool
    /// 1 for the supernovae that it is added to, else 0.
    let column: [Double]

    init(name: String, column: [Double], isHubble: Bool) {
      (self.name, self.column, self.isHubble) = (name, column, isHubble)
    }

    /// The offset as one of a likelihood that is normal in it.
    func linear(precision: Double) -> LinearOffset {
      LinearOffset(
        parameter: name, scale: isHubble ? .logarithm(factor: -magnitudesPerLog) : .identity,
        precision: precision)
    }

    /// The offset at a value of the parameter, and its derivative; nil where it has no meaning.
    func value(at parameter: Double) -> (value: Double, derivative: Double)? {
      if isHubble {
        guard parameter > 0, parameter.isFinite else { return nil }
        return (-magnitudesPerLog * .log(parameter), -magnitudesPerLog / parameter)
      }
      return parameter.isFinite ? (parameter, 1) : nil
    }
  }

  /// The offsets that are parameters, in the order in which they follow those of the distances.
  let offsets: [Offset]
  /// The column of the offset that is marginalised.
  let marginalised: [Double]?
  /// The supernovae whose distance follows from their redshift: all but the calibrators.
  let hubbleFlow: [Int]
  /// The magnitudes minus 5 log₁₀(1 + z_HEL) and 5 log₁₀ (c/H₀ / 10 pc), those of calibrators minus
  /// their moduli.
  var magnitudes: [Double]

  /// - Parameter zeroPoint: the name of the last offset, if it is not h or M.
  init(_ sample: SupernovaSample, _ treatment: OffsetTreatment, zeroPoint: String? = nil) {
    hubbleFlow = sample.hubbleFlow
    let everything = [Double](repeating: 1, count: sample.count)
    var names: [(String, [Double])]
    // With calibrators h is measured, and M alone is the zero point.
    var fixedOffset = 0.0
    switch (sample.quantity, sample.calibratorModuli.isEmpty) {
    case (.distanceModulus, _):
      names = [(zeroPoint ?? "h", everything)]
      if treatment == .sampled, zeroPoint != nil { fixedOffset = -5 * .log10(0.7) }
    case (.apparentMagnitude, true):
      names = [(zeroPoint ?? "M", everything)]
      if treatment == .sampled { fixedOffset = -5 * .log10(0.7) }
    case (.apparentMagnitude, false):
      let inFlow = sample.redshifts.indices.map { sample.calibratorModuli[$0] == nil ? 1.0 : 0 }
      names = [("h", inFlow), (zeroPoint ?? "M", everything)]
    }
    marginalised = treatment == .marginalised ? names.removeLast().1 : nil
    offsets = names.map { name, column in
      let isZeroPoint = name == zeroPoint
      return Offset(name: name, column: column, isHubble: name == "h" && !isZeroPoint)
    }
    magnitudes = sample.magnitudes.enumerated().map { index, magnitude in
      if let modulus = sample.calibratorModuli[index] { return magnitude - modulus }
      let dimming = 5 * Double.log10(1 + sample.heliocentricRedshifts[index])
      return magnitude - dimming - 5 * .log10(hubbleDistance) - 25 - fixedOffset
    }
  }
}

extension SupernovaSample {
  /// The names of the zero-point parameters, in order.
  ///
  /// - Parameters:
  ///   - treatment: of the last of them.
  ///   - zeroPoint: its name, if it is not h or M.
  public func offsetNames(
    _ treatment: OffsetTreatment, zeroPoint: String? = nil
  ) -> [String] {
    MagnitudeOffsets(self, treatment, zeroPoint: zeroPoint).offsets.map(\.name)
  }

  /// The indices of the supernovae that are not calibrators.
  var hubbleFlow: [Int] { redshifts.indices.filter { calibratorModuli[$0] == nil } }

  /// The redshifts that distances are needed to: those of all supernovae but calibrators.
  public var hubbleFlowRedshifts: [Double] { hubbleFlow.map { redshifts[$0] } }
}
