import Catalogs
import Cosmology
import LinearAlgebra
import TestSupport
import Testing

/// Labels of matrices next to the columns of a table.
@Suite struct MatrixLabelTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let names = (0..<12).map { "SN\(1990 + $0)" }
  private static let order = [3, 0, 7, 11, 1, 2, 10, 5, 4, 9, 8, 6]
  /// Of other variances in each row, so that an order shows.
  private static let expected: Matrix = {
    var matrix = Matrix(rows: 12, columns: 12, elements: Twelve.covariance())
    for row in 0..<12 { matrix[row, row] += 0.001 * Double(row) }
    return matrix
  }()

  /// The matrix with its rows in some order and labels of rows and columns.
  private static func matrix(
    _ order: [Int], _ rows: [String]?, _ columns: [String]?, separator: String = ","
  ) -> String {
    let corner = rows == nil ? "" : separator
    let first = columns.map { corner + $0.joined(separator: separator) + "\n" } ?? ""
    return first
      + order.enumerated().map { index, row in
        let numbers = order.map { "\(expected[row, $0])" }.joined(separator: separator)
        return (rows.map { $0[index] + separator } ?? "") + numbers + "\n"
      }.joined()
  }

  private static func table(_ names: [String] = names, column: String = "CID") -> String {
    "\(column),z,mu\n"
      + (0..<12).map { "\(names[$0]),\(Twelve.redshifts[$0]),\(Twelve.moduli[$0])\n" }.joined()
  }

  private func read(
    _ matrix: String, table: String = table(), _ options: Catalog.Options = .init()
  ) throws -> Catalog {
    var options = options
    options.covariance = try folder.write(matrix, to: "c.csv")
    return try Catalog(reading: try folder.write(table, to: "t.csv"), options)
  }

  private func refusal(_ matrix: String, table: String = table()) throws -> CatalogError {
    try #require(#expect(throws: CatalogError.self) { try read(matrix, table: table) })
  }

  @Test("rows that are called as those of the table are brought into its order")
  func reordered() throws {
    let shuffled = Self.order.map { Self.names[$0] }
    for (rows, columns) in [
      (shuffled, shuffled), (shuffled, nil), (nil, shuffled),
      (shuffled, (1...12).map { "V\($0)" }), ((0..<12).map(String.init), shuffled),
    ] as [([String]?, [String]?)] {
      let catalog = try read(Self.matrix(Self.order, rows, columns))
      #expect(catalog.sample?.covariance == .total(Self.expected))
      #expect(
        catalog.notes.contains(
          "the rows of the matrix are reordered by column 'CID'"))
    }
    // Numbers may be names too, with a decimal point or without.
    let numbers = (0..<12).map { "\(700 + $0)" }
    let labels = Self.order.map { "\(numbers[$0]).0" }
    let catalog = try read(Self.matrix(Self.order, labels, labels), table: Self.table(numbers))
    #expect(catalog.sample?.covariance == .total(Self.expected))
  }

  @Test("a cut, and rows that are left out, take the rows of the labels with them")
  func cut() throws {
    let shuffled = Self.order.map { Self.names[$0] }
    let labelled = Self.matrix(Self.order, shuffled, shuffled)
    let plain = try read(Self.matrix(Array(0..<12), nil, nil), .init(minimumRedshift: 0.1))
    #expect(
      try read(labelled, .init(minimumRedshift: 0.1)).sample?.covariance
        == plain.sample?.covariance)
    let table = Self.table().replacing(",37.193", with: ",-99")
    let catalog = try read(labelled, table: table, .init(skipsMissing: true))
    let kept = (0..<12).filter { $0 != 3 }
    #expect(
      catalog.sample?.covariance
        == .total(
          Matrix(
            rows: 11, columns: 11,
            elements: kept.flatMap { i in kept.map { Self.expected[i, $0] } })))
  }

  @Test("FITS and VOTable have names too")
  func otherTables() throws {
    let shuffled = Self.order.map { Self.names[$0] }
    let covariance = try folder.write(Self.matrix(Self.order, shuffled, shuffled), to: "c.csv")
    var fits = FITSBytes()
    fits.append(
      table: "SNIA",
      [
        .init("CID", "8A", cells: Self.names.map { Array("\($0)  ".utf8) }),
        .init("z", doubles: Twelve.redshifts), .init("mu", doubles: Twelve.moduli),
      ])
    let rows = (0..<12).map {
      "<TR><TD>\(Self.names[$0])</TD><TD>\(Twelve.redshifts[$0])</TD><TD>\(Twelve.moduli[$0])</TD></TR>"
    }.joined()
    let xml = """
      <VOTABLE><RESOURCE><TABLE>
      <FIELD name="CID" datatype="char" arraysize="*"/>
      <FIELD name="z" datatype="double"/><FIELD name="mu" datatype="double"/>
      <DATA><TABLEDATA>\(rows)</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
      """
    for path in [
      try folder.write(fits.bytes, to: "t.fits"), try folder.write(xml, to: "t.vot"),
    ] {
      let sample = try readSample(path, .init(covariance: covariance))
      #expect(sample.covariance == .total(Self.expected))
    }
  }

  @Test("labels that count, and labels that are nowhere, leave the order of the table")
  func byPosition() throws {
    let all = Array(0..<12)
    for count in [all.map { "\($0)" }, all.map { "\($0 + 1)" }, all.map { "V\($0 + 1)" }] {
      let catalog = try read(Self.matrix(all, count, count))
      #expect(catalog.sample?.covariance == .total(Self.expected))
      #expect(!catalog.notes.contains { $0.contains("label") || $0.contains("order") })
    }
    let others = all.map { "x\($0 * $0)" }
    let catalog = try read(Self.matrix(all, others, others))
    #expect(catalog.sample?.covariance == .total(Self.expected))
    #expect(
      catalog.notes.contains { $0.hasPrefix("no column has the labels of the matrix ('x0' …)") })
  }

  @Test("labels of which the table has some, or whose order is open")
  func refused() throws {
    let all = Array(0..<12)
    var some = Self.names
    some[7] = "SN2011fe"
    #expect(
      try refusal(Self.matrix(all, some, some)).problem
        == .unknownLabel("SN2011fe", column: "CID"))
    let shuffled = Self.order.map { Self.names[$0] }
    #expect(
      try refusal(Self.matrix(all, Self.names, shuffled)).problem
        == .otherLabel(row: "SN1990", column: "SN1993"))
    // Of the same name twice, in another order.
    var twice = Self.names
    twice[4] = twice[3]
    let twiceShuffled = Self.order.map { twice[$0] }
    #expect(
      try refusal(Self.matrix(Self.order, twiceShuffled, twiceShuffled), table: Self.table(twice))
        .problem == .repeatedLabel("SN1993"))
    // In the order of the table they are no question.
    #expect(
      try read(Self.matrix(all, twice, twice), table: Self.table(twice)).sample?.covariance
        == .total(Self.expected))
    let numbers = Self.order.map { "\($0)" }
    #expect(
      try refusal(Self.matrix(Self.order, numbers, numbers)).problem == .openOrder(column: nil))
    let count = all.map { "\($0)" }
    #expect(
      try refusal(Self.matrix(all, count, count), table: Self.table(numbers, column: "id")).problem
        == .openOrder(column: "id"))
  }

  @Test("capitals in labels do not count, unless they tell rows apart")
  func capitals() throws {
    let shuffled = Self.order.map { Self.names[$0].lowercased() }
    let catalog = try read(Self.matrix(Self.order, shuffled, shuffled))
    #expect(catalog.sample?.covariance == .total(Self.expected))
    #expect(
      catalog.notes.contains("the rows of the matrix are reordered by column 'CID'"))
    let ordered = Self.names.map { $0.lowercased() }
    let same = try read(Self.matrix(Array(0..<12), ordered, ordered))
    #expect(same.sample?.covariance == .total(Self.expected))
    #expect(!same.notes.contains { $0.contains("label") })
    // Two supernovae whose names differ in capitals only.
    var apart = Self.names
    (apart[3], apart[7]) = ("SN1999aa", "SN1999AA")
    let labels = Self.order.map { apart[$0] }
    #expect(
      try read(Self.matrix(Self.order, labels, labels), table: Self.table(apart)).sample?
        .covariance == .total(Self.expected))
    let folded = labels.map { $0.lowercased() }
    #expect(
      try refusal(Self.matrix(Self.order, folded, folded), table: Self.table(apart)).problem
        == .repeatedLabel("sn1999aa"))
    var some = ordered
    some[7] = "sn2011fe"
    #expect(
      try refusal(Self.matrix(Array(0..<12), some, some)).problem
        == .unknownLabel("sn2011fe", column: "CID"))
  }

  @Test("a labelled matrix may lack the rows that are left out")
  func smaller() throws {
    let kept = (0..<12).filter { $0 != 3 && $0 != 8 }
    let order = Self.order.filter(kept.contains)
    let labels = order.map { Self.names[$0] }
    let matrix = Self.matrix(order, labels, labels)
    let table = Self.table().replacing(",37.193", with: ",-99").replacing(",41.171", with: ",nan")
    let catalog = try read(matrix, table: table, .init(skipsMissing: true))
    let expected = Matrix(
      rows: 10, columns: 10, elements: kept.flatMap { i in kept.map { Self.expected[i, $0] } })
    #expect(catalog.sample?.covariance == .total(expected))
    // Without the matrix a row cannot be kept.
    for (text, size) in [(Self.table(), 10), (table.replacing(",-99", with: ",37.193"), 10)] {
      let error = try #require(
        #expect(throws: CatalogError.self) {
          try read(matrix, table: text, .init(skipsMissing: true))
        })
      #expect(error.problem == .wrongSize(rows: size, columns: size, supernovae: 12))
    }
    let others = labels.map { "x\($0)" }
    #expect(
      try refusal(Self.matrix(order, others, others)).problem
        == .wrongSize(rows: 10, columns: 10, supernovae: 12))
  }
}
