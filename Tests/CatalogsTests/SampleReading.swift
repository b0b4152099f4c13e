import Catalogs
import Cosmology
import Testing

/// The magnitudes in a catalog; a catalog of light curves fails the test.
func readSample(
  _ path: String, _ options: Catalog.Options = .init()
) throws -> SupernovaSample {
  try #require(try Catalog(reading: path, options).sample)
}
