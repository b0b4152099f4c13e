public import Analyses
import Catalogs
import Cosmology
public import Inference

extension Problem {
  /// The tables beside those of the draws: the Hubble diagram, true shapes and colours of supernovae, distances of baryon
  /// acoustic oscillations, and expansion rates.
  ///
  /// - Parameters:
  ///   - sets: the samplers' draws, the reference first.
  ///   - best: the best draw, by names, fixed parameters too; nil if there is none.
  /// - Returns: names of files with their contents.
  public func tables(_ sets: [SampleSet], best: [String: Double]?) -> [SampleSet.File] {
    guard let best, let chains = sets.first?.chains else { return [] }
    let space = posterior.space
    let hubble = diagram?.numbers(chains, space, best: best).map { HubbleFile($0).files } ?? []
    let supernovae =
      hierarchical.flatMap { TrueSupernovae($0, chains, space) }
      .map {
        [(name: SupernovaFile.name, content: SupernovaFile.content($0, catalogs.first?.labels))]
      }
      ?? []
    guard let joint else { return hubble + supernovae }
    let measurements = PredictedMeasurements(joint, chains, space, best: best)
    return hubble + supernovae
      + MeasurementFile.Subject.allCases.flatMap {
        MeasurementFile($0, of: measurements)?.files ?? []
      }
  }

  /// The hierarchical likelihood of its supernovae; the first, if there are several.
  private var hierarchical: HierarchicalLikelihood? {
    guard let joint else { return likelihood as? HierarchicalLikelihood }
    return joint.probes.lazy.compactMap {
      ($0 as? LikelihoodProbe)?.likelihood as? HierarchicalLikelihood
    }.first
  }
}
