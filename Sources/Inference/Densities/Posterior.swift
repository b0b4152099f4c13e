/// A posterior density: parameters with their priors, and any number of likelihoods, as a
/// `LogDensity`.
///
/// log π(q) = Σ log prior(xᵢ) + Σ log dxᵢ/dqᵢ + Σ log L(x), where x(q) are the parameters at the
/// sampler's coordinates q.
///
/// ```swift
/// let posterior = try Posterior(space, supernovae, chronometers)
/// ```
///
/// One type whatever the likelihoods, behind one reference: samplers are specialised for it, and it is
/// cheap to copy.
public struct Posterior: LogDensity {
  /// A likelihood with its name in a posterior.
  public struct Term: Sendable {
    /// The name.
    public let name: String
    /// The likelihood.
    public let likelihood: any GradientLikelihood

    /// A likelihood with its name.
    public init(_ name: String, _ likelihood: any GradientLikelihood) {
      self.name = name
      self.likelihood = likelihood
    }
  }

  let content: Content

  /// Everything, behind the one reference.
  final class Content: Sendable {
    let space: ParameterSpace
    let likelihoods: [Term]
    let derived: DerivedColumns
    let terms: [BoundLikelihood]
    /// The largest number of parameters of a likelihood.
    let width: Int
    /// Priors and transforms apart from the names, which an inner loop would only retain and release.
    let factors: [PriorFactor]
    /// The parameters that a draw records: the free ones, and those that follow from them.
    let recorded: [Int]

    init(
      _ space: ParameterSpace, _ likelihoods: [Term], _ derived: DerivedColumns
    ) throws(ModelError) {
      self.space = space
      self.likelihoods = likelihoods
      self.derived = derived
      factors = space.parameters.map { PriorFactor($0.prior, transform: space.transform(of: $0)) }
      recorded = space.freeIndices + space.determinedIndices
      let names = space.parameters.map(\.name)
      var terms: [BoundLikelihood] = []
      for term in likelihoods {
        var arguments: [BoundLikelihood.Argument] = []
        for name in term.likelihood.parameterNames {
          guard let index = names.firstIndex(of: name) else {
            throw .missingParameter(name, available: names)
          }
          arguments.append((index, space.freeIndices.firstIndex(of: index)))
        }
        terms.append(BoundLikelihood(likelihood: term.likelihood, arguments: arguments))
      }
      self.terms = terms
      width = terms.map(\.arguments.count).max() ?? 0
    }
  }

  /// Joins parameters and likelihoods, which get the names of their types.
  ///
  /// - Throws: `ModelError.missingParameter` if a likelihood needs a parameter that the space does
  ///   not have.
  public init(
    _ space: ParameterSpace, _ likelihoods: any GradientLikelihood...
  ) throws(ModelError) {
    try self.init(
      space, likelihoods: likelihoods.map { Term("\(type(of: $0))".prefix { $0 != "<" } + "", $0) })
  }

  /// Joins parameters and named likelihoods.
  ///
  /// - Throws: `ModelError` if a likelihood needs a parameter that the space does not have.
  public init(_ space: ParameterSpace, likelihoods: [Term]) throws(ModelError) {
    content = try Content(space, likelihoods, .none)
  }

  private init(content: Content) { self.content = content }

  /// The parameters, with their priors and coordinates.
  public var space: ParameterSpace { content.space }
  /// The likelihoods by their names, in the order in which they were given.
  public var likelihoods: [Term] { content.likelihoods }
  /// What chains carry besides the free parameters, in order.
  public var derived: [DerivedQuantity] { content.derived.quantities }

  /// The number of free parameters.
  public var dimension: Int { content.space.dimension }

  /// The same posterior in coordinates in which its prior is N(0, I).
  public var standardised: Posterior { with(space: space.standardised) }

  /// The same posterior with other data: mock data, or shifted data that blind a result.
  ///
  /// - Parameter data: for each likelihood to change, by its name, as many numbers as it has.
  /// - Throws: `ModelError` if there is no such likelihood, or its data cannot be replaced by these.
  public func replacingData(_ data: [String: [Double]]) throws(ModelError) -> Posterior {
    var terms = likelihoods
    for (name, numbers) in data {
      let places = terms.indices.filter { terms[$0].name == name }
      guard places.count == 1, let place = places.first else {
        throw .unknownLikelihood(name, available: terms.map(\.name))
      }
      guard let likelihood = terms[place].likelihood as? any DataLikelihood else {
        throw .noDataToReplace(name)
      }
      guard numbers.count == likelihood.data.count else {
        throw .dataCount(name, found: numbers.count, expected: likelihood.data.count)
      }
      terms[place] = Term(name, likelihood.replacingData(numbers))
    }
    return with(likelihoods: terms)
  }

  /// The same posterior with one thing changed.
  func with(
    space: ParameterSpace? = nil, likelihoods: [Term]? = nil, derived: DerivedColumns? = nil
  ) -> Posterior {
    do {
      return Posterior(
        content: try Content(
          space ?? content.space, likelihoods ?? content.likelihoods, derived ?? content.derived))
    } catch {
      preconditionFailure("the same parameters and likelihoods: \(error)")
    }
  }

  /// The log posterior in the sampler's coordinates, Jacobian included, with its gradient.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    if let map = content.space.dependence?.map {
      return logDensity(through: map, at: position, gradient: &gradient)
    }
    let (count, width) = (content.factors.count, content.width)
    let capacity = 2 * (count + width)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { scratch in
      scratch.initialize(repeating: 0)
      let values = scratch.extracting(0..<count)
      let slopes = scratch.extracting(count..<2 * count)
      let inputs = scratch.extracting(2 * count..<2 * count + width)
      let partials = scratch.extracting(2 * count + width..<capacity)

      var total = gradient.withUnsafeMutableBufferPointer {
        prior(at: position, values, slopes, $0)
      }
      if total == -.infinity { return total }

      for term in content.terms where total != -.infinity {
        let arguments = term.arguments
        for i in 0..<arguments.count { inputs[i] = values[arguments[i].parameter] }
        var slopesOfTerm = partials.extracting(0..<arguments.count).mutableSpan
        total += term.likelihood.logLikelihood(
          at: UnsafeBufferPointer(inputs.extracting(0..<arguments.count)).span,
          gradient: &slopesOfTerm)
        for i in 0..<arguments.count {
          guard let coordinate = arguments[i].coordinate else { continue }
          gradient[coordinate] += partials[i] * slopes[arguments[i].parameter]
        }
      }
      return total
    }
  }

  /// Writes the parameters at a point, their slopes dx/dq, and the gradient of the prior, which is
  /// returned with its Jacobian.
  func prior(
    at position: Span<Double>, _ values: UnsafeMutableBufferPointer<Double>,
    _ slopes: UnsafeMutableBufferPointer<Double>, _ gradient: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    content.factors.withUnsafeBufferPointer { factors in
      var (total, coordinate) = (0.0, 0)
      for i in 0..<factors.count {
        if let value = factors[i].fixedValue {
          values[i] = value
          continue
        }
        let image = factors[i].image(at: position[coordinate])
        (values[i], slopes[i]) = (image.value, image.slope)
        gradient[coordinate] = image.gradient
        total += image.logDensity
        coordinate += 1
      }
      return total
    }
  }

  /// The log posterior of parameters that depend on each other.
  private func logDensity(
    through map: TriangularMap, at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let (space, width) = (content.space, content.width)
    let count = map.fixed.count
    return map.withRecords { records in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * (count + width)) { scratch in
        scratch.initialize(repeating: 0)
        let values = scratch.extracting(0..<count)
        let adjoint = scratch.extracting(count..<2 * count)
        let inputs = scratch.extracting(2 * count..<2 * count + width)
        let partials = scratch.extracting(2 * count + width..<2 * (count + width))
        var total = map.forward(position, space.coordinates, values, records)
        for term in content.terms where total != -.infinity {
          let arguments = term.arguments
          for i in 0..<arguments.count { inputs[i] = values[arguments[i].parameter] }
          var slopes = partials.extracting(0..<arguments.count).mutableSpan
          total += term.likelihood.logLikelihood(
            at: UnsafeBufferPointer(inputs.extracting(0..<arguments.count)).span,
            gradient: &slopes)
          for i in 0..<arguments.count { adjoint[arguments[i].parameter] += partials[i] }
        }
        if total == -.infinity { return total }
        gradient.withUnsafeMutableBufferPointer { map.backward(adjoint, values, records, $0) }
        return total
      }
    }
  }

  /// The free parameters as columns of a chain, with the edges of their priors, and behind them the
  /// derived quantities.
  public var columns: [Chain.Column] {
    space.free.map { Chain.Column(name: $0.name, label: $0.label, bounds: space.support(of: $0)) }
      + space.determined.map { Chain.Column(name: $0.name, label: $0.label, isDerived: true) }
      + content.derived.columns
  }

  /// All parameters at a point, and the log-Jacobian there.
  private func image(at position: [Double]) -> (values: [Double], logJacobian: Double) {
    if let map = content.space.dependence?.map {
      let image = map.image(at: position, content.space.coordinates)
      return (image.values, image.logJacobian)
    }
    let content = content
    var (values, logJacobian, coordinate) = ([Double](), 0.0, 0)
    values.reserveCapacity(content.factors.count)
    for index in content.factors.indices {
      if let value = content.factors[index].fixedValue {
        values.append(value)
        continue
      }
      let image = content.factors[index].image(at: position[coordinate])
      values.append(image.value)
      logJacobian += image.logJacobian
      coordinate += 1
    }
    return (values, logJacobian)
  }

  /// The free parameters at a point, what is derived from them, and log prior + log L there, without the
  /// Jacobian.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    let (all, logJacobian) = image(at: position)
    var values = content.recorded.map { all[$0] }
    if !content.derived.quantities.isEmpty { values += content.derived.values(at: all) }
    return (values, logDensity - logJacobian)
  }

  /// Log prior with the Jacobian, and the parts of each log-likelihood.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    let (values, logJacobian) = image(at: position)
    let prior =
      content.space.dependence?.map.image(at: position, content.space.coordinates).logDensity
      ?? content.space.freeIndices.reduce(logJacobian) {
        $0 + content.factors[$1].density.logDensity(at: values[$1]).value
      }
    return [(name: "prior", value: prior)]
      + content.terms.flatMap { term in
        term.likelihood.parts(at: term.arguments.map { values[$0.parameter] })
      }
  }

  /// A point drawn from the prior.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    space.samplePrior(using: &generator)
  }
}

/// A likelihood that knows where its parameters are.
final class BoundLikelihood: Sendable {
  /// The index of a parameter among all, and among the free ones.
  typealias Argument = (parameter: Int, coordinate: Int?)

  let likelihood: any GradientLikelihood
  let arguments: [Argument]

  init(likelihood: any GradientLikelihood, arguments: [Argument]) {
    (self.likelihood, self.arguments) = (likelihood, arguments)
  }
}
