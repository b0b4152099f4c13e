package import Inference
import LinearAlgebra
import RealModule

/// The fit of one coordinate of a triangular map to weighted points, by natural gradients.
///
/// Maximises Σ Wᵢ [log N(xᵢ) + log dxᵢ/dyᵢ] − r |coefficients|², in which x is what the layers make
/// of y. The coordinates of a triangle share no coefficient, so each is fitted alone. A step is (F +
/// 2 r)⁻¹ g with the empirical Fisher matrix F = Σ W g gᵀ of the gradients of single points: where the
/// map describes the points it is the Hessian, and unlike BFGS it leaves tails that few points fix as
/// they are.
///
/// Which of a layer's monomials count is decided by a score test: what a coefficient that is zero would
/// gain, s = g²/(Fⱼⱼ − Fⱼᵢ Fᵢᵢ⁻¹ Fᵢⱼ), times the effective sample size of the points.
package struct ConditionalFit: ~Copyable {
  /// The total degrees of the eight polynomials, m, s, ε and d of both layers.
  package typealias Degrees = SIMD8<Int>

  /// The function, as far as it is fitted.
  package private(set) var layers: ConditionalLayers
  /// Which coefficients are fitted: 8 × monomial + polynomial.
  private var active: [Int]
  private let tileCount: Int
  /// y, tiles × points.
  private let targets: [Double]
  /// W, tiles × points; zero for those that fill the last one up.
  private let weights: [Double]
  /// The monomials, tiles × monomials × points.
  private let features: [Double]
  /// r: a normal prior of width ½ for each coefficient, scaled to the effective sample size of the points.
  private let regularisation: Double
  /// (Σ W)² / Σ W².
  private let effectiveSize: Double
  private let batch = ConditionalBatch()
  /// The negative log-likelihood that was reached.
  private(set) var value = Double.infinity

  /// As many points as these fix a Fisher matrix well enough.
  private static let fisherCount = 4096
  /// What is added to it, so that steps along degenerate directions stay small.
  private static let damping = 1e-3
  /// The gain in units of half a nat from which a coefficient is worth fitting, twice that of chance
  /// once in a thousand.
  private static let leastScore = 10.0
  /// How many coefficients one score test may add.
  private static let mostAdded = 40

  /// The fit of one coordinate.
  ///
  /// - Parameters:
  ///   - layers: the starting point, with all monomials that may be needed.
  ///   - degrees: those of the polynomials that are fitted from the start.
  ///   - rows: y of this coordinate and all before it, (earlier + 1) × points.
  ///   - weights: W, one for each point, that add up to 1.
  package init(
    _ layers: ConditionalLayers, degrees: Degrees, rows: [[Double]], weights: [Double]
  ) {
    self.layers = layers
    let squares = weights.reduce(0) { $0 + $1 * $1 }
    (regularisation, effectiveSize) = (2 * squares, 1 / squares)
    let (count, width) = (weights.count, ConditionalBatch.width)
    let (tileCount, monomials) = ((count + width - 1) / width, layers.features)
    self.tileCount = tileCount
    // Points are dealt out to tiles, so that each tile is a fair sample.
    func dealt(_ values: [Double]) -> [Double] {
      var tiles = [Double](repeating: 0, count: tileCount * width)
      for index in 0..<count {
        tiles[index % tileCount * width + index / tileCount] = values[index]
      }
      return tiles
    }
    let earlier = rows.dropLast().map(dealt)
    targets = dealt(rows.last ?? [])
    self.weights = dealt(weights)
    features = [Double](unsafeUninitializedCapacity: tileCount * monomials.count * width) {
      buffer, initializedCount in
      var values = [Double](repeating: 0, count: max(1, earlier.count) * width)
      for tile in 0..<tileCount {
        for (variable, row) in earlier.enumerated() {
          for i in 0..<width { values[variable * width + i] = row[tile * width + i] }
        }
        guard let start = buffer.baseAddress else { break }
        monomials.evaluate(&values, width: width, into: start + tile * monomials.count * width)
      }
      initializedCount = tileCount * monomials.count * width
    }
    active = (0..<8 * layers.features.count).filter { index in
      index / 8 < monomials.count(upTo: degrees[index % 8])
        || layers.coefficients[index / 8][index % 8] != 0
    }
  }

  /// Fits the coefficients.
  ///
  /// - Parameters:
  ///   - steps: how many natural gradients.
  ///   - candidates: the degrees of the polynomials that a score test looks at.
  ///   - tests: how many score tests follow, each with as many steps after it.
  ///   - stop: when to end early, with whatever there is.
  package mutating func fit(
    steps: Int, candidates: Degrees, tests: Int, unless stop: StopSignal
  ) {
    ascend(steps, unless: stop)
    for _ in 0..<tests where !stop.isRequested {
      guard addCoefficients(upTo: candidates) else { return }
      ascend(steps, unless: stop)
    }
  }

  /// −Σ W [log N(x) + log dx/dy] + r |coefficients|² − ½ log 2π Σ W, with its gradient in all
  /// coefficients, monomials × 8.
  package func evaluate(_ coefficients: [SIMD8<Double>]) -> (value: Double, gradient: [Double]) {
    let count = coefficients.count
    var gradient = [Double](repeating: 0, count: 8 * count)
    var total = 0.0
    for tile in 0..<tileCount {
      total -= withSlopes(tile, coefficients) { weights, features in
        let (width, slopes) = (ConditionalBatch.width, batch.terms)
        for term in 0..<8 {
          let row = slopes + term * width
          for i in 0..<width { row[i] *= weights[i] }
        }
        gradient.withUnsafeMutableBufferPointer {
          guard let start = $0.baseAddress else { return }
          Double.multiply(
            MatrixOperand(features, stride: width),
            MatrixOperand(slopes, stride: width, transposed: true), rows: count, columns: 8,
            inner: width, adding: 1, to: start, resultStride: 8)
        }
      }
    }
    for (index, group) in coefficients.enumerated() {
      for term in 0..<8 {
        total += regularisation * group[term] * group[term]
        gradient[8 * index + term] =
          2 * regularisation * group[term] - gradient[8 * index + term]
      }
    }
    return (total, gradient)
  }

  /// Evaluates a tile, and hands over the slopes of its points, in the batch, with weights and
  /// monomials.
  ///
  /// - Returns: the weighted log-likelihood.
  private func withSlopes(
    _ tile: Int, _ coefficients: [SIMD8<Double>],
    _ body: (_ weights: UnsafePointer<Double>, _ features: UnsafePointer<Double>) -> Void
  ) -> Double {
    let width = ConditionalBatch.width
    return features.withUnsafeBufferPointer { features in
      weights.withUnsafeBufferPointer { weights in
        guard let features = features.baseAddress, let weights = weights.baseAddress else {
          return 0
        }
        let (ownFeatures, ownWeights) = (
          features + tile * coefficients.count * width, weights + tile * width
        )
        batch.evaluate(coefficients, ownFeatures)
        let x = batch.value
        for i in 0..<width { x[i] = targets[tile * width + i] }
        batch.apply()
        var total = 0.0
        for i in 0..<width {
          total += ownWeights[i] * (batch.logDerivative[i] - 0.5 * x[i] * x[i])
        }
        batch.pullBack()
        body(ownWeights, ownFeatures)
        return total
      }
    }
  }

  /// Σ W g gᵀ over a fair sample of points, of some coefficients; only its lower triangle.
  private func fisher(_ indices: [Int]) -> Matrix {
    let (width, size) = (ConditionalBatch.width, indices.count)
    let every = max(1, tileCount * width / Self.fisherCount)
    var elements = [Double](repeating: 0, count: size * size)
    var points = [Double](repeating: 0, count: size * width)
    var roots = [Double](repeating: 0, count: width)
    let terms = batch.terms
    for tile in stride(from: 0, to: tileCount, by: every) {
      _ = withSlopes(tile, layers.coefficients) { weights, features in
        for i in 0..<width { roots[i] = (weights[i] * Double(every)).squareRoot() }
        for term in 0..<8 {
          let row = terms + term * width
          for i in 0..<width { row[i] *= roots[i] }
        }
        points.withUnsafeMutableBufferPointer { points in
          guard let start = points.baseAddress else { return }
          for (row, index) in indices.enumerated() {
            let (feature, slope) = (features + index / 8 * width, terms + index % 8 * width)
            let target = start + row * width
            for i in 0..<width { target[i] = feature[i] * slope[i] }
          }
          elements.withUnsafeMutableBufferPointer {
            guard let result = $0.baseAddress else { return }
            Double.addSquare(of: start, rows: size, columns: width, to: result)
          }
        }
      }
    }
    return Matrix(rows: size, columns: size, elements: elements)
  }

  /// Makes natural-gradient steps until nothing is gained.
  mutating func ascend(_ steps: Int, unless stop: StopSignal) {
    var gradient: [Double]
    (value, gradient) = evaluate(layers.coefficients)
    for _ in 0..<steps where !stop.isRequested {
      guard let factor = regularised(fisher(active)) else { return }
      var direction = active.map { gradient[$0] }
      var span = direction.mutableSpan
      factor.whiten(&span)
      let expected = direction.reduce(0) { $0 + $1 * $1 }
      span = direction.mutableSpan
      factor.solveTransposed(&span)

      var (length, isBetter) = (1.0, false)
      for _ in 0..<6 where !isBetter {
        var next = layers.coefficients
        for (step, index) in zip(direction, active) { next[index / 8][index % 8] -= length * step }
        let (nextValue, nextGradient) = evaluate(next)
        if nextValue < value {
          isBetter = true
          (layers.coefficients, value, gradient) = (next, nextValue, nextGradient)
        } else {
          length *= 0.4
        }
      }
      if !isBetter || expected < 1e-7 { return }
    }
  }

  /// The factor of a Fisher matrix with the prior of the coefficients; nil if rounding has made it
  /// singular.
  private func regularised(_ fisher: Matrix) -> Cholesky? {
    var matrix = fisher
    let largest = fisher.diagonal.max() ?? 0
    for i in 0..<matrix.rows {
      matrix[i, i] += 2 * regularisation + Self.damping + 1e-9 * largest
    }
    return try? Cholesky(matrix)
  }

  /// Adds those coefficients that would gain most.
  ///
  /// - Returns: whether there were some.
  private mutating func addCoefficients(upTo degrees: Degrees) -> Bool {
    let known = Set(active)
    let candidates = (0..<8 * layers.features.count).filter {
      !known.contains($0) && $0 / 8 < layers.features.count(upTo: degrees[$0 % 8])
    }
    if candidates.isEmpty { return false }
    let gradient = evaluate(layers.coefficients).gradient
    let (inner, all) = (active.count, active + candidates)
    let information = fisher(all)
    var own = Matrix(diagonal: active.map { _ in 0 })
    for i in 0..<inner { for j in 0...i { own[i, j] = information[i, j] } }
    guard let factor = regularised(own) else { return false }
    var gains: [(index: Int, score: Double)] = []
    for (place, index) in candidates.enumerated() {
      let row = inner + place
      var mixed = (0..<inner).map { information[row, $0] }
      var span = mixed.mutableSpan
      factor.whiten(&span)
      let rest = information[row, row] - mixed.reduce(0) { $0 + $1 * $1 }
      let score =
        gradient[index] * gradient[index] / max(rest, 1e-3 * information[row, row]) * effectiveSize
      if score > Self.leastScore, rest > 0 { gains.append((index, score)) }
    }
    gains.sort { ($0.score, $1.index) > ($1.score, $0.index) }
    active += gains.prefix(Self.mostAdded).map(\.index)
    return !gains.isEmpty
  }
}
