import Inference
import RealModule

/// A group of linear maps of positions that leaves a density as it is, with the energies that know it.
///
/// A flow from an invariant base through leapfrog steps in an invariant V and with an inverse mass that commutes with the
/// group has an invariant density, exactly: each step commutes with the maps (q, p) ↦ (R q, R p) of the orthogonal
/// group (Jimenez Rezende et al. 2019, arXiv:1909.13739, lemma 1).
///
/// ```swift
/// var architecture = FlowArchitecture()
/// architecture.symmetry = try .rotations(ofBodies: [[0, 1]], dimension: 2)
/// ```
public struct Symmetry: Sendable, Equatable, Codable {
  /// How invariant energies are made.
  enum Form: Sendable, Equatable, Codable {
    /// Of quadratic invariants.
    case invariants([QuadraticFeature])
    /// Averaged over the elements.
    case average
    /// Summed over bodies and pairs of bodies.
    case bodies([[Int]])
    /// Of relative positions of bodies, whose own symmetry is at most one.
    indirect case relative([[Int]], [Symmetry])
  }

  /// Its name.
  public var name: String
  /// The dimension D of positions.
  public let dimension: Int
  /// Those of the connected part of the group; empty for a finite group.
  public let generators: [SymmetryGenerator]
  /// The elements of a finite group, D × D numbers each, row by row, the identity first; empty for a group that is
  /// given by generators, and for permutations of more than five bodies.
  public let elements: [[Double]]
  let form: Form
  /// The images of momenta over which a kinetic energy ½ pᵀ M p is summed, each with as many rows as M.
  let massImages: [[Double]]
  /// What makes r(p_T | q_T) equivariant by construction; nil for translations and for a matrix whose planes do not turn by
  /// multiples of one speed, where it is not, and learns to be if training moves rows.
  ///
  /// Of translations with rotations it knows the rotations.
  public let frame: CanonicalFrame?

  /// An energy of positions or momenta that the group leaves as it is.
  ///
  /// - Parameter energy: makes one of any shape for a number of coordinates.
  public func energy(_ energy: (Int) -> Energy) -> Energy {
    switch form {
    case .invariants(let features):
      return .features(
        FeatureEnergy(energy(features.count), of: features, dimension: dimension))
    case .average: return .averaged(energy(dimension), over: elements)
    case .bodies(let bodies):
      func pooled(_ groups: [[Int]]) -> Energy {
        .pooled(
          PooledEnergy(
            energy(groups[0].count), over: groups.map { Self.choice($0, of: dimension) },
            dimension: dimension, weight: 1 / Double(groups.count)))
      }
      let pairs = bodies.indices.flatMap { a in
        bodies.indices.filter { $0 != a }.map { bodies[a] + bodies[$0] }
      }
      return .sum([pooled(bodies), pooled(pairs)])
    case .relative(let bodies, let inner): return Self.relative(bodies, inner.first, energy)
    }
  }

  /// ½ pᵀ M p with a learned M that commutes with the group.
  public var quadratic: Energy {
    if case .relative(let bodies, let inner) = form {
      return Self.relativeQuadratic(bodies, inner.first)
    }
    let size = massImages[0].count / dimension
    return .pooled(
      PooledEnergy(
        .quadratic(QuadraticEnergy(dimension: size)), over: massImages, dimension: dimension,
        weight: form == .average ? 1 / Double(massImages.count) : 1))
  }

  /// A learned quadratic of positions that the group leaves as it is.
  public var bowl: Energy {
    guard case .relative(let bodies, let inner) = form else { return quadratic }
    return Self.relativeBowl(bodies, inner.first)
  }

  /// The matrix that chooses some coordinates, row by row.
  static func choice(_ coordinates: [Int], of dimension: Int) -> [Double] {
    coordinates.flatMap { i in (0..<dimension).map { $0 == i ? 1.0 : 0 } }
  }

  /// Whether the density of relative positions is what is invariant.
  public var isRelative: Bool { if case .relative = form { true } else { false } }

  /// Makes sure that a penalty can stand for the group: it has generators, all of them rotations about the origin.
  ///
  /// - Throws: `SymmetryError.noPenalty`.
  public func checkPenalty() throws(SymmetryError) {
    guard !generators.isEmpty, !isRelative else { throw .noPenalty(name) }
  }

  /// A random element of the group, q ↦ R q + b: D × D numbers and D numbers.
  ///
  /// Rotations by any angle; translations by a normal distance with standard deviation 1.
  public func randomElement(
    using generator: inout some RandomNumberGenerator
  ) -> (matrix: [Double], shift: [Double]) {
    let still = [Double](repeating: 0, count: dimension)
    if case .bodies(let bodies) = form {
      var matrix = Self.choice(Array(0..<dimension), of: dimension)
      for (body, source) in zip(bodies, bodies.shuffled(using: &generator)) {
        for (i, j) in zip(body, source) {
          matrix[i * dimension + i] = 0
          matrix[i * dimension + j] = 1
        }
      }
      return (matrix, still)
    }
    if let element = elements.randomElement(using: &generator) { return (element, still) }
    var result = (matrix: Self.choice(Array(0..<dimension), of: dimension), shift: still)
    for part in generators {
      let isTranslation = part.matrix.allSatisfy { $0 == 0 }
      let next = part.element(
        at: isTranslation
          ? generator.nextStandardNormal()
          : Double.random(in: -Double.pi...Double.pi, using: &generator))
      result = (
        Self.product(next.matrix, result.matrix, dimension),
        zip(next.shift, Self.product(next.matrix, result.shift, dimension)).map { $0 + $1 }
      )
    }
    return result
  }

  /// A B of a D × D matrix and one of as many rows.
  static func product(_ a: [Double], _ b: [Double], _ dimension: Int) -> [Double] {
    let columns = b.count / dimension
    var result = [Double](repeating: 0, count: b.count)
    for i in 0..<dimension {
      for k in 0..<dimension {
        for j in 0..<columns {
          result[i * columns + j] += a[i * dimension + k] * b[k * columns + j]
        }
      }
    }
    return result
  }

  // MARK: Groups

  /// Rotations of one or more bodies at once about the origin: SO(d) for bodies of d coordinates.
  ///
  /// V is a function of all squares and inner products, and in the plane of the cross products; M couples bodies, not
  /// directions.
  ///
  /// - Parameters:
  ///   - bodies: the coordinates of each, as many for all, 2 or more.
  ///   - dimension: D, with all coordinates among them.
  /// - Throws: `SymmetryError`.
  public static func rotations(
    ofBodies bodies: [[Int]], dimension: Int
  ) throws(SymmetryError) -> Symmetry {
    let size = try check("so\(bodies.first?.count ?? 0)", bodies, dimension, least: 2)
    var generators: [SymmetryGenerator] = []
    for j in 0..<size {
      for i in 0..<j {
        generators.append(
          .rotation(
            "rotation of coordinates \(i + 1) and \(j + 1)", of: bodies.map { ($0[i], $0[j]) },
            dimension: dimension))
      }
    }
    var features = bodies.map { QuadraticFeature.square(of: $0) }
    for (b, second) in bodies.enumerated() {
      for first in bodies[..<b] {
        features.append(.dotProduct(first, second))
        if size == 2 {
          features.append(
            QuadraticFeature([.init(first[0], second[1]), .init(first[1], second[0], -1)]))
        }
      }
    }
    return Symmetry(
      name: "so\(size)", dimension: dimension, generators: generators, elements: [],
      form: .invariants(features),
      massImages: (0..<size).map { k in choice(bodies.map { $0[k] }, of: dimension) },
      frame: .turning(bodies))
  }

  /// Rotations of planar bodies by multiples of 2π / K: C_K.
  ///
  /// - Parameters:
  ///   - order: K, 2 to 1000.
  ///   - bodies: the two coordinates of each.
  ///   - dimension: D.
  /// - Throws: `SymmetryError`.
  public static func cyclic(
    _ order: Int, ofBodies bodies: [[Int]], dimension: Int
  ) throws(SymmetryError) -> Symmetry {
    let name = "c\(order)"
    guard (2...1000).contains(order) else { throw .unknown(name) }
    guard try check(name, bodies, dimension, least: 2) == 2 else {
      throw .columns(name, needs: "bodies of two", found: dimension)
    }
    let elements = (0..<order).map { k -> [Double] in
      let angle = Double(k) / Double(order)
      let (c, s) = (exactCosine(angle), exactCosine(angle - 0.25))
      var matrix = choice(Array(0..<dimension), of: dimension)
      for body in bodies {
        matrix[body[0] * dimension + body[0]] = c
        matrix[body[0] * dimension + body[1]] = -s
        matrix[body[1] * dimension + body[0]] = s
        matrix[body[1] * dimension + body[1]] = c
      }
      return matrix
    }
    return Symmetry(
      name: name, dimension: dimension, generators: [], elements: elements, form: .average,
      massImages: elements,
      frame: CanonicalFrame(steps: [
        .turn(planes: bodies, windings: bodies.map { _ in 1 }, order: order)
      ]))
  }

  /// The reflection that changes the signs of some coordinates.
  ///
  /// - Throws: `SymmetryError`.
  public static func reflection(
    of coordinates: [Int], dimension: Int
  ) throws(SymmetryError) -> Symmetry {
    _ = try check("reflection", [coordinates], dimension, least: 1)
    let identity = choice(Array(0..<dimension), of: dimension)
    var mirror = identity
    for i in coordinates { mirror[i * dimension + i] = -1 }
    return Symmetry(
      name: "reflection", dimension: dimension, generators: [], elements: [identity, mirror],
      form: .average, massImages: [identity, mirror],
      frame: CanonicalFrame(steps: [.mirror(coordinates)]))
  }

  /// All permutations of bodies.
  ///
  /// V is a sum over bodies and over pairs of them.
  ///
  /// - Parameters:
  ///   - bodies: the coordinates of each, as many for all; two bodies or more.
  ///   - dimension: D, with all coordinates among them.
  /// - Throws: `SymmetryError`.
  public static func permutations(
    ofBodies bodies: [[Int]], dimension: Int
  ) throws(SymmetryError) -> Symmetry {
    _ = try check("permutation", bodies, dimension, least: 1)
    guard bodies.count > 1 else {
      throw .columns("permutation", needs: "two bodies or more", found: dimension)
    }
    let orders = bodies.count <= 5 ? permutations(of: Array(bodies.indices)) : []
    let elements = orders.map { order -> [Double] in
      var matrix = [Double](repeating: 0, count: dimension * dimension)
      for (target, source) in order.enumerated() {
        for (i, j) in zip(bodies[target], bodies[source]) { matrix[i * dimension + j] = 1 }
      }
      return matrix
    }
    return Symmetry(
      name: "permutation", dimension: dimension, generators: [], elements: elements,
      form: .bodies(bodies), massImages: bodies.map { choice($0, of: dimension) },
      frame: CanonicalFrame(steps: [.sort(bodies)]))
  }

  private static func permutations(of items: [Int]) -> [[Int]] {
    guard items.count > 1 else { return [items] }
    return items.indices.flatMap { index -> [[Int]] in
      var rest = items
      let first = rest.remove(at: index)
      return permutations(of: rest).map { [first] + $0 }
    }
  }

  /// The number of coordinates of a body, if bodies share all coordinates among them.
  static func check(
    _ name: String, _ bodies: [[Int]], _ dimension: Int, least: Int
  ) throws(SymmetryError) -> Int {
    let all = bodies.flatMap(\.self)
    guard let size = bodies.first?.count, size >= least, bodies.allSatisfy({ $0.count == size }),
      Set(all).count == all.count, all.allSatisfy((0..<dimension).contains)
    else {
      throw .columns(
        name, needs: "bodies of as many columns each, at least \(least)", found: all.count)
    }
    return size
  }

  /// cos 2πx, with no rounding at multiples of a quarter.
  private static func exactCosine(_ turns: Double) -> Double {
    let x = abs(turns - turns.rounded())
    if x == 0.25 { return 0 }
    return x > 0.25 ? -.sin(2 * .pi * (x - 0.25)) : .cos(2 * .pi * x)
  }
}
