public import Inference
import RealModule

/// A normal likelihood of a formula of the universe's parameters, such as `omega_m * h^2`.
public struct FormulaProbe: Probe {
  /// The name.
  public let name: String
  /// The formula.
  public let formula: Expression
  /// The mean and the standard deviation, positive.
  public let (mean, standardDeviation): (Double, Double)

  /// A normal likelihood of a formula.
  public init(_ name: String, _ formula: Expression, mean: Double, standardDeviation: Double) {
    precondition(standardDeviation > 0, "the standard deviation must be positive")
    (self.name, self.formula) = (name, formula)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }

  /// What the formula names: parameters, or `h_rd` and `r_d` whatever these follow from.
  public var quantities: [UniverseQuantity] {
    formula.names.flatMap { name -> [UniverseQuantity] in
      switch name {
      case "h_rd": [.reducedSoundHorizon]
      case "r_d": [.reducedSoundHorizon, .parameter("h")]
      case "H0": [.parameter("h")]
      default: [.parameter(name)]
      }
    }
  }
  /// None.
  public var nuisanceNames: [String] { [] }
  /// 1.
  public var dataCount: Int { 1 }

  /// The probe with its parameters found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    BoundFormulaProbe(
      formula: formula,
      places: formula.names.map { name in
        func slot(_ quantity: UniverseQuantity) -> Int { universe.slot(of: quantity) ?? 0 }
        return switch name {
        case "h_rd": (slot(.reducedSoundHorizon), nil, 1)
        case "r_d": (slot(.reducedSoundHorizon), slot(.parameter("h")), 1)
        case "H0": (slot(.parameter("h")), nil, 100)
        default: (slot(.parameter(name)), nil, 1)
        }
      }, mean: mean, deviation: standardDeviation)
  }
}

private struct BoundFormulaProbe: SummarisedProbe {
  let formula: Expression
  /// For each name the slot of its value, that of a divisor, and a factor.
  let places: [(slot: Int, divisor: Int?, factor: Double)]
  var mean: Double
  let deviation: Double

  var logNormalisation: Double { -.log(deviation) - 0.5 * .log(2 * .pi) }
  var data: [Double] { [mean] }

  private func arguments(_ values: Span<Double>) -> [Double] {
    places.map { $0.factor * values[$0.slot] / ($0.divisor.map { values[$0] } ?? 1) }
  }

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    let arguments = arguments(values)
    let result = formula.value { Dual<SIMD8<Double>>(arguments[$0], seeding: $0 % 8) }
    let score = (mean - result.value) / deviation
    guard score.isFinite else { return -.infinity }
    for i in places.indices {
      let sensitivity = score / deviation * result.partials[i % 8]
      let place = places[i]
      let divisor = place.divisor.map { values[$0] } ?? 1
      sensitivities[place.slot] += sensitivity * place.factor / divisor
      if let slot = place.divisor { sensitivities[slot] -= sensitivity * arguments[i] / divisor }
    }
    return logNormalisation - 0.5 * score * score
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    let arguments = arguments(values.span)
    return [formula.value { arguments[$0] }]
  }

  func replacingData(_ data: [Double]) -> any BoundProbe {
    var other = self
    other.mean = data.first ?? mean
    return other
  }

  var summaries: [Double] { summaries(of: data) }

  func summaries(of prediction: [Double]) -> [Double] { prediction.map { $0 / deviation } }

  func drawnData(
    _ values: [Double], nuisances: [Double], using generator: inout RandomStream
  ) -> [Double] {
    prediction(values, nuisances: nuisances).map {
      $0 + deviation * generator.nextStandardNormal()
    }
  }

  func replacingSummaries(_ summaries: [Double]) -> BoundFormulaProbe {
    var other = self
    other.mean = (summaries.first ?? .nan) * deviation
    return other
  }
}
