/// A kind of energy for flows: a function V(q) of positions or K(p) of momenta with parameters.
///
/// A conformer describes the shape only; its parameters θ are in the flow's buffer. A new kind is a file
/// with a conformer, and a line in ``Energy/kinds`` if saved flows and commands are to know it by
/// themselves. A flow that has it is reversible and preserves volume whatever E is; training needs
/// the derivatives of its ``EnergyEvaluator`` to be exact.
///
/// ```swift
/// let block = HamiltonianBlock(
///   potential: Energy(MyEnergy(dimension: 2)), kinetic: .quadratic(QuadraticEnergy(dimension: 2)),
///   stepCount: 3)
/// ```
///
/// Its description is a formula or a few words, for reports.
public protocol FlowEnergy: Sendable, Codable, Equatable, CustomStringConvertible {
  /// The name that saved flows know the kind by, which no other kind has.
  static var kind: String { get }

  /// The kind as a kinetic energy that can be chosen by name; by default nil, not a kinetic energy.
  static var kineticChoice: FlowPreset.Kinetic? { get }

  /// The dimension of x.
  var dimension: Int { get }

  /// The number of parameters.
  var parameterCount: Int { get }

  /// Draws initial parameters.
  ///
  /// - Parameters:
  ///   - outputScale: a factor on the last layer of every network; with 0 they start as zero.
  ///   - generator: the source of random numbers.
  /// - Returns: one number per parameter.
  func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double]

  /// An evaluator of E and its derivatives in single precision; a function that is generic over
  /// the scalar can serve both precisions.
  ///
  /// - Parameters:
  ///   - count: the number of vectors in a batch.
  ///   - slots: the number of batches whose gradients are stored for their derivatives, at least 1.
  ///   - arena: the source of memory.
  func evaluator(count: Int, slots: Int, in arena: Arena<Float>) -> AnyEnergyEvaluator<Float>

  /// The same in double precision.
  ///
  /// - Parameters:
  ///   - count: the number of vectors in a batch.
  ///   - slots: the number of batches whose gradients are stored for their derivatives, at least 1.
  ///   - arena: the source of memory.
  func evaluator(count: Int, slots: Int, in arena: Arena<Double>) -> AnyEnergyEvaluator<Double>

  /// M if E is ½ pᵀ M p for small p, row by row; nil where there is no such matrix, the default.
  ///
  /// - Parameter parameters: those of the energy.
  func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]?

  /// Checks that an energy from a file takes vectors of a given dimension; by default it compares
  /// dimensions.
  ///
  /// - Parameters:
  ///   - dimension: that of the flow, 1 to 4096.
  ///   - part: the energy's role in the flow, for the error.
  /// - Throws: `SavedFlowError` with the first thing that is wrong.
  func check(dimension: Int, part: String) throws(SavedFlowError)
}

extension FlowEnergy {
  /// None.
  public static var kineticChoice: FlowPreset.Kinetic? { nil }

  /// None.
  public func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]? { nil }

  /// Compares dimensions.
  public func check(dimension: Int, part: String) throws(SavedFlowError) {
    guard self.dimension == dimension else {
      throw .wrongShape(part: part, found: [self.dimension], dimension: dimension)
    }
  }
}
