/// A number that an energy is a function of: φ(x) = Σ c xᵢ xⱼ + Σ b xᵢ.
public struct QuadraticFeature: Sendable, Codable, Equatable {
  /// c xᵢ xⱼ.
  public struct Product: Sendable, Codable, Equatable {
    /// i and j.
    public var first, second: Int
    /// c.
    public var factor: Double

    /// A product of two coordinates, or the square of one.
    public init(_ first: Int, _ second: Int, _ factor: Double = 1) {
      (self.first, self.second, self.factor) = (first, second, factor)
    }
  }

  /// The products.
  public var products: [Product]
  /// b, for each coordinate; empty for none.
  public var slopes: [Double] = []

  /// A feature.
  public init(_ products: [Product], slopes: [Double] = []) {
    (self.products, self.slopes) = (products, slopes)
  }

  /// Σ xᵢ² / √d over d coordinates, about as large for any number of them.
  public static func square(of coordinates: [Int]) -> QuadraticFeature {
    let factor = 1 / Double(coordinates.count).squareRoot()
    return QuadraticFeature(coordinates.map { Product($0, $0, factor) })
  }

  /// Σ xᵢ yᵢ of two vectors among the coordinates.
  public static func dotProduct(_ first: [Int], _ second: [Int]) -> QuadraticFeature {
    QuadraticFeature(zip(first, second).map { Product($0, $1) })
  }
}

/// E(x) = U(φ(x)) of quadratic features: whatever leaves the features alone leaves the energy alone, such as a rotation
/// that of |x|².
///
/// ∇E = Σₖ uₖ ∇φₖ with u = ∇U. Cost: that of U, and a few operations for each product.
public struct FeatureEnergy: ComposedEnergy {
  /// Its name in saved flows.
  public static let kind = "features"

  /// U.
  public let energy: Energy
  /// The dimension of x.
  public let dimension: Int
  /// φ, one for each coordinate of U.
  public let features: [QuadraticFeature]

  /// A function of features.
  public init(_ energy: Energy, of features: [QuadraticFeature], dimension: Int) {
    precondition(
      features.count == energy.dimension,
      "\(features.count) features for an energy of \(energy.dimension)")
    (self.energy, self.features, self.dimension) = (energy, features, dimension)
  }

  /// U, and of how many features.
  public var description: String { "(\(energy)) of \(features.count) invariants" }

  /// An evaluator.
  public func evaluator<Scalar: NetworkScalar>(
    count: Int, slots: Int, in arena: Arena<Scalar>
  ) -> AnyEnergyEvaluator<Scalar> {
    AnyEnergyEvaluator(FeatureEvaluator(self, count: count, slots: slots, in: arena))
  }

  /// Checks U and the features.
  public func check(dimension: Int, part: String) throws(SavedFlowError) {
    guard self.dimension == dimension else {
      throw .wrongShape(part: part, found: [self.dimension], dimension: dimension)
    }
    let coordinates = 0..<dimension
    guard (1...4096).contains(features.count),
      features.allSatisfy({ feature in
        feature.products.allSatisfy {
          coordinates.contains($0.first) && coordinates.contains($0.second) && $0.factor.isFinite
        } && (feature.slopes.isEmpty || feature.slopes.count == dimension)
          && feature.slopes.allSatisfy(\.isFinite)
      })
    else { throw .impossible(part: part, "1 to 4096 features of its coordinates") }
    try energy.form.check(dimension: features.count, part: part)
  }
}

extension Energy {
  /// U(φ(x)).
  public static func features(_ energy: FeatureEnergy) -> Energy { Energy(energy) }
}

/// An energy of features for batches.
///
/// With t = ∇φ·c and h = ∇∇U t, the derivatives of c·∇E = Σ uₖ tₖ by x are Σ [hₖ ∇φₖ + uₖ ∇∇φₖ c].
struct FeatureEvaluator<Scalar: NetworkScalar>: EnergyEvaluator {
  /// What the product with the Hessian needs: x and u.
  private struct Slot {
    let point, forces: Batch<Scalar>
  }

  private let inner: AnyEnergyEvaluator<Scalar>
  private let features: [QuadraticFeature]
  private let slots: [Slot]
  /// φ or t, and h or f u.
  private let numbers, results: Batch<Scalar>

  init(_ energy: FeatureEnergy, count: Int, slots: Int, in arena: Arena<Scalar>) {
    inner = Scalar.evaluator(of: energy.energy.form, count: count, slots: slots, in: arena)
    features = energy.features
    let size = energy.features.count
    self.slots = (0..<slots).map { _ in
      Slot(
        point: arena.batch(rows: energy.dimension, count: count),
        forces: arena.batch(rows: size, count: count))
    }
    numbers = arena.batch(rows: size, count: count)
    results = arena.batch(rows: size, count: count)
  }

  func prepare(_ parameters: UnsafePointer<Scalar>) { inner.prepare(parameters) }

  /// Writes φ(x).
  private func measure(_ x: Batch<Scalar>) {
    numbers.clear()
    for (k, feature) in features.enumerated() {
      let number = numbers.coordinate(k)
      for product in feature.products {
        Scalar.add(
          Scalar(product.factor), x.coordinate(product.first), times: x.coordinate(product.second),
          to: number)
      }
      addSlopes(feature, x, to: number)
    }
  }

  /// Adds b·x.
  private func addSlopes(_ feature: QuadraticFeature, _ x: Batch<Scalar>, to number: Batch<Scalar>)
  {
    for (i, b) in feature.slopes.enumerated() where b != 0 {
      Scalar.add(Scalar(b), x.coordinate(i), to: number)
    }
  }

  /// Adds Σ a ∇∇φ x, one a for each vector.
  private func addBend(
    of feature: QuadraticFeature, times a: Batch<Scalar>, _ x: Batch<Scalar>, to y: Batch<Scalar>
  ) {
    for product in feature.products {
      let factor = Scalar(product.factor)
      Scalar.add(
        factor, a, times: x.coordinate(product.second), to: y.coordinate(product.first))
      Scalar.add(
        factor, a, times: x.coordinate(product.first), to: y.coordinate(product.second))
    }
  }

  /// Adds Σ a ∇φ(x), one a for each vector.
  private func addGradients(_ a: Batch<Scalar>, at x: Batch<Scalar>, to y: Batch<Scalar>) {
    for (k, feature) in features.enumerated() {
      addBend(of: feature, times: a.coordinate(k), x, to: y)
      for (i, b) in feature.slopes.enumerated() where b != 0 {
        Scalar.add(Scalar(b), a.coordinate(k), to: y.coordinate(i))
      }
    }
  }

  func addValue(
    at x: Batch<Scalar>, to values: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>
  ) {
    measure(x)
    inner.addValue(numbers, values, parameters)
  }

  func addGradient(
    at x: Batch<Scalar>, to g: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let stored = slots[slot]
    Scalar.scale(1, x, to: stored.point)
    measure(x)
    stored.forces.clear()
    inner.addGradient(numbers, stored.forces, parameters, slot)
    addGradients(stored.forces, at: x, to: g)
  }

  func addHessianProduct(
    with direction: Batch<Scalar>, scaledBy factor: Scalar, to cotangent: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>, slot: Int
  ) {
    let stored = slots[slot]
    let x = stored.point
    numbers.clear()
    for (k, feature) in features.enumerated() {
      let rate = numbers.coordinate(k)
      for product in feature.products {
        let c = Scalar(product.factor)
        let (i, j) = (product.first, product.second)
        Scalar.add(c, x.coordinate(i), times: direction.coordinate(j), to: rate)
        Scalar.add(c, x.coordinate(j), times: direction.coordinate(i), to: rate)
      }
      addSlopes(feature, direction, to: rate)
    }
    results.clear()
    inner.addHessianProduct(numbers, factor, results, gradient, parameters, slot)
    addGradients(results, at: x, to: cotangent)
    Scalar.scale(factor, stored.forces, to: results)
    for (k, feature) in features.enumerated() {
      addBend(of: feature, times: results.coordinate(k), direction, to: cotangent)
    }
  }
}

extension Batch {
  /// One row as a batch.
  fileprivate func coordinate(_ index: Int) -> Batch { slice(index..<index + 1) }
}
