import Foundation
import TestSupport
import Testing

/// A disk on which every sync takes its time, by a library that is loaded before the C library.
@Suite(.enabled(if: SlowDisk.isPossible, "needs Linux and a C compiler"))
struct SlowDiskTests {
  let folder: TemporaryFolder
  let disk: SlowDisk
  init() throws {
    folder = try TemporaryFolder()
    disk = try SlowDisk(folder)
  }

  private func fit(_ options: String) -> String {
    "tool fit '\(ProjectFiles.data("jla_binned.fits"))' --sampler hmc --no-report --quiet \(options)"
  }

  @Test(
    "one sync for a checkpoint of the whole run, however many chains; the draws are the same",
    arguments: [4, 64])
  func syncs(chains: Int) throws {
    let options = "--chains \(chains) --draws \(160_000 / chains) --warmup 200"
    let whole = try Tool.shell(fit("\(options) -o whole"), in: folder.path)
    let begin = ContinuousClock.now
    let slow = try Tool.shell(
      fit("\(options) -o slow"), in: folder.path, environment: disk.environment(milliseconds: 100))
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    #expect(whole.status == 0 && slow.status == 0, "\(slow.error)")
    // A checkpoint a second at most; the first comes early, and the manifest and the summary have
    // their own.
    let count = disk.syncCount
    #expect(count >= 3 && Double(count) <= seconds + 5, "\(count) syncs in \(seconds) s")
    for name in ["hmc.1.txt", "hmc.\(chains).csv", "hmc.ranges"] {
      let contents = try ["whole", "slow"].map {
        try Data(contentsOf: URL(fileURLWithPath: folder.path("\($0)/\(name)")))
      }
      #expect(contents[0] == contents[1], "\(name)")
    }
  }

  @Test("a stop waits for no disk, and the run continues from what is there")
  func stop() throws {
    let options = "--draws 200000 --warmup 200 -o out"
    let begin = ContinuousClock.now
    let result = try Tool.shell(
      fit("\(options) --max-time 3s"), in: folder.path,
      environment: disk.environment(milliseconds: 20_000))
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    #expect(result.status == 75, "\(result.error)")
    #expect(seconds < 6, "\(seconds) s")
    let last = try Tool.shell(fit("\(options) --resume"), in: folder.path)
    #expect(last.status == 0, "\(last.error)")
  }
}

/// A library in whose presence every sync takes some time, and is counted.
struct SlowDisk {
  private let library: String
  private let log: String

  static let isPossible: Bool = {
    #if os(Linux)
      (try? Tool.shell("command -v cc", in: "/"))?.status == 0
    #else
      false
    #endif
  }()

  init(_ folder: TemporaryFolder) throws {
    library = folder.path("slow.so")
    log = folder.path("syncs")
    let source = try folder.write(
      """
      #include <fcntl.h>
      #include <stdlib.h>
      #include <time.h>
      #include <unistd.h>
      static int slowly(void) {
        long ms = atol(getenv("SYNC_MILLISECONDS"));
        struct timespec time = {ms / 1000, ms % 1000 * 1000000};
        int log = open(getenv("SYNC_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0644);
        write(log, ".", 1);
        close(log);
        nanosleep(&time, 0);
        return 0;
      }
      int fsync(int file) { return slowly(); }
      int fdatasync(int file) { return slowly(); }
      int syncfs(int file) { return slowly(); }
      void sync(void) { slowly(); }
      """, to: "slow.c")
    let result = try Tool.shell(
      "cc -w -shared -fPIC -o '\(library)' '\(source)'", in: folder.path)
    #expect(result.status == 0, "\(result.error)")
  }

  func environment(milliseconds: Int) -> [String: String] {
    ["LD_PRELOAD": library, "SYNC_MILLISECONDS": "\(milliseconds)", "SYNC_LOG": log]
  }

  var syncCount: Int { FileManager.default.contents(atPath: log)?.count ?? 0 }
}
