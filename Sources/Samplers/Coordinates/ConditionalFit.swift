import Inference
import LinearAlgebra
import RealModule

/// The weighted log-likelihood of points under one coordinate of a triangular map, with its gradient
/// in the coefficients by a hand-written adjoint.
///
/// Σ Wᵢ [log N(xᵢ) + log dxᵢ/dyᵢ] − r |coefficients|², in which x is what the layers make of y. The
/// coordinates of a triangle share no coefficient, so each is fitted alone. Points are kept in
/// blocks in which the loops over points are innermost, for the compiler to vectorise; cost about 0.1
/// µs a point.
package struct ConditionalFit {
  private static let width = 64
  /// What is added to the Fisher matrix, so that steps along degenerate directions stay small.
  private static let damping = 1e-2
  /// r: a normal prior of width ½ for each coefficient, against as many draws as the points are
  /// worth.
  private let regularisation: Double

  private let layers: ConditionalLayers
  private let blockCount: Int
  /// y, in blocks.
  private var targets: [Double]
  /// W, in blocks; zero for those that fill the last one up.
  private var weights: [Double]
  /// The monomials: blocks × monomials × points.
  private var features: [Double]

  /// The problem of one coordinate.
  ///
  /// - Parameters:
  ///   - layers: the map, whose coefficients are not looked at.
  ///   - points: y of all coordinates, points × `stride`, in the order of the triangle.
  ///   - coordinate: the coordinate; those before it are the earlier variables.
  ///   - weights: W, one for each point, that add up to 1.
  package init(
    _ layers: ConditionalLayers, points: [Double], stride: Int, earlier: [Int], coordinate: Int,
    weights: [Double]
  ) {
    self.layers = layers
    regularisation = 2 * weights.reduce(0) { $0 + $1 * $1 }
    let (count, width, featureCount) = (weights.count, Self.width, layers.features.count)
    blockCount = (count + width - 1) / width
    targets = [Double](repeating: 0, count: blockCount * width)
    self.weights = targets
    features = [Double](repeating: 0, count: blockCount * width * featureCount)
    var (values, monomials) = (
      [0.0] + earlier.map { _ in 0.0 }, [Double](repeating: 0, count: featureCount)
    )
    for index in 0..<count {
      targets[index] = points[index * stride + coordinate]
      self.weights[index] = weights[index]
      for (position, variable) in earlier.enumerated() {
        values[position] = points[index * stride + variable]
      }
      layers.features.evaluate(&values, into: &monomials)
      let first = (index / width) * width * featureCount + index % width
      for feature in 0..<featureCount { features[first + feature * width] = monomials[feature] }
    }
  }

  /// Returns the negative log-likelihood and writes its gradient.
  package func evaluate(
    _ coefficients: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let width = Self.width
    for index in 0..<gradient.count { gradient[index] = 0 }
    var total = 0.0
    for block in 0..<blockCount {
      total -= withSlopes(block, coefficients) { base, monomials, weights in
        for term in layers.terms.indices {
          let (first, count) = layers.terms[term]
          let slopes = base + (term / 4 * Self.rows + term % 4) * width
          for i in 0..<width { slopes[i] *= weights[i] }
          for feature in 0..<count {
            gradient[first + feature] -= Self.dot(slopes, monomials + feature * width)
          }
        }
      }
    }
    for index in 0..<coefficients.count {
      total += regularisation * coefficients[index] * coefficients[index]
      gradient[index] += 2 * regularisation * coefficients[index]
    }
    return total
  }

  /// The inverse of the empirical Fisher matrix, Σ W g gᵀ over the gradients g of single points.
  ///
  /// Where the map describes the points it is the inverse Hessian, so that a few steps with it do what
  /// hundreds do without: coefficients of layers in a row, and monomials of one variable, are nearly
  /// degenerate. Nil if rounding has made it singular.
  func inverseFisher(_ coefficients: [Double]) -> [Double]? {
    let (width, count) = (Self.width, coefficients.count)
    var fisher = Matrix(diagonal: coefficients.map { _ in 2 * regularisation + Self.damping })
      .elements
    var point = coefficients
    // A few thousand points fix it well enough.
    let every = max(1, blockCount * width / 4096)
    for block in stride(from: 0, to: blockCount, by: every) {
      _ = withSlopes(block, coefficients.span) { base, monomials, weights in
        for i in 0..<width where weights[i] > 0 {
          for term in layers.terms.indices {
            let (first, size) = layers.terms[term]
            let slope = base[(term / 4 * Self.rows + term % 4) * width + i]
            for feature in 0..<size {
              point[first + feature] = slope * monomials[feature * width + i]
            }
          }
          for row in 0..<count {
            let factor = weights[i] * Double(every) * point[row]
            for column in 0...row { fisher[row * count + column] += factor * point[column] }
          }
        }
      }
    }
    let matrix = Matrix(rows: count, columns: count, elements: fisher)
    return (try? Cholesky(matrix))?.inverse.elements
  }

  /// The coefficients at the maximum, from some to begin with.
  ///
  /// - Parameters:
  ///   - stages: how often the Fisher matrix is taken anew.
  ///   - stop: when to end early, with whatever there is.
  func solve(from start: [Double], stages: Int, tolerance: Double, unless stop: StopSignal)
    -> QuasiNewtonMinimizer.Result
  {
    let minimizer = QuasiNewtonMinimizer(
      maximumIterations: 25, gradientTolerance: 0, decreaseTolerance: tolerance, firstStep: 0.3)
    var best = climb(minimizer, from: start, unless: stop)
    for _ in 1..<max(stages, 1) where !stop.isRequested {
      best = climb(minimizer, from: best.position, unless: stop)
    }
    return best
  }

  private func climb(
    _ minimizer: QuasiNewtonMinimizer, from start: [Double], unless stop: StopSignal
  ) -> QuasiNewtonMinimizer.Result {
    minimizer.minimize(from: start, inverseHessian: inverseFisher(start)) { position, gradient in
      // A function that is infinite everywhere ends the search at once.
      stop.isRequested ? .infinity : evaluate(position, gradient: &gradient)
    }
  }

  /// The numbers that a layer keeps of a point.
  private static let rows = 10

  /// Evaluates a block, and hands over the slopes of its points' log-likelihoods in the polynomials of
  /// all layers: in the first four rows of each layer.
  ///
  /// - Returns: the weighted log-likelihood of the block.
  private func withSlopes(
    _ block: Int, _ coefficients: Span<Double>,
    _ body: (
      _ base: UnsafeMutablePointer<Double>, _ monomials: UnsafePointer<Double>,
      _ weights: UnsafePointer<Double>
    ) -> Void
  ) -> Double {
    let (width, layerCount) = (Self.width, layers.degrees.count)
    let featureCount = layers.features.count
    let perLayer = Self.rows * width
    return withUnsafeTemporaryAllocation(
      of: Double.self, capacity: layerCount * perLayer + 3 * width
    ) { scratch in
      features.withUnsafeBufferPointer { features in
        weights.withUnsafeBufferPointer { weights in
          guard let start = scratch.baseAddress, let monomials = features.baseAddress,
            let w = weights.baseAddress
          else { return 0 }
          scratch.initialize(repeating: 0)
          let v = start + layerCount * perLayer
          let (product, linear) = (v + width, v + 2 * width)
          let blockMonomials = monomials + block * width * featureCount
          let blockWeights = w + block * width
          for i in 0..<width {
            v[i] = targets[block * width + i]
            product[i] = 1
          }
          for layer in 0..<layerCount {
            let base = start + layer * perLayer
            polynomials(layer, coefficients, blockMonomials, into: base)
            Self.apply(base, v, product, linear)
          }
          var total = 0.0
          for i in 0..<width {
            let logDensity = linear[i] + 0.5 * .log(product[i]) - 0.5 * v[i] * v[i]
            total += blockWeights[i] * logDensity
            // From here on v is the slope.
            v[i] = -v[i]
          }
          for layer in (0..<layerCount).reversed() {
            Self.pullBack(start + layer * perLayer, v)
          }
          body(start, blockMonomials, blockWeights)
          return total
        }
      }
    }
  }

  /// Σ aᵢ bᵢ over a block, in four sums, which the compiler may keep in lanes.
  private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>) -> Double {
    var sums = SIMD4<Double>.zero
    for i in stride(from: 0, to: width, by: 4) {
      sums.x += a[i] * b[i]
      sums.y += a[i + 1] * b[i + 1]
      sums.z += a[i + 2] * b[i + 2]
      sums.w += a[i + 3] * b[i + 3]
    }
    return sums.sum()
  }

  /// The four polynomials of a layer at the points of a block.
  private func polynomials(
    _ layer: Int, _ coefficients: Span<Double>, _ monomials: UnsafePointer<Double>,
    into base: UnsafeMutablePointer<Double>
  ) {
    let width = Self.width
    for term in 0..<4 {
      let (first, count) = layers.terms[4 * layer + term]
      let sum = base + term * width
      let constant = coefficients[first]
      for i in 0..<width { sum[i] = constant }
      for feature in 1..<max(count, 1) {
        let (coefficient, values) = (coefficients[first + feature], monomials + feature * width)
        for i in 0..<width { sum[i] += coefficient * values[i] }
      }
    }
  }

  /// Applies a layer to v, with what it adds to the log-derivative: a linear part, and a factor under
  /// half a logarithm.
  private static func apply(
    _ base: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>,
    _ product: UnsafeMutablePointer<Double>, _ linear: UnsafeMutablePointer<Double>
  ) {
    let (shift, scale, skewness, tail) = (
      base, base + width, base + 2 * width, base + 3 * width
    )
    let (z, squareRoot, arcsinh) = (base + 4 * width, base + 5 * width, base + 6 * width)
    let (exponential, shrinking, power) = (base + 7 * width, base + 8 * width, base + 9 * width)
    for i in 0..<width { shrinking[i] = .exp(-scale[i]) }
    for i in 0..<width { power[i] = .exp(tail[i]) }
    for i in 0..<width {
      let value = (v[i] - shift[i]) * shrinking[i]
      z[i] = value
      squareRoot[i] = (1 + value * value).squareRoot()
    }
    // Of the magnitude, so that large negative values do not cancel.
    for i in 0..<width {
      let logarithm = Double.log(abs(z[i]) + squareRoot[i])
      arcsinh[i] = z[i] < 0 ? -logarithm : logarithm
    }
    for i in 0..<width { exponential[i] = .exp(power[i] * arcsinh[i] - skewness[i]) }
    for i in 0..<width {
      let inverse = 1 / exponential[i]
      let hyperbolicCosine = 0.5 * (exponential[i] + inverse)
      v[i] = 0.5 * (exponential[i] - inverse)
      let ratio = hyperbolicCosine / squareRoot[i]
      product[i] *= ratio * ratio
      linear[i] += tail[i] - scale[i]
    }
  }

  /// Turns the slope in v′ into that in v, and the four polynomials into the slopes in them.
  private static func pullBack(
    _ base: UnsafeMutablePointer<Double>, _ v: UnsafeMutablePointer<Double>
  ) {
    let (shift, scale, skewness, tail) = (
      base, base + width, base + 2 * width, base + 3 * width
    )
    let (z, squareRoot, arcsinh) = (base + 4 * width, base + 5 * width, base + 6 * width)
    let (exponential, shrinking, power) = (base + 7 * width, base + 8 * width, base + 9 * width)
    for i in 0..<width {
      let inverse = 1 / exponential[i]
      let (cosine, sine) = (0.5 * (exponential[i] + inverse), 0.5 * (exponential[i] - inverse))
      let slopeInA = v[i] * cosine + sine / cosine
      let slopeInZ = (slopeInA * power[i] - z[i] / squareRoot[i]) / squareRoot[i]
      v[i] = slopeInZ * shrinking[i]
      shift[i] = -v[i]
      scale[i] = -slopeInZ * z[i] - 1
      skewness[i] = -slopeInA
      tail[i] = slopeInA * power[i] * arcsinh[i] + 1
    }
  }
}
