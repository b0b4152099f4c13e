import Archives

/// A matrix as SNANA's `create_covariance` packs it: a zip archive (`.npz`) of NumPy arrays, `nsn`
/// with the number of supernovae and `cov` with the upper triangle in row order, or all of it.
enum PackedMatrix {
  /// Reads the whole symmetric matrix, row by row.
  ///
  /// - Parameter check: told the number of rows before `cov` is unpacked, as a small archive may
  ///   hold a matrix that fills the memory.
  /// - Throws: `CatalogError` if the archive is damaged, or does not hold these two arrays.
  static func read(
    _ bytes: [UInt8], _ path: String, checkingSize check: (Int) throws(CatalogError) -> Void
  ) throws(CatalogError) -> (size: Int, elements: [Double]) {
    func wrong(_ reason: String) -> CatalogError {
      CatalogError(path, .packedWrongly(reason: reason))
    }
    do {
      let archive = try ZipArchive(bytes)
      let (nsn, cov) = ("nsn.npy", "cov.npy")
      guard archive.names.contains(nsn), archive.names.contains(cov) else {
        throw wrong("it holds \(archive.names)")
      }
      let count = try header(archive, nsn)
      guard count.count == 1,
        let number = try archive.member(named: nsn).map({ count.withNumbers(of: $0) { $0(0) } }),
        (1...1e6).contains(number), number == number.rounded()
      else { throw wrong("nsn is no count") }
      let size = Int(number)
      let values = try header(archive, cov)
      let isWhole = values.count == size * size
      guard isWhole || values.count == size * (size + 1) / 2 else {
        throw wrong("cov has \(values.count) elements where nsn announces \(size) rows")
      }
      try check(size)
      let data = try archive.member(named: cov) ?? []
      return (size, values.withNumbers(of: data) { elements(size, isWhole: isWhole, $0) })
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

  /// What an array of the archive says of itself, which must agree with the directory.
  private static func header(_ archive: ZipArchive, _ name: String) throws -> NumPyArray {
    let beginning = try archive.beginning(ofMember: name, count: NumPyArray.longestHeader) ?? []
    do throws(NumPyArray.Mistake) {
      let array = try NumPyArray(header: beginning)
      guard archive.size(ofMember: name) == array.byteCount else {
        throw NumPyArray.Mistake(reason: "is cut short")
      }
      return array
    } catch {
      throw NumPyArray.Mistake(reason: "\(name.dropLast(4)) \(error.reason)")
    }
  }

  private static func elements(
    _ size: Int, isWhole: Bool, _ number: (Int) -> Double
  ) -> [Double] {
    if isWhole { return (0..<size * size).map(number) }
    var elements = [Double](repeating: 0, count: size * size)
    var index = 0
    for row in 0..<size {
      for column in row..<size {
        elements[row * size + column] = number(index)
        elements[column * size + row] = elements[row * size + column]
        index += 1
      }
    }
    return elements
  }
}
