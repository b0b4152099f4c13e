import Archives

/// A square matrix that NumPy wrote: an array in a file of its own (`.npy`), or one in a zip archive
/// (`.npz`), of two equal dimensions, or packed as one of its triangles row by row.
///
/// SNANA's `create_covariance` packs `nsn`, the number of supernovae, with `cov`.
struct NumPyMatrix {
  /// The number of rows.
  let size: Int
  /// The elements row by row.
  let elements: [Double]

  /// Reads an array.
  ///
  /// - Parameters:
  ///   - counts: the numbers of rows that it may have, by which a list of numbers is understood.
  ///   - check: told the number of rows before memory is taken for all elements.
  /// - Throws: `CatalogError` if it is damaged, or no square matrix of numbers.
  init(
    array bytes: [UInt8], _ path: String, counts: [Int],
    checkingSize check: (Int) throws(CatalogError) -> Void
  ) throws(CatalogError) {
    let header: NumPyArray
    do throws(NumPyArray.Mistake) {
      header = try NumPyArray(header: Array(bytes.prefix(NumPyArray.longestHeader)))
      if let mistake = header.mistake(ofLength: bytes.count) { throw mistake }
    } catch {
      throw CatalogError(path, .packedWrongly(reason: "the array \(error.reason)"))
    }
    guard let size = header.matrixSizes.first(where: counts.contains) ?? header.matrixSizes.first
    else {
      throw CatalogError(
        path, .packedWrongly(reason: "the array has the shape \(header.shape)"))
    }
    try check(size)
    elements = try Self.elements(size, header, bytes, path)
    self.size = size
  }

  /// Reads the array of an archive that can be a matrix: `cov` if there is one, else the only one.
  init(
    archive bytes: [UInt8], _ path: String, counts: [Int],
    checkingSize check: (Int) throws(CatalogError) -> Void
  ) throws(CatalogError) {
    func wrong(_ reason: String) -> CatalogError {
      CatalogError(path, .packedWrongly(reason: reason))
    }
    do {
      let archive = try ZipArchive(bytes)
      let names = archive.names.filter { $0.hasSuffix(".npy") }
      guard !names.isEmpty else { throw wrong("it holds no arrays but \(archive.names)") }
      var headers: [(name: String, header: NumPyArray)] = []
      for name in names { headers.append((name, try Self.header(archive, name))) }
      let count = try Self.count(headers.first { $0.name == "nsn.npy" }?.header, archive, wrong)
      let matrices = headers.filter {
        (!$0.header.matrixSizes.isEmpty && $0.header.count > 1) || $0.name == "cov.npy"
      }
      guard
        let (name, header) = matrices.first(where: { $0.name == "cov.npy" })
          ?? (matrices.count == 1 ? matrices[0] : nil)
      else {
        throw wrong(
          matrices.isEmpty
            ? "no array of it is a square matrix: "
              + headers.map { "\($0.name.dropLast(4)) \($0.header.shape)" }.joined(separator: ", ")
            : "more than one array could be the matrix: "
              + matrices.map { String($0.name.dropLast(4)) }.joined(separator: ", "))
      }
      let sizes = header.matrixSizes.filter { count == nil || $0 == count }
      guard let size = sizes.first(where: counts.contains) ?? sizes.first else {
        throw wrong(
          count.map {
            "\(name.dropLast(4)) has \(header.count) elements where nsn gives \($0) rows"
          }
            ?? "\(name.dropLast(4)) has the shape \(header.shape)")
      }
      try check(size)
      let member = try archive.member(named: name) ?? []
      elements = try Self.elements(size, header, member, path, isUpper: count != nil)
      self.size = size
    } catch let error as CatalogError {
      throw error
    } catch let error as ArchiveError {
      throw CatalogError(path, .archive(reason: error.description))
    } catch let error as NumPyArray.Mistake {
      throw wrong(error.reason)
    } catch {
      throw CatalogError(path, .unreadable(reason: "\(error)"))
    }
  }

  /// All elements of a matrix, of which an array may hold a triangle.
  private static func elements(
    _ size: Int, _ header: NumPyArray, _ bytes: [UInt8], _ path: String, isUpper: Bool = false
  ) throws(CatalogError) -> [Double] {
    let isWhole = header.count == size * size
    let numbers = header.withNumbers(of: bytes) { number in (0..<header.count).map(number) }
    if isWhole { return numbers }
    let triangle = PackedTriangle(numbers, size: size)
    guard let elements = triangle.elements ?? (isUpper ? triangle.elements(.upper) : nil) else {
      throw CatalogError(path, .openTriangle)
    }
    return elements
  }

  /// What SNANA's archive says is the number of rows; nil if it says nothing.
  private static func count(
    _ header: NumPyArray?, _ archive: ZipArchive, _ wrong: (String) -> CatalogError
  ) throws -> Int? {
    guard let header else { return nil }
    guard header.count == 1,
      let number = try archive.member(named: "nsn.npy").map({ header.withNumbers(of: $0) { $0(0) } }
      ),
      (1...1e6).contains(number), number == number.rounded()
    else { throw wrong("nsn is not a count") }
    return Int(number)
  }

  /// What an array of the archive says of itself, which must agree with the directory.
  private static func header(_ archive: ZipArchive, _ name: String) throws -> NumPyArray {
    let beginning = try archive.beginning(ofMember: name, count: NumPyArray.longestHeader) ?? []
    do throws(NumPyArray.Mistake) {
      let array = try NumPyArray(header: beginning)
      if let mistake = array.mistake(ofLength: archive.size(ofMember: name)) { throw mistake }
      return array
    } catch {
      throw NumPyArray.Mistake(reason: "\(name.dropLast(4)) \(error.reason)")
    }
  }
}
