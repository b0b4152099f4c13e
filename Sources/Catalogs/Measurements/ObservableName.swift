import Inference
import Cosmology

/// Names of observables and parameters in files of means and covariances, as CAMB, Cobaya, CLASS and papers write
/// them; capitals and underscores do not count, but for `H` and `h`.
struct ObservableName {
  let observable: Observable

  /// Names in messages, for what is not near any.
  static let examples = [
    "theta_star", "100theta_star", "R", "l_A", "omega_b", "omega_bc", "omega_m", "H0", "h",
    "DM_over_rs(0.51)", "H(0.4)",
  ]

  /// Parses a name.
  ///
  /// - Parameters:
  ///   - name: the name, with a redshift in brackets where it needs one.
  ///   - parameters: names of further parameters that are known.
  /// - Throws: `CatalogError` in a line of a file.
  init(
    _ name: String, parameters: [String], in path: String, line: Int?
  ) throws(CatalogError) {
    func refused(_ problem: MeasurementProblem) -> CatalogError {
      CatalogError(path, row: line, column: "names", .measurement(problem))
    }
    let (kind, redshift) = try Self.parts(of: name, path, line)
    if let known = Self.exactNames[kind] ?? Self.plainNames[Self.plain(kind)] {
      guard redshift == nil else { throw refused(.hasRedshift(kind)) }
      observable = known
    } else if parameters.contains(name) {
      observable = .parameter(name)
    } else if let make = Self.rates[kind] ?? AcousticQuantity(kind)?.observable {
      guard let redshift else { throw refused(.lacksRedshift(kind)) }
      observable = make(redshift)
    } else if let instead = Self.others[Self.plain(kind)] {
      throw refused(.otherDefinition(name, instead: instead))
    } else if case .growth = AcousticQuantity.problem(kind) {
      throw refused(.growth(kind))
    } else {
      let known = Self.knownNames + parameters + AcousticQuantity.names
      throw refused(
        .unknownObservable(name, nearest: nearestName(to: [kind], among: known)))
    }
  }

  /// A name and the redshift in brackets behind it.
  private static func parts(
    of name: String, _ path: String, _ line: Int?
  ) throws(CatalogError) -> (kind: String, redshift: Double?) {
    guard name.last == ")", let bracket = name.lastIndex(of: "("), bracket > name.startIndex else {
      return (name, nil)
    }
    let inside = name[name.index(after: bracket)...].dropLast()
    var word = inside.hasPrefix("z=") ? String(inside.dropFirst(2)) : String(inside)
    guard let redshift = word.withUTF8(decimalNumber) else {
      throw CatalogError(path, row: line, column: name, .notANumber(found: word))
    }
    let kind = String(name[..<bracket])
    let isRate = rates[kind] != nil
    guard redshift > 0 || (isRate && redshift == 0), redshift < PlausibleValue.largestRedshift
    else {
      throw CatalogError(
        path, row: line, column: name,
        .measurement(.redshift(found: redshift, isZeroAllowed: isRate)))
    }
    return (kind, redshift)
  }

  private static func plain(_ name: String) -> String {
    name.lowercased().filter { !"_*\\{}$^ ".contains($0) }
  }

  private static let rates: [String: @Sendable (Double) -> Observable] = [
    "H": { .hubbleRate(redshift: $0) }, "Hz": { .hubbleRate(redshift: $0) },
  ]

  /// Names that are told apart by capitals and underscores: CAMB and Cobaya call a hundred times the angle
  /// `thetastar`.
  private static let exactNames: [String: Observable] = [
    "R": .shiftParameter, "h": .parameter("h"), "w": .parameter("w"), "thetastar": hundredfoldAngle,
  ]

  /// Names of what is like an observable here, but not the same: sums, and angles at other redshifts.
  private static let others: [String: String] = {
    var all: [String: String] = [:]
    for name in ["omch2", "omegac", "omegacdm", "omegach2", "omegacdmh2"] {
      all[name] = "omega_bc = omega_b + omega_c"
    }
    for name in [
      "100thetas", "thetas100", "thetas", "cosmomctheta", "thetamc", "100thetamc", "thetamc100",
    ] {
      all[name] = "theta_star"
    }
    return all
  }()

  private static let hundredfoldAngle = Observable(
    "100theta_star", coefficient: 100 * Observable.acousticAngle.coefficient,
    Observable.acousticAngle.factors.map { ($0.quantity, $0.power) })

  /// The names of each, the first of which is shown in messages.
  private static let table: [(names: [String], observable: Observable)] = [
    (["theta_star"], .acousticAngle),
    (["100theta_star", "theta_star_100"], hundredfoldAngle),
    (["l_A"], .acousticScale),
    (["omega_b", "ombh2", "omegabh2", "omega_b_h2"], .parameter("omega_b")),
    (["omega_bc", "ombch2", "omegabch2", "omega_cb"], .baryonAndColdDensity),
    (["H0"], .hubbleConstant),
    (["omega_m", "om", "omm", "omegam"], .parameter("omega_m")),
    (
      ["omega_m_h2", "ommh2", "omegamh2"],
      Observable("omega_m_h2", [(.parameter("omega_m"), 1), (.parameter("h"), 2)])
    ),
    (["omega_k", "omk", "omegak"], .parameter("omega_k")),
    (["w0"], .parameter("w0")), (["wa"], .parameter("wa")),
    (["n_eff", "nnu"], .parameter("n_eff")), (["m_nu", "mnu"], .parameter("m_nu")),
    (["h_rd", "hrdrag", "rdh"], Observable("h_rd", [(.reducedSoundHorizon, 1)])),
    (
      ["r_d", "rdrag", "rd"],
      Observable("r_d", [(.reducedSoundHorizon, 1), (.parameter("h"), -1)])
    ),
    (["r_star", "rstar"], Observable("r_star", [(.soundHorizonAtLastScattering, 1)])),
  ]

  private static let plainNames: [String: Observable] = {
    var all: [String: Observable] = [:]
    for (names, observable) in table {
      for name in names { all[plain(name)] = observable }
    }
    return all
  }()

  private static let knownNames = table.flatMap(\.names) + ["R", "h", "w", "H(z)"]
}
