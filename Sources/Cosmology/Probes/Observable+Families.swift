import RealModule

extension Observable {
  /// The name without the redshift, such as `DM_over_rs`; `H` for the Hubble constant too, which is that rate at redshift 0.
  public var quantity: String {
    self == .hubbleConstant ? "H" : String(name.prefix { $0 != "(" })
  }

  /// Distances and rates as functions of the redshift, by their quantities.
  static let families: [String: @Sendable (_ redshift: Double) -> Observable] = [
    "DM_over_rs": { .transverseDistance(redshift: $0) },
    "DH_over_rs": { .radialDistance(redshift: $0) },
    "DV_over_rs": { .volumeDistance(redshift: $0) },
    "Hz_rs": { .rateTimesSoundHorizon(redshift: $0) },
    "F_AP": { .anisotropy(redshift: $0) },
    "A": { .acousticParameter(redshift: $0) },
    "H": { .hubbleRate(redshift: $0) },
  ]

  /// What data in other units, or over a fiducial sound horizon, have to be multiplied by for those of the family.
  var factorToFamily: Double {
    guard let redshift, let member = Self.families[quantity]?(redshift), member.factors == factors
    else { return 1 }
    return member.coefficient / coefficient
  }
}

extension LikelihoodTable {
  /// Mean and standard deviation along each axis under the likelihood, with a flat prior over the table.
  public var moments: [(mean: Double, standardDeviation: Double)] {
    let peak = logLikelihoods.max() ?? 0
    let inner = axes.dropFirst().reduce(1) { $0 * $1.count }
    /// The share of a node in the range of its axis.
    func width(_ axis: [Double], _ index: Int) -> Double {
      0.5 * (axis[min(index + 1, axis.count - 1)] - axis[max(index - 1, 0)])
    }
    var sums = axes.map { _ in (weight: 0.0, first: 0.0, second: 0.0) }
    for (node, logLikelihood) in logLikelihoods.enumerated() {
      let places = axes.count == 2 ? [node / inner, node % inner] : [node]
      let weight = zip(axes, places).reduce(Double.exp(logLikelihood - peak)) {
        $0 * width($1.0, $1.1)
      }
      for (k, place) in places.enumerated() {
        // From the middle of the axis, so that no digits are lost.
        let x = axes[k][place] - axes[k][axes[k].count / 2]
        sums[k].weight += weight
        sums[k].first += weight * x
        sums[k].second += weight * x * x
      }
    }
    return zip(axes, sums).map { axis, sum in
      let mean = sum.first / sum.weight
      return (
        axis[axis.count / 2] + mean, max(0, sum.second / sum.weight - mean * mean).squareRoot()
      )
    }
  }
}
