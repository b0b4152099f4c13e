import Cosmology
import Inference

/// The true x₁, c and M of each supernova of a hierarchical fit as a table next to its chains.
enum SupernovaFile {
  static let name = "supernovae.csv"

  /// Its content.
  static func content(_ supernovae: TrueSupernovae) -> String {
    var table = "z,x1,x1_sd,c,c_sd,M,M_sd,pull\n"
    for row in supernovae.rows {
      let values = row.values.map { "\($0.mean),\($0.standardDeviation)" }
      table += "\(row.redshift),\(values.joined(separator: ",")),\(row.pull)\n"
    }
    return table
  }
}
