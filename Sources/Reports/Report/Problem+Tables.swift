public import Analyses
import Cosmology
public import Inference

extension Problem {
  /// The tables that figures are drawn from beside those of the draws: the Hubble diagram, distances of baryon acoustic
  /// oscillations, and expansion rates.
  ///
  /// - Parameters:
  ///   - sets: the samplers' draws, the reference first.
  ///   - best: the best draw, by names, fixed parameters too; nil if there is none.
  /// - Returns: names of files with their contents.
  public func tables(_ sets: [SampleSet], best: [String: Double]?) -> [SampleSet.File] {
    guard let best, let chains = sets.first?.chains else { return [] }
    let space = posterior.space
    let hubble = diagram?.numbers(chains, space, best: best).map { HubbleFile($0).files } ?? []
    guard let joint else { return hubble }
    let measurements = PredictedMeasurements(joint, chains, space, best: best)
    return hubble
      + MeasurementFile.Subject.allCases.flatMap {
        MeasurementFile($0, of: measurements)?.files ?? []
      }
  }
}
