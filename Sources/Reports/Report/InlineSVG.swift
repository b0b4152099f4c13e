import Foundation

/// A gnuplot drawing as part of a page.
///
/// On a page all element ids share one namespace, so they are prefixed with the name of the figure;
/// what belongs to a separate file, such as the XML declaration, is left out.
struct InlineSVG: Sendable {
  /// The element `svg`.
  let markup: String

  /// Extracts the drawing from its file; nil if it is invalid, or would run or fetch something.
  init?(_ file: String, name: String, title: String) {
    guard let start = file.range(of: "<svg"),
      let end = file.range(of: "</svg>", options: .backwards)
    else { return nil }
    var svg = String(file[start.lowerBound..<end.upperBound])
    let lowered = svg.lowercased()
    guard !lowered.contains("<script"), !lowered.contains("<foreignobject"),
      !lowered.contains("javascript:")
    else { return nil }
    svg.replace(#/\sid="([^"]*)"/#) { " id=\"\(name)-\($0.1)\"" }
    svg.replace(#/\sid='([^']*)'/#) { " id='\(name)-\($0.1)'" }
    svg.replace(#/xlink:href=(['"])#/#) { "href=\($0.1)#\(name)-" }
    svg.replace(#/url\(#/#) { _ in "url(#\(name)-" }
    // Gnuplot's own descriptions, and namespaces that a page does not need.
    svg.replace(#/<title>[^<]*<\/title>/#) { _ in "" }
    svg.replace(#/<desc>[^<]*<\/desc>/#) { _ in "" }
    svg.replace(#/\sxmlns(:xlink)?="[^"]*"/#) { _ in "" }
    svg.replace(#/<svg/#, maxReplacements: 1) { _ in
      "<svg role=\"img\" aria-label=\"\(Self.attribute(title))\""
    }
    markup = svg
  }

  private static func attribute(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;")
  }
}
