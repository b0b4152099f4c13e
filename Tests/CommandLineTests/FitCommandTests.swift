import Foundation
import TestSupport
import Testing

@Suite struct FitCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ path: String) throws -> String {
    try String(contentsOfFile: folder.path(path), encoding: .utf8)
  }

  @Test("FITS and text of one catalog give identical chains")
  func identicalChains() throws {
    let common = ["--draws", "200", "--warmup", "200", "--chains", "2", "--seed", "7"]
    let fits = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "--output", "fits"] + common, in: folder.path)
    let text = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.csv"), "--covariance",
        ProjectFiles.data("jla_binned_covariance.csv"), "-o", "text",
      ] + common, in: folder.path)
    #expect([0, 11].contains(fits.status) && fits.status == text.status, "\(fits.error)")
    for name in ["hmc.1.txt", "hmc.2.txt", "hmc.paramnames", "hmc.ranges"] {
      #expect(try read("fits/\(name)") == read("text/\(name)"))
    }
    let lines = try read("fits/hmc.1.txt").split(separator: "\n")
    #expect(
      lines[0]
        == "#  weight  minuslogpost  omega_m  delta_mu  omega_lambda  q0  minuslogprior  minuslogprior__0  chi2  chi2__supernovae"
    )
    #expect(lines.count == 201)
    #expect(lines.dropFirst().allSatisfy { $0.split(separator: " ").count == 10 })
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("fits")).sorted()
    #expect(
      names == [
        "analysis.yaml", "coordinates.json", "hmc.1.csv", "hmc.1.txt", "hmc.2.csv", "hmc.2.txt",
        "hmc.covmat", "hmc.fits", "hmc.paramnames", "hmc.properties.ini", "hmc.ranges",
        "hmc.state.json", "hmc.updated.yaml", "hubble-model.csv", "hubble.csv", "run.files",
        "summary.json",
        "weighted.1.txt", "weighted.paramnames",
        "weighted.properties.ini", "weighted.ranges", "weighted.updated.yaml",
      ])
  }

  /// The part of `summary.json` that the test reads.
  struct Summary: Decodable {
    struct Posterior: Decodable {
      struct Parameter: Decodable {
        let name: String
        let mean, standardDeviation, standardErrorOfMean, bulkEffectiveSampleSize: Double
      }
      let parameters: [Parameter]
      let correlation: [[Double]]
    }
    struct Best: Decodable { let chiSquared: Double }
    let posterior: Posterior
    let bestDraw: Best
    let failedGates: [String]
  }

  private func summary() throws -> Summary {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Summary.self, from: Data(try read("out/summary.json").utf8))
  }

  @Test("the JLA posterior is that of exact quadrature, for ten seeds", arguments: 1...10)
  func jla(seed: Int) throws {
    let result = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--seed", "\(seed)",
        "--parameters", "omega_m,h",
      ],
      in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    let summary = try summary()
    // Gauss–Legendre grid quadrature of the same posterior: means, standard deviations,
    // correlation.
    let exact = [(0.29680932, 0.03376906), (0.70054196, 0.00747285)]
    for (parameter, (mean, deviation)) in zip(summary.posterior.parameters, exact) {
      #expect(abs(parameter.mean - mean) < 4 * parameter.standardErrorOfMean, "\(parameter)")
      // Nearly Gaussian: the variance of s is σ²/2n, and squares mix no slower than half as fast as
      // the draws do.
      let standardError = deviation / parameter.bulkEffectiveSampleSize.squareRoot()
      #expect(abs(parameter.standardDeviation - deviation) < 4 * standardError, "\(parameter)")
    }
    // The standard error of a correlation ρ is (1 − ρ²)/√n, here 0.0089 for the smallest n that
    // passes the next line.
    #expect(summary.posterior.parameters.allSatisfy { $0.bulkEffectiveSampleSize > 4000 })
    #expect(abs(summary.posterior.correlation[0][1] + 0.66068) < 4 * 0.0089)
    // The minimum is 33.6247; 8,000 draws come closer to it than 0.02.
    #expect(summary.bestDraw.chiSquared > 33.6246 && summary.bestDraw.chiSquared < 33.645)
    #expect(summary.failedGates.isEmpty)
    #expect(result.output.contains("31 supernovae, z from 0.01 to 1.3"))
    #expect(result.output.contains("total 31 × 31"))
    #expect(result.error.contains("supernovae alone do not measure it"))
  }

  @Test("Pen's fit narrows the posterior of Ωm by 9 %")
  func pen() throws {
    let result = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--distance", "pen",
        "--parameters", "omega_m,h",
      ],
      in: folder.path)
    #expect(result.status == 0)
    let summary = try summary()
    // Grid quadrature with Pen's fit: Ωm = 0.2972 ± 0.0309, h = 0.7023 ± 0.0071.
    let omega = summary.posterior.parameters[0]
    #expect(abs(omega.mean - 0.2972) < 4 * omega.standardErrorOfMean + 5e-5)
    #expect(
      abs(omega.standardDeviation - 0.0309) < 4 * 0.0309
        / omega.bulkEffectiveSampleSize.squareRoot()
    )
  }

  @Test("chains too short to be trusted are written and marked, and exit with 11")
  func failedGates() throws {
    let result = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--draws", "20", "--chains", "2",
      ], in: folder.path)
    #expect(result.status == 11)
    #expect(result.error.contains("the bulk effective sample size of omega_m is"))
    #expect(result.output.contains("verdict     with care: quote maps, weighted"))
    #expect(try read("out/summary.json").contains("\"failed_gates\" : [\n"))
    #expect(try read("out/hmc.2.txt").split(separator: "\n").count == 21)
  }

  @Test("chains that diverge are reported, and where they would not")
  func divergences() throws {
    let options = ["--model", "flat_w0wacdm", "--offset", "marginalise", "--draws", "500"]
    func fit(_ more: [String]) throws -> Tool.Result {
      try Tool.run(
        ["fit", ProjectFiles.data("jla_binned.fits"), "--output", "out", "--force"] + options
          + more, in: folder.path)
    }
    let bent = try fit(["--target-acceptance", "0.6", "--coordinates", "natural"])
    #expect(bent.status == 11 || bent.status == 10)
    #expect(bent.error.contains(" of 2000 transitions diverged"))
    #expect(bent.error.contains("--coordinates fitted"))
    #expect(try fit([]).status == 0)
  }

  @Test("magnitudes are fitted with M in place of h")
  func magnitudes() throws {
    let rows = try String(contentsOfFile: ProjectFiles.data("jla_binned.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst(3).map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
    let lines = rows.map { "\($0[0]) \($0[1] - 19.3) \($0[2])\n" }
    let table = try folder.write("zcmb mb dmb\n" + lines.joined(), to: "mb.txt")
    let result = try Tool.run(["fit", table, "-o", "out", "--draws", "500"], in: folder.path)
    #expect(result.status == 0, "\(result.error)")
    #expect(try read("out/hmc.paramnames").hasPrefix("omega_m\t\\Omega_\\mathrm{m}\nM\tM\nomega"))
    #expect(!result.error.contains("zero point"))
    let magnitude = try summary().posterior.parameters[1]
    #expect(abs(magnitude.mean + 19.3) < 0.1 && magnitude.name == "M")
  }

  @Test("an earlier result is kept, unless --force is given")
  func force() throws {
    let arguments = [
      "fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--draws", "10", "--chains", "1",
    ]
    #expect(try Tool.run(arguments + ["--seed", "1"], in: folder.path).status == 11)
    let first = try read("out/hmc.1.txt")
    let refused = try Tool.run(arguments + ["--seed", "2"], in: folder.path)
    #expect(refused.status == 73)
    #expect(
      refused.error
        == "error: out: the folder holds the results of an earlier run (analysis.yaml);"
        + " use --force to replace them, --resume to continue it, or --output to write elsewhere\n")
    #expect(try read("out/hmc.1.txt") == first)
    #expect(try Tool.run(arguments + ["--seed", "2", "-f"], in: folder.path).status == 11)
    #expect(try read("out/hmc.1.txt") != first)
  }

  @Test("moduli beyond the prior, and errors that are too small, are warned of")
  func warnings() throws {
    let rows = try String(contentsOfFile: ProjectFiles.data("jla_binned.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst(3).map {
        $0.split(separator: ",").compactMap { Double($0) }
      }
    func fit(
      _ name: String, _ options: [String] = [], _ line: ([Double]) -> String
    ) throws -> String {
      let table = try folder.write("z mu mu_err\n" + rows.map(line).joined(), to: name)
      let arguments = ["fit", table, "-f", "-o", name + ".out"] + options
      return try Tool.run(arguments, in: folder.path).error
    }
    // A zero point is arbitrary: unless somebody chooses its prior, that follows the data.
    let moved = try fit("shifted") { "\($0[0]) \($0[1] - 5) \($0[2])\n" }
    #expect(!moved.contains("warning: the posterior of delta_mu"), "\(moved)")
    let record = try read("shifted.out/analysis.yaml")
    #expect(record.contains("min: -16\n"), "\(record)")
    let shifted = try fit("shifted", ["--prior", "h=uniform(0,1)"]) {
      "\($0[0]) \($0[1] - 1) \($0[2])\n"
    }
    #expect(
      shifted.contains("warning: the posterior of h is squeezed against the upper end of its prior")
    )
    let precise = try fit("precise") { "\($0[0]) \($0[1]) \($0[2] / 10)\n" }
    #expect(precise.contains("is far too large for 29 degrees of freedom"))
  }

  @Test(
    "--json prints what summary.json holds and nothing else; --quiet leaves standard error to warnings"
  )
  func jsonAndQuiet() throws {
    let result = try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--json", "-q"], in: folder.path)
    #expect(result.status == 0)
    #expect(try result.output == read("out/summary.json"))
    #expect(result.error.isEmpty)
  }

  @Test("a fit of as many parameters as data that fails all the same is warned of")
  func noDegreesOfFreedom() throws {
    let table = try folder.write("z,mu,mu_err\n0.1,38.3,0.01\n0.5,40,0.01\n", to: "two.csv")
    let result = try Tool.run(["fit", table, "-o", "out"], in: folder.path)
    #expect(result.error.contains("no more data than parameters"), "\(result.error)")
  }

  @Test("a catalog at which nothing is finite says which part is not")
  func noFiniteStart() throws {
    // E² < 0 at the highest redshifts, whatever Ωm.
    let result = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "--model", "lcdm", "--fix", "omega_k=-30",
        "-o",
        "out",
      ], in: folder.path)
    #expect(result.status == 70)
    #expect(result.error.hasPrefix("error: no starting point with a finite log density"))
    #expect(
      result.error.contains("prior = -") && result.error.contains("likelihood of supernovae = -inf")
        && result.error.contains("the last was omega_m = 0."), "\(result.error)")
  }
}
