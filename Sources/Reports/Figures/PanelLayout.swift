/// Panels in rows and columns with room for labels, as margins of gnuplot.
struct PanelLayout {
  let size: FigureSize
  let rows: Int
  let columns: Int
  /// Room in points at the four sides, and between panels.
  var left = 72.0
  var right = 16.0
  var top = 34.0
  var bottom = 50.0
  var gap = (x: 70.0, y: 10.0)

  init(_ size: FigureSize, rows: Int, columns: Int) {
    self.size = size
    self.rows = rows
    self.columns = columns
  }

  /// The commands that put the next panel into its place; rows count from the top.
  func place(row: Int, column: Int) -> String {
    let width = (size.width - left - right - gap.x * Double(columns - 1)) / Double(columns)
    let height = (size.height - top - bottom - gap.y * Double(rows - 1)) / Double(rows)
    let x = left + Double(column) * (width + gap.x)
    let y = size.height - top - Double(row) * (height + gap.y)
    func part(_ place: Double, of whole: Double) -> String { GnuplotScript.number(place / whole) }
    return
      "set lmargin at screen \(part(x, of: size.width)); set rmargin at screen \(part(x + width, of: size.width)); "
      + "set tmargin at screen \(part(y, of: size.height)); set bmargin at screen \(part(y - height, of: size.height))"
  }
}
