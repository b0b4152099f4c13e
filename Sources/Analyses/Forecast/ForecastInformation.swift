import Catalogs
import Cosmology
import Inference
import LinearAlgebra

/// The information of all data of a problem on its free parameters, in the parts that a forecast can leave out.
struct ForecastInformation {
  /// A set of supernovae whose errors are known part by part.
  struct Supernovae {
    let name: String
    let information: MagnitudeInformation
    /// The supernovae that are no calibrators, with their redshifts.
    let redshifts: [(index: Int, redshift: Double)]
  }

  /// The free parameters.
  let names: [String]
  let supernovae: [Supernovae]
  /// Everything else by its name: other data, and supernovae whose covariance is a matrix.
  let others: [(name: String, fisher: FisherMatrix)]
  let prior: FisherMatrix
  /// A matrix of supernovae without its systematic part, by their name.
  let statistical: [(name: String, information: MagnitudeInformation)]

  /// Finds the information at one point.
  ///
  /// - Parameters:
  ///   - problem: of magnitudes, alone or with others.
  ///   - truth: the point.
  ///   - parts: what the errors of the first catalog consist of, where that is known.
  /// - Throws: `AnalysisError.notForecast`.
  ///
  /// Cost: 4 predictions for each parameter, and N (parameters + modes)² multiplications.
  init(_ problem: Problem, at truth: Truth, parts: MagnitudeParts?) throws(AnalysisError) {
    let (space, likelihood) = (problem.posterior.space, problem.likelihood)
    guard space.determined.isEmpty else {
      throw .notForecast("\(space.determined[0].name) follows from other parameters")
    }
    names = space.free.map(\.name)
    let values = truth.values(of: likelihood.parameterNames)
    for parameter in space.free {
      let (lower, upper) = space.support(of: parameter)
      guard let value = truth.values[parameter.name], value > lower, value < upper else {
        throw .truth(parameter.name, reason: "a forecast needs values inside of the prior")
      }
    }
    let places = names.map { likelihood.parameterNames.firstIndex(of: $0) ?? 0 }
    let rows = try FisherMatrix.jacobian(values, places) { point in
      let prediction = likelihood.prediction(at: point)
      return prediction.allSatisfy(\.isFinite) ? prediction : nil
    }

    var supernovae: [Supernovae] = []
    var others: [(name: String, fisher: FisherMatrix)] = []
    var statistical: [(name: String, information: MagnitudeInformation)] = []
    /// Takes a set of supernovae apart; false if its covariance is a matrix.
    func take(
      _ name: String, _ sample: SupernovaSample, _ range: Range<Int>, _ own: MagnitudeParts?,
      isMarginalised: Bool
    ) -> Bool {
      let jacobian = rows.map { Array($0[range]) }
      let marginalised = isMarginalised ? [range.map { _ in 1.0 }] : []
      if let parts = own ?? MagnitudeParts(sample) {
        supernovae.append(
          Supernovae(
            name: name,
            information: MagnitudeInformation(parts, jacobian, marginalised: marginalised),
            redshifts: sample.redshifts.enumerated().filter {
              sample.calibratorModuli[$0.offset] == nil
            }.map { (index: $0.offset, redshift: $0.element) }))
        return true
      }
      if case .systematic(_, let errors) = sample.covariance,
        let parts = MagnitudeParts(
          SupernovaSample(
            redshifts: sample.redshifts, magnitudes: sample.magnitudes,
            covariance: .independent(errors)))
      {
        statistical.append(
          (name, MagnitudeInformation(parts, jacobian, marginalised: marginalised)))
      }
      return false
    }
    if let joint = problem.joint {
      var (first, catalogs) = (0, problem.catalogs.makeIterator())
      for probe in joint.probes {
        let range = first..<first + probe.dataCount
        first = range.upperBound
        if probe is SupernovaProbe || probe is LikelihoodProbe {
          guard let sample = catalogs.next()?.sample else {
            throw .notForecast(Self.onlyMagnitudes)
          }
          if take(
            probe.name, sample, range, supernovae.isEmpty ? parts : nil,
            isMarginalised: probe.marginalisedCount > 0)
          {
            continue
          }
        }
        let alone = joint.keeping([probe.name])
        let own = truth.values(of: alone.parameterNames)
        others.append((probe.name, try FisherMatrix(alone, at: own, of: names)))
      }
    } else {
      let name = problem.analysis.likelihood.keys.first ?? "supernovae"
      guard let sample = problem.catalogs.first?.sample, !(likelihood is HierarchicalLikelihood)
      else { throw .notForecast(Self.onlyMagnitudes) }
      let isTaken = take(
        name, sample, 0..<sample.count, parts, isMarginalised: likelihood.marginalisedCount > 0)
      if !isTaken { others.append((name, try FisherMatrix(likelihood, at: values, of: names))) }
    }
    (self.supernovae, self.others, self.statistical) = (supernovae, others, statistical)
    prior = space.priorInformation(at: truth.values(of: names))
  }

  private static let onlyMagnitudes =
    "it needs distance moduli or magnitudes with a covariance that does not depend on parameters, and not light curves"

  /// What is left out of a sum.
  enum Without: Equatable {
    case nothing
    /// A source of independent errors of a set.
    case variance(set: Int, String)
    /// Systematic errors of a set, by their numbers.
    case systematics(set: Int, [Int])
    /// The systematic part of a matrix.
    case matrix(Int)
    /// Data, by their name.
    case data(String)
  }

  /// The covariance of parameters and amplitudes, without something; nil where something is not measured.
  func covariance(without what: Without = .nothing) -> Matrix? {
    let count = names.count
    var total = prior.matrix
    for other in others {
      if what == .data(other.name) { continue }
      if case .matrix(let index) = what, statistical[index].name == other.name { continue }
      total.add(1, other.fisher.matrix)
    }
    var parts: [(matrix: Matrix, kept: [Int])] = []
    for (index, set) in supernovae.enumerated() where what != .data(set.name) {
      var matrix = set.information.matrix
      var left: Set<Int> = []
      switch what {
      case .variance(index, let name):
        guard let other = set.information.matrix(withoutVariance: name) else { return nil }
        matrix = other
      case .systematics(index, let groups):
        for group in groups { left.formUnion(set.information.groups[group].places) }
      default: break
      }
      parts.append((matrix, (count..<max(count, matrix.rows)).filter { !left.contains($0) }))
    }
    if case .matrix(let index) = what {
      let matrix = statistical[index].information.matrix
      parts.append((matrix, Array(count..<max(count, matrix.rows))))
    }
    // The amplitudes of each set stand behind the parameters.
    let size = parts.reduce(count) { $0 + $1.kept.count }
    var whole = Matrix(diagonal: [Double](repeating: 0, count: size))
    for i in 0..<count {
      for j in 0..<count { whole[i, j] = total[i, j] }
    }
    var first = count
    for (matrix, kept) in parts {
      let own = Array(0..<count) + kept
      let places = Array(0..<count) + (first..<first + kept.count)
      for (i, row) in own.enumerated() {
        for (j, column) in own.enumerated() {
          whole[places[i], places[j]] += matrix[row, column]
        }
      }
      first += kept.count
    }
    return FisherMatrix.inverse(whole)
  }

  /// The figure of merit of some parameters; nil where they are not measured.
  func merit(_ places: [Int], without what: Without = .nothing) -> Double? {
    covariance(without: what).flatMap { FigureOfMerit.of(FigureOfMerit.block($0, places)) }
  }
}
