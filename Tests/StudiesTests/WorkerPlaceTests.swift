import Studies
import Testing

@Suite struct WorkerPlaceTests {
  @Test(
    "launchers tell the place of a process, the innermost first",
    arguments: [
      ([:], "0/1"),
      (["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"], "2/4"),
      (["PMI_RANK": "1", "PMI_SIZE": "3"], "1/3"),
      (["SLURM_PROCID": "5", "SLURM_NTASKS": "8"], "5/8"),
      (
        [
          "SLURM_PROCID": "0", "SLURM_NTASKS": "8", "OMPI_COMM_WORLD_RANK": "7",
          "OMPI_COMM_WORLD_SIZE": "8",
        ], "7/8"
      ),
      // What makes no sense is none.
      (["SLURM_PROCID": "8", "SLURM_NTASKS": "8"], "0/1"),
      (["PMI_RANK": "1"], "0/1"), (["PMI_RANK": "x", "PMI_SIZE": "3"], "0/1"),
    ] as [([String: String], String)])
  func environment(variables: [String: String], place: String) throws {
    #expect(WorkerPlace(environment: variables) == WorkerPlace(place))
  }

  @Test(
    "parts are counted from zero",
    arguments: ["", "3", "3/", "/3", "3/3", "-1/3", "1/0", "1/2/3", "a/b", "1/9999999"])
  func refused(text: String) { #expect(WorkerPlace(text) == nil) }
}
