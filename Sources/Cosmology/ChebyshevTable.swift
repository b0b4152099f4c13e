/// A list of numbers as a function of two coefficients of light curves: polynomials of Chebyshev through their values at the
/// nodes of a grid.
///
/// f_p(α, β) = Σ c_klp T_k(a) T_l(b) with the places a and b of the coefficients in [−1, 1].
struct ChebyshevTable: Sendable {
  let box: CoefficientBox
  /// The number of functions.
  let count: Int
  /// For each k the number of terms in l.
  private let rows: [Int]
  /// c, functions in blocks of eight: for each k and each block the terms in l.
  private let coefficients: [SIMD8<Double>]

  /// A table from values.
  ///
  /// - Parameters:
  ///   - box: the ranges of the coefficients.
  ///   - counts: the numbers of nodes.
  ///   - values: the functions at the nodes of the box.
  init(_ box: CoefficientBox, _ counts: (alpha: Int, beta: Int), values: [[Double]]) {
    self.box = box
    count = values.first?.count ?? 0
    let (first, second) = (
      ChebyshevGrid(count: counts.alpha), ChebyshevGrid(count: counts.beta)
    )
    rows = Array(repeating: second.count, count: first.count)
    let blocks = values.map(Self.blocks)
    let width = blocks.first?.count ?? 0
    // Along β, then along α.
    var partial = [SIMD8<Double>](repeating: .zero, count: first.count * second.count * width)
    var all = partial
    for i in 0..<first.count {
      for j in 0..<second.count {
        for l in 0..<second.count {
          let weight = second.transform[j * second.count + l]
          for p in 0..<width {
            partial[(i * second.count + l) * width + p] += weight * blocks[i * second.count + j][p]
          }
        }
      }
    }
    let length = second.count * width
    for i in 0..<first.count {
      for k in 0..<first.count {
        let weight = first.transform[i * first.count + k]
        for p in 0..<length { all[k * length + p] += weight * partial[i * length + p] }
      }
    }
    coefficients = Self.coefficients(rows, width: width) { k, l, p in
      all[k * length + l * width + p]
    }
  }

  private init(
    _ other: ChebyshevTable, rows: [Int],
    _ term: (_ k: Int, _ l: Int, _ block: Int) -> SIMD8<Double>
  ) {
    (box, count, self.rows) = (other.box, other.count, rows)
    coefficients = Self.coefficients(rows, width: other.width, term)
  }

  private static func coefficients(
    _ rows: [Int], width: Int, _ term: (_ k: Int, _ l: Int, _ block: Int) -> SIMD8<Double>
  ) -> [SIMD8<Double>] {
    rows.indices.flatMap { k in
      (0..<width).flatMap { p in (0..<rows[k]).map { l in term(k, l, p) } }
    }
  }

  /// Numbers in blocks of eight, padded with zeros.
  static func blocks(_ numbers: [Double]) -> [SIMD8<Double>] {
    stride(from: 0, to: numbers.count, by: 8).map { first in
      var block = SIMD8<Double>.zero
      for p in first..<min(first + 8, numbers.count) { block[p - first] = numbers[p] }
      return block
    }
  }

  /// The number of blocks of functions.
  var width: Int { (count + 7) / 8 }

  /// The number of terms of each function.
  var termCount: Int { rows.reduce(0, +) }

  /// c for some k and l, of a block of functions.
  private func term(_ k: Int, _ l: Int, _ block: Int) -> SIMD8<Double> {
    coefficients[(rows.prefix(k).reduce(0, +) * width) + block * rows[k] + l]
  }

  /// The largest contribution of each term to some sums of functions, by k and l.
  ///
  /// - Parameter weights: those of the functions, in blocks, for each sum.
  func sizes(for weights: [[SIMD8<Double>]]) -> [[Double]] {
    rows.indices.map { k in
      (0..<rows[k]).map { l in
        let blocks = (0..<width).map { term(k, l, $0) }
        return weights.reduce(0) { largest, weights in
          let sum = blocks.indices.reduce(SIMD8<Double>.zero) { $0 + weights[$1] * blocks[$1] }
          return max(largest, abs(sum.sum()))
        }
      }
    }
  }

  /// The table without the last terms in l whose sizes are below a threshold.
  func dropping(below threshold: Double, _ sizes: [[Double]]) -> ChebyshevTable {
    let kept = sizes.map { ($0.lastIndex { !($0 < threshold) } ?? -1) + 1 }
    return ChebyshevTable(self, rows: kept, term)
  }

  /// Returns a weighted sum of the functions with its derivatives, and writes the functions.
  ///
  /// Cost: two multiplications for each term of each function.
  ///
  /// - Parameters:
  ///   - first: α in its range.
  ///   - second: β in its range.
  ///   - weights: `width` blocks.
  ///   - functions: `width` blocks, overwritten.
  func evaluate(
    alpha first: Double, beta second: Double, weights: UnsafePointer<SIMD8<Double>>,
    functions: UnsafeMutablePointer<SIMD8<Double>>
  ) -> (value: Double, alphaSlope: Double, betaSlope: Double) {
    let ((a, alphaScale), (b, betaScale)) = (
      box.alpha.place(of: first), box.beta.place(of: second)
    )
    let width = width
    for p in 0..<width { functions[p] = .zero }
    var (value, alphaSlope, betaSlope) = (0.0, 0.0, 0.0)
    let longest = rows.max() ?? 0
    // Each stays on the stack, as long as it is below a kilobyte.
    withUnsafeTemporaryAllocation(of: Double.self, capacity: longest) { factors in
      withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: longest) { sums in
        coefficients.withUnsafeBufferPointer { coefficients in
          guard var terms = coefficients.baseAddress, let factors = factors.baseAddress,
            let sums = sums.baseAddress
          else { return }
          var outer = Polynomial(a)
          for length in rows {
            var inner = Polynomial(b)
            for l in 0..<length {
              factors[l] = outer.value * inner.value
              sums[l] = .zero
              inner.advance()
            }
            for p in 0..<width {
              let weight = weights[p]
              var function = functions[p]
              for l in 0..<length {
                let block = terms[l]
                function += factors[l] * block
                let product = weight * block
                let half = product.lowHalf + product.highHalf
                sums[l] += half.lowHalf + half.highHalf
              }
              functions[p] = function
              terms += length
            }
            inner = Polynomial(b)
            var (sum, slope) = (0.0, 0.0)
            for l in 0..<length {
              let part = sums[l].sum()
              sum += inner.value * part
              slope += inner.slope * part
              inner.advance()
            }
            value += outer.value * sum
            alphaSlope += outer.slope * sum
            betaSlope += outer.value * slope
            outer.advance()
          }
        }
      }
    }
    return (value, alphaScale * alphaSlope, betaScale * betaSlope)
  }

  /// T_k and its derivative, one k after the other.
  private struct Polynomial {
    private let double: Double
    private(set) var value = 1.0
    private(set) var slope = 0.0
    // T₋₁ = T₁.
    private var previous: Double
    private var previousSlope = 1.0

    init(_ x: Double) {
      double = 2 * x
      previous = x
    }

    mutating func advance() {
      (previous, value, previousSlope, slope) = (
        value, double * value - previous, slope, 2 * value + double * slope - previousSlope
      )
    }
  }
}
