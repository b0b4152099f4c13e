/// The files of a run that tell of its flow, besides the chains.
public enum FlowFiles {
  /// How the flow was trained: columns step, loss, ess, beta, rate.
  public static let training = "nhf-training.csv"
  /// The trained flow.
  public static let model = "nhf.model.json"
  /// Training on its way, for `--resume`.
  public static let state = "nhf.state.json"

  /// The potential that the flow has learned beside −log posterior, on a grid: columns x1, x2,
  /// potential, negative_log_posterior.
  public static let potential = "nhf-potential.csv"
  /// Some draws on their way through the leapfrog steps: columns draw, step, x1, x2.
  public static let trajectories = "nhf-trajectories.csv"
  /// Correlations of where draws end, a row a coordinate, with where they begin: columns x1, x2.
  public static let memory = "nhf-memory.csv"

  /// Where chains behind the flow began, for `--resume`.
  static let starts = "nhf-exact.starts.json"

  /// Those that are written at the end of a run.
  static let results = [training, model, potential, trajectories, memory]
  /// Those that a run goes on from.
  static let states = [state, starts, "coordinates.json"]
}
