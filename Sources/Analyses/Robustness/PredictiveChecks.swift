package import Cosmology
import Foundation
import Inference

/// Whether data look like those that the model makes at draws of its posterior: χ² of parts of the supernovae, and other test
/// quantities.
///
/// A posterior predictive p-value is the probability of T(y_rep, θ) ≥ T(y, θ) over draws of θ and replicas y_rep of the data there.
/// Source: Gelman, Meng & Stern 1996, Statistica Sinica 6, 733, equations 5 to 7. It is conservative for what the fit adapts to the
/// data: for N data and k parameters its scatter is smaller than that of a uniform number by about √((N − k)/(N + k)), which is
/// nothing for χ² of many supernovae, while a slope that the parameters absorb has p near ½.
public struct PredictiveChecks: Sendable, Codable {
  /// χ² of a part of the supernovae, by its own block of the covariance.
  public struct Part: Sendable, Codable, Equatable {
    /// What divides the supernovae: `all`, `redshift`, or the name of a column.
    public var kind: String
    /// Which part.
    public var name: String
    /// The number of supernovae.
    public var count: Int
    /// χ² on average over the draws.
    public var chiSquared: Double
    /// The mean of χ² over replicas.
    public var degreesOfFreedom: Int
    /// PTE, the probability that χ² of a replica is larger. χ² of a replica has its distribution of as many degrees of freedom at
    /// every draw, so that replicas are integrated over exactly.
    public var probabilityToExceed: Double
  }

  /// A test quantity.
  public struct Quantity: Sendable, Codable, Equatable {
    /// Which.
    public var quantity: TestQuantity
    /// Its mean over the draws.
    public var value: Double
    /// Its mean and standard deviation over replicas.
    public var replicaMean, replicaStandardDeviation: Double
    /// The share of draws at which the replica has as much or more.
    public var probability: Double
  }

  /// All supernovae, then bins of redshift, then surveys.
  public var parts: [Part]
  /// In the order of `TestQuantity.allCases`.
  public var quantities: [Quantity]
  /// The number of draws, each with a replica.
  public var drawCount: Int
  /// The supernova with the largest |mean pull|.
  public var largestName: String
  /// That pull.
  public var largestPull: Double

  /// A tail probability below this is said to be unusual, as that of a fit is (`GoodnessOfFit`).
  static let unusualProbability = GoodnessOfFit.unusualProbability

  /// The checks of residuals at draws.
  ///
  /// - Parameters:
  ///   - draws: the residuals, at one draw or more of one supernova or more.
  ///   - parts: the parts of the supernovae whose χ² they have.
  ///   - title: what a supernova is called.
  package init(
    _ draws: ResidualDraws, _ parts: [(part: SupernovaPart, chiSquared: PartialChiSquared)],
    title: (Int) -> String
  ) {
    drawCount = draws.observed.first?.count ?? 0
    let count = Double(drawCount)
    self.parts = zip(parts, draws.chiSquares).map { entry, values in
      let freedom = entry.chiSquared.degreesOfFreedom
      let distribution = ChiSquaredDistribution(degreesOfFreedom: Double(freedom))
      return Part(
        kind: entry.part.kind, name: entry.part.name, count: entry.part.members.count,
        chiSquared: values.reduce(0, +) / count, degreesOfFreedom: freedom,
        probabilityToExceed: values.reduce(0) { $0 + distribution.probability(above: max(0, $1)) }
          / count)
    }
    quantities = TestQuantity.allCases.enumerated().map { k, quantity in
      let (data, replicas) = (draws.observed[k], draws.replicated[k])
      let mean = replicas.reduce(0, +) / count
      let variance = replicas.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(1, count - 1)
      return Quantity(
        quantity: quantity, value: data.reduce(0, +) / count, replicaMean: mean,
        replicaStandardDeviation: variance.squareRoot(),
        probability: Double(zip(data, replicas).count { $1 >= $0 }) / count)
    }
    let largest = draws.pulls.indices.max { abs(draws.pulls[$0]) < abs(draws.pulls[$1]) } ?? 0
    (largestName, largestPull) = (title(largest), draws.pulls[largest])
  }

  /// What is unusual, in sentences.
  public var surprises: [String] {
    parts.compactMap { part -> String? in
      let p = part.probabilityToExceed
      guard min(p, 1 - p) < Self.unusualProbability else { return nil }
      let place = part.kind == "all" ? "all supernovae" : "\(part.kind) \(part.name)"
      return
        "χ² of \(place) is unusually \(p < 0.5 ? "large" : "small"): "
        + String(format: "%.1f for %d", part.chiSquared, part.degreesOfFreedom)
    }
      + quantities.compactMap { quantity -> String? in
        let p = quantity.probability
        guard min(p, 1 - p) < Self.unusualProbability else { return nil }
        return
          "\(quantity.quantity.title) is \(p < 0.5 ? "larger" : "smaller") than in nearly all replicas"
      }
  }

  /// Whether a χ² cannot be chance: an objection to the result, as that of a fit is.
  public var isImplausible: Bool {
    parts.contains {
      min($0.probabilityToExceed, 1 - $0.probabilityToExceed) < GoodnessOfFit.implausibleProbability
    }
  }
}

/// A part of the supernovae of a catalog.
package struct SupernovaPart: Sendable, Equatable {
  package let kind, name: String
  /// Their indices, ascending.
  package let members: [Int]

  /// All, up to eight bins of redshift of equal counts, at least four, and the groups of a column if there are several.
  ///
  /// - Parameters:
  ///   - redshifts: those of all.
  ///   - groups: what a column says of each; nil without one.
  ///   - column: its name.
  package static func all(
    _ redshifts: [Double], groups: [String]?, column: String
  ) -> [SupernovaPart] {
    let count = redshifts.count
    var parts = [SupernovaPart(kind: "all", name: "", members: Array(0..<count))]
    let order = redshifts.indices.sorted { (redshifts[$0], $0) < (redshifts[$1], $1) }
    let bins = min(8, count / 4)
    for bin in 0..<(bins > 1 ? bins : 0) {
      let members = order[bin * count / bins..<(bin + 1) * count / bins]
      guard let first = members.first, let last = members.last else { continue }
      parts.append(
        SupernovaPart(
          kind: "redshift",
          name: String(format: "%.3g to %.3g", redshifts[first], redshifts[last]),
          members: members.sorted()))
    }
    let distinct = Set(groups ?? []).sorted {
      $0.compare($1, options: .numeric) == .orderedAscending
    }
    if let groups, (2...AnalysisVariants.mostValues).contains(distinct.count) {
      for value in distinct {
        parts.append(
          SupernovaPart(
            kind: column, name: value.isEmpty ? "none" : value,
            members: groups.indices.filter { groups[$0] == value }))
      }
    }
    return parts
  }
}
