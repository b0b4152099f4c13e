import Inference
import Cosmology
import Foundation

/// A quantity of files of baryon acoustic oscillations, by the names of Cobaya, DESI and SDSS.
///
/// `DM_over_rs`, `DM_over_rd` and `DM/rd` are one name, also behind `bao_`.
struct AcousticQuantity {
  /// The observable at a redshift above 0, in units of the sound horizon.
  let observable: @Sendable (_ redshift: Double) -> Observable

  /// The names in messages.
  static let names = [
    "DM_over_rs", "DH_over_rs", "DV_over_rs", "DA_over_rs", "rs_over_DM", "rs_over_DH",
    "rs_over_DV",
    "rs_over_DA", "Hz_rs", "F_AP", "Az",
  ]

  private static let all: [String: @Sendable (Double) -> Observable] = [
    "dmrs": { .transverseDistance(redshift: $0) },
    "dhrs": { .radialDistance(redshift: $0) },
    "dvrs": { .volumeDistance(redshift: $0) },
    "dars": { .angularDistance(redshift: $0) },
    "rsdm": { Observable.transverseDistance(redshift: $0).inverted("rs_over_DM(\($0))") },
    "rsdh": { Observable.radialDistance(redshift: $0).inverted("rs_over_DH(\($0))") },
    "rsdv": { Observable.volumeDistance(redshift: $0).inverted("rs_over_DV(\($0))") },
    "rsda": { Observable.angularDistance(redshift: $0).inverted("rs_over_DA(\($0))") },
    "hzrs": { .rateTimesSoundHorizon(redshift: $0) },
    "hrs": { .rateTimesSoundHorizon(redshift: $0) },
    "fap": { .anisotropy(redshift: $0) },
    "az": { .acousticParameter(redshift: $0) },
    "a": { .acousticParameter(redshift: $0) },
  ]

  /// The quantity with a name; nil if there is none.
  init?(_ name: String) {
    guard let observable = Self.all[Self.plain(name)] else { return nil }
    self.observable = observable
  }

  /// What is wrong with a name that is none.
  static func problem(_ name: String) -> MeasurementProblem {
    if ["fsigma8", "fs8", "fsig8"].contains(plain(name)) { return .growth(name) }
    return .unknownQuantity(name, nearest: nearestName(to: [name], among: names))
  }

  private static func plain(_ name: String) -> String {
    var name = name.lowercased()
    if name.hasPrefix("bao_") { name.removeFirst(4) }
    name = name.replacing("over", with: "").filter { !"_/*()".contains($0) }
    return name.replacing("rd", with: "rs")
  }
}

extension Observable {
  /// D_A/r_d, the angular-diameter distance over the sound horizon.
  static func angularDistance(redshift z: Double) -> Observable {
    let comoving = transverseDistance(redshift: z)
    return Observable(
      "DA_over_rs(\(z))", coefficient: comoving.coefficient / (1 + z),
      comoving.factors.map { ($0.quantity, $0.power) })
  }

  /// One over this.
  func inverted(_ name: String) -> Observable {
    Observable(name, coefficient: 1 / coefficient, factors.map { ($0.quantity, -$0.power) })
  }

  /// The same with the sound horizon in units of a fiducial one, in Mpc.
  func inUnits(ofSoundHorizon fiducial: Double) -> Observable {
    let power = factors.reduce(0) { $0 + ($1.quantity == .reducedSoundHorizon ? $1.power : 0) }
    return scaled(by: pow(fiducial, -power))
  }
}
