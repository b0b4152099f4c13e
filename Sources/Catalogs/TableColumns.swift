import Cosmology
import LinearAlgebra

/// The columns of our own tables, FITS or CSV.
struct TableColumns {
  struct Column {
    let name: String
    let unit: String
    let values: [Double]
  }

  struct TextColumn {
    let name: String
    let texts: [String]
  }

  var columns: [Column]
  /// Columns of texts, which stand behind the numbers: a row of text that began with a name could be taken for a comment.
  private(set) var texts: [TextColumn] = []

  /// Adds the columns of labels: names and surveys as texts, since `1` and `01` may be two surveys, and the scatter
  /// that variances hold.
  mutating func append(_ labels: SupernovaLabels) {
    if let scatters = labels.includedScatter {
      columns.append(
        Column(name: SupernovaLabels.scatterColumn, unit: "mag", values: scatters))
    }
    if let probabilities = labels.probabilities {
      columns.append(Column(name: "prob_ia", unit: "", values: probabilities))
    }
    for (name, texts) in [
      ("survey", labels.surveys), ("population", labels.populations), ("name", labels.names),
    ] {
      if let texts { self.texts.append(TextColumn(name: name, texts: texts)) }
    }
  }

  /// The columns of a sample of magnitudes.
  init(_ sample: SupernovaSample) {
    let symbol = sample.quantity == .distanceModulus ? "mu" : "mb"
    let errors: [Double] =
      switch sample.covariance {
      case .independent(let errors), .systematic(_, let errors): errors
      default: sample.covariance.variances.map { $0.squareRoot() }
      }
    var columns = [Column(name: "z", unit: "", values: sample.redshifts)]
    if sample.heliocentricRedshifts != sample.redshifts {
      columns.append(Column(name: "zhel", unit: "", values: sample.heliocentricRedshifts))
    }
    columns.append(Column(name: symbol, unit: "mag", values: sample.magnitudes))
    columns.append(Column(name: "\(symbol)_err", unit: "mag", values: errors))
    if case .factored(let variances, _) = sample.covariance {
      columns.append(Column(name: FactoredErrors.variances, unit: "mag2", values: variances))
    }
    if !sample.calibratorModuli.isEmpty {
      let moduli = (0..<sample.count).map { sample.calibratorModuli[$0] ?? .nan }
      columns.append(Column(name: "CEPH_DIST", unit: "mag", values: moduli))
    }
    self.columns = columns
  }

  /// The columns of a sample of light curves, with the variances in addition to their roots, so that they
  /// are read back exactly.
  init(_ sample: LightCurveSample) {
    func column(
      _ name: String, _ unit: String = "", _ value: (LightCurveSample.Supernova) -> Double
    ) -> Column {
      Column(name: name, unit: unit, values: sample.supernovae.map(value))
    }
    columns = [
      column("zcmb") { $0.redshift },
      column("zhel") { $0.heliocentricRedshift },
      column("mb", "mag") { $0.magnitude },
      column("dmb", "mag") { $0.magnitudeVariance.squareRoot() },
      column("x1") { $0.shape },
      column("dx1") { $0.shapeVariance.squareRoot() },
      column("color") { $0.color },
      column("dcolor") { $0.colorVariance.squareRoot() },
      column("cov_m_s") { $0.magnitudeShapeCovariance },
      column("cov_m_c") { $0.magnitudeColorCovariance },
      column("cov_s_c") { $0.shapeColorCovariance },
      column("mb_var", "mag2") { $0.magnitudeVariance },
      column("shape_var") { $0.shapeVariance },
      column("color_var") { $0.colorVariance },
      column("massive_host") { $0.hasMassiveHost ? 1 : 0 },
    ]
  }
}

extension SupernovaSample.Covariance {
  /// What a matrix beside the table would be; nil if the errors are independent.
  var matrixKind: CovarianceKind? {
    switch self {
    case .total, .factored: .total
    case .systematic: .systematic
    case .inverse: .inverse
    case .independent: nil
    }
  }

  /// The matrix that a file can hold, and what it is; nil if the errors are independent.
  ///
  /// A factored covariance is multiplied out, for files that have no room for its factors.
  var matrix: (Matrix, CovarianceKind)? {
    switch self {
    case .total(let matrix): return (matrix, .total)
    case .systematic(let matrix, _): return (matrix, .systematic)
    case .inverse(let matrix): return (matrix, .inverse)
    case .independent: return nil
    case .factored(let variances, let modes):
      var matrix = Matrix(diagonal: variances)
      for i in 0..<modes.rows {
        for j in 0..<modes.rows {
          for k in 0..<modes.columns { matrix[i, j] += modes[i, k] * modes[j, k] }
        }
      }
      return (matrix, .total)
    }
  }
}
