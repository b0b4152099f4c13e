import Foundation
import Inference

/// What a careful reader would want to be told of a fit besides the checks of its chains.
enum FitWarnings {
  static func sentences(
    _ summary: PosteriorSummary, _ best: RunSummary.BestDraw, _ chains: [Chain]
  ) -> [String] {
    divergences(summary) + saturation(summary) + chiSquared(best)
      + edges(summary, chains.first?.columns ?? [])
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

  /// A χ² further than six standard deviations, √(2 dof) each, from the degrees of freedom.
  private static func chiSquared(_ best: RunSummary.BestDraw) -> [String] {
    // With no more data than parameters nothing but rounding should be left.
    let expected = max(0, Double(best.degreesOfFreedom))
    let tolerance = 6 * (2 * max(1, expected)).squareRoot()
    guard abs(best.chiSquared - expected) > tolerance else { return [] }
    let isLarge = best.chiSquared > expected
    return [
      String(
        format: "χ² = %.0f is far %@ %d degrees of freedom: ", best.chiSquared,
        isLarge ? "above" : "below", best.degreesOfFreedom)
        + (isLarge
          ? "the model does not fit, or the errors are too small or not those of these magnitudes"
          : "the errors are larger than the scatter")
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
