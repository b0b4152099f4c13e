/// An energy E(x) that is made of one energy U of other coordinates, whose parameters it has.
public protocol ComposedEnergy: FlowEnergy {
  /// U.
  var energy: Energy { get }
}

extension ComposedEnergy {
  /// Those of U.
  public var parameterCount: Int { energy.parameterCount }

  /// Those of U.
  public func initialParameters(
    outputScale: Double, using generator: inout some RandomNumberGenerator
  ) -> [Double] {
    energy.form.initialParameters(outputScale: outputScale, using: &generator)
  }
}
