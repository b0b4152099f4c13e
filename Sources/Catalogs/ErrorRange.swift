/// The plausible range of the error of a magnitude, given the others and the scatter of the magnitudes: not far
/// above them, and not so far below the others that one supernova outweighs them all.
struct ErrorRange {
  /// In mag.
  let lower: Double
  let upper: Double
  /// The typical one, if magnitudes with such errors would scatter far more.
  let impossible: Double?

  /// An error that is far above the scatter: larger than this many times, and than a magnitude.
  private static let mostScatters = 10.0
  /// How far an error may be above the typical one, if it is above a magnitude too, and how far below.
  private static let mostTimes = 8.0, leastTimes = 0.01
  /// The smallest error that double precision resolves at a modulus of 40.
  private static let least = 1e-8
  /// So few errors have no typical one.
  private static let fewest = 5

  /// Assesses errors.
  ///
  /// - Parameters:
  ///   - scatter: that of the magnitudes; nil if it is not known.
  ///   - isOpen: whether errors may have any size, as those that grow as the probability of being a Ia
  ///     falls.
  init(_ errors: [Double], scatter: Double?, isOpen: Bool = false) {
    // So many errors tell the typical one of all.
    let step = max(1, errors.count / 4001)
    let some = stride(from: 0, to: errors.count, by: step).map { errors[$0] }.sorted()
    let typical = some.isEmpty ? 0 : some[some.count / 2]
    let isKnown = errors.count >= Self.fewest
    lower = max(Self.least, isKnown ? Self.leastTimes * typical : 0)
    upper =
      isOpen || !isKnown
      ? .infinity : max(1, Self.mostTimes * max(typical, scatter ?? 0))
    let limit = scatter.map { max(1, Self.mostScatters * $0) } ?? .infinity
    impossible = typical > limit ? typical : nil
  }

  /// Whether an error is in the range, or above it by what the motion of a galaxy does at a redshift.
  func contains(_ error: Double, redshift: Double) -> Bool {
    guard error >= lower else { return false }
    return error <= upper || error <= upper + HubbleResiduals.motion(redshift)
  }

  /// What is wrong with an error outside.
  func problem(_ error: Double) -> CatalogError.Problem {
    .implausibleError(found: error, lower: lower, upper: upper)
  }
}

extension CatalogTable {
  /// Whether errors of contaminants are so large that these do not count, as BEAMS makes them: the
  /// table has a probability, or calls the errors as SNANA does.
  var hasOpenErrors: Bool {
    columnNames.contains { name in
      let plain = name.lowercased()
      return plain.hasPrefix("probcc") || plain.hasPrefix("probia")
        || ColumnRole.matches(name, ["MUERR_FINAL", "MUERR_VPEC"])
    }
  }
}
