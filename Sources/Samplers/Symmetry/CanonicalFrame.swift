import LinearAlgebra
import RealModule

/// For every position an element R_q of a group that carries it to one place of its orbit: R_{Rq} R q = R_q q.
///
/// A density r(p | q) = r₀(R_q p | R_q q) then is equivariant, r(R p | R q) = r(p | q), whatever r₀ is (Kaba et al. 2023,
/// arXiv:2211.06489). All q have an R_q but those on borders, such as the origin, which have probability zero; there r may
/// jump.
public struct CanonicalFrame: Sendable, Codable, Equatable {
  /// One factor of R_q, which depends on where the earlier ones have carried q.
  enum Step: Sendable, Codable, Equatable {
    /// Turns planes, pairs of coordinates, by as many times one angle as they have windings, so that the first plane's second
    /// coordinate becomes zero and its first positive; by the multiple of 1 / order of a turn that comes next to it, if there
    /// is an order.
    case turn(planes: [[Int]], windings: [Int], order: Int?)
    /// Changes the signs of coordinates if the first is negative.
    case mirror([Int])
    /// Puts bodies in the order of their coordinates, the first of which is the most significant.
    case sort([[Int]])
  }

  /// The coordinates that the steps know: an orthogonal matrix, row by row; those of positions if nil.
  var basis: [Double]?
  /// The factors of R_q, first to last.
  var steps: [Step]
  /// Groups of coordinates that elements of the group still turn into each other where all of R_q q is zero but the other
  /// coordinates: r₀ has no mean there, and one variance for each group.
  var isotropic: [[Int]] = []

  /// That of rotations of bodies: the first ends along the first axis, the second in the plane of the first and second axis
  /// and so on (Gram & Schmidt, by Givens' rotations).
  ///
  /// One body in three dimensions leaves the rotations about itself: then r₀ has a scale along it and one across it.
  static func turning(_ bodies: [[Int]], basis: [Double]? = nil) -> CanonicalFrame {
    let size = bodies[0].count
    let steps = bodies.prefix(size - 1).indices.flatMap { a in
      (a + 1..<size).map { j -> Step in
        // The body that ends along the axis comes first.
        let all = [bodies[a]] + bodies[..<a] + bodies[(a + 1)...]
        return .turn(planes: all.map { [$0[a], $0[j]] }, windings: all.map { _ in 1 }, order: nil)
      }
    }
    let rest = bodies.count..<max(bodies.count, size)
    return CanonicalFrame(
      basis: basis, steps: steps,
      isotropic: rest.count < 2 ? [] : bodies.map { body in rest.map { body[$0] } })
  }

  /// That of e^{tA}: the slowest plane ends along its first axis.
  ///
  /// - Parameter generator: an antisymmetric A.
  /// - Returns: nil if other planes do not turn by multiples of its speed, so that more than one t would do.
  static func winding(_ generator: Matrix) -> CanonicalFrame? {
    let size = generator.rows
    func turned(_ vector: [Double]) -> [Double] {
      Symmetry.product(generator.elements, vector, size)
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let square = Matrix(
      rows: size, columns: size,
      elements: (0..<size).flatMap { i in
        let row = turned(turned((0..<size).map { $0 == i ? 1 : 0 }))
        return row.map { -$0 }
      })
    guard let (values, vectors) = square.symmetricEigenvectors(), let largest = values.last
    else { return nil }
    var basis: [[Double]] = []
    var speeds: [Double] = []
    for index in values.indices.reversed() {
      // What is not yet in a plane.
      var vector = (0..<size).map { vectors[index, $0] }
      for axis in basis {
        let part = dot(axis, vector)
        vector = zip(vector, axis).map { $0 - part * $1 }
      }
      let length = dot(vector, vector).squareRoot()
      guard length > 1e-6 else { continue }
      vector = vector.map { $0 / length }
      basis.append(vector)
      guard values[index] > 1e-12 * largest else { continue }
      let velocity = turned(vector)
      speeds.append(dot(velocity, velocity).squareRoot())
      basis.append(velocity.map { [speed = speeds[speeds.count - 1]] in $0 / speed })
    }
    guard basis.count == size, let slowest = speeds.last else { return nil }
    let windings = speeds.map { Int(($0 / slowest).rounded()) }
    guard zip(speeds, windings).allSatisfy({ abs($0 / slowest - Double($1)) < 1e-9 }) else {
      return nil
    }
    let order = Array(speeds.indices.reversed())
    return CanonicalFrame(
      basis: basis.flatMap(\.self),
      steps: [
        .turn(
          planes: order.map { [2 * $0, 2 * $0 + 1] }, windings: order.map { windings[$0] },
          order: nil)
      ])
  }

  /// Makes sure that a frame, perhaps from a file, is one of positions of a dimension.
  func check(dimension: Int, part: String) throws(SavedFlowError) {
    let lists = steps.map { step in
      switch step {
      case .turn(let planes, _, _): planes
      case .mirror(let coordinates): coordinates.map { [$0] }
      case .sort(let bodies): bodies
      }
    }
    let areSteps = zip(steps, lists).allSatisfy { step, list in
      guard case .turn(let planes, let windings, let order) = step else { return true }
      return planes.allSatisfy { $0.count == 2 } && windings.count == planes.count
        && windings.first == 1 && windings.allSatisfy { (1...1_000_000).contains($0) }
        && (2...1000).contains(order ?? 2)
    }
    let fit = (lists + [isotropic]).allSatisfy { list in
      let all = list.flatMap(\.self)
      return Set(all).count == all.count && all.allSatisfy((0..<dimension).contains)
        && list.allSatisfy { $0.count == list[0].count && !$0.isEmpty }
    }
    guard lists.allSatisfy({ !$0.isEmpty }), fit, areSteps, isOrthogonal(dimension) else {
      throw .impossible(
        part: "frame of the \(part)", "rotations, mirrors and orders of coordinates")
    }
  }

  private func isOrthogonal(_ dimension: Int) -> Bool {
    guard let basis else { return true }
    guard dimension <= Symmetry.largestDimension, basis.count == dimension * dimension else {
      return false
    }
    return (0..<dimension).allSatisfy { i in
      (0...i).allSatisfy { j in
        let dot = (0..<dimension).reduce(0) {
          $0 + basis[i * dimension + $1] * basis[j * dimension + $1]
        }
        return abs(dot - (i == j ? 1 : 0)) < 1e-9
      }
    }
  }
}
