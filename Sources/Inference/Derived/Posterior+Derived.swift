extension Posterior {
  /// The same posterior, whose chains carry derived quantities as well, behind those that they carry
  /// already.
  ///
  /// - Parameter quantities: in an order in which each uses only parameters and quantities before it.
  /// - Throws: `DerivedQuantityError`.
  public func deriving(
    _ quantities: [DerivedQuantity]
  ) throws(DerivedQuantityError) -> Posterior {
    with(derived: try DerivedColumns(derived + quantities, space))
  }

  /// The same posterior, whose chains carry one more quantity, which a function computes.
  ///
  /// ```swift
  /// let posterior = try posterior.deriving("S8like", from: ["omega_m", "h"]) {
  ///   $0[0].squareRoot() * $0[1]
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - name: that of the column.
  ///   - label: LaTeX without dollar signs; by default the name.
  ///   - arguments: the parameters, free or fixed, and earlier derived quantities that it depends on.
  ///   - value: its value at those of the arguments, in their order; finite wherever the priors allow.
  /// - Throws: `DerivedQuantityError`.
  public func deriving(
    _ name: String, label: String? = nil, from arguments: [String],
    _ value: @escaping @Sendable ([Double]) -> Double
  ) throws(DerivedQuantityError) -> Posterior {
    try deriving([DerivedQuantity(name, label: label, from: arguments, value)])
  }

  /// The same posterior, whose chains carry one more quantity, by its formula.
  ///
  /// ```swift
  /// let posterior = try posterior.deriving("S8like", "omega_m^0.5 * h")
  /// ```
  ///
  /// - Parameters:
  ///   - name: that of the column.
  ///   - label: LaTeX without dollar signs; by default the name.
  ///   - formula: see `Expression`.
  /// - Throws: `DerivedQuantityError`.
  public func deriving(
    _ name: String, label: String? = nil, _ formula: String
  ) throws(DerivedQuantityError) -> Posterior {
    try deriving([DerivedQuantity(name, label: label, formula)])
  }

  /// Tries the derived quantities at a thousand draws of the prior where the likelihood has a meaning.
  ///
  /// - Throws: `DerivedQuantityError` if one is not finite somewhere, or the same everywhere.
  public func checkDerived() throws(DerivedQuantityError) {
    guard !derived.isEmpty else { return }
    let columns = columns
    var random = RandomStream(seed: 1, "points of derived quantities")
    var first: [Double]?
    var varying: Set<Int> = []
    for _ in 0..<1000 {
      let position = space.samplePrior(using: &random)
      let values = draw(at: position, logDensity: 0).values
      // The likelihood is asked only where it matters.
      if !values.allSatisfy(\.isFinite) {
        guard logDensityAndGradient(at: position).logDensity.isFinite else { continue }
        try columns.checkDerived(values)
      }
      if let first {
        varying.formUnion(values.indices.filter { values[$0] != first[$0] })
      } else {
        first = values
      }
    }
    guard first != nil else { return }
    for (index, column) in columns.enumerated()
    where column.isDerived && !varying.contains(index) {
      throw .constant(column.name)
    }
  }
}
