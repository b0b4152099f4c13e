import Foundation
import TestSupport
import Testing

/// Folders with files of others, and machines that refuse threads, locks and room.
@Suite(.serialized) struct HostileMachineTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private let catalog = ProjectFiles.data("jla_binned.fits")

  private func fit(_ more: String...) throws -> Tool.Result {
    try Tool.run(
      ["fit", catalog, "-o", "out", "--draws", "500", "--chains", "2"] + more, in: folder.path)
  }

  private func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
  }

  private func names(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
  }

  @Test("files of users beside an output are left alone, whatever their names")
  func partial() throws {
    for name in ["c.fits.partial", "c.csv.partial"] { _ = try folder.write("mine", to: name) }
    #expect(try Tool.run(["convert", catalog, "c.fits"], in: folder.path).status == 0)
    #expect(try Tool.run(["convert", catalog, "c.csv"], in: folder.path).status == 0)
    #expect(
      try names("") == ["c.csv", "c.csv.cov.txt", "c.csv.partial", "c.fits", "c.fits.partial"])
    for name in ["c.fits.partial", "c.csv.partial"] { #expect(try read(name) == Data("mine".utf8)) }
  }

  @Test("the same catalog is the same FITS file, with the permissions of other files")
  func sameBytes() throws {
    #expect(try Tool.run(["convert", catalog, "a.fits"], in: folder.path).status == 0)
    sleep(1)
    #expect(try Tool.run(["convert", catalog, "b.fits"], in: folder.path).status == 0)
    #expect(try read("a.fits") == read("b.fits"))
    let shell = try Tool.shell(
      "touch other; stat -c %a other a.fits | uniq | wc -l", in: folder.path)
    #expect(shell.output == "1\n")
  }

  @Test("--force removes what the run has written, and no file of anyone else")
  func force() throws {
    #expect(try fit().status == 0)
    let before = try names("out")
    let mine = [
      "hmc.7.txt", "hmc.2024.csv", "weighted.30.txt", "hmc.1.txt.partial", "summary.json~",
      "run.files.old", ".notes", "hmc.state.json.bak", "nhf.model.json.mine",
    ]
    let below = [
      "report/figures/trace-mine.pdf", "report/figures/mine/corner.svg", "report/corner.svg",
      "report/figures.partial/a", "hmc.8.txt.d/hmc.1.txt",
    ]
    for name in below {
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: folder.path("out/\(name)")).deletingLastPathComponent(),
        withIntermediateDirectories: true)
    }
    for name in mine + below { _ = try folder.write("mine", to: "out/\(name)") }
    let result = try Tool.run(
      ["fit", catalog, "-o", "out", "--draws", "500", "--chains", "2", "--force"], in: folder.path,
      report: true)
    #expect(result.status == 0, "\(result.error)")
    let after = try names("out")
    #expect(Set(after) == Set(before + mine + ["hmc.8.txt.d", "report", "report.html"]))
    for name in mine + below {
      #expect(try read("out/\(name)") == Data("mine".utf8))
    }
  }

  @Test("a report that chains have outgrown does not stay beside them")
  func outgrownReport() throws {
    let first = try Tool.run(
      ["fit", catalog, "-o", "out", "--draws", "500", "--chains", "2"], in: folder.path,
      report: true)
    #expect(first.status == 0)
    #expect(try names("out").contains("report.html"))
    let longer = try Tool.run(
      ["fit", catalog, "-o", "out", "--draws", "600", "--chains", "2", "--resume"], in: folder.path)
    #expect(longer.status == 0, "\(longer.error)")
    #expect(try !names("out").contains { $0.hasPrefix("report") })
  }

  @Test("a start that fails leaves nothing that is in the way of the next")
  func failedStart() throws {
    let failed = try fit("--prior", "omega_m=normal(-5,0.1)")
    #expect(failed.status == 70, "\(failed.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    #expect(try fit().status == 0)
  }

  @Test("what needs more room than there is, is refused with the number")
  func tooLarge() throws {
    let result = try Tool.run(
      ["fit", catalog, "-o", "out", "--draws", "10000000", "--chains", "1000"], in: folder.path)
    #expect(result.status == 73)
    #expect(
      result.error.contains("this run would need at least")
        && result.error.contains(" GB of memory"),
      "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  #if os(Linux)
    /// Root has no limit of processes, and runs as another user.
    private static func limited(to processes: Int) -> String {
      (getuid() == 0 ? "setpriv --reuid 65534 --clear-groups " : "")
        + "prlimit --nproc=\(processes)"
    }

    /// Whether the limit can be set, and another user can read the program.
    private static var canLimitProcesses: Bool {
      (try? Tool.shell("\(limited(to: 10000)) \"$0\" --version", in: "/tmp"))?.status == 0
    }

    @Test(
      "without processes for threads it says so, and does not wait for ever",
      .enabled(if: canLimitProcesses, "needs prlimit, and for root setpriv and a readable build"))
    func noProcesses() throws {
      let result = try Tool.shell(
        "chmod 777 .; \(Self.limited(to: 2)) timeout -s KILL 60 \"$0\" fit '\(catalog)' --sampler hmc --no-report -o out --draws 500",
        in: folder.path)
      #expect(result.status == 71, "\(result.status) \(result.error)")
      #expect(result.error.contains("ulimit -u"), "\(result.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
    }

    @Test("addresses that are enough for threads with one reserve for all are enough")
    func littleRoom() throws {
      let megabytes = 500 + 150 * ProcessInfo.processInfo.activeProcessorCount
      let result = try Tool.shell(
        "export OPENBLAS_NUM_THREADS=1; ulimit -v \(megabytes * 1000); timeout -s KILL 120 \"$0\" fit '\(catalog)' --sampler hmc --no-report -o out --draws 500",
        in: folder.path)
      #expect(result.status == 0, "\(megabytes) MB: \(result.status) \(result.error)")
      let large = try Tool.shell(
        "ulimit -v \(4000 * 1000); \"$0\" fit '\(catalog)' --sampler hmc --no-report -o large --draws 10000000 --chains 20",
        in: folder.path)
      #expect(large.status == 73 && large.error.contains(" GB of memory"), "\(large.error)")
    }

    @Test("without room for threads it says so, and does not wait for ever", arguments: [300, 600])
    func noThreads(megabytes: Int) throws {
      let begin = ContinuousClock.now
      let result = try Tool.shell(
        "export OPENBLAS_NUM_THREADS=1; ulimit -v \(megabytes * 1000); timeout -s KILL 60 \"$0\" fit '\(catalog)' --sampler hmc --no-report -o out --draws 500",
        in: folder.path)
      #expect(result.status == 71, "\(result.status) \(result.error)")
      #expect(result.error.contains("ulimit -v"))
      #expect(ContinuousClock.now - begin < .seconds(30))
    }
  #endif
}

/// A file system without locks, by a library that is loaded before the C library.
@Suite(.enabled(if: SlowDisk.isPossible, "needs Linux and a C compiler"), .serialized)
struct MissingLockTests {
  let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    let source = try folder.write(
      "#include <errno.h>\nint flock(int fd, int operation) { errno = ENOSYS; return -1; }\n",
      to: "noflock.c")
    let compiled = try Tool.shell(
      "cc -shared -fPIC -o noflock.so '\(source)'", in: folder.path)
    try #require(compiled.status == 0, "\(compiled.error)")
    environment = ["LD_PRELOAD": folder.path("noflock.so")]
  }

  private func fit(_ more: String) -> String {
    "\"$0\" fit '\(ProjectFiles.data("jla_binned.fits"))' --sampler hmc --no-report -o out \(more)"
  }

  @Test("two runs are kept apart by a file, which is gone when they end")
  func apart() throws {
    let lines =
      fit("--draws 10000000 --max-time 4s") + " >first 2>&1 & sleep 2; " + fit("--resume")
      + "; status=$?; wait; exit $status"
    let result = try Tool.shell(lines, in: folder.path, environment: environment)
    #expect(result.status == 73)
    #expect(result.error.contains(".sn-infer.lock"), "\(result.error)")
    let first = try String(contentsOfFile: folder.path("first"), encoding: .utf8)
    #expect(first.contains("the file system does not lock folders"), "\(first)")
  }

  @Test("what a dead process left keeps nobody out")
  func stale() throws {
    let lines =
      fit("--draws 10000000") + " >/dev/null 2>&1 & sleep 2; kill -KILL $!; wait $!; ls -A out; "
      + fit("--draws 500 --force")
    let result = try Tool.shell(lines, in: folder.path, environment: environment)
    #expect(result.output.contains(".sn-infer.lock"))
    #expect(result.status == 0, "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/.sn-infer.lock")))
  }
}
