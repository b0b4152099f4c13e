import Inference
import Samplers

/// The figures that are made of draws alone.
struct DrawFigures {
  private let sets: [(set: SampleSet, draws: DrawSet)]

  /// Figures of some sets of draws.
  ///
  /// - Parameters:
  ///   - sets: in the order of their colours.
  ///   - summaries: by the roots of the sets.
  init(_ sets: [SampleSet], _ summaries: [String: PosteriorSummary]) {
    self.sets = sets.map { set in
      // Bulk sizes say how smooth a density may be drawn.
      (
        set,
        DrawSet(
          set.title, set.chains,
          effectiveSampleSizes: summaries[set.root]?.parameters.map {
            $0.bulkEffectiveSampleSize.isFinite ? $0.bulkEffectiveSampleSize : 10
          })
      )
    }
  }

  /// All parameters against each other.
  func corner(
    priors: [String: Prior], truths: [String: Double], format: FigureFormat = .page
  ) -> CornerPlot {
    // The raw draws of a flow are what its weights correct; with both the figure would be full.
    let shown = sets.filter { $0.set.root != "nhf-raw" || sets.count == 1 }.map(\.draws)
    return CornerPlot(shown, priors: priors, truths: truths, format: format)
  }

  /// The weights of a flow's draws.
  var weights: WeightHistogram? {
    sets.first { $0.set.root == "nhf" && $0.set.kind == .weighted }
      .map { WeightHistogram($0.draws.weights, shape: $0.set.outcome.shape) }
  }

  /// How means and deviations settle, and for chains their traces and ranks.
  var convergence: [any Figure] {
    var figures: [any Figure] = []
    if sets.count > 1 { figures.append(CumulativeMoments(sets.map(\.draws))) }
    var names: Set<String> = []
    for (set, draws) in sets where set.kind == .chains {
      let suffix = Self.suffix(set.root, &names)
      figures.append(TracePlot(name: "trace\(suffix)", draws))
      let lengths = Set(set.chains.map(\.count))
      if set.chains.count > 1, lengths.count == 1 {
        figures.append(RankPlot(name: "ranks\(suffix)", draws))
      }
    }
    return figures
  }

  /// The end of the names of the figures of a set, which no other set has.
  private static func suffix(_ root: String, _ used: inout Set<String>) -> String {
    if root == "hmc" { return "" }
    let plain = "-\(GnuplotScript.plainName(root))"
    var (suffix, number) = (plain, 2)
    while !used.insert(suffix).inserted {
      suffix = "\(plain)-\(number)"
      number += 1
    }
    return suffix
  }
}
