import RealModule

/// The posterior of another experiment as a prior, from the draws of its chain.
///
/// Each parameter depends linearly on those before it, x = m + Σ r x + y, with the density of y estimated from
/// the chain (`SampledPrior`): means, standard deviations and correlations are those of the chain,
/// and so are the shapes of each parameter given those before it.
public struct ChainPrior: JointPrior, Equatable, Codable {
  /// The parameters.
  public private(set) var names: [String]
  /// What says where it comes from, such as the name of the chain.
  public let source: String
  /// What a reader should know of the chain, in sentences.
  public let notes: [String]
  private let parts: [Part]

  private struct Part: Equatable, Codable {
    /// m and r.
    var constant: Double
    var regression: [Double]
    /// The estimates of y, and of the parameter whatever the others are.
    var conditional, marginal: SampledPrior
    /// How far y is from independent of the parameters before: the largest correlation of y or |y| with
    /// their squares.
    var bend: Double
  }

  /// A prior from draws.
  ///
  /// - Parameters:
  ///   - names: the parameters.
  ///   - source: what says where the draws come from.
  ///   - draws: the values of each parameter, all of the same number.
  ///   - weights: as many as there are draws, not negative.
  ///   - supports: where each parameter can be, one for each. Hard edges are kept by a parameter that depends on none
  ///     before it; of others, draws beyond an edge are as rare as the estimate makes them.
  ///   - notes: what a reader should know of the chain, in sentences.
  public init(
    _ names: [String], source: String, draws: [[Double]], weights: [Double],
    supports: [(lower: Double, upper: Double)], notes: [String] = []
  ) {
    (self.names, self.source, self.notes) = (names, source, notes)
    let largest = weights.max() ?? 1
    let scaled = weights.map { $0 / largest }
    let total = scaled.reduce(0, +)
    func mean(_ values: [Double]) -> Double {
      zip(values, scaled).reduce(0) { $0 + $1.0 * $1.1 } / total
    }
    func product(_ a: [Double], _ b: [Double]) -> Double {
      mean(zip(a, b).map { $0 * $1 })
    }
    // The residuals of the parameters before are uncorrelated, so that each has a share of its own.
    var residuals: [[Double]] = []
    var forms: [(constant: Double, regression: [Double])] = []
    var parts: [Part] = []
    for (k, values) in draws.enumerated() {
      let center = mean(values)
      var rest = values.map { $0 - center }
      let spread = product(rest, rest)
      var (constant, regression) = (center, [Double](repeating: 0, count: k))
      var isFree = true
      for (j, other) in residuals.enumerated() {
        let norm = product(other, other)
        let share = norm > 0 ? product(rest, other) / norm : 0
        // What the noise of a thousand draws makes of nothing is nothing.
        guard share * share * norm > 1e-3 * spread else { continue }
        isFree = false
        rest = zip(rest, other).map { $0 - share * $1 }
        constant -= share * forms[j].constant
        regression[j] += share
        for i in 0..<j { regression[i] -= share * forms[j].regression[i] }
      }
      let support = supports[k]
      let edges = isFree ? support : (-.infinity, .infinity)
      let own = SampledPrior(isFree ? values : rest, weights: scaled, support: edges)
      parts.append(
        Part(
          constant: isFree ? 0 : constant, regression: regression, conditional: own,
          marginal: SampledPrior(values, weights: scaled, support: support),
          bend: residuals.map { Self.bend(rest, $0, mean) }.max() ?? 0))
      forms.append((constant, regression))
      residuals.append(rest)
    }
    self.parts = parts
  }

  /// Too few draws, a parameter that does not vary by itself, or parts that do not fit each other.
  public var flaw: String? {
    for (k, (name, part)) in zip(names, parts).enumerated() {
      if let flaw = part.conditional.flaw ?? part.marginal.flaw { return "\(name): \(flaw)" }
      guard part.regression.count == k, (part.regression + [part.constant]).allSatisfy(\.isFinite)
      else { return "\(name): its regression does not fit the parameters before it" }
    }
    return names.count == parts.count ? nil : "\(parts.count) columns for \(names.count) parameters"
  }

  /// Parameters that depend on others in more than a linear way, which the prior does not follow.
  public var bent: [String] { zip(names, parts).filter { $1.bend > 0.25 }.map(\.0) }

  /// The same density of parameters with other names.
  ///
  /// - Parameter names: as many as there are.
  package func renamed(_ names: [String]) -> ChainPrior {
    var other = self
    other.names = names
    return other
  }

  /// Each parameter given those before it.
  public var conditionals: [ConditionalPrior] {
    parts.map { part in
      .scaled(
        Prior(part.conditional),
        location: LinearForm(part.constant, part.regression), scale: LinearForm(1))
    }
  }

  /// The estimated density of one parameter.
  public func marginal(of index: Int) -> Prior { Prior(parts[index].marginal) }

  /// The chain, and medians with the errors to both sides.
  public func words(_ number: (Double) -> String) -> String {
    let list = zip(names, parts).map { "\($0) \($1.marginal.median(number))" }
    return "from the chain \(source), \(list.joined(separator: ", "))"
  }

  private static func bend(
    _ y: [Double], _ other: [Double], _ mean: ([Double]) -> Double
  ) -> Double {
    func correlation(_ a: [Double], _ b: [Double]) -> Double {
      let (ma, mb) = (mean(a), mean(b))
      let (va, vb) = (mean(a.map { ($0 - ma) * ($0 - ma) }), mean(b.map { ($0 - mb) * ($0 - mb) }))
      let covariance = mean(zip(a, b).map { ($0 - ma) * ($1 - mb) })
      return va > 0 && vb > 0 ? abs(covariance) / (va * vb).squareRoot() : 0
    }
    let squares = other.map { $0 * $0 }
    return max(correlation(y, squares), correlation(y.map(abs), squares))
  }
}
