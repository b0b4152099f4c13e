/// An energy: V(q) of positions or K(p) of momenta.
///
/// A further kind is an evaluator in a file of its own and a case here.
public indirect enum Energy: Sendable, Codable, Equatable {
  /// ½ |Cᵀx|², with a linear term if wanted.
  case quadratic(QuadraticEnergy)
  /// A network with one output (Souveton et al. 2023, section 3).
  case network(MultilayerPerceptron)
  /// c² (√(1 + |Cᵀx|² / c²) − 1), whose gradient is bounded by the largest eigenvalue of C times c.
  case relativistic(RelativisticEnergy)
  /// A sum of energies.
  case sum([Energy])

  /// The number of parameters.
  public var parameterCount: Int {
    switch self {
    case .quadratic(let energy): energy.parameterCount
    case .network(let network): network.parameterCount
    case .relativistic(let energy): energy.parameterCount
    case .sum(let terms): terms.reduce(0) { $0 + $1.parameterCount }
    }
  }

  /// Draws parameters to begin with: unit matrices, no linear terms, a speed limit of 3, and
  /// networks whose output is scaled.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    switch self {
    case .quadratic(let energy): return energy.initialParameters
    case .network(let network):
      return network.initialParameters(outputScale: outputScale, using: &generator)
    case .relativistic(let energy): return energy.initialParameters
    case .sum(let terms):
      var parameters: [Double] = []
      for term in terms {
        parameters += term.initialParameters(outputScale: outputScale, using: &generator)
      }
      return parameters
    }
  }

  /// A place to compute the energy and its derivatives in.
  ///
  /// - Parameters:
  ///   - count: how many vectors a batch has.
  ///   - slots: of how many batches the gradient is remembered for its adjoint.
  func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    switch self {
    case .quadratic(let energy):
      .init(QuadraticEvaluator(energy, count: count, slots: slots, in: arena))
    case .network(let network):
      .init(NetworkEvaluator(network, count: count, slots: slots, in: arena))
    case .relativistic(let energy):
      .init(RelativisticEvaluator(energy, count: count, slots: slots, in: arena))
    case .sum(let terms):
      .init(
        SumEvaluator(
          terms.map {
            ($0.evaluator(count: count, slots: slots, in: arena), $0.parameterCount)
          }))
    }
  }
}

/// The derivatives of an energy E(x) that a flow and its training need, for batches.
protocol EnergyEvaluator<Scalar> {
  associatedtype Scalar: NetworkScalar

  /// Computes what depends on the parameters alone; before everything else that is given them.
  func prepare(_ parameters: UnsafePointer<Scalar>)

  /// Adds E(x) to a row of values.
  func addValue(at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>)

  /// Adds ∇E(x) to g, and remembers in a slot what the product with the Hessian needs.
  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int)

  /// Adds ∇∇E(x) c to a cotangent, where x is the slot's and c = factor × direction, and the
  /// derivatives of Σ c·∇E(x) by the parameters to a gradient, if there is one.
  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int)
}

/// An evaluator of any kind, as closures: made where the kind and the scalar are known, they are
/// specialised for both, which calls through a protocol are not.
struct AnyEnergyEvaluator<Scalar: NetworkScalar> {
  /// See `EnergyEvaluator`.
  let prepare: (UnsafePointer<Scalar>) -> Void
  let addValue: (Batch<Scalar>, Batch<Scalar>, UnsafePointer<Scalar>) -> Void
  let addGradient: (Batch<Scalar>, Batch<Scalar>, UnsafePointer<Scalar>, Int) -> Void
  let addHessianProduct:
    (
      Batch<Scalar>, Scalar, Batch<Scalar>, UnsafeMutablePointer<Scalar>?, UnsafePointer<Scalar>,
      Int
    ) -> Void

  init<Evaluator: EnergyEvaluator<Scalar>>(_ evaluator: Evaluator) {
    prepare = evaluator.prepare
    addValue = evaluator.addValue
    addGradient = evaluator.addGradient
    addHessianProduct = evaluator.addHessianProduct
  }
}

/// A network as an energy.
struct NetworkEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let network: MultilayerPerceptron
  private let tape: GradientTape<Scalar>

  init(_ network: MultilayerPerceptron, count: Int, slots: Int, in arena: Arena<Scalar>) {
    self.network = network
    tape = GradientTape(network, count: count, slots: slots, in: arena)
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) {}

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    network.addOutput(at: x, to: values, parameters, tape)
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    network.addGradient(
      at: x, to: g, parameters, tape, slot: slot)
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    network.addHessianProduct(
      with: direction, scaledBy: factor, to: cotangent, gradient, parameters, tape,
      slot: slot)
  }
}

/// A sum of energies, whose parameters follow each other.
struct SumEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private let terms: [(evaluator: AnyEnergyEvaluator<Scalar>, offset: Int)]

  init(_ terms: [(evaluator: AnyEnergyEvaluator<Scalar>, parameterCount: Int)]) {
    var offset = 0
    self.terms = terms.map { term in
      defer { offset += term.parameterCount }
      return (term.evaluator, offset)
    }
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) {
    for term in terms { term.evaluator.prepare(parameters + term.offset) }
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    for term in terms { term.evaluator.addValue(x, values, parameters + term.offset) }
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    for term in terms {
      term.evaluator.addGradient(x, g, parameters + term.offset, slot)
    }
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    for term in terms {
      term.evaluator.addHessianProduct(
        direction, factor, cotangent, gradient.map { $0 + term.offset }, parameters + term.offset,
        slot)
    }
  }
}
