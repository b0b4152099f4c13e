import ArgumentParser
import Foundation
import MessagePassing
import Studies

/// The ranks that `srun` or `mpirun` has started with this process.
///
/// In a tool that is built with the trait MPI they can talk to each other; otherwise they share a folder alone.
enum Ranks {
  /// What the launcher says of this process.
  static let place = WorkerPlace(environment: ProcessInfo.processInfo.environment)

  /// The ranks of MPI that share the command that runs; nil without them.
  @TaskLocal static var group: (any ProcessGroup)?

  /// This process in words, such as `rank 3 of 64 on node7`; nil for one alone.
  static var name: String? {
    place.count > 1
      ? "rank \(place.rank) of \(place.count) on \(ProcessInfo.processInfo.hostName)" : nil
  }

  /// Runs a command. Where ranks of MPI share it, an error of one ends all with one message.
  static func run(_ command: some AsyncParsableCommand) async throws {
    var command = command
    guard (command as? any StudyCommand)?.isShared == true, let group = await start() else {
      return try await command.run()
    }
    do {
      try await $group.withValue(group) { try await command.run() }
    } catch {
      let isOrderly =
        if case .stopped? = error as? StudyError { true } else { error is ExitCode }
      if !isOrderly {
        await group.endAll(ErrorPresentation.code(of: error)) {
          _ = ErrorPresentation.status(after: error)
        }
      }
      await group.leave()
      throw error
    }
    await group.leave()
  }

  private static func start() async -> (any ProcessGroup)? {
    #if MPI
      let group = await MPIGroup(environment: ProcessInfo.processInfo.environment)
      // Of a launcher that belongs to another MPI each process is told that it is alone.
      guard let group, group.place.count < place.count else { return group }
      await group.leave()
      return nil
    #else
      return nil
    #endif
  }
}
