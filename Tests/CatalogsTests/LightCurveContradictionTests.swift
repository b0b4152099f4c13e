import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Tables of light curves that say one thing twice.
@Suite struct LightCurveContradictionTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A table with some columns replaced, and others behind them.
  private func columns(
    _ name: String, _ changes: [String: [Double]] = [:], adding: [Twelve.Column] = []
  ) throws -> [Twelve.Column] {
    let own: [Twelve.Column] = try #require(LightCurveNameTests.tables[name]).map {
      ($0.name, changes[$0.name] ?? $0.values)
    }
    return own + adding
  }

  private func refusal(_ columns: [Twelve.Column]) throws -> CatalogError {
    try #require(#expect(throws: CatalogError.self) { try folder.catalog(columns) })
  }

  @Test("a covariance may stand in both halves of a matrix if they are the same")
  func halves() throws {
    let sncosmo = try #require(LightCurveNameTests.tables["sncosmo"])
    let own = try #require(sncosmo.first { $0.name == "cov_x0_x1" }).values
    let expected = try folder.catalog(sncosmo).content
    for name in ["x1_x0_cov", "x0_x1_cov", "cov(x0,x1)", "COVx0x1"] {
      let both = try folder.catalog(
        try columns("sncosmo", adding: [(name.replacing(",", with: "-"), own)]))
      #expect(both.content == expected, "\(name)")
    }
    var other = own
    other[6] *= 1.01
    let error = try refusal(try columns("sncosmo", adding: [("x1_x0_cov", other)]))
    #expect(error.row == 8 && error.column == "x1_x0_cov")
    #expect(error.description.contains("both are the same covariance"), "\(error)")
  }

  @Test("magnitudes and amplitudes are of the same light curves, whatever the zero point")
  func amplitudes() throws {
    let name = "SNANA with covariances of x0"
    let snana = try #require(LightCurveNameTests.tables[name])
    let magnitudes = try #require(snana.first { $0.name == "mB" }).values
    let shifted = try folder.catalog(try columns(name, ["mB": magnitudes.map { $0 + 0.7 }]))
    let curves = try #require(shifted.lightCurves)
    #expect(abs(curves.supernovae[3].magnitude - magnitudes[3] - 0.7) < 1e-12)
    #expect(abs(curves.supernovae[3].magnitudeColorCovariance - 0.001) < 1e-15)
    // Two rows of one column swapped.
    var amplitudes = try #require(snana.first { $0.name == "x0" }).values
    amplitudes.swapAt(2, 9)
    let error = try refusal(try columns(name, ["x0": amplitudes]))
    #expect(error.row == 4 && error.column == "x0")
    #expect(error.description.contains("these are not the same light curves"), "\(error)")
  }

  @Test("masses of hosts are logarithms; what marks a missing one is not a massive host")
  func masses() throws {
    let masses = [9.5, 10.5, -9, 99, 10, -999, .nan, 9.99, 9.9, 999, 0, 10.2]
    for name in ["HOST_LOGMASS", "HOSTGAL_LOGMASS", "host_mass", "log_mstar", "3rdvar"] {
      let catalog = try folder.catalog(try columns("SNANA", adding: [(name, masses)]))
      let areMassive = try #require(catalog.lightCurves).supernovae.map(\.hasMassiveHost)
      #expect(areMassive.indices.filter { areMassive[$0] } == [1, 11], "\(name)")
      #expect(
        catalog.notes.contains("6 hosts have no mass in '\(name)', and are not taken as massive"))
    }
    let error = try refusal(
      try columns("SNANA", adding: [("host_mass", masses.map { pow(10, $0) })]))
    #expect(error.column == "host_mass")
    #expect(error.description.contains("take the logarithm"), "\(error)")
  }
}
