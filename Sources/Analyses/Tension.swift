import Cosmology
import Foundation
public import Inference
import LinearAlgebra
import Samplers

/// Whether two data sets agree within a model: ratio of evidences, suspiciousness, and the shift of what both measure.
///
/// With Z and L of the data A, B and of both: ln R = ln Z_AB − ln Z_A − ln Z_B, which depends on the priors; the information
/// ln I = D_A + D_B − D_AB of the Kullback–Leibler divergences D of posteriors from the prior; and
/// ln S = ln R − ln I = ⟨ln L_AB⟩ − ⟨ln L_A⟩ − ⟨ln L_B⟩, which does not. With d = d_A + d_B − d_AB dimensions that both measure,
/// where a posterior has d = 2 var ln L, d − 2 ln S is χ² of d degrees of freedom for normal posteriors (Handley &
/// Lemos 2019, Phys. Rev. D 100, 043504 and 023512).
public struct Tension: Sendable, Codable {
  /// The posterior of one of the data sets, or of both.
  public struct Part: Sendable, Codable {
    /// Its probes.
    public var probes: [String]
    /// ln Z under the whole prior normalised where it fulfils the requirements, with its standard error.
    public var logEvidence, logEvidenceError: Double
    /// ⟨ln L⟩ with its standard error.
    public var meanLogLikelihood, meanLogLikelihoodError: Double
    /// d = 2 var ln L, the number of dimensions that are measured, with its standard error.
    public var dimensionality, dimensionalityError: Double
    /// Why its draws are not to be trusted; nil if they are.
    public var objection: String?

    /// D, the divergence of the posterior from the prior in nats.
    public var information: Double { meanLogLikelihood - logEvidence }
    /// The probes in words.
    public var name: String { probes.joined(separator: " + ") }
  }

  /// A parameter that both measure.
  public struct Shift: Sendable, Codable {
    /// Its name.
    public var parameter: String
    /// The means of the first and of the second data, with their standard deviations.
    public var means, deviations: [Double]
    /// The difference, second less first, in units of the standard deviation of the difference.
    public var standardDeviations: Double
  }

  /// All that both measure together.
  public struct JointShift: Sendable, Codable {
    /// Their names.
    public var parameters: [String]
    /// The number of directions in which they are not functions of each other.
    public var degreesOfFreedom: Int
    /// χ² = Δᵀ (C_A + C_B)⁻¹ Δ of the means and covariances of both, in these directions.
    public var chiSquared: Double
    /// The probability of a larger one, with as many degrees of freedom.
    public var probability: Double
    /// The same in standard deviations.
    public var standardDeviations: Double
  }

  /// The first data, the second, and both.
  public var first, second, both: Part
  /// ln R, the ratio of evidences, with its standard error.
  public var logRatio, logRatioError: Double
  /// ln I, the information.
  public var logInformation: Double
  /// ln S, the suspiciousness, with its standard error.
  public var logSuspiciousness, logSuspiciousnessError: Double
  /// d, the number of dimensions that both measure.
  public var dimensionality: Double
  /// p, the probability of data that agree less by chance; nil if they measure nothing in common, d < 0.1.
  public var probability: Double?
  /// The same in standard deviations of a normal distribution, on both sides.
  public var standardDeviations: Double?
  /// Parameters and derived quantities that both measure.
  public var shifts: [Shift]
  /// These together; nil if both measure nothing in common.
  public var jointShift: JointShift?

  /// Below so many dimensions nothing is measured by both.
  private static let leastDimensionality = 0.1
  /// Directions of less than this share of the largest variance are functions of the others.
  private static let leastEigenvalue = 1e-3

  init(_ first: PartDraws, _ second: PartDraws, both: PartDraws) throws {
    let (a, b, ab) = (first.part, second.part, both.part)
    (self.first, self.second, self.both) = (a, b, ab)
    func error(_ path: KeyPath<Part, Double>) -> Double {
      [a, b, ab].reduce(0) { $0 + $1[keyPath: path] * $1[keyPath: path] }.squareRoot()
    }
    logRatio = ab.logEvidence - a.logEvidence - b.logEvidence
    logRatioError = error(\.logEvidenceError)
    logInformation = a.information + b.information - ab.information
    logSuspiciousness = ab.meanLogLikelihood - a.meanLogLikelihood - b.meanLogLikelihood
    logSuspiciousnessError = error(\.meanLogLikelihoodError)
    dimensionality = a.dimensionality + b.dimensionality - ab.dimensionality
    shifts = Self.shifts(first, second)
    if dimensionality >= Self.leastDimensionality {
      let distribution = ChiSquaredDistribution(degreesOfFreedom: dimensionality)
      let chiSquared = dimensionality - 2 * logSuspiciousness
      let p = distribution.probability(above: max(0, chiSquared))
      probability = p
      standardDeviations = distribution.standardDeviations(at: chiSquared)
    }
    if !shifts.isEmpty {
      jointShift = Self.jointShift(first, second, shifts.map(\.parameter))
    }
  }

  /// The differences of the means of what both measure, without what follows from an earlier column: parameters to less than half
  /// the width of their prior, and derived quantities, to which the priors of others contribute, to less than a fifth.
  private static func shifts(_ first: PartDraws, _ second: PartDraws) -> [Shift] {
    let prior = first.priorDeviations()
    let measured = first.measured.intersection(second.measured)
    let names = first.columns.filter(measured.contains)
    let (a, b) = (first.moments(names), second.moments(names))
    func variances(_ i: Int, _ j: Int) -> [Double] { [a.covariance[i, j], b.covariance[i, j]] }
    var (shifts, told): ([Shift], [Int]) = ([], [])
    for (index, name) in names.enumerated() {
      let own = variances(index, index)
      let share = first.sampled.contains(name) ? 0.5 : 0.2
      guard let width = prior[name].map({ share * $0 }),
        own.allSatisfy({ $0 > 0 && $0 < width * width }),
        !told.contains(where: { other in
          zip(variances(index, other), zip(own, variances(other, other))).allSatisfy {
            abs($0) > 0.999 * ($1.0 * $1.1).squareRoot()
          }
        })
      else { continue }
      told.append(index)
      shifts.append(
        Shift(
          parameter: name, means: [a.mean[index], b.mean[index]],
          deviations: own.map { $0.squareRoot() },
          standardDeviations: (b.mean[index] - a.mean[index]) / (own[0] + own[1]).squareRoot()))
    }
    return shifts
  }

  /// The differences together, in the directions in which they are not functions of each other.
  private static func jointShift(
    _ first: PartDraws, _ second: PartDraws, _ names: [String]
  ) -> JointShift? {
    let (a, b) = (first.moments(names), second.moments(names))
    var covariance = a.covariance
    covariance.add(1, b.covariance)
    let deviations = covariance.diagonal.map { $0.squareRoot() }
    var correlation = covariance
    for i in names.indices {
      for j in names.indices { correlation[i, j] /= deviations[i] * deviations[j] }
    }
    guard let (values, vectors) = correlation.symmetricEigenvectors(), let largest = values.last
    else { return nil }
    let kept = values.indices.filter { values[$0] > leastEigenvalue * largest }
    let chiSquared = kept.reduce(0.0) { sum, index in
      let length = names.indices.reduce(0) {
        $0 + vectors[index, $1] * (b.mean[$1] - a.mean[$1]) / deviations[$1]
      }
      return sum + length * length / values[index]
    }
    let distribution = ChiSquaredDistribution(degreesOfFreedom: Double(kept.count))
    return JointShift(
      parameters: names, degreesOfFreedom: kept.count, chiSquared: chiSquared,
      probability: distribution.probability(above: chiSquared),
      standardDeviations: distribution.standardDeviations(at: chiSquared))
  }

  /// How a program ends with this result.
  public var exitStatus: ExitStatus {
    [first, second, both].allSatisfy { $0.objection == nil } ? .success : .failedCheck
  }
}

extension Problem {
  /// Tests whether data sets agree: each of the pairs, or by default each probe with all the others.
  ///
  /// Each part is fitted in the universe of the whole, with the same priors; zero points of others are left out.
  ///
  /// - Parameters:
  ///   - pairs: texts such as `desi_dr2,cmb` or `desi_dr2+bbn,cmb`, by names of probes.
  ///   - context: seed, workers and stop signal.
  ///   - begun: called with the names of the probes of each fit before it begins.
  /// - Throws: `AnalysisError` for a name that is none, and where there are no two probes; `SamplingError`.
  public func tensions(
    between pairs: [String] = [], in context: RunContext = RunContext(),
    begun: ([String]) -> Void = { _ in }
  ) async throws -> [Tension] {
    guard let joint, joint.probes.count > 1 else { throw AnalysisError.tensionOfOne }
    let names = joint.probes.map(\.name)
    var wanted: [(first: [String], second: [String])] = []
    for text in pairs {
      let sides = text.split(separator: ",", omittingEmptySubsequences: false).map { side in
        side.split(separator: "+").map { $0.trimmingCharacters(in: .whitespaces) }
      }
      guard sides.count == 2, sides.allSatisfy({ !$0.isEmpty }) else {
        throw AnalysisError.optionBetween(text)
      }
      var seen: Set<String> = []
      for name in sides.joined() {
        guard names.contains(name) else { throw AnalysisError.unknownProbe(name, available: names) }
        guard seen.insert(name).inserted else { throw AnalysisError.optionTwice("between", name) }
      }
      wanted.append((sides[0], sides[1]))
    }
    if pairs.isEmpty {
      wanted = names.map { name in ([name], names.filter { $0 != name }) }
      if names.count == 2 { wanted.removeLast() }
    }

    var (made, tensions): ([Set<String>: PartDraws], [Tension]) = ([:], [])
    func part(_ chosen: [String]) async throws -> PartDraws {
      let ordered = names.filter(chosen.contains)
      if let known = made[Set(ordered)] { return known }
      begun(ordered)
      let new = try await PartDraws(self, ordered, in: context)
      made[Set(ordered)] = new
      return new
    }
    for (first, second) in wanted {
      tensions.append(
        try Tension(
          try await part(first), try await part(second), both: try await part(first + second)))
    }
    return tensions
  }
}
