import ArgumentParser

/// The values that mock data are made with.
struct TruthOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "True values of parameters, such as omega_m=0.3,w0=-0.9; repeatable. (default: omega_m 0.3, w -1 and so on; the best fit for coverage)",
      valueName: "name=value"))
  var at: [String] = []
}
