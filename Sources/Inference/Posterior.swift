/// A posterior density: parameters with their priors, and any number of likelihoods, as a
/// `LogDensity`.
///
/// log π(q) = Σ log prior(xᵢ) + Σ log dxᵢ/dqᵢ + Σ log L(x), where x(q) are the parameters at the
/// sampler's coordinates q.
///
/// ```swift
/// let posterior = try Posterior(space, supernovae, chronometers)
/// ```
public struct Posterior<each Term: GradientLikelihood>: LogDensity {
  /// The parameters, with their priors and coordinates.
  public let space: ParameterSpace
  /// The likelihoods.
  public let likelihoods: (repeat each Term)
  private let terms: [BoundLikelihood]
  private let largestArgumentCount: Int
  /// Priors and transforms apart from the names, which an inner loop would only retain and release.
  private let factors: [(prior: Prior, transform: Transform)]

  /// Joins parameters and likelihoods.
  ///
  /// - Throws: `ModelError.missingParameter` if a likelihood wants a parameter that the space does
  ///   not have.
  public init(_ space: ParameterSpace, _ likelihoods: repeat each Term) throws(ModelError) {
    self.space = space
    factors = space.parameters.map { ($0.prior, space.transform(of: $0)) }
    let names = space.parameters.map(\.name)
    var terms: [BoundLikelihood] = []
    for likelihood in repeat each likelihoods {
      var arguments: [BoundLikelihood.Argument] = []
      for name in likelihood.parameterNames {
        guard let index = names.firstIndex(of: name) else {
          throw .missingParameter(name, available: names)
        }
        arguments.append((index, space.freeIndices.firstIndex(of: index)))
      }
      terms.append(BoundLikelihood(likelihood, arguments))
    }
    self.terms = terms
    largestArgumentCount = terms.map(\.arguments.count).max() ?? 0
    // Assigned last: Swift 6.3 crashes on undoing a pack when an initialiser throws after it.
    self.likelihoods = (repeat each likelihoods)
  }

  /// The number of free parameters.
  public var dimension: Int { space.dimension }

  /// The log posterior in the sampler's coordinates, Jacobian included, with its gradient.
  public func logDensity(
    at position: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let count = factors.count
    let capacity = 2 * (count + largestArgumentCount)
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: capacity) { scratch in
      scratch.initialize(repeating: 0)
      let values = scratch.extracting(0..<count)
      let slopes = scratch.extracting(count..<2 * count)
      let inputs = scratch.extracting(2 * count..<2 * count + largestArgumentCount)
      let partials = scratch.extracting(2 * count + largestArgumentCount..<capacity)

      var total = 0.0
      var coordinate = 0
      for i in 0..<count {
        if case .fixed(let value) = factors[i].prior {
          values[i] = value
          continue
        }
        let image = factors[i].transform(position[coordinate])
        let prior = factors[i].prior.logDensity(at: image.value)
        values[i] = image.value
        slopes[i] = image.derivative
        gradient[coordinate] = prior.derivative * image.derivative + image.logJacobianDerivative
        total += prior.value + image.logJacobian
        coordinate += 1
      }
      if total == -.infinity { return total }

      for term in terms where total != -.infinity {
        let arguments = term.arguments
        for i in 0..<arguments.count { inputs[i] = values[arguments[i].parameter] }
        total += term.logLikelihood(inputs, partials)
        for i in 0..<arguments.count {
          guard let coordinate = arguments[i].coordinate else { continue }
          gradient[coordinate] += partials[i] * slopes[arguments[i].parameter]
        }
      }
      return total
    }
  }

  /// The free parameters as columns of a chain, with the edges of their priors.
  public var columns: [Chain.Column] {
    space.free.map { Chain.Column(name: $0.name, label: $0.label, bounds: $0.prior.support) }
  }

  /// The free parameters at a point, and log prior + log L there, without the Jacobian.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    let images = zip(space.free, position).map { space.transform(of: $0)($1) }
    let logJacobian = images.reduce(0) { $0 + $1.logJacobian }
    return (images.map(\.value), logDensity - logJacobian)
  }

  /// Log prior with the Jacobian, and the parts of each log-likelihood.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    let images = zip(space.free, position).map { space.transform(of: $0)($1) }
    var values = space.parameters.map { $0.prior.fixedValue ?? 0 }
    var logPrior = 0.0
    for (index, (parameter, image)) in zip(space.freeIndices, zip(space.free, images)) {
      values[index] = image.value
      logPrior += parameter.prior.logDensity(at: image.value).value + image.logJacobian
    }
    var parts = [(name: "prior", value: logPrior)]
    var term = 0
    for likelihood in repeat each likelihoods {
      parts += likelihood.parts(at: terms[term].arguments.map { values[$0.parameter] })
      term += 1
    }
    return parts
  }

  /// A point drawn from the prior.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    space.samplePrior(using: &generator)
  }
}

/// A likelihood that knows where its parameters are.
///
/// Behind a closure, because whatever takes a value out of a pack copies it, with a retain and a
/// release for every array inside: half a microsecond for a likelihood of supernovae.
private struct BoundLikelihood: Sendable {
  /// Where a parameter is among all, and among the free ones.
  typealias Argument = (parameter: Int, coordinate: Int?)

  let arguments: [Argument]
  /// log L of the arguments, with room for its gradient.
  let logLikelihood:
    @Sendable (UnsafeMutableBufferPointer<Double>, UnsafeMutableBufferPointer<Double>) -> Double

  init(_ likelihood: some GradientLikelihood, _ arguments: [Argument]) {
    let count = arguments.count
    self.arguments = arguments
    logLikelihood = { inputs, partials in
      var gradient = partials.extracting(0..<count).mutableSpan
      return likelihood.logLikelihood(
        at: UnsafeBufferPointer(inputs.extracting(0..<count)).span, gradient: &gradient)
    }
  }
}
