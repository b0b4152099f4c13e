import Inference

/// A one-parameter group of affine maps of positions, q ↦ q + ε (A q + e) for small ε, with p ↦ p − ε Aᵀ p: what
/// Hamilton's equations make of the generator g(q, p) = p·(A q + e).
///
/// g is conserved where its Poisson bracket with the Hamiltonian vanishes, which for H = K(p) + V(q) is
/// {g, H} = p·A ∇K(p) − (A q + e)·∇V(q) (Jimenez Rezende et al. 2019, arXiv:1909.13739).
public struct SymmetryGenerator: Sendable, Equatable, Codable {
  /// What it moves, in a few words.
  public let name: String
  /// A, row by row.
  public let matrix: [Double]
  /// e.
  public let shift: [Double]

  /// The dimension D of positions.
  public var dimension: Int { shift.count }

  /// A generator.
  ///
  /// - Parameters:
  ///   - name: what it moves, in a few words.
  ///   - matrix: A, D × D numbers row by row.
  ///   - shift: e, D numbers; zero if nil.
  /// - Throws: `SymmetryError.shape` for other numbers than D × D and D, or numbers that are not finite.
  public init(_ name: String, matrix: [Double], shift: [Double]? = nil) throws(SymmetryError) {
    let size = shift?.count ?? Int(Double(matrix.count).squareRoot().rounded())
    guard size > 0, size <= 4096, matrix.count == size * size,
      (matrix + (shift ?? [])).allSatisfy(\.isFinite)
    else { throw .shape(name) }
    self.name = name
    self.matrix = matrix
    self.shift = shift ?? [Double](repeating: 0, count: size)
  }

  private init(_ name: String, _ matrix: [Double], _ shift: [Double]) {
    (self.name, self.matrix, self.shift) = (name, matrix, shift)
  }

  /// The rotation of several planes at once, by the same angle.
  ///
  /// - Parameters:
  ///   - planes: pairs of coordinates, the first of which turns towards the second.
  ///   - dimension: D.
  static func rotation(_ name: String, of planes: [(Int, Int)], dimension: Int) -> SymmetryGenerator
  {
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    for (i, j) in planes {
      matrix[i * dimension + j] = -1
      matrix[j * dimension + i] = 1
    }
    return SymmetryGenerator(name, matrix, [Double](repeating: 0, count: dimension))
  }

  /// A q + e.
  public func velocity(at position: ArraySlice<Double>) -> [Double] {
    var velocity = shift
    for i in 0..<dimension {
      for (j, q) in position.enumerated() { velocity[i] += matrix[i * dimension + j] * q }
    }
    return velocity
  }

  /// g(q, p) of points, D numbers of each for every point.
  public func values(at points: PhasePoints) -> [Double] {
    stride(from: 0, to: points.positions.count, by: dimension).map { start in
      let range = start..<start + dimension
      return zip(velocity(at: points.positions[range]), points.momenta[range])
        .reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The map of the group at ε = t, q ↦ R q + b: the exponential of t times the generator.
  ///
  /// - Parameter time: t.
  /// - Returns: R, D × D numbers row by row, and b, D numbers.
  /// - Complexity: O(D³).
  public func element(at time: Double) -> (matrix: [Double], shift: [Double]) {
    // Of ((A, e), (0, 0)), by its series at a time so short that few terms are enough, and then squared.
    let size = dimension + 1
    let length = (matrix + shift).reduce(0) { $0 + abs($1) } * abs(time)
    let halvings = length > 0 ? max(0, Int(length.exponent) + 2) : 0
    var small = [Double](repeating: 0, count: size * size)
    let factor = Double(sign: .plus, exponent: -halvings, significand: time)
    for i in 0..<dimension {
      for j in 0..<dimension { small[i * size + j] = factor * matrix[i * dimension + j] }
      small[i * size + dimension] = factor * shift[i]
    }
    var result = (0..<size * size).map { $0 / size == $0 % size ? 1.0 : 0 }
    var term = result
    for order in 1...20 {
      term = Symmetry.product(term, small, size).map { $0 / Double(order) }
      result = zip(result, term).map { $0 + $1 }
    }
    for _ in 0..<halvings { result = Symmetry.product(result, result, size) }
    return (
      (0..<dimension).flatMap { result[$0 * size..<$0 * size + dimension] },
      (0..<dimension).map { result[$0 * size + dimension] }
    )
  }

  /// Whether the maps leave lengths alone, as rotations do: A is antisymmetric.
  public var isRotation: Bool {
    (0..<dimension).allSatisfy { i in
      (0...i).allSatisfy { j in
        abs(matrix[i * dimension + j] + matrix[j * dimension + i]) <= 1e-12 * scale
      }
    }
  }

  private var scale: Double { matrix.reduce(1e-300) { max($0, abs($1)) } }
}

/// What is wrong with a symmetry.
public enum SymmetryError: Error, Equatable, CustomStringConvertible {
  /// A matrix of other numbers than it should have.
  case shape(String)
  /// A group that no invariant potential is known for.
  case noInvariants(String)
  /// A text that names no symmetry.
  case unknown(String)
  /// A symmetry of another number of columns.
  case columns(String, needs: String, found: Int)
  /// A file of another matrix than one of as many rows and columns as there are coordinates.
  case size(String, rows: Int, columns: Int, expected: Int)
  /// A column that is none.
  case unknownColumn(String, available: [String])
  /// A column that is named twice.
  case columnTwice(String)
  /// A group without rotations, which has no penalty.
  case noPenalty(String)

  /// The error as a sentence.
  public var description: String {
    switch self {
    case .shape(let name): "\(name): a square matrix of finite numbers is expected"
    case .noInvariants(let name):
      "\(name): the matrix is not antisymmetric, so that its group changes lengths, and no density of norm 1 is invariant; scale the columns if it turns ellipses"
    case .unknown(let text):
      "'\(text)' is no symmetry: those are so2, so3, so4 … (bodies of as many columns turn), t1, t2, t3 … (they move together), se2, se3 … (both), c2, c3, c4 … (by half, a third, a quarter of a turn), reflection:a,b, permutation:a+b,c+d and matrix:FILE"
    case .columns(let name, let needs, let found): "\(name) needs \(needs), not \(found) columns"
    case .size(let path, let rows, let columns, let expected):
      "\(path): a matrix of \(rows) × \(columns) numbers, where \(expected) × \(expected) are needed"
    case .unknownColumn(let name, let available):
      "'\(name)' is none of the columns \(available.joined(separator: ", "))"
        + (nearestName(to: [name], among: available).map { "; did you mean \($0)?" } ?? "")
    case .columnTwice(let name): "\(name) is in the symmetry twice"
    case .noPenalty(let name):
      "\(name) has no penalty, only rotations do: those of so2, so3 … and of matrix:FILE"
    }
  }
}
