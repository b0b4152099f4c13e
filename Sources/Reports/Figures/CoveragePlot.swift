public import Analyses

/// The share of mocks whose central interval of q holds the truth, minus q, with the band that 95 % of right intervals keep to.
///
/// Source of the band: Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32, 32.
public struct CoveragePlot: Figure {
  /// "coverage".
  public let name = "coverage"
  private let result: CoverageResult

  /// A plot of at most twelve parameters.
  public init(_ result: CoverageResult) { self.result = result }

  private var panels: UniformityPanels {
    UniformityPanels(
      curves: result.rows.prefix(12).map { ($0.name, $0.differences) }, points: result.points,
      halfWidths: result.halfWidths, titles: ("probability q", "share − q"))
  }

  /// Two panels in a row.
  public var size: FigureSize { panels.size }

  /// The caption.
  public var caption: String {
    "The share of \(result.mockCount) mocks of one cosmology whose central interval of probability q holds it, minus q. Grey: where 95 % of intervals that hold it as often as they say stay, for all q at once. A curve below zero is an error that is too small, or a bias; one above is an error that is too large."
  }

  /// Draws one panel per parameter.
  public func draw(on script: inout GnuplotScript) { panels.draw(on: &script) }
}
