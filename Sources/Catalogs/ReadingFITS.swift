import FITS

/// Opens a FITS file and reads from it, telling what CFITSIO refuses as a `CatalogError`.
func readingFITS<Value>(
  _ path: String, _ body: (borrowing FITSFile) throws(FITSError) -> Value
) throws(CatalogError) -> Value {
  do {
    return try body(try FITSFile(opening: path))
  } catch {
    throw CatalogError(path, .fits(reason: error.description))
  }
}
