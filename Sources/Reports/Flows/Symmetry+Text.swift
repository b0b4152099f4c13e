import Catalogs
public import Samplers

extension Symmetry {
  /// A symmetry of columns as it is typed: `so2`, `so3`, … (bodies of as many columns each turn), `t1`, `t2`, … and `se2`,
  /// `se3`, … (bodies of as many columns move together, and turn), `c2`, `c3`, … (bodies of two columns turn by a half, a
  /// third, …), `reflection:a,b`, `permutation:a+b,c+d` (bodies with + between their columns), or `matrix:FILE` (A of
  /// q ↦ A q).
  ///
  /// - Throws: `SymmetryError`, or `CatalogError` for the file.
  public init(text: String, columns: [String]) throws {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let (word, rest) = (parts[0].lowercased(), parts.count > 1 ? String(parts[1]) : nil)
    let dimension = columns.count
    func bodies(of size: Int, least: Int = 2) throws(SymmetryError) -> [[Int]] {
      guard size >= least, dimension.isMultiple(of: size) else {
        throw .columns(word, needs: "a multiple of \(max(size, least))", found: dimension)
      }
      return stride(from: 0, to: dimension, by: size).map { Array($0..<$0 + size) }
    }
    func place(_ name: Substring) throws(SymmetryError) -> Int {
      let name = name.filter { $0 != " " }
      guard let place = columns.firstIndex(of: name) else {
        throw .unknownColumn(name, available: columns)
      }
      return place
    }
    /// d of a word such as so3.
    func size(after prefix: String) -> Int? {
      rest == nil && word.hasPrefix(prefix) ? Int(word.dropFirst(prefix.count)) : nil
    }
    switch (word, rest) {
    case ("reflection", let names?):
      self = try .reflection(
        of: try names.split(separator: ",").map(place), dimension: dimension)
    case ("permutation", let names?):
      let bodies = try names.split(separator: ",").map { body in
        try body.split(separator: "+").map(place)
      }
      let all = bodies.flatMap(\.self)
      if let twin = all.indices.first(where: { all[..<$0].contains(all[$0]) }) {
        throw SymmetryError.columnTwice(columns[all[twin]])
      }
      self = try .permutations(ofBodies: bodies, dimension: dimension)
    case ("matrix", let path?):
      let table = try NumberTable(path)
      guard table.rowCount == dimension, table.columns.count == dimension else {
        throw SymmetryError.size(
          path, rows: table.rowCount, columns: table.columns.count, expected: dimension)
      }
      self = try .linear(SymmetryGenerator("matrix:\(path)", matrix: table.rows))
    default:
      if let size = size(after: "so") {
        self = try .rotations(ofBodies: try bodies(of: size), dimension: dimension)
      } else if let size = size(after: "se") {
        self = try .translations(
          ofBodies: try bodies(of: size), dimension: dimension, rotating: true)
      } else if let size = size(after: "t") {
        self = try .translations(ofBodies: try bodies(of: size, least: 1), dimension: dimension)
      } else if let order = size(after: "c") {
        self = try .cyclic(order, ofBodies: try bodies(of: 2), dimension: dimension)
      } else {
        throw SymmetryError.unknown(text)
      }
    }
    name = text
  }
}
