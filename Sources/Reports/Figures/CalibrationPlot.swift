public import Analyses

/// The distribution functions of ranks minus that of uniform ones, with the band that 95 % of calibrated posteriors keep to.
///
/// Source: Säilynoja, Bürkner & Vehtari 2022, Statistics and Computing 32, 32.
public struct CalibrationPlot: Figure {
  /// "calibration".
  public let name = "calibration"
  private let result: CalibrationResult

  /// A plot of at most eleven parameters and log L.
  public init(_ result: CalibrationResult) { self.result = result }

  private var panels: UniformityPanels {
    UniformityPanels(
      curves: (result.ranks.dropLast().prefix(11) + result.ranks.suffix(1)).map {
        ($0.name == "log_likelihood" ? "log L" : $0.name, $0.differences)
      }, points: result.points, halfWidths: result.halfWidths, titles: ("rank z", "F(z) − z"))
  }

  /// Two panels in a row.
  public var size: FigureSize { panels.size }

  /// The caption.
  public var caption: String {
    "Ranks of what \(result.mockCount) mocks were made with in their posteriors: the share of ranks up to z, minus z. Grey: where 95 % of calibrated posteriors stay, everywhere at once. A hill on the left with a valley on the right is an error that is too small, the reverse one that is too large, a hill or a valley alone a bias."
  }

  /// Draws one panel per parameter, and one for log L.
  public func draw(on script: inout GnuplotScript) { panels.draw(on: &script) }
}
