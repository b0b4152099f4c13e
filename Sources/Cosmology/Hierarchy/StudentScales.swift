import Inference
import RealModule

/// Student's t as a mixture of normal densities of variance v/λ, λ ~ Gamma(ν/2, ν/2), by quadrature over λ:
/// for sums with normal deviates, which have no closed form.
///
/// In the variable of Wilson & Hilferty (1931, PNAS 17, 684), λ = (1 − 2/(9ν) + x √(2/(9ν)))³, the density
/// is nearly normal in x for any ν. Probabilities are accurate to about 1e-6, and their logarithms far below the mean to about 1e-3.
struct StudentScales {
  typealias Lanes = SIMD8<Double>

  /// A node: 1/λ and the logarithm of its weight, with their derivatives in 1/ν.
  struct Node {
    var inverse, logWeight: Double
    var inverseSlope = 0.0
    var logWeightSlope = 0.0
  }

  static let none = StudentScales(nodes: [], tail: 0)

  private let nodes: [Node]
  /// How many of the first nodes are for margins far below the mean alone.
  private let tailCount: Int

  private static let rule = GaussLegendre(count: 24)
  private static let tailRule = GaussLegendre(count: 32)
  /// Beyond as many deviations of x, and as many of the sum, the tail of λ decides.
  private static let reach = 6.0

  private init(nodes: [Node], tail: Int) { (self.nodes, tailCount) = (nodes, tail) }

  /// The nodes for a value of 1/ν.
  init(_ inverse: Double) {
    let step = 1e-4 * inverse
    let (above, below) = (Self.values(inverse + step), Self.values(inverse - step))
    let values = Self.values(inverse)
    nodes = zip(values, zip(above, below)).map { node, sides in
      Node(
        inverse: node.inverse, logWeight: node.logWeight,
        inverseSlope: (sides.0.inverse - sides.1.inverse) / (2 * step),
        logWeightSlope: (sides.0.logWeight - sides.1.logWeight) / (2 * step))
    }
    tailCount = values.count - Self.rule.nodes.count
  }

  /// Nodes down to λ → 0, the tail first where there is one.
  private static func values(_ inverse: Double) -> [Node] {
    let variance = 2 * inverse / 9
    let width = variance.squareRoot()
    // The cube is positive.
    let end = -(1 - variance) / width
    let low = max(-reach, end)
    func panel(_ rule: GaussLegendre, _ low: Double, _ high: Double) -> [Node] {
      zip(rule.nodes, rule.weights).map { node, weight in
        let x = low + (high - low) * node
        let root = 1 - variance + x * width
        let scale = root * root * root
        let logDensity = (Double.log(scale) - scale + 1) / (2 * inverse) - .log(scale)
        return Node(
          inverse: 1 / scale,
          logWeight: .log(weight * (high - low) * root * root) + logDensity)
      }
    }
    let middle = panel(rule, low, reach)
    let tail = low > end ? panel(tailRule, end, low) : []
    let largest = middle.reduce(-Double.infinity) { max($0, $1.logWeight) }
    let logSum = largest + .log(middle.reduce(0) { $0 + .exp($1.logWeight - largest) })
    return (tail + middle).map { Node(inverse: $0.inverse, logWeight: $0.logWeight - logSum) }
  }

  /// The log of the probability that t √v and a normal deviate stay below a margin in their sum, with its
  /// derivatives.
  func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes
  ) -> (
    value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes, inverseSlope: Lanes
  ) {
    // Few margins are so low that the tail of λ has a part in them.
    let deviations = margin / (variance + other).squareRoot()
    let first = deviations.min() < -Self.reach ? 0 : tailCount
    // Sums relative to the largest term so far, as the smallest may be beyond the range of numbers.
    var (top, sum) = (Lanes(repeating: -.infinity), Lanes.zero)
    var (marginSlope, slope, otherSlope) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var inverseSlope = Lanes.zero
    for node in nodes[first...] {
      let part = NormalNoise.detection(margin, other + variance * node.inverse)
      let value = part.value + node.logWeight
      let larger = top.replacing(with: value, where: value .> top)
      let (kept, share) = (Lanes.exp(top - larger), Lanes.exp(value - larger))
      let inVariance = share * part.slope
      top = larger
      sum = kept * sum + share
      marginSlope = kept * marginSlope + share * part.marginSlope
      otherSlope = kept * otherSlope + inVariance
      slope = kept * slope + inVariance * node.inverse
      inverseSlope = kept * inverseSlope + share * node.logWeightSlope
      inverseSlope += inVariance * (variance * node.inverseSlope)
    }
    let inverse = 1 / sum
    return (
      top + Lanes.log(sum), marginSlope * inverse, slope * inverse, otherSlope * inverse,
      inverseSlope * inverse
    )
  }
}
