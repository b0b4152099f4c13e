import LinearAlgebra
import RealModule

extension Symmetry {
  /// Translations of all bodies together, and rotations too if asked for: T(d), or the Euclidean group SE(d).
  ///
  /// An invariant density has no norm, so the centre of mass is split off: V is a function of the relative positions
  /// alone (Helmert's, an orthonormal basis of them), M couples the centre of mass with nothing else, and
  /// what a flow from a normal base makes of the centre is a normal density of its own. The density of the
  /// relative positions is what is invariant.
  ///
  /// - Parameters:
  ///   - bodies: the coordinates of each, as many for all; two bodies or more.
  ///   - dimension: D, with all coordinates among them.
  ///   - rotating: whether rotations belong to the group; then two coordinates or more.
  /// - Throws: `SymmetryError`.
  public static func translations(
    ofBodies bodies: [[Int]], dimension: Int, rotating: Bool = false
  ) throws(SymmetryError) -> Symmetry {
    let name = "\(rotating ? "se" : "t")\(bodies.first?.count ?? 0)"
    let size = try check(name, bodies, dimension, least: rotating ? 2 : 1)
    guard bodies.count > 1, bodies.count * size == dimension else {
      throw .columns(name, needs: "all columns in two bodies or more", found: dimension)
    }
    var generators: [SymmetryGenerator] = []
    for component in 0..<size {
      var shift = [Double](repeating: 0, count: dimension)
      for body in bodies { shift[body[component]] = 1 }
      generators.append(
        try SymmetryGenerator(
          "translation along coordinate \(component + 1)",
          matrix: [Double](repeating: 0, count: dimension * dimension), shift: shift))
    }
    var inner: Symmetry?
    if rotating {
      let relative = (0..<bodies.count - 1).map { k in (0..<size).map { k * size + $0 } }
      inner = try .rotations(ofBodies: relative, dimension: dimension - size)
      generators += try rotations(ofBodies: bodies, dimension: dimension).generators
    }
    return Symmetry(
      name: name, dimension: dimension, generators: generators, elements: [],
      form: .relative(bodies, inner.map { [$0] } ?? []), massImages: [],
      frame: rotating ? .turning(bodies) : nil)
  }

  /// Helmert's coordinates, D numbers for each row: those of the centre of mass, scaled by √N, and the N − 1 relative
  /// positions.
  static func helmert(_ bodies: [[Int]]) -> (center: [Double], relative: [Double]) {
    let (count, size) = (bodies.count, bodies[0].count)
    let dimension = count * size
    func rows(_ weights: [Double]) -> [Double] {
      (0..<size).flatMap { component in
        var row = [Double](repeating: 0, count: dimension)
        for (body, weight) in zip(bodies, weights) { row[body[component]] = weight }
        return row
      }
    }
    let center = rows([Double](repeating: 1 / Double(count).squareRoot(), count: count))
    let relative = (1..<count).flatMap { k -> [Double] in
      let norm = 1 / Double(k * (k + 1)).squareRoot()
      return rows((0..<count).map { $0 < k ? norm : $0 == k ? -Double(k) * norm : 0 })
    }
    return (center, relative)
  }

  /// An energy of relative positions.
  static func relative(
    _ bodies: [[Int]], _ inner: Symmetry?, _ energy: (Int) -> Energy
  ) -> Energy {
    let rest = bodies[0].count * (bodies.count - 1)
    return pooled(inner?.energy(energy) ?? energy(rest), over: [helmert(bodies).relative], bodies)
  }

  /// A learned quadratic of relative positions.
  static func relativeBowl(_ bodies: [[Int]], _ inner: Symmetry?) -> Energy {
    let rest = bodies[0].count * (bodies.count - 1)
    return pooled(
      inner?.quadratic ?? .quadratic(QuadraticEnergy(dimension: rest)),
      over: [helmert(bodies).relative], bodies)
  }

  /// ½ pᵀ M p of which the centre of mass has a part of its own.
  static func relativeQuadratic(_ bodies: [[Int]], _ inner: Symmetry?) -> Energy {
    let size = bodies[0].count
    let (center, dimension) = (helmert(bodies).center, bodies.count * size)
    // Where directions are equal, one number serves all of them.
    let own =
      inner == nil
      ? pooled(.quadratic(QuadraticEnergy(dimension: size)), over: [center], bodies)
      : pooled(
        .quadratic(QuadraticEnergy(dimension: 1)),
        over: (0..<size).map { Array(center[$0 * dimension..<($0 + 1) * dimension]) }, bodies)
    return .sum([relativeBowl(bodies, inner), own])
  }

  private static func pooled(_ energy: Energy, over maps: [[Double]], _ bodies: [[Int]]) -> Energy {
    .pooled(
      PooledEnergy(
        energy, over: maps, dimension: bodies.count * bodies[0].count, weight: 1))
  }
}

extension NeuralHamiltonianFlow {
  /// log of the normal density that the flow has for Helmert's centre of mass, at positions, where its symmetry splits that
  /// off; nil for another symmetry.
  ///
  /// The momentum of the centre is conserved, so the centre ends at q₀ + Σ T M p₀.
  func logCenterDensities(_ symmetry: Symmetry, at positions: [Double]) -> [Double]? {
    guard case .relative(let bodies, _) = symmetry.form, let scales = initialMomentumScales else {
      return nil
    }
    let masses = blocks.indices.compactMap { inverseMass(ofBlock: $0) }
    guard masses.count == blocks.count else { return nil }
    let size = bodies[0].count
    let center = Symmetry.helmert(bodies).center
    let base = parameters.withUnsafeBufferPointer { parameters in
      parameters.baseAddress.map { self.base.standardDeviation(0, $0) } ?? 1
    }
    func projected(_ mass: [Double], _ i: Int, _ j: Int) -> Double {
      var sum = 0.0
      for k in 0..<dimension {
        for l in 0..<dimension {
          sum += center[i * dimension + k] * mass[k * dimension + l] * center[j * dimension + l]
        }
      }
      return sum
    }
    var path = [Double](repeating: 0, count: size * size)
    for (block, mass) in masses.enumerated() {
      for i in 0..<size {
        for j in 0..<size { path[i * size + j] += time(ofBlock: block) * projected(mass, i, j) }
      }
    }
    var covariance = Matrix(diagonal: [Double](repeating: base * base, count: size))
    for i in 0..<size {
      for j in 0..<size {
        for k in 0..<size {
          covariance[i, j] += path[i * size + k] * path[j * size + k] * scales[0] * scales[0]
        }
      }
    }
    guard let factor = try? Cholesky(covariance) else { return nil }
    return stride(from: 0, to: positions.count, by: dimension).map { start in
      var place = (0..<size).map { i in
        (0..<dimension).reduce(0) { $0 + center[i * dimension + $1] * positions[start + $1] }
      }
      var span = place.mutableSpan
      factor.whiten(&span)
      let squares = place.reduce(0) { $0 + $1 * $1 }
      return -0.5 * (squares + factor.logDeterminant + Double(size) * .log(2 * .pi))
    }
  }
}
