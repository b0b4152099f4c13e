/// Names of shapes and colours of light curves, and of their errors, as tables write them: alone, with
/// the program that fitted them, the band or the place, as in `SALT2x1`, `dm15(B)` or `ebv_host`.
enum LightCurveTerm {
  /// Whether a column has such a name.
  static func isNamed(_ name: String) -> Bool {
    if ColumnRole.matches(name, ColumnRole.shapesAndColors) { return true }
    var plain = name.lowercased()
    for (written, meant) in spellings { plain = plain.replacing(written, with: meant) }
    let parts = plain.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    // Dust in our galaxy, colours of hosts and flags are not properties of light curves.
    guard isDisjoint(parts, foreign) else { return false }
    let isOfHost = !isDisjoint(parts, hosts)
    let candidates = isOfHost ? dusty : unmistakable
    if parts.contains(where: candidates.contains) { return true }
    guard !isOfHost else { return false }
    let rest = parts.filter { !companions.contains($0) }.joined()
    return alone.contains(rest)
  }

  private static func isDisjoint(_ parts: [String], _ words: Set<String>) -> Bool {
    words.isDisjoint(with: parts)
  }

  /// Programs are not part of a name, but a hyphen in a colour is.
  private static let spellings: [(String, String)] =
    [
      "salt2mu", "salt3nir", "salt2", "salt3", "salt", "mlcs2k2", "mlcs", "snoopy", "snpy", "sifto",
      "bayesn",
    ]
    .map { ($0, " ") } + [("b-v", "bv"), ("b_minus_v", "bv")]
  private static let foreign: Set = [
    "mw", "mwg", "gal", "galactic", "milkyway", "sfd", "sf11", "flag", "id", "cut", "ref",
    "quality",
  ]
  private static let hosts: Set = ["host", "galaxy", "hostgal"]
  /// Words that mean the same in any company.
  private static let unmistakable = withErrors([
    "x1", "sbv", "stretch", "shape", "dm15", "deltam15", "m15", "color", "colour", "ebv", "ebmv",
    "bv",
  ])
  /// Those that refer to dust around a supernova when they name its host.
  private static let dusty = withErrors(["ebv", "ebmv", "bv", "av"])
  /// Words that mean it only with nothing but companions.
  private static let alone = withErrors(ColumnRole.shapesAndColors + ["theta", "theta1", "tau"])
  /// Words that may accompany those above.
  private static let companions: Set = [
    "log", "log10", "lg", "ln", "fit", "fitted", "best", "mean", "median", "max", "bmax", "peak",
    "raw", "rest", "restframe", "sn", "lc", "par", "param", "err", "error", "unc", "sigma", "sig",
    "std", "e", "d",
  ]

  private static func withErrors(_ names: [String]) -> Set<String> {
    Set(
      (names + names.flatMap(ColumnRole.errorNames)).map { name in
        name.lowercased().filter { $0 != "_" }
      })
  }
}
