/// What figures are made for.
public enum FigureFormat: String, Sendable, CaseIterable {
  /// A page on a screen.
  case page
  /// A column or the whole width of a journal's page: as large as they are printed, with letters of 8 to 9 points.
  case paper
  /// A slide: larger letters and thicker lines in smaller panels.
  case talk

  /// The width of a journal's page in points.
  private static let pageWidth = 510.0

  /// What all lengths, letters and lines of a figure are multiplied by.
  func zoom(_ size: FigureSize) -> Double {
    switch self {
    case .page: 1
    case .paper: min(0.72, Self.pageWidth / size.width)
    case .talk: 1.7
    }
  }

  /// The size of a figure before that, from that on a page: letters are large where panels are small.
  func layout(_ size: FigureSize) -> FigureSize {
    // Labels of axes are long.
    let factors = self == .talk ? (0.75, 0.86) : (1, 1)
    return FigureSize(width: factors.0 * size.width, height: factors.1 * size.height)
  }

  /// The side of a panel of a corner plot, by the number of panels in a row.
  func cell(_ count: Int) -> Double {
    guard count > 1 else { return layout(FigureSize(width: 360, height: 360)).width }
    return self == .talk
      ? max(104, min(170, 460 / Double(count))) : max(118, min(230, 640 / Double(count)))
  }
}
