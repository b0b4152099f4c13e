import Analyses
import Foundation
import Inference

/// What `sn-infer components` has written into a run's folder: what each probe has measured, which takes fits.
struct ComponentsFile {
  /// The components with those of the probes, if the file is there, is sound and belongs to the same run.
  let completed: PosteriorComponents

  /// Reads `components.json`.
  ///
  /// - Parameters:
  ///   - folder: the folder of the run.
  ///   - result: the components of the run as it is now.
  init(in folder: String, of result: PosteriorComponents) {
    completed = Self.kept(in: folder, of: result) ?? result
  }

  private static func kept(in folder: String, of result: PosteriorComponents)
    -> PosteriorComponents?
  {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .words
    guard
      let json = FileManager.default.contents(atPath: "\(folder)/\(ComponentsText.fileName).json"),
      let kept = try? decoder.decode(PosteriorComponents.self, from: json),
      let run = kept.run, run == result.run, let probes = kept.probes
    else { return nil }
    // Shares are those of the components that they were computed for.
    let (count, width) = (kept.components.count, kept.coordinates.count)
    func fits(_ components: [PowerComponent]) -> Bool {
      components.allSatisfy {
        $0.exponents.count == width && [0, width].contains($0.exponentErrors.count)
      }
    }
    guard count == width, fits(kept.components), probes.priorShares.count == count,
      probes.probes.allSatisfy({ $0.shares.count == count && $0.deviations.count == count }),
      kept.shape?.places.allSatisfy({ $0.center.count == width && fits($0.components) }) != false
    else { return nil }
    return kept
  }
}
