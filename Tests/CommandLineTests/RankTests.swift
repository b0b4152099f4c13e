import Foundation
import Inference
import TestSupport
import Testing

/// Commands that a launcher starts several times, as `srun` and `mpirun` do with a tool that has no MPI.
@Suite struct RankTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private enum Launcher: CaseIterable {
    case openMPI, mpich, slurm, parts

    /// The command line of a rank, which is the program itself and no function of the shell, so that it can be killed.
    func line(_ rank: Int, of count: Int, _ command: String) -> String {
      let line = "\"$0\" \(command)"
      return switch self {
      case .openMPI: "OMPI_COMM_WORLD_RANK=\(rank) OMPI_COMM_WORLD_SIZE=\(count) \(line)"
      case .mpich: "PMI_RANK=\(rank) PMI_SIZE=\(count) \(line)"
      case .slurm: "SLURM_PROCID=\(rank) SLURM_NTASKS=\(count) \(line)"
      case .parts: "\(line) --part \(rank)/\(count)"
      }
    }
  }

  private static func sbc(_ output: String, replicates: Int = 200, _ options: String = "") -> String
  {
    "sbc '\(ProjectFiles.data("jla_binned.fits"))' --replicates \(replicates) --sampler hmc -q -o \(output) \(options)"
  }

  private func content(_ path: String) throws -> String {
    try String(contentsOfFile: folder.path(path), encoding: .utf8)
  }

  @Test("the same bytes by threads, by ranks of any launcher, and by parts")
  func sameBytes() throws {
    let alone = try Tool.shell("tool \(Self.sbc("alone", "--threads 1"))", in: folder.path)
    #expect([0, 10].contains(alone.status), "\(alone.error)")
    let lines =
      ["tool \(Self.sbc("threads", "--threads 2"))"]
      + zip(Launcher.allCases, [3, 2, 7, 5]).map { launcher, count in
        (0..<count).map {
          launcher.line($0, of: count, Self.sbc("\(launcher)")) + " >\(launcher)-\($0) &"
        }
        .joined(separator: "\n") + "\nwait"
      }
    for line in lines { #expect(try Tool.shell(line, in: folder.path).error.isEmpty) }
    for output in ["threads"] + Launcher.allCases.map({ "\($0)" }) {
      for file in ["units.csv", "sbc.json"] {
        #expect(try content("\(output)/\(file)") == content("alone/\(file)"), "\(output)")
      }
    }
    // Of ranks that run together one prints, of parts in a queue each.
    #expect(try content("slurm-0") == alone.output && content("slurm-1").isEmpty)
    #expect(try content("parts-3") == alone.output)
  }

  @Test("ranks that are killed at random, and resumed in other numbers and ways, lose nothing")
  func killed() throws {
    let (rounds, replicates) = fullTestsAreAskedFor ? (20, 20_000) : (5, 1000)
    #expect(
      [0, 10].contains(
        try Tool.shell("tool \(Self.sbc("whole", replicates: replicates))", in: folder.path).status)
    )
    var random = RandomStream(seed: 1, "kills of ranks")
    var partial = 0
    for _ in 0..<rounds {
      let count = 1 + Int(random.nextUniform() * 8)
      let launcher = Launcher.allCases[Int(random.nextUniform() * 4)]
      let victims = (0..<count).filter { $0 == 0 || random.nextUniform() < 0.8 }
      let command = Self.sbc("killed", replicates: replicates)
      let line =
        "parts() { ls killed/parts 2>/dev/null | wc -l; }\nbefore=$(parts)\n"
        + (0..<count).map { rank in
          "\(launcher.line(rank, of: count, command)) >/dev/null & p\(rank)=$!"
        }.joined(separator: "\n")
        + "\nwhile kill -0 $p0 2>/dev/null && [ $(parts) -eq $before ]; do sleep 0.01; done\n"
        + "sleep \(0.1 * random.nextUniform())\n"
        + victims.map { "kill -9 $p\($0) 2>/dev/null" }.joined(separator: "\n")
        + "\n"
        + (0..<count).filter { !victims.contains($0) }.map { "kill -USR1 $p\($0) 2>/dev/null" }
        .joined(separator: "\n") + "\nwait"
      _ = try Tool.shell(line, in: folder.path)
      let merged = try Tool.shell("tool merge killed", in: folder.path)
      if merged.status == 75 { partial += 1 }
      #expect([0, 10, 66, 75].contains(merged.status), "\(merged.error)")
    }
    // Otherwise nothing was killed in time.
    #expect(partial > 1)
    let last = try Tool.shell("tool \(Self.sbc("killed", replicates: replicates))", in: folder.path)
    #expect([0, 10].contains(last.status), "\(last.error)")
    for file in ["units.csv", "sbc.json"] {
      #expect(try content("killed/\(file)") == content("whole/\(file)"))
    }
  }

  @Test("SIGTERM to all ranks leaves no process, and 75", arguments: ["TERM", "USR1"])
  func terminated(signal: String) throws {
    let command = Self.sbc("stopped", replicates: 100_000)
    let ranks = (0..<3).map { "(\(Launcher.openMPI.line($0, of: 3, command)); echo $? >>codes) &" }
    let result = try Tool.shell(
      """
      set -m
      (trap : \(signal); \(ranks.joined(separator: " ")) wait) & group=$!
      while [ $(ls stopped/parts 2>/dev/null | wc -l) -lt 3 ]; do sleep 0.02; done
      pkill -\(signal) -g $group sn-infer
      sleep 1.5
      pgrep -g $group sn-infer | wc -l
      pkill -KILL -g $group sn-infer
      """, in: folder.path)
    #expect(result.output.hasSuffix("0\n"), "\(result.output) \(result.error)")
    #expect(try content("codes") == "75\n75\n75\n")
    let merged = try Tool.shell("tool merge stopped", in: folder.path)
    #expect(merged.status == 75 && merged.output.contains("of 100000 units; missing: "))
  }

  @Test("an error of input that one rank meets names file, row, rank and host")
  func badRow() throws {
    var table = "z,mu,mu_err\n"
    for index in 1...40 {
      let z = 0.02 * Double(index)
      table += "\(z),\(43.16 + 5 * log10(z * (1 + 0.75 * z))),0.1\n"
    }
    for rank in 0..<3 {
      try FileManager.default.createDirectory(
        atPath: folder.path("\(rank)"), withIntermediateDirectories: true)
    }
    for rank in [0, 1] { _ = try folder.write(table, to: "\(rank)/table.csv") }
    table += "0.5,none,0.1\n"
    _ = try folder.write(table, to: "2/table.csv")
    let line = (0..<3).map { rank in
      let command = Launcher.slurm.line(
        rank, of: 3, "sbc table.csv --replicates 50 -q -o ../shared --sampler hmc")
      return "(cd \(rank); \(command) >/dev/null 2>error; echo $? >code) &"
    }.joined(separator: "\n")
    _ = try Tool.shell(line + "\nwait", in: folder.path)
    let host = ProcessInfo.processInfo.hostName
    #expect(try content("2/code") == "65\n")
    let error = try content("2/error")
    #expect(error.hasPrefix("error: rank 2 of 3 on \(host): "), "\(error)")
    #expect(error.contains("table.csv") && error.contains("42"), "\(error)")
    #expect(["0\n", "10\n"].contains(try content("0/code")))
    #expect(try content("1/code") == "0\n")
  }

  @Test("of the ranks that are started for one fit one runs it, and the others leave")
  func oneFit() throws {
    let data = ProjectFiles.data("jla_binned.fits")
    let fit = "fit '\(data)' --sampler hmc --draws 2000 --no-report -o out"
    let lines = (0..<4).map {
      "(\(Launcher.openMPI.line($0, of: 4, fit)) >out-\($0) 2>error-\($0); echo $? >>codes) &"
    }
    for _ in 0..<2 {
      _ = try Tool.shell(lines.joined(separator: "\n") + "\nwait", in: folder.path)
      #expect(try content("codes") == "0\n0\n0\n0\n")
      try FileManager.default.removeItem(atPath: folder.path("codes"))
    }
    let alone = try Tool.run(["fit", data, "--draws", "2000", "-o", "alone"], in: folder.path)
    #expect(alone.status == 0)
    #expect(try content("out/hmc.1.txt") == content("alone/hmc.1.txt"))
    // Another fit is not taken for it.
    let other = Launcher.openMPI.line(1, of: 4, fit + " --seed 2")
    #expect(try Tool.shell(other, in: folder.path).status == 73)
    // Nor is one rank's own.
    #expect(try Tool.shell("tool \(fit)", in: folder.path).status == 73)
  }
}
