import Foundation
import TestSupport
import Testing

/// The flow's part of `fit`.
@Suite struct FlowFitTests {
  private let folder = try? TemporaryFolder()

  private func fit(_ options: [String]) throws -> Tool.Result {
    let folder = try #require(folder)
    return try Tool.run(
      ["fit", ProjectFiles.data("jla_binned.fits"), "-o", "out"] + options, in: folder.path,
      flow: true)
  }

  private func text(_ name: String) throws -> String {
    let folder = try #require(folder)
    return try String(contentsOfFile: "\(folder.path)/out/\(name)", encoding: .utf8)
  }

  @Test("both samplers run, are compared, and leave files that GetDist reads")
  func both() throws {
    let result = try fit(["--draws", "1000", "--parameters", "omega_m,h"])
    #expect(result.status == 0, "\(result.error)")
    for words in ["NHF, weighted", "weighted − HMC [σ]", "ln Z", "verdict     good", "k-hat"] {
      #expect(result.output.contains(words), "\(words)")
    }
    let lines = try text("nhf.1.txt").split(separator: "\n")
    #expect(lines.count > 19_000)
    let numbers = lines[1].split(separator: " ").compactMap { Double($0) }
    #expect(numbers.count == 10)
    #expect(try text("nhf.properties.ini").contains("sampler=uncorrelated"))
    #expect(try text("nhf-raw.1.txt").split(separator: "\n").allSatisfy { $0.hasPrefix("1.0 ") })
    #expect(try text("nhf-training.csv").hasPrefix("step,loss,ess,beta,rate\n0,"))
    let summary = try #require(
      try JSONSerialization.jsonObject(with: Data(text("summary.json").utf8)) as? [String: Any])
    let flow = try #require(summary["flow"] as? [String: Any])
    let logEvidence = try #require(flow["log_evidence"] as? Double)
    #expect(abs(logEvidence - 37.9643) < 0.002)
    #expect(try #require(flow["flow_efficiency"] as? Double) > 0.99)
    let folder = try #require(folder)
    let diagnosis = try Tool.run(["flow", "inspect", "out/nhf.model.json"], in: folder.path)
    #expect(diagnosis.status == 0, "\(diagnosis.error)")
  }

  @Test("the flow alone, and the same bits again")
  func alone() throws {
    let options = ["--sampler", "nhf", "--nhf-draws", "2000", "--nhf-steps", "50"]
    let result = try fit(options)
    #expect(result.status == 0)
    #expect(result.output.contains("best fit    χ² = 33."))
    // The median at the lowest redshift, between the tails.
    let band = try text("hubble-model.csv").split(separator: "\n")[1].split(separator: ",")
    #expect(band.count == 6)
    #expect(zip(band, band.dropFirst()).dropFirst().allSatisfy { Double($0)! < Double($1)! })
    let first = try text("nhf.1.txt")
    let state = try #require(folder).path("out/nhf.state.json")
    let whole = try Data(contentsOf: URL(fileURLWithPath: state))
    for (_, data) in SealedState.damaged(whole, most: 2).dropFirst(2) {
      try data.write(to: URL(fileURLWithPath: state))
      let resumed = try fit(options + ["--resume"])
      #expect(
        resumed.error.contains(
          "nhf.state.json: this file is damaged; the training of the flow begins again"),
        "\(resumed.error)")
      #expect(try text("nhf.1.txt") == first)
    }
    #expect(try fit(options + ["--force"]).status == 0)
    #expect(try text("nhf.1.txt") == first)
    #expect(try fit(options + ["--force", "--seed", "2"]).status == 0)
    #expect(try text("nhf.1.txt") != first)
    let folder = try #require(folder)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out/hmc.1.txt"))
  }

  @Test("chains through the map")
  func map() throws {
    let result = try fit(["--sampler", "map", "--parameters", "omega_m,h"])
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output.contains("ln Z        37.96"))
    #expect(try text("map.4.txt").split(separator: "\n").count == 2001)
  }

  @Test("a flow that has not been trained is rejected, and lowers nothing")
  func rejected() throws {
    let result = try fit([
      "--nhf-preset", "paper", "--nhf-steps", "0", "--nhf-fallback", "never",
      "--nhf-defensive", "0", "--nhf-draws", "500",
    ])
    #expect(result.status == 0, "\(result.output)\(result.error)")
    #expect(result.error.contains("warning: NHF, weighted: efficiency "))
    #expect(result.output.contains("verdict     good: quote "))
    // Alone it has nothing to be quoted.
    let alone = try fit([
      "--sampler", "nhf", "--nhf-preset", "paper", "--nhf-steps", "0", "--nhf-fallback", "never",
      "--nhf-defensive", "0", "--nhf-draws", "500", "--force",
    ])
    #expect(alone.status == 10, "\(alone.output)")
    #expect(alone.output.contains("verdict     not to be trusted"))
  }

  @Test(
    "options out of range are usage errors",
    arguments: [
      ["--nhf-hidden", "0"], ["--nhf-leapfrog-steps", "0"], ["--nhf-time", "0"],
      ["--nhf-time", "nan"], ["--nhf-draws", "5"], ["--nhf-defensive", "0.9"],
      ["--nhf-train-on-draws", "2"], ["--nhf-kinetic", "none"], ["--nhf-preset", "best"],
      ["--coordinates", "polar"], ["--sampler", "gibbs"], ["--nhf-hamiltonians", "-1"],
      ["--nhf-steps", "-3"],
    ])
  func usage(options: [String]) throws {
    let result = try fit(options)
    #expect(result.status == 64)
    #expect(result.error.contains(options[0]))
    let folder = try #require(folder)
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
  }

  @Test(
    "chains in the coordinates that are asked for",
    arguments: ["probit", "whitened", "natural", "map", "fitted", "thin"])
  func coordinates(kind: String) throws {
    let result = try fit(["--sampler", "hmc", "--coordinates", kind, "--draws", "1000"])
    // No test of completeness is made where nothing is fitted.
    let isFitted = ["map", "fitted", "thin"].contains(kind)
    #expect(result.status == (isFitted ? 0 : 11), "\(result.error)")
    #expect(result.output.contains("verdict     not known to be complete") == !isFitted)
    #expect(result.output.contains("omega_m"))
  }
}
