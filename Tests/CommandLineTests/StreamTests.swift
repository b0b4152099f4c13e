import Foundation
import TestSupport
import Testing

@Suite struct StreamTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write("z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n0.9,43.8,0.1\n", to: "t.csv")
  }

  private var catalog: String { ProjectFiles.data("jla_binned.fits") }
  private var fit: String { "tool fit '\(catalog)' --sampler hmc --draws 500 --no-report -f -o" }

  @Test(
    "a lost standard error changes nothing: closed, full, or a pipe that nobody reads",
    arguments: ["2>&-", "2>/dev/full", "2> >(exec 0<&-; sleep 3)", "2> >(trap '' PIPE; exit)"])
  func lostError(redirection: String) throws {
    // A divergence, or h that is no h: something is always told.
    let whole = try Tool.shell("\(fit) whole", in: folder.path)
    #expect(whole.status == 0 && whole.error.contains("note: "), "\(whole.error)")
    let lost = try Tool.shell("\(fit) lost \(redirection)", in: folder.path)
    #expect(lost.status == 0)
    #expect(lost.output.contains("omega_m"))
    for name in ["hmc.1.txt", "hmc.4.csv", "hmc.ranges"] {
      let contents = try ["whole", "lost"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0)/\(name)")))
      }
      #expect(contents[0] == contents[1], "\(name)")
    }
    let missing = try Tool.shell("tool check none.csv \(redirection)", in: folder.path)
    #expect(missing.status == 66)
    let usage = try Tool.shell("tool check --what \(redirection)", in: folder.path)
    #expect(usage.status == 64)
  }

  @Test(
    "a lost standard output is reported, with an exit code of its own, and the results are in their files",
    arguments: [
      (">&-", "Bad file descriptor"), (">/dev/full", "No space left on device"),
      ("> >(exec 0<&-)", "Broken pipe"),
    ])
  func lostOutput(redirection: String, reason: String) throws {
    // The reader of a pipe may need a moment to go.
    let wait = redirection.contains("(") ? "exec \(redirection); sleep 0.3; " : ""
    let place = wait.isEmpty ? redirection : ""
    let lines = [
      "tool check t.csv", "tool check --help", "tool --version", "tool validate",
      "\(fit) out", "\(fit) out --json",
    ]
    for line in lines {
      let result = try Tool.shell("\(wait)\(line) \(place)", in: folder.path)
      #expect(result.status == 74, "\(line): \(result.error)")
      #expect(result.error.hasSuffix("error: standard output was lost: \(reason)\n"), "\(line)")
    }
    let summary = try String(contentsOfFile: folder.path("out/summary.json"), encoding: .utf8)
    #expect(summary.hasSuffix("}\n"))
    // What went wrong before is more than that nobody heard of it.
    let missing = try Tool.shell("\(wait)tool check none.csv \(place)", in: folder.path)
    #expect(missing.status == 66 && missing.error.hasPrefix("error: none.csv"))
  }

  @Test("with all standard streams closed, no file of a run takes their place")
  func allClosed() throws {
    let result = try Tool.shell("\(fit) closed <&- >&- 2>&-", in: folder.path)
    #expect(result.status == 74 && result.output.isEmpty && result.error.isEmpty)
    let open = try Tool.shell("\(fit) open", in: folder.path)
    #expect(open.status == 0)
    for name in ["hmc.1.txt", "hmc.2.csv", "hmc.paramnames", "hmc.ranges"] {
      let contents = try ["open", "closed"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0)/\(name)")))
      }
      #expect(contents[0] == contents[1], "\(name)")
    }
  }

  @Test("an output that is read arrives whole, however slowly")
  func slowReader() throws {
    let whole = try Tool.shell("tool validate", in: folder.path)
    let slow = try Tool.shell(
      "tool validate | (sleep 1; cat); exit ${PIPESTATUS[0]}", in: folder.path)
    #expect(whole.status == 0 && slow.status == 0)
    #expect(slow.output == whole.output && whole.output.count > 500)
  }
}
