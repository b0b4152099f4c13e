import Cosmology
import Inference

/// The true x₁, c and M of each supernova of a hierarchical fit as a table next to its chains, and the probability that it is
/// neither an outlier nor a contaminant.
enum SupernovaFile {
  static let name = "supernovae.csv"

  /// Its content; columns that no supernova has are left out.
  static func content(_ supernovae: TrueSupernovae) -> String {
    let columns: [(title: String, value: (TrueSupernovae.Row) -> Double?)] = [
      ("z", { $0.redshift }),
      ("x1", { $0.shape?.mean }), ("x1_sd", { $0.shape?.standardDeviation }),
      ("c", { $0.color?.mean }), ("c_sd", { $0.color?.standardDeviation }),
      ("M", { $0.absoluteMagnitude.mean }), ("M_sd", { $0.absoluteMagnitude.standardDeviation }),
      ("pull", { $0.pull }), ("probability", { $0.membership }),
    ].filter { column in supernovae.rows.contains { column.value($0) != nil } }
    var table = columns.map(\.title).joined(separator: ",") + "\n"
    for row in supernovae.rows {
      table +=
        columns.map { column in column.value(row).map { "\($0)" } ?? "" }
        .joined(separator: ",") + "\n"
    }
    return table
  }
}
