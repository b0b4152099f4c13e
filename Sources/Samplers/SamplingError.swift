public import Inference

/// Why sampling failed.
public enum SamplingError: Error, Equatable {
  /// No starting point with a finite log density and gradient was found.
  ///
  /// - Parameters:
  ///   - tries: how many points were tried.
  ///   - lastPoint: the last of them; the last with a finite log density, if there is one.
  ///   - parts: the parts of the log density there.
  ///   - gradient: the elements of the gradient there that are not finite; empty if the log density
  ///     is not finite.
  case noFiniteStart(
    tries: Int, lastPoint: [NamedValue], parts: [NamedValue], gradient: [NamedValue])
  /// The search for the mode ended at this point, which is not a maximum with positive curvature.
  case noMode([NamedValue])
  /// From this point no step size gives a usable trajectory: the gradient does not belong to the
  /// density, or the density is flat.
  case noStepSize([NamedValue])
  /// Too few simulations have a posterior with a mode.
  case tooFewSimulations(found: Int, of: Int)
  /// A sampler needs priors that can be normalised; those of these parameters cannot.
  case improperPrior([String])
  /// A derived quantity has no finite value at a draw.
  case derived(DerivedQuantityError)
  /// The store of the chains failed.
  case storage(StorageError)
  /// It was asked to stop before it was done; what it needs to continue is in the store.
  case stopped(Stage)

  /// Where something stopped.
  public enum Stage: Sendable, Equatable {
    /// With so many draws in the shortest chain.
    case draws(Int, of: Int)
    /// During a stage, in words, such as "the training of the flow".
    case during(String)
  }

  /// The value of one parameter.
  public struct NamedValue: Sendable, Equatable {
    /// The parameter.
    public let name: String
    /// Its value.
    public let value: Double

    /// A name with a value.
    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }
}

extension LogDensity {
  /// The named values at a point, for messages.
  func describe(_ position: [Double]) -> [SamplingError.NamedValue] {
    zip(columns, draw(at: position, logDensity: 0).values).filter { !$0.0.isDerived }.map {
      SamplingError.NamedValue(name: $0.name, value: $1)
    }
  }
}

extension LogDensity {
  /// Numbers that belong to the coordinates, named for the columns where these are as many.
  func coordinates(_ values: [Double]) -> [SamplingError.NamedValue] {
    let names = columns.filter { !$0.isDerived }.map(\.name)
    return values.enumerated().map { index, value in
      .init(
        name: names.count == dimension ? names[index] : "coordinate \(index + 1)", value: value)
    }
  }
}

extension SamplingError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .noFiniteStart(let tries, let point, let parts, let gradient):
      "no starting point with a finite log density and gradient in \(tries) tries; the last was "
        + "\(Self.list(point)), where the parts are \(Self.list(parts))"
        + gradient.map { "; the gradient in \($0.name) is \($0.value)" }.joined()
    case .noMode(let point):
      "no mode was found to start from; the search ended at \(Self.list(point));"
        + " start from the prior instead"
    case .noStepSize(let point):
      "no step size works at \(Self.list(point)): does the gradient belong to the log density, or is"
        + " the density flat (improper)?"
    case .tooFewSimulations(let found, let count):
      "only \(found) of \(count) simulations have a posterior with a mode"
    case .improperPrior(let names):
      "the flat prior of \(names.joined(separator: ", ")) cannot be normalised, so there is no evidence,"
        + " and neither a flow nor a fitted map has a prior to begin with; run HMC alone, or give"
        + " \(names.count == 1 ? "it a prior" : "them priors") with ends or a width"
    case .derived(let error): error.description
    case .storage(let error):
      error.description
    case .stopped(.draws(let count, let wanted)):
      "stopped with \(count) of \(wanted) draws in the shortest chain"
    case .stopped(.during(let stage)):
      "stopped during \(stage)"
    }
  }

  private static func list(_ point: [NamedValue]) -> String {
    point.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
  }
}
