import RealModule

/// An observable that knows where its quantities are: c (Π vᵢ^nᵢ)^{1/r} with whole nᵢ.
struct BoundObservable: Sendable {
  private let coefficient: Double
  /// r: powers are halves or thirds, if not whole.
  private let root: Int
  private let count: Int
  private let slots: SIMD4<Int32>
  private let exponents: SIMD4<Int32>
  /// The powers as they are.
  private let powers: SIMD4<Double>
  /// Whether it is c v₀ / v₁, as most are.
  private let isRatio: Bool

  /// - Parameter observable: of at most four factors.
  init(_ observable: Observable, _ universe: UniverseFunction) {
    let factors = observable.factors
    precondition(factors.count <= 4, "\(observable.name) has more than four factors")
    coefficient = observable.coefficient
    count = factors.count
    root =
      [1, 2, 3].first { root in
        factors.allSatisfy {
          abs(Double(root) * $0.power - (Double(root) * $0.power).rounded()) < 1e-12
        }
      } ?? 0
    var (slots, exponents, powers) = (SIMD4<Int32>.zero, SIMD4<Int32>.zero, SIMD4<Double>.zero)
    for (i, factor) in factors.enumerated() {
      guard let slot = universe.slot(of: factor.quantity) else {
        preconditionFailure("\(factor.quantity) was not asked for")
      }
      slots[i] = Int32(slot)
      exponents[i] = Int32((Double(root) * factor.power).rounded())
      powers[i] = factor.power
    }
    (self.slots, self.exponents, self.powers) = (slots, exponents, powers)
    isRatio = count == 2 && root == 1 && exponents[0] == 1 && exponents[1] == -1
  }

  /// The value.
  @inline(__always)
  func value(_ values: Span<Double>) -> Double {
    isRatio
      ? coefficient * values[Int(slots[0])] / values[Int(slots[1])] : productOfPowers(values)
  }

  private func productOfPowers(_ values: Span<Double>) -> Double {
    var product = 1.0
    for i in 0..<count {
      let value = values[Int(slots[i])]
      if root == 0 {
        product *= .pow(value, powers[i])
        continue
      }
      let exponent = exponents[i]
      var power = value
      for _ in 1..<max(1, abs(exponent)) { power *= value }
      product = exponent < 0 ? product / power : product * power
    }
    switch root {
    case 2: return coefficient * product.squareRoot()
    case 3: return coefficient * .root(product, 3)
    default: return coefficient * product
    }
  }

  /// Adds a multiple of the derivatives.
  ///
  /// - Parameter value: the value there.
  @inline(__always)
  func add(
    _ sensitivity: Double, value: Double, _ values: Span<Double>,
    to sensitivities: inout MutableSpan<Double>
  ) {
    if isRatio {
      let slope = sensitivity / values[Int(slots[1])]
      sensitivities[Int(slots[0])] += slope * coefficient
      sensitivities[Int(slots[1])] -= slope * value
    } else {
      addPowers(sensitivity, value: value, values, to: &sensitivities)
    }
  }

  private func addPowers(
    _ sensitivity: Double, value: Double, _ values: Span<Double>,
    to sensitivities: inout MutableSpan<Double>
  ) {
    if count == 1, powers[0] == 1 {
      // A single parameter may be zero.
      sensitivities[Int(slots[0])] += sensitivity * coefficient
      return
    }
    for i in 0..<count {
      let slot = Int(slots[i])
      sensitivities[slot] += sensitivity * powers[i] * value / values[slot]
    }
  }
}
