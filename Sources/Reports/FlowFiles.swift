/// The files of a run that tell of its flow, besides the chains.
public enum FlowFiles {
  /// How the flow was trained: columns step, loss, ess, beta, rate.
  public static let training = "nhf-training.csv"
  /// The trained flow.
  public static let model = "nhf.model.json"
  /// Training on its way, for `--resume`.
  public static let state = "nhf.state.json"

  /// All of them.
  static let names = [training, model, state]
}
