import Catalogs
import Cosmology
import TestSupport
import Testing

/// Which columns are redshifts, and those that contradict each other.
@Suite struct RedshiftColumnTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("velocities by the usual names", arguments: ["cz (km/s)", "cz", "CZ_CMB [km/s]"])
  func velocities(name: String) throws {
    let velocities = Twelve.redshifts.map { $0 * 299_792.458 }
    let columns = [(name, velocities)] + Twelve.columns.dropFirst()
    let catalog = try folder.catalog(columns)
    let redshifts = try #require(catalog.sample).redshifts
    #expect(zip(redshifts, Twelve.redshifts).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(catalog.notes.contains { $0.hasSuffix("is a velocity in km/s: z = v/c") })
    // A redshift next to them comes first.
    #expect(try folder.catalog([(name, velocities)] + Twelve.columns).columns[.redshift] == "z")
  }

  @Test("redshifts that differ by more than motions do", arguments: [0.021, 0.5, -0.3])
  func contradiction(difference: Double) throws {
    var others = Twelve.redshifts
    others[8] += difference
    let columns = Twelve.columns + [("zCMB", others)]
    let error = try #require(#expect(throws: CatalogError.self) { try folder.catalog(columns) })
    #expect(error.row == 10)
    #expect(error.description.contains("choose the right one with --column z=NAME"))
    for name in ["z", "zCMB"] where name == "z" || abs(difference) < 0.1 {
      #expect(try folder.catalog(columns, .init(columns: [.redshift: name])).count == 12)
    }
  }

  @Test("redshifts that nearly agree, and marks among those that are not used")
  func agreement() throws {
    var others = Twelve.redshifts.map { $0 + 0.002 }
    others[3] = -9
    let columns = [("zHD", Twelve.redshifts), ("zCMB", others)] + Twelve.columns.dropFirst()
    #expect(try folder.catalog(columns).columns[.redshift] == "zHD")
  }

  @Test(
    "velocities of which none is one",
    arguments: [("cz", 1.0), ("z [km/s]", 1), ("cz (km/s)", 1), ("z (m/s)", 1), ("cz_cmb", 2.9)])
  func noVelocities(name: String, factor: Double) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Twelve.table([
        (name, Twelve.redshifts.map { $0 * factor }), ("mu", Twelve.moduli),
        ("mu_err", Twelve.errors),
      ]), to: "t.csv")
    let error = try #require(#expect(throws: CatalogError.self) { try Catalog(reading: path) })
    #expect(error.row == 13)
    guard case .notAVelocity = error.problem else {
      Issue.record("\(error.description)")
      return
    }
    #expect(error.description.contains("taken as a velocity"))
  }

  @Test("heliocentric velocities are looked at too, and marks among them are none")
  func heliocentricVelocities() throws {
    func read(_ values: [Double]) throws -> Catalog {
      try folder.catalog(Twelve.columns + [("cz_hel", values)])
    }
    let error = try #require(
      #expect(throws: CatalogError.self) { try read(Twelve.redshifts) })
    #expect(error.column == "cz_hel")
    #expect(try read(Twelve.redshifts.map { $0 * 299_792.458 }).count == 12)
  }
}
