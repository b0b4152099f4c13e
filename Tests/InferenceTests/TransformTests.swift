import Inference
import Testing

@Suite struct TransformTests {
  static let transforms: [Transform] = [
    .identity, .log(lower: -1.5), .logit(lower: 0, upper: 1), .logit(lower: -3, upper: 0.3),
  ]

  @Test("derivative and log-Jacobian belong to the value", arguments: transforms)
  func derivatives(transform: Transform) {
    for q in stride(from: -6.0, through: 6, by: 0.75) {
      let image = transform(q)
      let step = 1e-4
      let slope = (transform(q + step).value - transform(q - step).value) / (2 * step)
      #expect(abs(image.derivative - slope) < 1e-7 * max(1, slope))
      #expect(abs(image.logJacobian - .log(image.derivative)) < 1e-12)
      let second =
        (transform(q + step).logJacobian - transform(q - step).logJacobian) / (2 * step)
      #expect(abs(image.logJacobianDerivative - second) < 1e-7)
    }
  }

  @Test("the coordinate of the image is the point", arguments: transforms)
  func inverse(transform: Transform) {
    for q in stride(from: -12.0, through: 12, by: 1.5) {
      #expect(abs(transform.coordinate(of: transform(q).value) - q) < 1e-8 * max(1, abs(q)))
    }
  }

  @Test(
    "far out nothing overflows and the image stays in the interval",
    arguments: [-1e300, -800, 800, 1e300])
  func farOut(q: Double) {
    let image = Transform.logit(lower: 0, upper: 1)(q)
    #expect((0...1).contains(image.value))
    #expect(image.logJacobian == -abs(q))
    #expect(image.logJacobianDerivative == (q < 0 ? 1 : -1))
  }
}
