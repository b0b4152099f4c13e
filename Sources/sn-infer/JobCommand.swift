import ArgumentParser
import Inference
import Reports

/// `sn-infer job`: a script for Slurm.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job",
    abstract: "Print a Slurm script that runs a command of units as an array job.",
    discussion: """
      Each task of the array takes a part of the units, and then what others have not done; tasks may begin and end at any time. \
      Slurm sends SIGUSR1 a minute before the time limit: the task then ends with 75 and is queued again. Print the script, look \
      at it, and hand it to sbatch:

        sn-infer job --tasks 64 --time 4:00:00 -- sbc jla.fits --replicates 1000000 -o sbc > job.sh
      """)

  @Option(help: "The number of tasks.")
  var tasks = 16

  @Option(help: "The cores of a task.")
  var cores = 1

  @Option(help: ArgumentHelp("The time limit of a task, as Slurm writes it.", valueName: "h:m:s"))
  var time = "1:00:00"

  @Option(help: "The partition.")
  var partition: String?

  @Argument(parsing: .postTerminator, help: "The command after --, without sn-infer.")
  var command: [String] = []

  func validate() throws {
    try require("--tasks", tasks, in: 1...100_000)
    try require("--cores", cores, in: 1...1024)
    try require(
      !time.isEmpty && time.allSatisfy { $0.isNumber || $0 == ":" || $0 == "-" },
      "--time is hours, minutes and seconds, such as 4:00:00, or days before them: 1-12:00:00.")
    try require(
      partition.map { $0.allSatisfy { $0.isLetter || $0.isNumber || "-_,".contains($0) } } ?? true,
      "--partition is a name.")
    try require(!command.isEmpty, "Give the command after --, such as -- sbc jla.fits -o sbc.")
    let study = try? SNInfer.parseAsRoot(command) as? any StudyCommand
    try require(
      study != nil,
      "\(command[0]) is no command of units, or its options are wrong; try it alone first.")
    try require(
      study?.studyFolder != nil && !command.contains { $0.hasPrefix("--part") },
      "The command needs an --output that all tasks share, and no --part.")
  }

  func run() {
    let options =
      [
        "job-name=sn-infer", "array=0-\(tasks - 1)", "ntasks=1", "cpus-per-task=\(cores)",
        "time=\(time)", "signal=B:USR1@60", "requeue", "open-mode=append",
      ] + (partition.map { ["partition=\($0)"] } ?? [])
    print(
      """
      #!/bin/bash
      \(options.map { "#SBATCH --\($0)" }.joined(separator: "\n"))

      \(ShellWords.joined(["sn-infer"] + command)) --part "$SLURM_ARRAY_TASK_ID/\(tasks)" &
      task=$!
      # Slurm tells the script alone, which passes it on.
      trap 'kill -USR1 $task' USR1 TERM
      wait $task; status=$?
      # A wait that a signal has interrupted ends before the task does.
      while kill -0 $task 2> /dev/null; do wait $task; status=$?; done
      # 75: stopped before the end.
      if [ $status -eq 75 ]; then scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"; fi
      exit $status
      """)
  }
}
