import Foundation
import Inference
import TestSupport
import Testing

/// `fit --each`, `robustness`, `merge` and `job`.
@Suite struct EnsembleCommandTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Distance moduli of three surveys, of which one is too faint.
  private func moduli(faint: Double = 0, seed: Int = 1) -> String {
    var random = RandomStream(seed: Seed(UInt64(seed)), "moduli of three surveys")
    var table = "z,mu,mu_err,survey\n"
    for index in 0..<90 {
      let z = 0.02 + 0.008 * Double(index)
      let survey = ["A", "B", "far C"][index % 3]
      // Flat ΛCDM with Ωm = 0.3, by Simpson's rule.
      let distance = (0...20).reduce(0.0) { sum, k in
        let x = z * Double(k) / 20
        let weight: Double = k == 0 || k == 20 ? 1 : (k % 2 == 1 ? 4 : 2)
        return sum + weight * z / 60 / (0.3 * pow(1 + x, 3) + 0.7).squareRoot()
      }
      let mu =
        5 * log10(299_792.458 / 70 * (1 + z) * distance) + 25 + 0.1 * random.nextStandardNormal()
        + (survey == "far C" ? faint * z : 0)
      table += "\(z),\(mu),0.1,\(survey)\n"
    }
    return table
  }

  @Test("fit --each is the fits one by one, by any number of processes")
  func each() throws {
    for seed in 1...3 { _ = try folder.write(moduli(seed: seed), to: "\(seed).csv") }
    let arguments =
      ["fit", "--draws", "300", "--warmup", "300", "--seed", "4", "-o", "all", "--each"]
      + (1...3).map { "\($0).csv" }
    let result = try Tool.run(arguments, in: folder.path)
    #expect([0, 11].contains(result.status), "\(result.error)")
    #expect(result.output.contains("omega_m") && result.output.contains("shift [σ]"))
    let csv = try String(contentsOfFile: folder.path("all/ensemble.csv"), encoding: .utf8)
    #expect(csv.split(separator: "\n").count == 4)
    for rank in 0..<3 {
      var other = arguments
      other.replaceSubrange(7..<9, with: ["-o", "parts"])
      let part = try Tool.run(other + ["--part", "\(rank)/3"], in: folder.path)
      #expect(part.status == result.status && part.output == result.output)
    }
    #expect(
      try String(contentsOfFile: folder.path("parts/ensemble.csv"), encoding: .utf8) == csv)
    // The same numbers as those of the fit alone.
    _ = try Tool.run(
      ["fit", "2.csv", "--draws", "300", "--warmup", "300", "--seed", "4", "-o", "two"],
      in: folder.path)
    let summary = try String(contentsOfFile: folder.path("two/summary.json"), encoding: .utf8)
    let mean = try #require(csv.split(separator: "\n")[2].split(separator: ",").dropFirst().first)
    #expect(summary.contains("\"mean\" : \(mean)"))

    let merged = try Tool.run(["merge", "parts"], in: folder.path)
    #expect(merged.status == result.status && merged.output == result.output)
    let parts = folder.path("parts/parts")
    for name in try FileManager.default.contentsOfDirectory(atPath: parts).dropFirst(0) {
      try FileManager.default.removeItem(atPath: "\(parts)/\(name)")
    }
    let missing = try Tool.run(["merge", "parts"], in: folder.path)
    #expect(missing.status == 75 && missing.output == "0 of 3 units; missing: 0–2\n")
  }

  @Test("processes that are killed lose nothing that counts: the same bytes after any of it")
  func killed() throws {
    let data = ProjectFiles.data("jla_binned.fits")
    func arguments(_ output: String) -> [String] {
      ["sbc", data, "--replicates", "200", "--sampler", "hmc", "-q", "-o", output]
    }
    #expect([0, 10].contains(try Tool.run(arguments("whole"), in: folder.path).status))
    for (round, number) in [SIGKILL, SIGTERM, SIGUSR1, SIGKILL].enumerated() {
      let status = try Tool.run(
        arguments("killed") + ["--part", "\(round % 3)/3"], in: folder.path, signal: number,
        after: 0.3 + 0.1 * Double(round))
      #expect([0, 10, 75, SIGKILL, number].contains(status))
    }
    #expect([0, 10].contains(try Tool.run(arguments("killed"), in: folder.path).status))
    for file in ["units.csv", "sbc.json"] {
      let (whole, killed) = (folder.path("whole/\(file)"), folder.path("killed/\(file)"))
      #expect(
        try String(contentsOfFile: whole, encoding: .utf8)
          == String(contentsOfFile: killed, encoding: .utf8))
    }
  }

  @Test("a survey that disagrees is seen")
  func robustness() throws {
    _ = try folder.write(moduli(), to: "fine.csv")
    _ = try folder.write(moduli(faint: 0.5), to: "faint.csv")
    let fine = try Tool.run(
      ["robustness", "fine.csv", "--draws", "500", "--cut", "z > 0.05"], in: folder.path)
    #expect([0, 11].contains(fine.status), "\(fine.error)")
    for name in ["all", "without survey A", "without survey far C", "z > 0.05", "z < "] {
      #expect(fine.output.contains("\n\(name)"), "\(name)")
    }
    #expect(fine.output.contains("by chance") && !fine.output.contains("unlikely"))
    for word in [
      "\nomega_m: normal prior", "\npower ", "\nredshift ", "\nsurvey ", "\npredictive check ",
      "\nwithout ", "the data decide", "none of 90 with k-hat",
    ] { #expect(fine.output.contains(word), "\(word)") }
    #expect(fine.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let faint = try Tool.run(["robustness", "faint.csv", "--draws", "500"], in: folder.path)
    #expect(faint.status != 0 && faint.output.contains("'without survey far C' moves omega_m"))
  }

  @Test(
    "a supernova that decides alone is left out in a fit of its own, by any number of processes")
  func influence() throws {
    var lines = moduli().split(separator: "\n").map(String.init)
    let cells = lines[40].split(separator: ",")
    let modulus = (Double(cells[1]) ?? .nan) + 0.2
    lines[40] = "\(cells[0]),\(modulus),0.001,\(cells[3])"
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "one.csv")
    let arguments = [
      "robustness", "one.csv", "--draws", "500",
      "--alternative-prior", "omega_m=normal(0.3,0.2)",
    ]
    let result = try Tool.run(arguments + ["--threads", "1"], in: folder.path)
    #expect([0, 11].contains(result.status), "\(result.error)")
    let title = "z = \(cells[0])"
    #expect(result.output.contains("by a fit"), "\(result.output)")
    #expect(result.output.contains("1 of 90 with k-hat"), "\(result.output)")
    for part in 0..<2 {
      let other = try Tool.run(
        arguments + ["-o", "out", "--threads", "2", "--part", "\(part)/2"], in: folder.path)
      #expect(other.status == result.status && other.output == result.output, "\(other.error)")
    }
    let csv = try String(contentsOfFile: folder.path("out/ensemble.csv"), encoding: .utf8)
    #expect(csv.contains("\nwithout \(title),") && csv.contains("omega_m=normal(0.3,0.2)"))
    let json = try String(contentsOfFile: folder.path("out/ensemble.json"), encoding: .utf8)
    #expect(json.contains("\"prior_sensitivity\"") && json.contains("\"pareto_shape\""))
  }

  @Test("errors of a survey that are too small exit with 11")
  func smallErrors() throws {
    _ = try folder.write(moduli().replacing(",0.1,B", with: ",0.055,B"), to: "small.csv")
    let result = try Tool.run(["robustness", "small.csv", "--draws", "500"], in: folder.path)
    #expect(result.status == 11, "\(result.error)")
    #expect(result.output.contains("χ² of survey B is unusually large"))
  }

  @Test("what makes no sense is refused")
  func refused() throws {
    _ = try folder.write(moduli(), to: "moduli.csv")
    let cases: [([String], Int32, String)] = [
      (["fit", "moduli.csv", "--each", "moduli.csv"], 64, "one catalog, or several"),
      (["fit", "--each", "none.csv", "moduli.csv"], 66, "none.csv"),
      (["fit", "moduli.csv", "--part", "0/2", "-o", "x"], 64, "--each"),
      (["fit", "--each", "moduli.csv", "--part", "2/2", "-o", "x"], 64, "--part"),
      (["fit", "--each", "moduli.csv", "--part", "0/2"], 64, "--output"),
      (["robustness", "moduli.csv", "--cut", "z"], 64, "no condition"),
      (["robustness", "moduli.csv", "--cut", "none == 1"], 65, "none"),
      (["robustness", "moduli.csv", "--by", "none"], 65, "none"),
      (["robustness", "moduli.csv", "--by", "z"], 64, "too many"),
      (["robustness", "moduli.csv", "--alternative-prior", "w=normal(-1,0.2)"], 64, "w"),
      (["robustness", "moduli.csv", "--alternative-prior", "omega_m"], 64, "--alternative-prior"),
      (
        ["robustness", "moduli.csv", "--alternative-prior", "omega_m=normal(0.3)"], 64,
        "--alternative-prior omega_m"
      ),
      (
        ["robustness", "moduli.csv", "--alternative-prior", "omega_m=normal(0.3,-1)"], 64,
        "--alternative-prior omega_m"
      ),
      (["fit", "moduli.csv", "--select", "z >"], 64, "no condition"),
      (["fit", "moduli.csv", "--select", "survey == X"], 65, "no row fulfils"),
      (["merge", "moduli.csv"], 66, "no study"),
      (["job", "--", "check", "moduli.csv"], 64, "no command of units"),
      (["job", "--", "robustness", "moduli.csv"], 64, "--output"),
      (["job"], 64, "after --"),
    ]
    for (arguments, status, words) in cases {
      let result = try Tool.run(arguments, in: folder.path)
      #expect(result.status == status, "\(arguments): \(result.status) \(result.error)")
      #expect(result.error.contains(words), "\(arguments): \(result.error)")
    }
  }

  @Test("the script of a job is one that bash reads")
  func job() throws {
    let result = try Tool.run(
      [
        "job", "--tasks", "8", "--time", "4:00:00", "--", "robustness", "a b.csv", "-o", "out",
      ], in: folder.path)
    #expect(result.status == 0)
    #expect(
      result.output.hasPrefix("#!/bin/bash\n#SBATCH --job-name=sn-infer\n#SBATCH --array=0-7\n"))
    #expect(
      result.output.contains(
        "sn-infer robustness 'a b.csv' -o out --part \"$SLURM_ARRAY_TASK_ID/8\" &"))
    let script = try folder.write(result.output, to: "job.sh")
    let bash = Process()
    bash.executableURL = URL(fileURLWithPath: "/bin/bash")
    bash.arguments = ["-n", script]
    try bash.run()
    bash.waitUntilExit()
    #expect(bash.terminationStatus == 0)
  }
}
