/// The unit of a matrix, which also says whether it is an inverse.
struct MatrixUnit {
  /// The kind of matrix, if the unit or a statement in the file gives it.
  let kind: CovarianceKind?
  /// The factor to mag² or mag⁻².
  let factor: Double

  /// Parses a unit.
  ///
  /// - Parameters:
  ///   - stated: what the file says of the matrix.
  ///   - isCovariance: whether it is a covariance or its inverse, rather than one between different
  ///     quantities, whose units are those of both.
  /// - Throws: `CatalogError` for a unit that no covariance has, or not one that is stated to be
  ///   something else.
  init(
    _ unit: String, stated: CovarianceKind?, isCovariance: Bool, _ path: String
  ) throws(CatalogError) {
    let square = Measure.magnitudeSquared.factor(from: unit)
    let inverse = Measure.inverseMagnitudeSquared.factor(from: unit)
    let none = Measure.number.factor(from: unit)
    switch (stated, square, inverse) {
    case _ where none != nil || !isCovariance: (kind, factor) = (stated, 1)
    case (.total?, let factor?, _), (.systematic?, let factor?, _), (nil, let factor?, _):
      (kind, self.factor) = (stated, factor)
    case (.inverse?, _, let factor?), (nil, _, let factor?):
      (kind, self.factor) = (.inverse, factor)
    default:
      let expected = stated == .inverse ? "mag-2" : stated == .correlation ? "none" : "mag2"
      throw CatalogError(path, column: "BUNIT", .wrongUnit(found: unit, expected: expected))
    }
  }

  /// The elements in mag² or mag⁻².
  func converted(_ elements: consuming [Double]) -> [Double] {
    guard factor != 1 else { return elements }
    for index in elements.indices {
      elements[index] = factor < 1 ? elements[index] / (1 / factor) : elements[index] * factor
    }
    return elements
  }
}
