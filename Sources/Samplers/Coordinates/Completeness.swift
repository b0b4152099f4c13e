import Inference
import RealModule

/// What is known of modes that a fit may have missed.
///
/// Optimisers start from fresh draws of the prior, and each end point is checked: if the proposal has hardly any density
/// where the posterior has some, a mode is missing. What is tested are basins of attraction: a mode whose basin
/// holds less than about a sixteenth of the prior is likely to be missed, however much mass it
/// has.
public struct Completeness: Sendable, Codable, Equatable {
  /// How many descents ended at a height that counts.
  public let endCount: Int
  /// At how many of these ends the proposal has too little.
  public let missedCount: Int
  /// The largest log (posterior / proposal) at an end.
  public let largestExcess: Double

  /// Whether enough descents converged, all of them where there are draws.
  public var isShown: Bool { endCount >= 8 && missedCount == 0 }

  /// The result as a sentence.
  public var sentence: String {
    let tested = "\(endCount) fresh descents from the prior"
    if isShown { return "\(tested) ended where there are draws" }
    return missedCount > 0
      ? "\(missedCount) of \(tested) ended where there are hardly any draws: part of the posterior may be missing"
      : "only \(tested) converged: whether part of the posterior is missing is not known"
  }
}

/// The test of a fit by descents that it was not fitted to.
struct CompletenessTest {
  let completeness: Completeness
  /// The ends that the proposal hardly covers.
  let missed: [PosteriorMode]

  /// e^4.6 = 100: a draw there would have a hundred times the mean weight.
  private static let threshold = 4.6
  /// Ends further below the best than this do not count.
  private static let depth = 12.0

  /// - Parameters:
  ///   - fit: the fit, of the density that the descents were made in.
  ///   - ends: where they ended.
  ///   - best: the highest log density that is known.
  init(_ fit: TransportMapFit, _ ends: [PosteriorMode], best: Double) {
    let top = ends.reduce(best) { max($0, $1.logDensity) }
    let counted = ends.filter { $0.logDensity > top - Self.depth }
    let excesses = counted.map { end in
      end.logDensity - fit.logEvidence - fit.proposal.logDensity(at: end.position.span)
    }
    missed = zip(counted, excesses).filter { !($1 < Self.threshold) }.map(\.0)
    completeness = Completeness(
      endCount: counted.count, missedCount: missed.count,
      largestExcess: excesses.reduce(-.infinity, max))
  }
}
