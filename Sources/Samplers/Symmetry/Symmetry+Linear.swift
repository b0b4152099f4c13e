import LinearAlgebra

extension Symmetry {
  /// The largest dimension for which invariants are looked for.
  static var largestDimension: Int { 16 }

  /// The group of the maps e^{tA} of an antisymmetric A, such as rotations at several speeds at once.
  ///
  /// V is a function of all invariants of first and second order: b·q with A b = 0, and qᵀB q with symmetric B that commute
  /// with A. M is a number.
  ///
  /// - Parameter generator: q ↦ A q, with D up to 16.
  /// - Throws: `SymmetryError`, also for a matrix that is not antisymmetric.
  /// - Complexity: D⁶ / 8 multiplications, once.
  public static func linear(_ generator: SymmetryGenerator) throws(SymmetryError) -> Symmetry {
    let size = generator.dimension
    guard generator.isRotation, generator.shift.allSatisfy({ $0 == 0 }) else {
      throw .noInvariants(generator.name)
    }
    guard size <= largestDimension, generator.matrix.contains(where: { $0 != 0 }) else {
      throw .columns(generator.name, needs: "2 to \(largestDimension)", found: size)
    }
    let a = Matrix(rows: size, columns: size, elements: generator.matrix)
    let places = (0..<size).flatMap { i in (0...i).map { (i, $0) } }
    // B ↦ B A − A B on the products of two coordinates.
    var commutator = Matrix(
      rows: places.count, columns: places.count,
      elements: [Double](repeating: 0, count: places.count * places.count))
    for (column, (i, j)) in places.enumerated() {
      for (row, (k, l)) in places.enumerated() {
        var element = 0.0
        for (p, q) in i == j ? [(i, j)] : [(i, j), (j, i)] {
          if p == k { element += a[q, l] }
          if q == l { element -= a[k, p] }
        }
        commutator[row, column] = element
      }
    }
    guard let products = kernel(commutator), let slopes = kernel(a) else {
      throw .noInvariants(generator.name)
    }
    let features =
      slopes.map { QuadraticFeature([], slopes: $0) }
      + products.map { numbers in
        QuadraticFeature(
          zip(places, numbers).compactMap { place, number in
            let factor = place.0 == place.1 ? number : 2 * number
            return abs(factor) < 1e-14 ? nil : .init(place.0, place.1, factor)
          })
      }
    return Symmetry(
      name: generator.name, dimension: size, generators: [generator], elements: [],
      form: .invariants(features),
      massImages: (0..<size).map { choice([$0], of: size) }, frame: .winding(a))
  }

  /// An orthonormal basis of what a matrix makes zero.
  private static func kernel(_ matrix: Matrix) -> [[Double]]? {
    let size = matrix.columns
    var square = Matrix(
      rows: size, columns: size, elements: [Double](repeating: 0, count: size * size))
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<matrix.rows { square[i, j] += matrix[k, i] * matrix[k, j] }
      }
    }
    guard let (values, vectors) = square.symmetricEigenvectors() else { return nil }
    let largest = values.last ?? 0
    return values.indices.filter { values[$0] < 1e-12 * max(largest, 1e-300) }.map { index in
      (0..<size).map { vectors[index, $0] }
    }
  }
}
