import Inference

/// Three equal normal densities of covariance 0.25 I on a line of the plane, three apart.
enum ThreeModes {
  /// −∫ p log p, in nats: of one axis log 3 + ½ log(2πe/4), less the overlap; of the other ½ log(2πe/4).
  static let entropy = 1.0986 + 2 * (1.4189 - 0.6931) - 0.005

  /// Points, two numbers each.
  static func draw(_ count: Int, using generator: inout RandomStream) -> [Double] {
    (0..<count).flatMap { _ in
      let center = 3 * Double(Int.random(in: -1...1, using: &generator))
      return [
        center + 0.5 * generator.nextStandardNormal(), 0.5 * generator.nextStandardNormal(),
      ]
    }
  }

  /// The same points whenever it is asked for them.
  static func draw(_ count: Int, _ purpose: String) -> [Double] {
    var generator = RandomStream(seed: 1, purpose)
    return draw(count, using: &generator)
  }
}
