import FITS

/// Reads from a FITS file, telling what is wrong with it as a `CatalogError`.
func readingFITS<Value>(_ body: () throws(FITSError) -> Value) throws(CatalogError) -> Value {
  do {
    return try body()
  } catch {
    throw CatalogError(error.path, .fits(reason: error.description))
  }
}
