public import Cosmology
public import Inference
import RealModule

/// Mock data with the errors of an analysis, and their posteriors.
///
/// Data enter a posterior through a few numbers y = m(θ) + ε with ε ~ N(0, I), so that a mock costs as many normal deviates,
/// whatever the number of supernovae.
public struct MockSurvey: Sendable {
  /// What mocks are made with.
  public enum Truth: Sendable {
    /// A draw of the prior, another for each mock.
    case prior
    /// The same values of the free parameters for all, NaN where the mocks' own model has no such parameter, and y without
    /// noise.
    case fixed(values: [Double], summaries: [Double])
  }

  /// The parameters, in coordinates in which their prior is N(0, I).
  public let space: ParameterSpace
  /// The likelihood whose data are replaced.
  public let likelihood: any SummarisedLikelihood
  /// What the fit takes errors to be, in units of what they are: 1 if it is right.
  public let errorScale: Double
  /// What mocks are made with.
  public let truth: Truth
  let name: String
  /// Where the arguments of the likelihood are among the values of a draw, or their fixed values.
  private let arguments: [Argument]
  private let frame: Posterior

  private enum Argument: Sendable {
    case drawn(Int)
    case fixed(Double)
  }

  /// A survey.
  ///
  /// - Parameters:
  ///   - name: that of the likelihood in a posterior.
  ///   - likelihood: of any data with the errors of the survey.
  ///   - space: its parameters with priors that can be normalised.
  ///   - truth: what mocks are made with.
  ///   - errorScale: what the fit takes errors to be, in units of what they are, positive.
  /// - Throws: `ModelError` if the space lacks a parameter of the likelihood.
  public init(
    _ name: String, _ likelihood: any SummarisedLikelihood, _ space: ParameterSpace,
    truth: Truth = .prior, errorScale: Double = 1
  ) throws(ModelError) {
    self.space = space.standardised
    (self.likelihood, self.name, self.truth) = (likelihood, name, truth)
    self.errorScale = errorScale
    frame = try Posterior(space.standardised, likelihoods: [.init(name, likelihood)])
    let columns = frame.columns.map(\.name)
    arguments = likelihood.parameterNames.map { name in
      if let place = columns.firstIndex(of: name) { return .drawn(place) }
      let parameter = space.parameters.first { $0.name == name }
      return .fixed(parameter?.prior.fixedValue ?? .nan)
    }
  }

  /// The free parameters.
  public var names: [String] { space.free.map(\.name) }

  /// The values of the free parameters, and of what follows from them, at a point.
  public func values(at point: [Double]) -> [Double] {
    frame.draw(at: point, logDensity: 0).values
  }

  /// m at a point; nil where the model has no meaning.
  public func predictedSummaries(at point: [Double]) -> [Double]? {
    likelihood.predictedSummaries(at: arguments(values(at: point)))
  }

  private func arguments(_ values: [Double]) -> [Double] {
    arguments.map { argument in
      switch argument {
      case .drawn(let place): values[place]
      case .fixed(let value): value
      }
    }
  }

  /// The mock of a number, by random numbers of its own.
  ///
  /// - Parameters:
  ///   - number: from 0.
  ///   - seed: that of the study.
  /// - Throws: `UnitFailure` where the model has no meaning at what ten draws of the prior were.
  public func mock(_ number: Int, _ seed: Seed) throws(UnitFailure) -> Replicate {
    try mock(from: truth, seed.stream("replicates of a calibration", number))
  }

  func mock(from truth: Truth, _ stream: RandomStream) throws(UnitFailure) -> Replicate {
    var random = stream
    switch truth {
    case .fixed(let values, let summaries):
      let noisy = summaries.map { $0 + random.nextStandardNormal() }
      return Replicate(
        survey: self, values: values, point: space.position(of: values), content: .summaries(noisy),
        random: random)
    case .prior:
      for _ in 0..<10 {
        let point = space.samplePrior(using: &random)
        let values = values(at: point)
        let arguments = arguments(values)
        var content: Replicate.Content?
        if likelihood.isSummarised(at: arguments) {
          content = likelihood.predictedSummaries(at: arguments).map { summaries in
            .summaries(summaries.map { $0 + random.nextStandardNormal() })
          }
        } else {
          content = likelihood.drawingData(at: arguments, using: &random).map { .data($0) }
        }
        if let content {
          return Replicate(
            survey: self, values: Array(values.prefix(space.dimension)), point: point,
            content: content, random: random)
        }
      }
      throw UnitFailure("the model has no meaning at draws of the prior")
    }
  }

  /// The posterior of mock data.
  func posterior(of content: Replicate.Content) throws(UnitFailure) -> Posterior {
    let mock: any GradientLikelihood =
      switch content {
      case .summaries(let summaries): likelihood.replacingSummaries(summaries)
      case .data(let likelihood): likelihood
      }
    do {
      return try Posterior(
        space,
        likelihoods: [
          .init(name, errorScale == 1 ? mock : RescaledErrors(mock, scale: errorScale))
        ])
    } catch {
      throw UnitFailure("\(error)")
    }
  }
}

/// Mock data, and what they were made with.
public struct Replicate: Sendable {
  enum Content: Sendable {
    /// y.
    case summaries([Double])
    /// All measurements, at a cosmology that y does not describe.
    case data(any SummarisedLikelihood)
  }

  /// The survey.
  public let survey: MockSurvey
  /// The free parameters that it was made with.
  public let values: [Double]
  /// These as a point; nil if the prior does not allow them.
  public let point: [Double]?
  let content: Content

  /// The coordinate of each parameter of a space in which these are independent; NaN where the value is.
  var coordinates: [Double] {
    zip(survey.space.free, values).map { survey.space.transform(of: $0).coordinate(of: $1) }
  }

  /// Random numbers for the posterior.
  public let random: RandomStream

  /// Whether all measurements were drawn.
  public var isDirect: Bool {
    if case .data = content { true } else { false }
  }

  /// Its y; nil if all measurements were drawn.
  public var summaries: [Double]? {
    if case .summaries(let summaries) = content { summaries } else { nil }
  }

  /// The posterior, in coordinates in which the prior is N(0, I).
  public func posterior() throws(UnitFailure) -> Posterior {
    try survey.posterior(of: content)
  }
}

/// A likelihood whose fit takes errors to be larger or smaller than they are: log L / s² up to a constant.
struct RescaledErrors: GradientLikelihood {
  let likelihood: any GradientLikelihood
  let factor: Double

  init(_ likelihood: any GradientLikelihood, scale: Double) {
    (self.likelihood, factor) = (likelihood, 1 / (scale * scale))
  }

  var parameterNames: [String] { likelihood.parameterNames }

  func logLikelihood(at parameters: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
    let value = likelihood.logLikelihood(at: parameters, gradient: &gradient)
    for i in 0..<gradient.count { gradient[i] *= factor }
    return factor * value
  }
}
