import RealModule

/// The monomials of a few variables up to a total degree, in order of degree: 1; a, b; a², ab, b²; ….
///
/// Each is one multiplication, of an earlier one by a variable. Polynomials of a lower degree use the
/// first of them.
package struct PolynomialFeatures: Sendable, Equatable {
  /// The number of variables, which may be 0.
  package let variableCount: Int
  /// The monomial that a monomial is made from, and the variable that it is multiplied by; of no
  /// meaning for the first, which is 1.
  let factors: [(parent: Int, variable: Int)]
  /// How many monomials there are up to degree 0, 1, ….
  package let counts: [Int]

  /// The monomials up to a degree.
  package init(variableCount: Int, degree: Int) {
    self.variableCount = variableCount
    var factors = [(parent: 0, variable: 0)]
    var counts = [1]
    var last = 0..<1
    for _ in 0..<degree {
      let first = factors.count
      for parent in last {
        // A variable no earlier than those of the parent, so that each product comes once.
        let least = parent == 0 ? 0 : factors[parent].variable
        for variable in least..<max(variableCount, least) { factors.append((parent, variable)) }
      }
      last = first..<factors.count
      counts.append(factors.count)
    }
    self.factors = factors
    self.counts = counts
  }

  /// The number of monomials of some variables up to a degree, (variables + degree)! / (variables!
  /// degree!); a million stands for all that are more.
  static func count(variables: Int, degree: Int) -> Int {
    var count = 1
    for k in 0..<degree where count < 1_000_000 { count = count * (variables + k + 1) / (k + 1) }
    return min(count, 1_000_000)
  }

  /// The number of monomials.
  package var count: Int { factors.count }

  /// The number of monomials up to a degree.
  package func count(upTo degree: Int) -> Int { counts[min(degree, counts.count - 1)] }

  package static func == (a: Self, b: Self) -> Bool {
    a.variableCount == b.variableCount && a.counts == b.counts
  }

  /// Writes all monomials, of variables bounded by `squash`.
  ///
  /// - Parameters:
  ///   - values: y, `variableCount` of them or more.
  ///   - features: `count` elements.
  @inline(__always)
  package func evaluate(
    _ values: UnsafePointer<Double>, into features: UnsafeMutablePointer<Double>
  ) {
    features[0] = 1
    for index in 1..<max(count, 1) {
      let factor = factors[index]
      features[index] = features[factor.parent] * Self.squash(values[factor.variable])
    }
  }

  /// Writes all monomials of many points.
  ///
  /// - Parameters:
  ///   - values: y, variables × width.
  ///   - width: the number of points.
  ///   - features: monomials × width, overwritten.
  func evaluate(
    _ values: UnsafePointer<Double>, width: Int, into features: UnsafeMutablePointer<Double>
  ) {
    for i in 0..<width { features[i] = 1 }
    for index in 1..<max(count, 1) {
      let (parent, variable) = factors[index]
      let row = features + index * width
      if parent == 0 {
        let y = values + variable * width
        for i in 0..<width { row[i] = Self.squash(y[i]) }
      } else {
        // The monomials of degree one follow the first, in the order of the variables.
        let (left, right) = (features + parent * width, features + (1 + variable) * width)
        for i in 0..<width { row[i] = left[i] * right[i] }
      }
    }
  }

  /// Turns the derivatives of a function in the monomials into those in y, which are added up.
  ///
  /// - Parameters:
  ///   - slopes: the derivatives in the monomials, overwritten.
  ///   - gradient: at least `variableCount` elements, added to.
  @inline(__always)
  package func pullBack(
    _ slopes: UnsafeMutablePointer<Double>, _ values: UnsafePointer<Double>,
    _ features: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    for index in stride(from: count - 1, to: 0, by: -1) {
      let (parent, variable) = factors[index]
      let y = values[variable]
      slopes[parent] += slopes[index] * Self.squash(y)
      let root = (9 + y * y).squareRoot()
      gradient[variable] += slopes[index] * features[parent] * 13.5 / (root * root * root)
    }
  }

  /// 1.5 y / √(9 + y²): nearly ½ y up to y = 3, so that it still distinguishes values in the tails, and
  /// bounded, so that nothing explodes beyond.
  @inline(__always)
  static func squash(_ y: Double) -> Double { 1.5 * y / (9 + y * y).squareRoot() }
}
