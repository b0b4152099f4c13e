import Foundation
import GenerativeStudy

extension PotentialTarget {
  /// Two concentric rings, which all rotations leave as they are: a uniform angle, and a radius of
  /// 1 (40 %) or 2.5 (60 %) with a normal width of 0.25.
  static var rings: PotentialTarget {
    PotentialTarget("rings", edge: 4) { x, y in
      let radius = hypot(x, y)
      let density = [(0.4, 1.0), (0.6, 2.5)].reduce(0) { sum, ring in
        // A negative radius is one on the other side.
        let (near, far) = ((radius - ring.1) / 0.25, (radius + ring.1) / 0.25)
        return sum + ring.0 * (exp(-0.5 * near * near) + exp(-0.5 * far * far))
      }
      return log(radius) - log(density)
    }
  }

  /// As many Gaussians of standard deviation 0.3 on a circle of radius 2, which only multiples of one
  /// angle leave as they are.
  static func gaussians(_ count: Int) -> PotentialTarget {
    PotentialTarget("gaussians", edge: 4) { x, y in
      -log(
        (0..<count).reduce(1e-300) { sum, k in
          let angle = 2 * Double.pi * Double(k) / Double(count)
          let (dx, dy) = ((x - 2 * cos(angle)) / 0.3, (y - 2 * sin(angle)) / 0.3)
          return sum + exp(-0.5 * (dx * dx + dy * dy))
        })
    }
  }
}
