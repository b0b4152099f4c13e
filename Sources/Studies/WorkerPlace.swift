/// The place of a process among those that share a study.
///
/// Launchers tell it by variables of the environment, so that no library is needed; in an array job it is an option.
public struct WorkerPlace: Sendable, Equatable {
  /// The number of this process, from 0.
  public let rank: Int
  /// The number of processes, at least 1.
  public let count: Int

  /// A process alone.
  public static let alone = WorkerPlace(rank: 0, count: 1)

  private init(rank: Int, count: Int) { (self.rank, self.count) = (rank, count) }

  /// A place as it is typed: `3/8` is the fourth of eight processes.
  public init?(_ text: String) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let rank = numbers[0], let count = numbers[1],
      (1...1_000_000).contains(count), (0..<count).contains(rank)
    else { return nil }
    self.init(rank: rank, count: count)
  }

  /// The variables of each launcher, those of the innermost first: inside a job of Slurm, `mpirun` starts processes of which
  /// Slurm knows nothing.
  private static let variables = [
    (rank: "OMPI_COMM_WORLD_RANK", count: "OMPI_COMM_WORLD_SIZE"),
    (rank: "PMI_RANK", count: "PMI_SIZE"),
    (rank: "SLURM_PROCID", count: "SLURM_NTASKS"),
  ]

  /// The place that Open MPI, MPICH or another launcher with PMI, or Slurm has given; alone without one.
  ///
  /// - Parameter environment: the variables of the process.
  public init(environment: [String: String]) {
    self =
      Self.variables.lazy.compactMap { names in
        environment[names.rank].flatMap { rank in
          environment[names.count].flatMap { WorkerPlace("\(rank)/\($0)") }
        }
      }.first ?? .alone
  }
}
