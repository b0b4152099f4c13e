import Inference
import RealModule

/// Student's t as a mixture of normal densities of variance v/λ, λ ~ Gamma(ν/2, ν/2), by quadrature over λ:
/// for sums with normal deviates, which have no closed form.
///
/// In the variable of Wilson & Hilferty (1931, PNAS 17, 684), λ = (1 − 2/(9ν) + x √(2/(9ν)))³, the density
/// is nearly normal in x for any ν. Probabilities are accurate to about 1e-6.
struct StudentScales {
  typealias Lanes = SIMD8<Double>

  /// A node: 1/λ and its weight, with their derivatives in 1/ν.
  struct Node {
    var inverse, weight: Double
    var inverseSlope = 0.0
    var weightSlope = 0.0
  }

  static let none = StudentScales(nodes: [])

  private let nodes: [Node]

  private static let rule = GaussLegendre(count: 24)

  private init(nodes: [Node]) { self.nodes = nodes }

  /// The nodes for a value of 1/ν.
  init(_ inverse: Double) {
    let step = 1e-4 * inverse
    let (above, below) = (Self.values(inverse + step), Self.values(inverse - step))
    nodes = zip(Self.values(inverse), zip(above, below)).map { node, sides in
      Node(
        inverse: node.inverse, weight: node.weight,
        inverseSlope: (sides.0.inverse - sides.1.inverse) / (2 * step),
        weightSlope: (sides.0.weight - sides.1.weight) / (2 * step))
    }
  }

  private static func values(_ inverse: Double) -> [Node] {
    let variance = 2 * inverse / 9
    let width = variance.squareRoot()
    // The cube is positive.
    let low = max(-6, -(1 - variance) / width)
    let nodes = zip(rule.nodes, rule.weights).map { node, weight in
      let x = low + (6 - low) * node
      let root = 1 - variance + x * width
      let scale = root * root * root
      let logDensity = (Double.log(scale) - scale + 1) / (2 * inverse) - .log(scale)
      return Node(
        inverse: 1 / scale, weight: weight * root * root * .exp(logDensity))
    }
    let sum = nodes.reduce(0) { $0 + $1.weight }
    return nodes.map { Node(inverse: $0.inverse, weight: $0.weight / sum) }
  }

  /// The log of the probability that t √v and a normal deviate stay below a margin in their sum, with its
  /// derivatives.
  func detection(
    _ margin: Lanes, _ variance: Lanes, other: Lanes
  ) -> (
    value: Lanes, marginSlope: Lanes, slope: Lanes, otherSlope: Lanes, inverseSlope: Lanes
  ) {
    var probability = Lanes.zero
    var (marginSlope, slope, otherSlope) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var inverseSlope = Lanes.zero
    for node in nodes {
      let part = NormalNoise.detection(margin, other + variance * node.inverse)
      let share = Lanes.exp(part.value)
      let weighted = node.weight * share
      probability += weighted
      marginSlope += weighted * part.marginSlope
      otherSlope += weighted * part.slope
      slope += weighted * part.slope * node.inverse
      inverseSlope +=
        node.weightSlope * share + weighted * part.slope * variance * node.inverseSlope
    }
    // Where no node leaves a chance, the logarithm is as low as it gets.
    let safe = probability.replacing(with: 1e-300, where: probability .< 1e-300)
    let inverse = 1 / safe
    return (
      Lanes.log(safe), marginSlope * inverse, slope * inverse, otherSlope * inverse,
      inverseSlope * inverse
    )
  }
}
