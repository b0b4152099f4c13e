public import Cosmology
import Inference
public import LinearAlgebra
import RealModule

/// What the errors of magnitudes consist of: variances of each supernova by their source, and modes that all share.
///
/// C = diag(Σ variances) + U Uᵀ, never formed.
public struct MagnitudeParts: Sendable {
  /// The redshifts.
  public let redshifts: [Double]
  /// The variances by source, in mag².
  public let variances: [(name: String, values: [Double])]
  /// U: supernovae × modes, in mag.
  public let modes: Matrix
  /// The modes of each systematic error.
  public let groups: [(name: String, modes: Range<Int>)]

  /// The variances of all sources together.
  public let total: [Double]

  /// The parts of a survey.
  public init(_ survey: SurveyDescription) {
    let redshifts = survey.redshifts
    let error = survey.error
    // 5 / (ln 10) v / (c z).
    let velocity = 5 / .log(10) * survey.peculiarVelocity / 299_792.458
    let variances = [
      ("measurement", redshifts.map { z in Self.square(error.value { _ in z }) }),
      ("intrinsic scatter", redshifts.map { _ in Self.square(survey.scatter) }),
      ("lensing", redshifts.map { Self.square(survey.lensing * $0) }),
      ("peculiar velocities", redshifts.map { Self.square(velocity / $0) }),
    ]
    let span = Double.log(onePlus: survey.bins.map(\.upper).max() ?? 1)
    let count = survey.modeCount
    var elements = [Double](repeating: 0, count: redshifts.count * count)
    var (first, groups) = (0, [(name: String, modes: Range<Int>)]())
    for systematic in survey.systematics {
      let names = systematic.shape.names
      for mode in 0..<systematic.modes {
        for (i, z) in redshifts.enumerated() {
          let value = systematic.shape.value { (place: Int) -> Double in
            switch names[place] {
            case "z": z
            case "x": .log(onePlus: z) / span
            default: Double(mode + 1)
            }
          }
          elements[i * count + first + mode] = systematic.amplitude * value
        }
      }
      groups.append((systematic.name, first..<first + systematic.modes))
      first += systematic.modes
    }
    self.redshifts = redshifts
    self.variances = variances.map { (name: $0.0, values: $0.1) }
    total = Self.sum(self.variances)
    self.groups = groups
    modes = Matrix(rows: redshifts.count, columns: count, elements: elements)
  }

  /// The parts of a sample's errors as far as they are known; nil for a matrix, whose parts are not.
  public init?(_ sample: SupernovaSample) {
    redshifts = sample.redshifts
    switch sample.covariance {
    case .independent(let errors):
      variances = [("errors", errors.map(Self.square))]
      modes = Matrix(rows: errors.count, columns: 0, elements: [])
      groups = []
    case .factored(let variances, let modes):
      self.variances = [("errors", variances)]
      self.modes = modes
      groups =
        modes.columns <= 20
        ? (0..<modes.columns).map { ("mode \($0 + 1)", $0..<$0 + 1) }
        : [("\(modes.columns) modes", 0..<modes.columns)]
    default: return nil
    }
    total = Self.sum(variances)
  }

  private static func sum(_ variances: [(name: String, values: [Double])]) -> [Double] {
    guard var sum = variances.first?.values else { return [] }
    for part in variances.dropFirst() {
      for i in sum.indices { sum[i] += part.values[i] }
    }
    return sum
  }

  private static func square(_ value: Double) -> Double {
    // A negative error is none, and must not pass for one.
    value < 0 ? .nan : value * value
  }

  /// The covariance.
  public var covariance: SupernovaSample.Covariance {
    modes.columns == 0
      ? .independent(total.map { $0.squareRoot() }) : .factored(variances: total, modes: modes)
  }
}

extension SurveyDescription {
  /// Its supernovae, with the magnitudes of flat ΛCDM (Ωm = 0.3, M = −19.3) and no errors made.
  ///
  /// - Throws: `AnalysisError.survey` if it has a flaw.
  public func sample() throws(AnalysisError) -> SupernovaSample {
    if let flaw { throw .survey(flaw.place, flaw.reason) }
    let parts = MagnitudeParts(self)
    let redshifts = parts.redshifts
    let sample = SupernovaSample(
      redshifts: redshifts, magnitudes: redshifts.map { _ in 0 }, quantity: .apparentMagnitude,
      covariance: .independent(redshifts.map { _ in 1 }))
    let distances = ModelDistances(FlatLambdaCDM(), redshifts: redshifts)
    guard let model = try? SupernovaLikelihood(sample, distances: distances) else {
      throw .survey("error", "the errors are no covariance")
    }
    return SupernovaSample(
      redshifts: redshifts, magnitudes: model.prediction(at: [0.3, -19.3]),
      quantity: .apparentMagnitude, covariance: parts.covariance)
  }
}
