/// E(x) = w Σₖ U(Lₖ x), one energy U of several linear images of x.
///
/// With Lₖ the elements of a finite group and w = 1/|G| it is the average over the group, which is invariant
/// under it; with Lₖ x the coordinates of body k it is a sum over bodies, which does not know their order. As a
/// kinetic energy with U = ½ pᵀ M p it has the inverse mass w Σ Lₖᵀ M Lₖ.
///
/// Cost: that of U for as many vectors as there are images, in one batch.
public struct PooledEnergy: ComposedEnergy {
  /// Its name in saved flows.
  public static let kind = "pooled"

  /// U.
  public let energy: Energy
  /// The dimension of x.
  public let dimension: Int
  /// Lₖ, row by row, each with as many rows as U has coordinates.
  public let maps: [[Double]]
  /// w.
  public let weight: Double

  /// A sum over images.
  ///
  /// - Parameters:
  ///   - energy: U.
  ///   - maps: at least one matrix of U's dimension × `dimension`, row by row.
  ///   - dimension: that of x.
  ///   - weight: w, not zero; 1/k for the mean over k images.
  public init(_ energy: Energy, over maps: [[Double]], dimension: Int, weight: Double) {
    precondition(
      !maps.isEmpty && maps.allSatisfy { $0.count == energy.dimension * dimension },
      "images of \(dimension) coordinates for an energy of \(energy.dimension)")
    (self.energy, self.maps, self.dimension, self.weight) = (energy, maps, dimension, weight)
  }

  /// U, and over how many images it is taken.
  public var description: String { "(\(energy)) over \(maps.count) images" }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(PooledEvaluator(self, count: count, slots: slots, in: arena))
  }

  /// w Σ Lₖᵀ M Lₖ, if U has an M.
  public func inverseMass(_ parameters: ArraySlice<Double>) -> [Double]? {
    guard let inner = energy.form.inverseMass(parameters) else { return nil }
    let size = energy.dimension
    var mass = [Double](repeating: 0, count: dimension * dimension)
    for map in maps {
      for a in 0..<size {
        for b in 0..<size {
          let element = weight * inner[a * size + b]
          for i in 0..<dimension {
            for j in 0..<dimension {
              mass[i * dimension + j] +=
                map[a * dimension + i] * element * map[b * dimension + j]
            }
          }
        }
      }
    }
    return mass
  }

  /// Checks U and the images.
  public func check(dimension: Int, part: String) throws(SavedFlowError) {
    guard self.dimension == dimension else {
      throw .wrongShape(part: part, found: [self.dimension], dimension: dimension)
    }
    guard (1...4096).contains(maps.count), weight.isFinite, weight != 0,
      maps.allSatisfy({ $0.allSatisfy(\.isFinite) })
    else { throw .impossible(part: part, "1 to 4096 images of finite numbers") }
    guard let size = maps.first.map({ $0.count / dimension }), size > 0, size <= 4096,
      maps.allSatisfy({ $0.count == size * dimension })
    else { throw .impossible(part: part, "images of one shape") }
    try energy.form.check(dimension: size, part: part)
  }
}

extension Energy {
  /// w Σₖ U(Lₖ x).
  public static func pooled(_ energy: PooledEnergy) -> Energy { Energy(energy) }

  /// An energy averaged over the elements of a finite group.
  ///
  /// - Parameters:
  ///   - energy: of as many coordinates as the group has.
  ///   - elements: matrices, row by row.
  public static func averaged(_ energy: Energy, over elements: [[Double]]) -> Energy {
    .pooled(
      PooledEnergy(
        energy, over: elements, dimension: energy.dimension, weight: 1 / Double(elements.count)))
  }
}

/// The images of a batch side by side, as one batch of the inner energy.
struct PooledEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  private typealias Element = (row: Int, column: Int, value: Scalar)

  private let inner: AnyEnergyEvaluator<Scalar>
  private let weight: Scalar
  private let count: Int
  /// The elements of the maps that are not zero.
  private let maps: [[Element]]
  private let images, directions, results, values: Batch<Scalar>

  init(_ energy: PooledEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    let (size, total) = (energy.energy.dimension, count * energy.maps.count)
    inner = Scalar.evaluator(of: energy.energy.form, count: total, slots: slots, in: arena)
    weight = Scalar(energy.weight)
    self.count = count
    maps = energy.maps.map { map in
      map.indices.filter { map[$0] != 0 }.map {
        ($0 / energy.dimension, $0 % energy.dimension, Scalar(map[$0]))
      }
    }
    images = arena.batch(rows: size, count: total)
    directions = arena.batch(rows: size, count: total)
    results = arena.batch(rows: size, count: total)
    values = arena.batch(rows: 1, count: total)
  }

  /// The vectors of one image among all.
  private func part(_ index: Int, of batch: Batch<Scalar>) -> Batch<Scalar> {
    batch.columns(index * count..<(index + 1) * count)
  }

  /// Writes Lₖ x for every k.
  private func map(_ x: Batch<Scalar>, to images: Batch<Scalar>) {
    images.clear()
    for (index, map) in maps.enumerated() {
      let image = part(index, of: images)
      for (row, column, value) in map {
        Scalar.add(value, x.slice(column..<column + 1), to: image.slice(row..<row + 1))
      }
    }
  }

  /// Adds a Σ Lₖᵀ yₖ.
  private func addBack(_ y: Batch<Scalar>, times a: Scalar, to x: Batch<Scalar>) {
    for (index, map) in maps.enumerated() {
      let image = part(index, of: y)
      for (row, column, value) in map {
        Scalar.add(a * value, image.slice(row..<row + 1), to: x.slice(column..<column + 1))
      }
    }
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) { inner.prepare(parameters) }

  func addValue(
    at x: Batch<Scalar>, to result: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    map(x, to: images)
    values.clear()
    inner.addValue(images, values, parameters)
    for index in maps.indices { Scalar.add(weight, part(index, of: values), to: result) }
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    map(x, to: images)
    results.clear()
    inner.addGradient(images, results, parameters, slot)
    addBack(results, times: weight, to: g)
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    map(direction, to: directions)
    results.clear()
    // w is in the factor, so that the derivatives by parameters have it too.
    inner.addHessianProduct(directions, factor * weight, results, gradient, parameters, slot)
    addBack(results, times: 1, to: cotangent)
  }
}
