public import Inference

/// All probes of one universe: what a `Posterior` of a joint fit is made of.
///
/// Each evaluation computes the universe once for all of them, and pulls the derivatives of all back at once.
///
/// ```swift
/// let model = try UniverseModel(FlatW0WaCDM())
/// let bao = try GaussianProbe("bao", measurement)
/// let likelihood = try JointLikelihood(model, [bao], over: space)
/// ```
public struct JointLikelihood: GaussianLikelihood, OffsetLikelihood {
  /// The model of the universe.
  public let model: UniverseModel
  /// The probes.
  public private(set) var probes: [any Probe]
  /// The parameters of the universe, then those of the probes.
  public private(set) var parameterNames: [String]

  let universe: UniverseFunction
  var terms: [Term]

  struct Term: Sendable {
    var probe: any BoundProbe
    /// The places of its own parameters.
    var nuisances: Range<Int>
  }

  /// Joins probes.
  ///
  /// - Parameters:
  ///   - model: the universe.
  ///   - probes: under different names.
  ///   - space: parameters whose prior is the range over which the universe is prepared.
  /// - Throws: `JointError`.
  public init(
    _ model: UniverseModel, _ probes: [any Probe], over space: ParameterSpace
  ) throws(JointError) {
    self.model = model
    self.probes = probes
    for (place, probe) in probes.enumerated() {
      if probes[..<place].contains(where: { $0.name == probe.name }) {
        throw .sameName(probe.name)
      }
    }
    do {
      universe = try UniverseFunction(
        model, probes.flatMap(\.quantities),
        for: space.representativePoints(for: model.backgroundNames),
        accuracy: probes.map(\.distanceAccuracy).min() ?? 1e-10)
    } catch {
      throw .universe(error)
    }
    var names = universe.parameterNames
    terms = []
    var owners: [String: String] = [:]
    for probe in probes {
      for name in probe.nuisanceNames {
        if let other = owners[name] { throw .sharedNuisance(name, [other, probe.name]) }
        guard !names.contains(name) else { throw .nuisanceOfUniverse(name, probe.name) }
        owners[name] = probe.name
      }
      let first = names.count
      names += probe.nuisanceNames
      terms.append(Term(probe: probe.bound(to: universe), nuisances: first..<names.count))
    }
    parameterNames = names
  }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let (own, count) = (universe.parameterNames.count, universe.valueCount)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: universe.tapeCount) { tape in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * count) { scratch in
        var tapeSpan = tape.mutableSpan
        var values = scratch.extracting(0..<count).mutableSpan
        let buffer = scratch.extracting(count..<2 * count)
        buffer.initialize(repeating: 0)
        var sensitivities = buffer.mutableSpan
        let shape = parameters.extracting(0..<own)
        guard universe.evaluate(at: shape, values: &values, tape: &tapeSpan) else {
          return -.infinity
        }
        var total = 0.0
        gradient.withUnsafeMutableBufferPointer { gradient in
          for i in 0..<terms.count {
            let range = terms[i].nuisances
            var slopes = gradient.extracting(range).mutableSpan
            total += terms[i].probe.logLikelihood(
              values.span, nuisances: parameters.extracting(range), sensitivities: &sensitivities,
              gradient: &slopes)
            if total == -.infinity { return }
          }
        }
        guard total > -.infinity else { return -.infinity }
        gradient.withUnsafeMutableBufferPointer { gradient in
          var slopes = gradient.extracting(0..<own).mutableSpan
          universe.pullBack(
            &sensitivities, values: values.span, tape: tapeSpan.span, gradient: &slopes)
        }
        return total
      }
    }
  }

  // MARK: Probe by probe

  /// The values of the universe; nil where it has no meaning.
  func values(_ parameters: [Double]) -> [Double]? {
    var values = [Double](repeating: 0, count: universe.valueCount)
    var tape = [Double](repeating: 0, count: universe.tapeCount)
    var valueSpan = values.mutableSpan
    var tapeSpan = tape.mutableSpan
    let own = Array(parameters.prefix(universe.parameterNames.count))
    guard universe.evaluate(at: own.span, values: &valueSpan, tape: &tapeSpan) else { return nil }
    return values
  }

  /// log L of each probe at one value of each parameter; minus infinity where the model has no meaning.
  public func logLikelihoods(at parameters: [Double]) -> [(probe: String, value: Double)] {
    let values = values(parameters)
    return zip(probes, terms).map { probe, term in
      guard let values else { return (probe.name, -.infinity) }
      let nuisances = Array(parameters[term.nuisances])
      var (sensitivities, gradient) = (values, nuisances)
      var sensitivitySpan = sensitivities.mutableSpan
      var gradientSpan = gradient.mutableSpan
      let value = term.probe.logLikelihood(
        values.span, nuisances: nuisances.span, sensitivities: &sensitivitySpan,
        gradient: &gradientSpan)
      return (probe.name, value)
    }
  }

  /// χ² of each probe at one value of each parameter; that of a table is counted from its largest value.
  public func chiSquares(at parameters: [Double]) -> [(probe: String, value: Double)] {
    let values = values(parameters)
    return zip(terms, logLikelihoods(at: parameters)).map { term, part in
      guard let values, part.value > -.infinity else { return (part.probe, .infinity) }
      return (
        part.probe,
        term.probe.chiSquared(
          values, nuisances: Array(parameters[term.nuisances]), logLikelihood: part.value)
      )
    }
  }

  /// The sum of all.
  public func chiSquared(at parameters: [Double]) -> Double {
    chiSquares(at: parameters).reduce(0) { $0 + $1.value }
  }

  /// Some of the probes in the same universe.
  ///
  /// - Parameter names: those of the probes to keep.
  public func keeping(_ names: Set<String>) -> JointLikelihood {
    var part = self
    (part.probes, part.terms, part.parameterNames) = ([], [], universe.parameterNames)
    for (probe, term) in zip(probes, terms) where names.contains(probe.name) {
      let first = part.parameterNames.count
      part.parameterNames += probe.nuisanceNames
      part.probes.append(probe)
      part.terms.append(
        Term(probe: term.probe, nuisances: first..<part.parameterNames.count))
    }
    return part
  }

  /// log L of each probe.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    logLikelihoods(at: parameters).map { ("likelihood of \($0.probe)", $0.value) }
  }

  // MARK: Data

  /// The sum of all.
  public var marginalisedCount: Int { probes.reduce(0) { $0 + $1.marginalisedCount } }

  /// The data of all probes, one after the other.
  public var data: [Double] { terms.flatMap(\.probe.data) }

  /// What the model predicts for them; NaN where it has no meaning.
  public func prediction(at parameters: [Double]) -> [Double] {
    guard let values = values(parameters) else { return data.map { _ in .nan } }
    return terms.flatMap { $0.probe.prediction(values, nuisances: Array(parameters[$0.nuisances])) }
  }

  /// The same probes with other data.
  public func replacingData(_ data: [Double]) -> JointLikelihood {
    var other = self
    var first = 0
    for index in terms.indices {
      let count = terms[index].probe.data.count
      other.terms[index].probe = terms[index].probe.replacingData(
        Array(data[first..<first + count]))
      first += count
    }
    return other
  }

  /// The offset of the only probe that has one.
  public var offset: LinearOffset? {
    let offsets = probes.compactMap(\.offset)
    return offsets.count == 1 ? offsets.first : nil
  }
}

/// What keeps probes from being joined.
public enum JointError: Error, Equatable {
  /// Two probes have one name.
  case sameName(String)
  /// Two probes have a parameter of the same name, each of its own.
  case sharedNuisance(String, [String])
  /// A probe has a parameter of its own with the name of one of the universe.
  case nuisanceOfUniverse(String, String)
  /// What is asked of the universe cannot be had.
  case universe(UniverseError)
}

extension JointError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .sameName(let name): "two probes are called '\(name)'; rename one of them"
    case .sharedNuisance(let name, let probes):
      "\(probes.joined(separator: " and ")) both have a parameter '\(name)' of their own, which one value would tie together: marginalise it in one of them, or give one another name"
    case .nuisanceOfUniverse(let name, let probe):
      "\(probe) calls a zero point '\(name)', which is a parameter of the universe here: marginalise it, or give it another name"
    case .universe(let error): error.description
    }
  }
}
