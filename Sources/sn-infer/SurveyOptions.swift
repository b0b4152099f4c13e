import Analyses
import ArgumentParser
import Inference

/// The options of a survey that need not exist.
struct SurveyOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The description of a survey as YAML: counts ('0.1-0.2: 300'), error, sigma_int, lensing, peculiar_velocity, systematics, magnitude_limit.",
      valueName: "file"))
  var survey: String?

  @Option(
    help: ArgumentHelp(
      "A number of supernovae between two redshifts, such as 0.1-0.2:300; repeatable.",
      valueName: "z1-z2:n"))
  var counts: [String] = []

  @Option(
    help: ArgumentHelp(
      "The error of a measured magnitude in mag, a formula of z. (default: 0.08)",
      valueName: "formula"))
  var error: String?

  @Option(help: ArgumentHelp("Intrinsic scatter in mag. (default: 0.1)", valueName: "mag"))
  var sigmaInt: Double?

  @Option(
    help: ArgumentHelp(
      "Scatter by lensing in mag at z = 1, to which it is proportional. (default: 0.055)",
      valueName: "mag"))
  var lensing: Double?

  @Option(
    help: ArgumentHelp("Peculiar velocities in km/s. (default: 300)", valueName: "km/s"))
  var peculiarVelocity: Double?

  @Option(
    help: ArgumentHelp(
      "A systematic error: its name, the amplitude in mag, its shape as a formula of z, x = ln(1+z)/ln(1+z_max) and the number k of the mode (default: z), and how many modes, such as 'calibration=0.01,cos(pi*k*x),20'; repeatable.",
      valueName: "name=mag,shape,modes"))
  var systematic: [String] = []

  @Option(
    help: ArgumentHelp(
      "The magnitude at which one half is found, and the width of the limit (default: 0.2), such as 24.5,0.3.",
      valueName: "mag,width"))
  var magnitudeLimit: String?

  /// Whether a survey is described.
  var isGiven: Bool { survey != nil || !counts.isEmpty }

  func validate() throws {
    try require(
      isGiven
        || error == nil && sigmaInt == nil && lensing == nil && peculiarVelocity == nil
          && systematic.isEmpty && magnitudeLimit == nil,
      "Errors of a survey need its counts: --survey or --counts.")
  }

  /// The survey; nil if none is described.
  var description: SurveyDescription? {
    get throws {
      guard isGiven else { return nil }
      var description = try survey.map { try SurveyFile.read($0) } ?? SurveyDescription([])
      description.bins += try counts.map { try SurveyDescription.Bin(text: $0) }
      if let error { description.error = try Self.formula("--error", error) }
      if let sigmaInt { description.scatter = sigmaInt }
      if let lensing { description.lensing = lensing }
      if let peculiarVelocity { description.peculiarVelocity = peculiarVelocity }
      description.systematics += try systematic.map(Self.systematic)
      if let magnitudeLimit {
        let parts = magnitudeLimit.split(separator: ",").map { Double($0) }
        guard (1...2).contains(parts.count), let value = parts[0],
          let width = parts.count > 1 ? parts[1] : 0.2
        else { throw ValidationError("'--magnitude-limit \(magnitudeLimit)' is not mag,width.") }
        description.limit = .init(value, width: width)
      }
      if let flaw = description.flaw { throw AnalysisError.survey(flaw.place, flaw.reason) }
      return description
    }
  }

  /// The analysis that the options of a command describe, of a catalog, a survey or other data alone, and the survey.
  func analysis<Command: SurveyCommand>(
    _ command: Command, _ input: CatalogOptions, _ settings: SettingOptions, with others: [String]
  ) throws -> (Analysis, SurveyDescription?) {
    guard let description = try description else {
      try require(
        input.catalog != nil || !others.isEmpty,
        "Missing expected argument '<catalog>': name a catalog, or describe a survey with --survey or --counts."
      )
      return (try settings.analysis(command, catalog: input.catalog), nil)
    }
    // The options of likelihoods are for a catalog that has a name.
    var command = command
    command.input.catalog = description.name
    return (
      try settings.analysis(command, catalog: nil).observing(description), description
    )
  }

  private static func systematic(_ text: String) throws -> SurveyDescription.Systematic {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    let fields = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
    let count = fields.count > 2 ? Int(fields[2]) : 1
    guard (1...3).contains(fields.count), let amplitude = Double(fields[0]), let count else {
      throw ValidationError("'--systematic \(text)' is not name=mag,shape,modes.")
    }
    return .init(
      parts[0], amplitude: amplitude,
      shape: try formula("--systematic \(parts[0])", fields.count > 1 ? fields[1] : "z"),
      modes: count)
  }

  private static func formula(_ option: String, _ text: String) throws -> Expression {
    do throws(ExpressionError) {
      return try Expression(text)
    } catch {
      throw ValidationError("\(option): \(error)")
    }
  }
}

extension SurveyDescription.Bin {
  /// A bin as it is typed: z1-z2:n.
  fileprivate init(text: String) throws {
    let parts = text.split(separator: ":").map(String.init)
    guard parts.count == 2, let count = Int(parts[1]),
      let range = SurveyFile.range(parts[0])
    else { throw ValidationError("'--counts \(text)' is not z1-z2:n, such as 0.1-0.2:300.") }
    self.init(range.lower, range.upper, count: count)
  }
}

/// A command that takes a survey in the place of a catalog.
protocol SurveyCommand: ParsableCommand {
  /// The options of the data.
  var input: CatalogOptions { get set }
}
