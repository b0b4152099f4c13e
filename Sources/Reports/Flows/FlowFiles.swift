/// The files of a run about its flow, besides the chains.
public enum FlowFiles {
  /// How the flow was trained: columns step, loss, ess, beta, rate.
  public static let training = "nhf-training.csv"
  /// The trained flow.
  public static let model = "nhf.model.json"
  /// Training in progress, for `--resume`.
  public static let state = "nhf.state.json"

  /// The learned potential and −log posterior on a grid: columns x1, x2,
  /// potential, negative_log_posterior.
  public static let potential = "nhf-potential.csv"
  /// Some draws on their way through the leapfrog steps: columns draw, step, x1, x2.
  public static let trajectories = "nhf-trajectories.csv"
  /// Correlations between the end of a trajectory, one row per coordinate, and its start: columns x1, x2.
  public static let memory = "nhf-memory.csv"

  /// Where chains behind the flow began, for `--resume`.
  static let starts = "nhf-exact.starts.json"

  /// Those that are written at the end of a run.
  static let results = [training, model, potential, trajectories, memory]
  /// Those from which a run continues.
  static let states = [state, starts, "coordinates.json"]
}
