import Cosmology
import Foundation
import Inference
import Samplers

/// What a careful reader would want to be told of a fit besides the checks of its chains.
enum FitWarnings {
  static func sentences(
    _ summary: PosteriorSummary, _ chains: [Chain]
  ) -> [String] {
    divergences(summary) + saturation(summary) + edges(summary, chains.first?.columns ?? [])
  }

  /// What makes a result meaningless, however good its draws: a χ² that does not belong to its degrees
  /// of freedom, a posterior that is its prior.
  static func failures(
    _ best: RunSummary.BestDraw, _ draws: [Chain], _ space: ParameterSpace
  ) -> [String] {
    var failures: [String] = []
    if best.goodness.grade == .meaningless {
      failures += [best.goodness.sentence].compactMap { $0 }
    }
    let information = InformationGain(draws, from: space)
    if information.isNothing {
      let names = space.free.map(\.name).joined(separator: ", ")
      failures.append(
        String(
          format:
            "the posterior is the prior: the data tell nothing of %@ (%.1g nats)", names,
          information.nats))
    }
    return failures
  }

  /// A χ² that is only unusual.
  static func unusual(_ best: RunSummary.BestDraw) -> [String] {
    best.goodness.grade == .unusual ? [best.goodness.sentence].compactMap { $0 } : []
  }

  private static func divergences(_ summary: PosteriorSummary) -> [String] {
    guard summary.divergenceCount > 0 else { return [] }
    let coordinates = summary.parameters.count <= 4 ? "--coordinates map" : "--coordinates whitened"
    return [
      "chains that diverge miss where the posterior bends or tapers; \(coordinates) or --target-acceptance 0.97 may get them there"
    ]
  }

  private static func saturation(_ summary: PosteriorSummary) -> [String] {
    guard summary.saturatedTreeCount > 0 else { return [] }
    return [
      "\(summary.saturatedTreeCount) of \(summary.drawCount) trees reached the largest depth; the sampler is slow here, not wrong"
    ]
  }

  /// Posteriors whose central 95 % come within a hundredth of the prior's width of its edge.
  private static func edges(_ summary: PosteriorSummary, _ columns: [Chain.Column]) -> [String] {
    zip(summary.parameters, columns).flatMap { parameter, column -> [String] in
      let margin = 0.01 * (column.upperBound - column.lowerBound)
      guard margin.isFinite, let low = parameter.quantiles.first,
        let high = parameter.quantiles.last
      else { return [] }
      var edges: [Double] = []
      if low < column.lowerBound + margin { edges.append(column.lowerBound) }
      if high > column.upperBound - margin { edges.append(column.upperBound) }
      return edges.map {
        String(format: "the posterior of %@ reaches the edge of its prior at %g", column.name, $0)
      }
    }
  }
}

extension RunSummary.BestDraw {
  fileprivate var goodness: GoodnessOfFit {
    GoodnessOfFit(chiSquared: chiSquared, degreesOfFreedom: degreesOfFreedom)
  }
}
