import Catalogs
import Cosmology
import Digests
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// The data sets that are part of the program, against the files as they were published.
@Suite struct PublishedDataTests {
  private func parts(_ name: String) throws -> [PublishedData.Part] {
    try #require(PublishedData.named(name)).parts
  }

  private func measurement(_ name: String, part: Int = 0) throws -> DataVector {
    guard case .measurement(let measurement) = try parts(name)[part] else {
      throw CocoaError(.coderValueNotFound)
    }
    return measurement
  }

  private func table(_ name: String, part: Int) throws -> LikelihoodTable {
    guard case .table(let table) = try parts(name)[part] else {
      throw CocoaError(.coderValueNotFound)
    }
    return table
  }

  @Test("every set has a name of its own, a title, a citation and what was checked")
  func descriptions() throws {
    let all = PublishedData.all
    #expect(
      all.map(\.name) == [
        "desi_dr1", "desi_dr2", "sdss_dr16", "chronometers", "cmb", "theta_star", "bbn",
        "bbn_n_eff",
        "h0_riess2022", "h0_cchp2025",
      ])
    for data in all {
      #expect(data.citation.contains("arXiv:") && data.title.count > 20 && data.checked.count > 15)
      #expect(!data.parts.isEmpty && data.parts.allSatisfy { !$0.observables.isEmpty })
    }
    #expect(PublishedData.named("desi_dr3") == nil)
  }

  @Test("what counts the same information twice excludes each other")
  func exclusions() throws {
    for data in PublishedData.all {
      for name in data.excludes.keys where name != PublishedData.calibrators {
        #expect(PublishedData.named(name)?.excludes[data.name] == data.excludes[name])
      }
      #expect(data.excludes[data.name] == nil)
    }
    func excluded(_ name: String) throws -> Set<String> {
      Set(try #require(PublishedData.named(name)).excludes.keys)
    }
    #expect(try excluded("desi_dr1") == ["desi_dr2", "sdss_dr16"])
    #expect(try excluded("sdss_dr16") == ["desi_dr1", "desi_dr2"])
    #expect(try excluded("cmb") == ["theta_star"])
    #expect(try excluded("bbn") == ["bbn_n_eff"])
    #expect(try excluded("h0_riess2022") == ["h0_cchp2025", "calibrators"])
    #expect(try excluded("chronometers").isEmpty)
    #expect(
      PublishedData.named("desi_dr2")?.excludes["desi_dr1"]
        == "the second release of DESI contains the first")
  }

  @Test("the files are those that were published")
  func checksums() throws {
    let readme = try String(contentsOfFile: ProjectFiles.data("probes/README.md"), encoding: .utf8)
    let rows = readme.split(separator: "\n").map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .init(charactersIn: " `")) }
    }.filter { $0.count == 4 && $0[2].count == 64 }
    #expect(rows.count == 17)
    for row in rows {
      #expect(FileDigest(of: ProjectFiles.data("probes/\(row[0])"))?.hexadecimal == row[2])
    }
  }

  @Test(
    "distances with their covariances are those of the files",
    arguments: [
      (
        "desi_dr1", 0, "desi_2024_gaussian_bao_ALL_GCcomb_mean.txt",
        "desi_2024_gaussian_bao_ALL_GCcomb_cov.txt"
      ),
      (
        "desi_dr2", 0, "desi_gaussian_bao_ALL_GCcomb_mean.txt",
        "desi_gaussian_bao_ALL_GCcomb_cov.txt"
      ),
      ("sdss_dr16", 1, "sdss_DR12_LRG_BAO_DMDH.dat", "sdss_DR12_LRG_BAO_DMDH_covtot.txt"),
      ("sdss_dr16", 2, "sdss_DR16_LRG_BAO_DMDH.dat", "sdss_DR16_LRG_BAO_DMDH_covtot.txt"),
      ("sdss_dr16", 4, "sdss_DR16_QSO_BAO_DMDH.txt", "sdss_DR16_QSO_BAO_DMDH_covtot.txt"),
    ])
  func distances(name: String, part: Int, values: String, covariance: String) throws {
    let read = try DataVector(
      acousticOscillations: ProjectFiles.data("probes/\(name)/\(values)"),
      covariance: ProjectFiles.data("probes/\(name)/\(covariance)"))
    #expect(try measurement(name, part: part) == read)
  }

  @Test("DESI: numbers, redshifts, and the order of Lyman alpha")
  func desi() throws {
    let (first, second) = (try measurement("desi_dr1"), try measurement("desi_dr2"))
    #expect(first.values.count == 12 && second.values.count == 13)
    #expect(
      Set(first.observables.compactMap(\.redshift)) == [
        0.295, 0.51, 0.706, 0.93, 1.317, 1.491, 2.33,
      ])
    #expect(
      Set(second.observables.compactMap(\.redshift)) == [
        0.295, 0.51, 0.706, 0.934, 1.321, 1.484, 2.33,
      ])
    #expect(
      Array(first.observables.suffix(2)) == [
        .transverseDistance(redshift: 2.33), .radialDistance(redshift: 2.33),
      ])
    #expect(
      Array(second.observables.suffix(2)) == [
        .radialDistance(redshift: 2.33), .transverseDistance(redshift: 2.33),
      ])
    #expect(second.values[0] == 7.94167639 && second.values[6] == 17.64149464)
    #expect(second.values[11] == 8.631545674846294)
    #expect(
      second.covariance[11, 12] == -2.31395216e-02 && first.covariance[9, 9] == 4.47134991e-01)
  }

  @Test("SDSS: seven parts, the tables as those of the files")
  func sdss() throws {
    let parts = try parts("sdss_dr16")
    #expect(parts.map(\.observables.count) == [1, 4, 2, 1, 2, 2, 2])
    #expect(
      parts.map { $0.observables[0].redshift ?? 0 } == [
        0.15, 0.38, 0.698, 0.845, 1.48, 2.334, 2.334,
      ])
    let pair: [Observable] = [
      .transverseDistance(redshift: 2.334), .radialDistance(redshift: 2.334),
    ]
    let files: [(part: Int, file: String, observables: [Observable])] = [
      (3, "sdss_DR16_ELG_BAO_DVtable.txt", [.volumeDistance(redshift: 0.845)]),
      (5, "sdss_DR16_LYAUTO_BAO_DMDHgrid.txt", pair),
      (6, "sdss_DR16_LYxQSO_BAO_DMDHgrid.txt", pair),
    ]
    var tables = try files.map { part, file, observables in
      (
        try table("sdss_dr16", part: part),
        try LikelihoodTable(
          likelihoods: ProjectFiles.data("probes/sdss_dr16/\(file)"), of: observables)
      )
    }
    tables.append(
      (
        try table("sdss_dr16", part: 0),
        try LikelihoodTable(
          chiSquared: ProjectFiles.data("probes/sdss_dr16/sdss_MGS_prob.txt"),
          of: .volumeDistance(redshift: 0.15), over: 0.8005...1.1985, unit: 4.29720761315)
      ))
    for (own, file) in tables {
      #expect(own.observables == file.observables)
      #expect(own.axes.map(\.count) == file.axes.map(\.count))
      for (a, b) in zip(own.axes.joined(), file.axes.joined()) { #expect(abs(a - b) < 1e-11) }
      let worst = zip(own.logLikelihoods, file.logLikelihoods).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 1e-7)
    }
  }

  @Test("SDSS: the tables are where SDSS's summary has them")
  func summary() throws {
    func best(_ table: LikelihoodTable) -> Double {
      let index = table.logLikelihoods.indices.max {
        table.logLikelihoods[$0] < table.logLikelihoods[$1]
      }
      return table.axes[0][index ?? 0]
    }
    #expect(abs(best(try table("sdss_dr16", part: 0)) - 4.47) < 0.01)
    #expect(abs(best(try table("sdss_dr16", part: 3)) - 18.33) < 0.01)
    // Both of Lyman alpha: 37.5 ± 1.1 and 8.99 ± 0.19 (du Mas des Bourboux et al. 2020).
    let (auto, cross) = (try table("sdss_dr16", part: 5), try table("sdss_dr16", part: 6))
    let weights = zip(auto.logLikelihoods, cross.logLikelihoods).map { exp($0 + $1) }
    let total = weights.reduce(0, +)
    let sizes = [50, 1]
    let published: [(mean: Double, sd: Double)] = [(37.5, 1.1), (8.99, 0.19)]
    for axis in 0..<2 {
      let values = weights.indices.map { auto.axes[axis][$0 / sizes[axis] % 50] }
      let mean = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total
      let variance = zip(weights, values).reduce(0) { $0 + $1.0 * pow($1.1 - mean, 2) } / total
      #expect(abs(mean - published[axis].mean) < 0.05 * published[axis].sd + 0.005)
      #expect(abs(variance.squareRoot() / published[axis].sd - 1) < 0.06)
    }
  }

  @Test("chronometers are those of the files")
  func chronometers() throws {
    let data = try measurement("chronometers")
    #expect(
      data
        == (try DataVector(
          chronometers: ProjectFiles.data("probes/chronometers/HzTable_MM_BC03.dat"),
          covariance: ProjectFiles.data("probes/chronometers/cov_cc_MM_BC03.txt"))))
    #expect(data.values.count == 15 && data.values[0] == 74.91 && data.values[14] == 186.5)
    #expect(data.covariance[0, 1] == 16.5 && data.covariance[14, 14] == 2477.36)
  }

  @Test("the microwave background, rounded, is eqs. 35 and 36 of DESI's paper")
  func microwaveBackground() throws {
    let data = try measurement("cmb")
    #expect(
      data == (try DataVector(gaussian: ProjectFiles.data("probes/cmb/desi_dr2_theta_star.txt"))))
    #expect(
      zip(data.values, [0.01041, 0.02223, 0.14208]).allSatisfy { abs($0 - $1) < 5.1e-6 })
    let errors = data.covariance.diagonal.map { $0.squareRoot() }
    #expect(
      zip(errors, [2.573e-6, 1.461e-4, 1.220e-3]).allSatisfy { abs($0 / $1 - 1) < 5e-4 })
    let angle = try measurement("theta_star")
    #expect(angle.observables == [.acousticAngle] && angle.values == [0.0104110])
  }

  @Test("single numbers")
  func numbers() throws {
    #expect(try measurement("bbn") == DataVector(.parameter("omega_b"), 0.02218, error: 0.00055))
    let two = try measurement("bbn_n_eff")
    #expect(abs(two.covariance[0, 0].squareRoot() - 0.00063) < 5e-6)
    #expect(
      abs(two.covariance[1, 1].squareRoot() - 0.21) < 0.005
        && abs(two.values[1] - 3.044 + 0.14) < 1e-12)
    #expect(try measurement("h0_riess2022") == DataVector(.hubbleConstant, 73.04, error: 1.04))
    #expect(abs(try measurement("h0_cchp2025").covariance[0, 0].squareRoot() - 1.94) < 0.005)
  }

  @Test("all covariances are positive definite, all tables finite")
  func validity() throws {
    for part in PublishedData.all.flatMap(\.parts) {
      switch part {
      case .measurement(let measurement): _ = try Cholesky(measurement.covariance)
      case .table(let table):
        #expect(table.logLikelihoods.allSatisfy { $0.isFinite && $0 <= 0 })
        #expect(
          table.axes.allSatisfy { axis in zip(axis, axis.dropFirst()).allSatisfy { $0 < $1 } })
      }
    }
  }
}
