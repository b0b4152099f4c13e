public import Inference
import RealModule

/// The natural coordinates x of parameters (logits, logarithms, values) for points u at which their
/// priors are N(0, 1): each parameter is the same number of both, θ(x) = θ(u).
public struct NaturalCoordinates: Coordinates {
  private let transforms: [(natural: Transform, normal: Transform)]
  /// The space, if its parameters depend on each other.
  private let dependent: ParameterSpace?

  /// The natural coordinates of a space's free parameters.
  public init(_ space: ParameterSpace) {
    transforms = space.free.map { (natural: $0.transform, normal: .standardNormal($0.prior)) }
    dependent = space.isDependent ? space : nil
  }

  /// The number of free parameters.
  public var dimension: Int { transforms.count }

  /// Writes u(x).
  public func point(at coordinates: Span<Double>, _ point: inout MutableSpan<Double>) -> Double {
    if let dependent {
      return dependent.carry(coordinates, from: .natural, to: .standardNormal, into: &point)
    }
    var logJacobian = 0.0
    for i in 0..<transforms.count {
      let image = transforms[i].natural(coordinates[i])
      point[i] = transforms[i].normal.coordinate(of: image.value)
      logJacobian += image.logJacobian - transforms[i].normal(point[i]).logJacobian
    }
    return logJacobian
  }

  /// Writes x(u).
  public func coordinates(
    of point: Span<Double>, _ coordinates: inout MutableSpan<Double>
  ) -> Double {
    if let dependent {
      return -dependent.carry(point, from: .standardNormal, to: .natural, into: &coordinates)
    }
    var logJacobian = 0.0
    for i in 0..<transforms.count {
      let image = transforms[i].normal(point[i])
      coordinates[i] = transforms[i].natural.coordinate(of: image.value)
      logJacobian += transforms[i].natural(coordinates[i]).logJacobian - image.logJacobian
    }
    return logJacobian
  }

  /// Writes the gradient in x, coordinate by coordinate.
  public func pullBack(
    _ gradient: inout MutableSpan<Double>, at coordinates: Span<Double>, point: Span<Double>
  ) {
    if let dependent {
      return dependent.carryGradient(
        &gradient, at: point, in: .standardNormal, to: .natural, at: coordinates)
    }
    for i in 0..<transforms.count {
      let natural = transforms[i].natural(coordinates[i])
      let normal = transforms[i].normal(point[i])
      let slope = Double.exp(natural.logJacobian - normal.logJacobian)
      gradient[i] =
        (gradient[i] - normal.logJacobianDerivative) * slope + natural.logJacobianDerivative
    }
  }
}
