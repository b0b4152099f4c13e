import Inference
public import LinearAlgebra
import RealModule

/// A mixture of proposal densities, whose draws are all weighted by the whole mixture (the
/// balance heuristic, Veach & Guibas 1995).
///
/// Weights against a mixture are bounded by those against each part divided by its share, so one part makes
/// up for what another misses. In coordinates in which the prior is N(0, I).
public struct ProposalMixture: Sendable, Codable, Equatable {
  /// One of its densities.
  public enum Part: Sendable, Codable, Equatable {
    /// N(0, I), the prior.
    case prior
    /// A Student t density.
    case student(StudentDensity)
    /// N(0, I) carried through a map.
    case map(TransportMap)
    /// 0.9 N(0, I) + 0.1 t₅(0, 1.2² I) carried through a map.
    case wideMap(TransportMap)
  }

  /// The densities.
  public let parts: [Part]
  /// The share of each; they add up to 1.
  public let shares: [Double]
  /// The number of coordinates.
  public let dimension: Int

  /// A mixture; shares need not add up to 1.
  public init(_ parts: [Part], shares: [Double], dimension: Int) {
    precondition(
      parts.count == shares.count && !parts.isEmpty && shares.allSatisfy { $0 > 0 },
      "a share above 0 for each part")
    let sum = shares.reduce(0, +)
    self.parts = parts
    self.shares = shares.map { $0 / sum }
    self.dimension = dimension
  }

  private enum CodingKeys: CodingKey {
    case parts, shares, dimension
  }

  /// Reads a mixture; one that contradicts itself is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (parts, shares, dimension) = (
      try container.decode([Part].self, forKey: .parts),
      try container.decode([Double].self, forKey: .shares),
      try container.decode(Int.self, forKey: .dimension)
    )
    guard !parts.isEmpty, parts.count == shares.count, dimension > 0,
      shares.allSatisfy({ $0 > 0 && $0.isFinite }),
      parts.allSatisfy({ $0.dimension == nil || $0.dimension == dimension })
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .parts, in: container, debugDescription: "parts that do not fit each other")
    }
    (self.parts, self.shares, self.dimension) = (parts, shares, dimension)
  }

  /// A wide density that covers what a fitted proposal may miss: ½ N(0, I) + ½ Student t with three
  /// degrees of freedom, around the mean of the posterior and with 1.3 times its scale.
  ///
  /// A share ε of draws from it bounds the weights of all: by the half that is the prior, w/Z ≤ 2 max L /
  /// (ε Z); the other half finds tails at a distance at which a prior has few draws.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is not positive definite.
  public static func wide(
    mean: [Double], covariance: Matrix
  ) throws(NotPositiveDefinite) -> ProposalMixture {
    let student = try StudentDensity(mean: mean, covariance: covariance, stretch: 1.3, freedom: 3)
    return ProposalMixture([.prior, .student(student)], shares: [1, 1], dimension: mean.count)
  }

  /// The same around the prior, when nothing is known of the posterior.
  public static func aroundPrior(dimension: Int) -> ProposalMixture {
    do {
      return try wide(
        mean: [Double](repeating: 0, count: dimension), covariance: .identity(dimension))
    } catch {
      preconditionFailure("the identity is a covariance: \(error)")
    }
  }

  /// Writes a draw of a part chosen at random.
  func sample(
    into point: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    // Any number of a series has the right chance of each part, if its multiples keep their fractions.
    sample(Int(generator.next() >> 40), into: &point, using: &generator)
  }

  /// The log density at many points, `dimension` numbers each.
  package func logDensities(at points: Span<Double>) -> [Double] {
    var sums = [Double](repeating: -.infinity, count: points.count / dimension)
    for (part, share) in zip(parts, shares) {
      let offset = Double.log(share)
      for (index, value) in part.logDensities(at: points, dimension: dimension).enumerated() {
        // Where a map overflows, its density has long underflowed and is NaN.
        sums[index] = logSum(sums[index], offset + value)
      }
    }
    return sums
  }

  /// The log density at a point.
  public func logDensity(at point: Span<Double>) -> Double { logDensities(at: point)[0] }

  /// Which part makes a draw of a series: each has its share of any stretch of the series.
  public func part(of index: Int) -> Int {
    // Multiples of the golden ratio fill the unit interval evenly.
    let place = Double(index) * 0.618_033_988_749_894_8
    var rest = place - place.rounded(.down)
    for (part, share) in shares.enumerated() {
      if rest < share { return part }
      rest -= share
    }
    return shares.count - 1
  }

  /// The draws of some numbers in a series, `dimension` numbers each.
  func points(_ range: Range<Int>, using generator: inout RandomStream) -> [Double] {
    var points: [Double] = []
    points.reserveCapacity(range.count * dimension)
    var point = [Double](repeating: 0, count: dimension)
    for index in range {
      var span = point.mutableSpan
      sample(index, into: &span, using: &generator)
      points += point
    }
    return points
  }

  /// Writes the draw of a number in a series.
  public func sample(
    _ index: Int, into point: inout MutableSpan<Double>,
    using generator: inout some RandomNumberGenerator
  ) {
    parts[part(of: index)].sample(into: &point, using: &generator)
  }
}

extension ProposalMixture.Part {
  /// The degrees of freedom, the width and the share of the tails of a `wideMap`.
  private static let (freedom, width, tailShare) = (5, 1.2, 0.1)

  /// The log density at points, `dimension` numbers each.
  func logDensities(at points: Span<Double>, dimension: Int) -> [Double] {
    let count = points.count / dimension
    func each(_ density: (Span<Double>) -> Double) -> [Double] {
      (0..<count).map { density(points.extracting($0 * dimension..<($0 + 1) * dimension)) }
    }
    let logNorm = Double(dimension) * NormalDistribution.logDensity(at: 0)
    switch self {
    case .prior:
      return each { point in
        var square = 0.0
        for i in 0..<dimension { square += point[i] * point[i] }
        return logNorm - 0.5 * square
      }
    case .student(let density): return each { density.logDensity(at: $0) }
    case .map(let map):
      var values = [Double](repeating: 0, count: count)
      map.forEach(of: points) { values[$0] = logNorm - 0.5 * $1 + $2 }
      return values
    case .wideMap(let map):
      let (nu, size) = (Double(Self.freedom), Double(dimension))
      let constant =
        Double.logGamma(0.5 * (nu + size)) - .logGamma(0.5 * nu) - 0.5 * size * .log(nu * .pi)
        - size * .log(Self.width) + .log(Self.tailShare)
      let own = logNorm + .log(1 - Self.tailShare)
      var values = [Double](repeating: 0, count: count)
      map.forEach(of: points) { index, square, logDerivative in
        let tail =
          constant - 0.5 * (nu + size) * .log(onePlus: square / (nu * Self.width * Self.width))
        values[index] = logSum(own - 0.5 * square, tail) + logDerivative
      }
      return values
    }
  }

  /// The number of coordinates; nil for the prior, which has any.
  fileprivate var dimension: Int? {
    switch self {
    case .prior: nil
    case .student(let density): density.dimension
    case .map(let map), .wideMap(let map): map.dimension
    }
  }

  /// Writes a draw.
  func sample(
    into point: inout MutableSpan<Double>, using generator: inout some RandomNumberGenerator
  ) {
    switch self {
    case .prior: generator.fillWithStandardNormals(&point)
    case .student(let density): density.sample(into: &point, using: &generator)
    case .map(let map): Self.sample(map, scale: 1, into: &point, using: &generator)
    case .wideMap(let map):
      let isTail = generator.nextUniform() < Self.tailShare
      let scale =
        isTail
        ? Self.width * StudentDensity.stretch(freedom: Self.freedom, using: &generator) : 1
      Self.sample(map, scale: scale, into: &point, using: &generator)
    }
  }

  private static func sample(
    _ map: TransportMap, scale: Double, into point: inout MutableSpan<Double>,
    using generator: inout some RandomNumberGenerator
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: map.dimension) { scratch in
      scratch.initialize(repeating: 0)
      var coordinates = scratch.mutableSpan
      generator.fillWithStandardNormals(&coordinates)
      for i in 0..<coordinates.count { coordinates[i] *= scale }
      _ = map.point(at: coordinates.span, &point)
    }
  }
}
