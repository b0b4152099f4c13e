public import Inference
import RealModule

/// A flat universe whose dark energy has w at K nodes, linear in the scale factor between them: `omega_m`, `w_0` … `w_K−1`.
///
/// The nodes are even in a from a = 1 (`w_0`, today) to a = 1/3 (z = 2), with w constant before. With two nodes and the
/// second at a = 0 it would be w0waCDM. With w = c + d a between two nodes ∫ 3 (1+w) du = 3 [(1+c) Δu − d Δa], u = ln(1+z).
public struct NodesCDM: DarkEnergyModel {
  /// "nodes".
  public static let name = "nodes"
  /// "flat universe with w at nodes".
  public static let title = "flat, with w at nodes in a"
  /// From phantom to thawing.
  public static let checkPoints: [[Double]] = checkPoints(beside: [
    [-0.7, -1.2, -1.5], [-1.3, -0.8, -0.5],
  ])
  /// Three nodes.
  public static let nodeCount = 3
  /// Ωm and w at each node, uniform in (−3, 1).
  public static var parameters: [Parameter] { NodesCDM().parameters }

  /// w = −1 at each node.
  public static var flatLambdaCDM: [String: Double]? {
    Dictionary(uniqueKeysWithValues: NodesCDM().parameterNames.dropFirst().map { ($0, -1) })
  }

  /// The scale factors of the nodes, from 1 downwards.
  public let scaleFactors: [Double]
  /// `omega_m`, then w at the nodes.
  public let parameterNames: [String]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// 5e-6: w has kinks at its nodes, so that 1e-7 takes four times as many nodes of quadrature.
  public var distanceAccuracy: Double { scaleFactors.count > 2 ? 5e-6 : 1e-13 }

  /// The model with three nodes, without radiation unless it is given.
  public init(radiation: Radiation = .none) {
    self.init(nodeCount: Self.nodeCount, radiation: radiation)
  }

  /// The model with any number of nodes.
  ///
  /// - Parameters:
  ///   - nodeCount: K, 1 to 7.
  ///   - lastScaleFactor: a of the last node, 0 to 1, not included; 1/3 is z = 2.
  ///   - radiation: photons and neutrinos.
  public init(
    nodeCount: Int, lastScaleFactor: Double = 1.0 / 3, radiation: Radiation = .none
  ) {
    precondition((1...7).contains(nodeCount), "1 to 7 nodes, not \(nodeCount)")
    precondition(lastScaleFactor >= 0 && lastScaleFactor < 1, "a of the last node in [0, 1)")
    scaleFactors = (0..<nodeCount).map {
      nodeCount == 1 ? 1 : 1 - (1 - lastScaleFactor) * Double($0) / Double(nodeCount - 1)
    }
    parameterNames = ["omega_m"] + (0..<nodeCount).map { "w_\($0)" }
    self.radiation = radiation
  }

  /// The parameters with their default priors.
  public var parameters: [Parameter] {
    [.omegaMatter]
      + scaleFactors.indices.map {
        Parameter("w_\($0)", label: "w_{\($0)}", prior: .uniform(lower: -3, upper: 1))
      }
  }

  /// X − 1.
  public func darkEnergyGrowth<Scalar: DifferentiableScalar>(
    _ p: Span<Scalar>, at epoch: Epoch
  ) -> Scalar {
    let scaleFactor = 1 - epoch.fractionOfScaleFactor
    var exponent: Scalar = 0
    var (begin, logBegin) = (1.0, 0.0)
    for node in 1..<max(2, scaleFactors.count) where node < scaleFactors.count {
      guard begin > scaleFactor else { break }
      let end = max(scaleFactor, scaleFactors[node])
      let width = scaleFactors[node - 1] - scaleFactors[node]
      // w = c + d a.
      let slope = (p[node] - p[node + 1]) / width
      let constant = p[node] - slope * scaleFactors[node - 1]
      let logEnd = end == scaleFactor ? epoch.logStretch : -Double.log(end)
      exponent += 3 * ((1 + constant) * (logEnd - logBegin) + slope * (begin - end))
      (begin, logBegin) = (end, logEnd)
    }
    if begin > scaleFactor {
      exponent += 3 * (1 + p[scaleFactors.count]) * (epoch.logStretch - logBegin)
    }
    return Scalar.expMinusOne(exponent)
  }
}
