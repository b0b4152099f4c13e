/// A number that follows from other parameters: an end of the interval of one, its place or its scale.
enum Bound: Sendable {
  /// constant + Σ coefficient × parameter, the parameters by their places.
  case linear(constant: Double, terms: [(place: Int, coefficient: Double)])
  /// A formula, with the places of its parameters.
  case formula(Expression, places: [Int])

  /// The value at values of all parameters.
  func value(at values: UnsafeMutableBufferPointer<Double>) -> Double {
    switch self {
    case .linear(let constant, let terms):
      var sum = constant
      for i in 0..<terms.count { sum += terms[i].coefficient * values[terms[i].place] }
      return sum
    case .formula(let formula, let places):
      return formula.value { values[places[$0]] }
    }
  }

  /// Adds the gradient, times a factor, to that of all parameters.
  func pullBack(
    _ factor: Double, at values: UnsafeMutableBufferPointer<Double>,
    to adjoint: UnsafeMutableBufferPointer<Double>
  ) {
    if factor == 0 { return }
    switch self {
    case .linear(_, let terms):
      for i in 0..<terms.count { adjoint[terms[i].place] += factor * terms[i].coefficient }
    case .formula(let formula, let places):
      for first in stride(from: 0, to: places.count, by: 8) {
        let block = first..<min(first + 8, places.count)
        let result: Dual<SIMD8<Double>> = formula.value {
          block.contains($0)
            ? Dual(values[places[$0]], seeding: $0 - first) : Dual(values[places[$0]])
        }
        for i in block { adjoint[places[i]] += factor * result.partials[i - first] }
      }
    }
  }

  /// The places of the parameters that it depends on.
  var places: [Int] {
    switch self {
    case .linear(_, let terms): terms.map(\.place)
    case .formula(_, let places): places
    }
  }

  /// The number that it is whatever the parameters are; nil if it depends on one.
  var constant: Double? {
    switch self {
    case .linear(let constant, let terms): terms.isEmpty ? constant : nil
    case .formula(let formula, _): formula.constant
    }
  }
}
