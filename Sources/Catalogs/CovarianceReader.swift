import FITS
import LinearAlgebra

/// Reads a square matrix from a text file, an array of NumPy, or the image of a FITS file.
enum CovarianceReader {
  /// A matrix as it was read, symmetric, with what the file says of its kind.
  struct Result {
    var matrix: Matrix
    /// From COVTYPE, a comment, or the name of the file.
    var kind: CovarianceKind?
    /// What the rows are called, if the file says so.
    var labels: MatrixLabels?

    /// The matrix in the order of a table, by its labels.
    ///
    /// - Parameters:
    ///   - rows: the rows of the table that a cut left, which may be those of the matrix.
    ///   - path: the file of the matrix.
    /// - Returns: the rows of the table that it has then, and what was done, in words.
    mutating func arrange(
      as table: some CatalogTable, rows: [Int], _ path: String
    ) throws(CatalogError) -> (rows: [Int], note: String?) {
      var all = matrix.rows == table.rowCount ? Array(0..<table.rowCount) : rows
      guard let labels else { return (all, nil) }
      if matrix.rows != all.count {
        guard let named = labels.rows(in: table) else {
          throw CatalogError(
            path,
            .wrongSize(rows: matrix.rows, columns: matrix.rows, supernovae: table.rowCount))
        }
        all = named
      }
      let order = try labels.order(of: all, in: table, path)
      matrix = SymmetricMatrix.cut(matrix, to: order.places)
      return (all, order.note)
    }
  }

  /// Reads a matrix with one of some numbers of rows.
  ///
  /// - Parameters:
  ///   - counts: the sizes that it may have, the preferred first.
  ///   - isCovariance: whether it is a covariance or its inverse, rather than one between different
  ///     quantities.
  static func read(
    _ path: String, counts: [Int], isCovariance: Bool = true
  ) throws(CatalogError) -> Result {
    let nameSays = CovarianceKind(name: path.split(separator: "/").last.map(String.init) ?? "")
    switch try InputFile(path) {
    case .text(let bytes):
      if let labelled = try LabelledMatrix(bytes, path: path) {
        // Labels tell which rows of a table a smaller one has.
        if labelled.labels == nil || labelled.size > counts.max() ?? 0 {
          try checkSize(labelled.size, counts, path)
        }
        return Result(
          matrix: try SymmetricMatrix.checked(
            labelled.elements, size: labelled.size, path, isCovariance: isCovariance),
          kind: nameSays, labels: labelled.labels.map(MatrixLabels.init))
      }
      // All that the largest matrix has, counts or numbered columns before it, and one to show that it
      // is larger.
      let largest = counts.max() ?? 0
      let text = try MatrixText(bytes, path: path, keeping: largest * (largest + 1) + 3)
      let stated = try text.covarianceType.map { keyword throws(CatalogError) in
        try kind(keyword, path)
      }
      let unit = try MatrixUnit(text.unit ?? "", stated: stated, isCovariance: isCovariance, path)
      let (size, elements) = try square(text, path, counts: counts)
      let matrix = try SymmetricMatrix.checked(
        unit.converted(elements), size: size, path, isCovariance: isCovariance)
      return Result(matrix: matrix, kind: unit.kind ?? nameSays)
    case .xml: throw CatalogError(path, .looksLikeHTML)
    case .numPy(let bytes):
      let array = try NumPyMatrix(array: bytes, path, counts: counts) { size throws(CatalogError) in
        try checkSize(size, counts, path)
      }
      let matrix = try SymmetricMatrix.checked(
        array.elements, size: array.size, path, isCovariance: isCovariance)
      return Result(matrix: matrix, kind: nameSays)
    case .zip(let bytes):
      let array = try NumPyMatrix(archive: bytes, path, counts: counts) {
        size throws(CatalogError) in
        try checkSize(size, counts, path)
      }
      let matrix = try SymmetricMatrix.checked(
        array.elements, size: array.size, path, isCovariance: isCovariance)
      return Result(matrix: matrix, kind: nameSays)
    case .fits(let file):
      guard var result = try image(in: file, counts: counts) else {
        throw CatalogError(path, .noImage(width: counts[0]))
      }
      result.kind = result.kind ?? nameSays
      return result
    }
  }

  /// Reads the matrix from the image extension of a FITS file; nil if it has none that could be it.
  ///
  /// That is an extension whose name begins with COV, else one whose name says what it is, else one of
  /// the right size; it must be the only one, and COVTYPE must be TOTAL, SYS, INVERSE or CORR if it is
  /// there.
  static func image(
    in file: FITSFile, counts: [Int]
  ) throws(CatalogError) -> Result? {
    let path = file.path
    let images = file.units.compactMap { unit -> (unit: FITSUnit, axes: [Int])? in
      guard case .image(let axes) = unit.content, axes.count == 2 else { return nil }
      return (unit, axes)
    }
    let choices = [
      images.filter { $0.unit.name.uppercased().hasPrefix("COV") },
      images.filter { CovarianceKind(name: $0.unit.name) != nil },
      images.filter { $0.axes[0] == $0.axes[1] && counts.contains($0.axes[0]) },
    ]
    let candidates = choices.first { !$0.isEmpty } ?? []
    guard let (unit, axes) = candidates.first else { return nil }
    guard candidates.count == 1 else {
      throw CatalogError(
        path, .severalImages(names: candidates.map { "\($0.unit.name) (HDU \($0.unit.index))" }))
    }
    guard axes[0] == axes[1], counts.contains(axes[0]) else {
      throw CatalogError(
        path, .wrongSize(rows: axes[1], columns: axes[0], supernovae: counts[0]))
    }
    let (keyword, bunit, pixels) = try readingFITS { () throws(FITSError) in
      (
        try file.text(ofKey: "COVTYPE", in: unit), try file.text(ofKey: "BUNIT", in: unit) ?? "",
        try file.pixels(of: unit)
      )
    }
    let stated = try keyword.map { keyword throws(CatalogError) in try kind(keyword, path) }
    let matrixUnit = try MatrixUnit(bunit, stated: stated, isCovariance: true, path)
    return Result(
      matrix: try SymmetricMatrix.checked(matrixUnit.converted(pixels), size: axes[0], path),
      kind: matrixUnit.kind ?? CovarianceKind(name: unit.name))
  }

  /// The unused images of a file with a table of some rows, in words.
  static func unusedImages(in file: FITSFile, beside rows: Int) -> [String] {
    file.units.compactMap { unit in
      guard case .image(let axes) = unit.content, axes.count == 2, axes.allSatisfy({ $0 > 1 })
      else { return nil }
      let name = unit.name.isEmpty ? "in HDU \(unit.index)" : "'\(unit.name)'"
      return
        "the image \(name) of \(axes[1]) × \(axes[0]) pixels is not used: the table has \(rows) rows"
    }
  }

  private static func kind(
    _ keyword: String, _ path: String
  ) throws(CatalogError) -> CovarianceKind {
    guard let kind = CovarianceKind(keyword: keyword) else {
      throw CatalogError(path, .wrongCovarianceType(found: keyword))
    }
    return kind
  }

  /// The matrix in lines of any shape: N² numbers, or a count N, or N and N, before them.
  private static func square(
    _ text: consuming MatrixText, _ path: String, counts: [Int]
  ) throws(CatalogError) -> (size: Int, elements: [Double]) {
    let found = text.count
    let side = Double(found).squareRoot().rounded(.down)
    let size = Int(side)
    switch found - size * size {
    // A count, and then one number too few: a variance that equals the number of supernovae is no
    // variance.
    case 0 where text.numbers.first == side && text.firstLineCount == 1 && size > 1:
      throw CatalogError(path, .wrongElementCount(found: found - 1, expected: counts[0]))
    case 0 where size > 0: break
    case 1 where text.numbers[0] == side: text.removeFirst(1)
    case 2 where text.numbers[0] == side && text.numbers[1] == side: text.removeFirst(2)
    // The columns of a matrix may be numbered from 0.
    case size
    where size > 1 && text.numbers.prefix(size).elementsEqual((0..<size).map(Double.init)):
      text.removeFirst(size)
    default:
      // Half of a matrix, with a count before it or without.
      for rows in counts where rows > 2 {
        let half = rows * (rows + 1) / 2
        if found == half || (found == half + 1 && text.numbers.first == Double(rows)) {
          throw CatalogError(path, .triangle(numbers: half, rows: rows))
        }
      }
      throw CatalogError(path, .wrongElementCount(found: found, expected: counts[0]))
    }
    try checkSize(size, counts, path)
    return (size, text.numbers)
  }

  private static func checkSize(
    _ size: Int, _ counts: [Int], _ path: String
  ) throws(CatalogError) {
    guard counts.contains(size) else {
      throw CatalogError(path, .wrongSize(rows: size, columns: size, supernovae: counts[0]))
    }
  }
}
