/// A sum of energies, with their parameters concatenated.
public struct SumEnergy: FlowEnergy {
  /// Its name in saved flows.
  public static let kind = "sum"

  /// The terms.
  public let terms: [Energy]

  /// A sum of at least one energy, all of the same vectors.
  public init(_ terms: [Energy]) {
    let dimensions = Set(terms.map(\.dimension))
    precondition(dimensions.count == 1, "a sum of energies of \(dimensions.sorted()) coordinates")
    self.terms = terms
  }

  /// That of every term.
  public var dimension: Int { terms.first?.dimension ?? 0 }

  /// Those of all terms.
  public var parameterCount: Int { terms.reduce(0) { $0 + $1.parameterCount } }

  /// The terms joined by +.
  public var description: String { terms.map(\.description).joined(separator: " + ") }

  /// Those of the terms.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    var parameters: [Double] = []
    for term in terms {
      parameters += term.form.initialParameters(outputScale: outputScale, using: &generator)
    }
    return parameters
  }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(
      SumEvaluator(
        terms.map {
          (Scalar.evaluator(of: $0.form, count: count, slots: slots, in: arena), $0.parameterCount)
        }))
  }

  /// That of the first term which has one.
  public func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]? {
    var rest = parameters
    for term in terms {
      if let matrix = term.form.inverseMass(rest.prefix(term.parameterCount)) { return matrix }
      rest = rest.dropFirst(term.parameterCount)
    }
    return nil
  }

  /// Rejects an empty sum, and checks every term.
  public func check(dimension: Int, part: String) throws(SavedFlowError) {
    guard !terms.isEmpty else { throw .impossible(part: part, "at least one term") }
    for term in terms { try term.form.check(dimension: dimension, part: part) }
  }
}

extension Energy {
  /// A sum of at least one energy.
  public static func sum(_ terms: [Energy]) -> Energy { Energy(SumEnergy(terms)) }
}

/// The terms with the places of their parameters.
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
