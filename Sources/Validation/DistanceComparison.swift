public import Cosmology

/// The default distances, Pen's fit and GSL's adaptive quadrature side by side over a grid of flat
/// universes.
public struct DistanceComparison: Sendable {
  /// Luminosity distances in Mpc for h = 1 at one point of the grid.
  public struct Row: Sendable {
    /// The redshift.
    public let redshift: Double
    /// Ωm.
    public let omegaMatter: Double
    /// By Gauss–Legendre quadrature, the default.
    public let exact: Double
    /// By the fit of Pen 1999.
    public let pen: Double
    /// By GSL's adaptive quadrature.
    public let gsl: Double

    /// The relative error of the default against GSL.
    public var exactError: Double { abs(exact / gsl - 1) }
    /// The relative error of Pen's fit against GSL.
    public var penError: Double { abs(pen / gsl - 1) }
  }

  /// All points, Ωm by Ωm.
  public let rows: [Row]

  /// Compares at every pair of a redshift and an Ωm in (0, 1).
  ///
  /// - Throws: `QuadratureError` if GSL does not converge.
  public init(redshifts: [Double], omegaMatter: [Double]) throws(QuadratureError) {
    var rows: [Row] = []
    for omega in omegaMatter {
      let universe = Universe(FlatLambdaCDM(), [omega], h: 1)
      for z in redshifts {
        rows.append(
          Row(
            redshift: z, omegaMatter: omega,
            exact: (1 + z) * universe.comovingDistance(redshift: z),
            pen: (1 + z) * universe.comovingDistanceByPen(redshift: z),
            gsl: (1 + z) * (try universe.comovingDistanceByGSL(redshift: z))))
      }
    }
    self.rows = rows
  }

  /// The largest relative error of the default; NaN if one is.
  public var largestExactError: Double { Self.largest(rows.map(\.exactError)) }
  /// The largest relative error of Pen's fit; NaN if one is.
  public var largestPenError: Double { Self.largest(rows.map(\.penError)) }

  /// The largest relative error of the default against GSL for any model, over points of its
  /// parameters and redshifts; NaN if one is.
  ///
  /// - Throws: `QuadratureError` if GSL does not converge.
  public static func largestError<Model: ExpansionModel>(
    of model: Model, at points: [[Double]], redshifts: [Double]
  ) throws(QuadratureError) -> Double {
    var errors: [Double] = []
    for point in points {
      let universe = Universe(model, point, h: 1)
      for z in redshifts {
        let exact = try universe.comovingDistanceByGSL(redshift: z)
        errors.append(abs(universe.comovingDistance(redshift: z) / exact - 1))
      }
    }
    return largest(errors)
  }

  private static func largest(_ errors: [Double]) -> Double {
    errors.reduce(0) { $0.isNaN || $0 > $1 ? $0 : $1 }
  }
}
