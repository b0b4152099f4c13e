/// The parameters of a model, in order; the free ones are the coordinates of a sampler.
///
/// ```swift
/// let space = try ParameterSpace(
///   [
///     Parameter("alpha", prior: .uniform(lower: 0, upper: 1)),
///     Parameter("beta", prior: .uniform(lower: 0, upper: 1)),
///   ], requiring: ["alpha + beta < 1"])
/// ```
public struct ParameterSpace: Sendable, Equatable {
  /// All parameters, fixed ones included.
  public let parameters: [Parameter]
  /// The positions in `parameters` of those that are sampled.
  public let freeIndices: [Int]
  /// What the parameters have to fulfil, as it was typed. The prior is that of the parameters without
  /// it, cut off and not normalised anew.
  public let requirements: [String]
  /// The priors that several parameters have together.
  public let jointPriors: [any JointPrior]
  /// What a sampler moves in.
  public private(set) var coordinates: CoordinateSystem
  /// How parameters depend on each other; nil if they do not.
  let dependence: Dependence?

  /// What a sampler moves in to move in the parameters.
  public enum CoordinateSystem: Sendable {
    /// The parameter where it may be any real number, its logarithm where it is positive, its logit
    /// in an interval.
    case natural
    /// Probits: the coordinates in which all priors are N(0, 1), so that walls are at infinity and
    /// the posterior is nowhere wider than a normal density.
    case standardNormal
  }

  /// Joins parameters to a space.
  ///
  /// - Parameters:
  ///   - parameters: the parameters, in the order of the columns of chains.
  ///   - requirements: inequalities such as `w0 + wa < 0` or `0 < a < b`, in which fixed parameters and
  ///     those that follow from others may stand. The prior stays what it is where they hold, and is not
  ///     normalised anew.
  ///   - joint: priors of several parameters, which take the place of those that these have; parameters
  ///     that are not listed are added.
  ///   - coordinates: what a sampler moves in.
  /// - Throws: `ModelError` if a name occurs twice or is not a plain word, a prior is not a density,
  ///   nothing is free, or a requirement cannot be read, fulfilled, or solved for a parameter.
  public init(
    _ parameters: [Parameter], requiring requirements: [String] = [],
    joint: [any JointPrior] = [], coordinates: CoordinateSystem = .natural
  ) throws(ModelError) {
    let parameters = try Self.joined(parameters, joint)
    var seen: Set<String> = []
    for parameter in parameters {
      guard isPlainWord(parameter.name) else { throw .unusableName(parameter.name) }
      guard seen.insert(parameter.name).inserted else { throw .duplicateParameter(parameter.name) }
      guard parameter.prior.isValid else {
        throw .invalidPrior(parameter: parameter.name, parameter.prior)
      }
    }
    self.parameters = parameters
    self.requirements = requirements
    jointPriors = joint
    self.coordinates = coordinates
    let isPlain =
      requirements.isEmpty && joint.isEmpty && parameters.allSatisfy { $0.formula == nil }
    dependence =
      isPlain ? nil : try Dependence(parameters, requiring: requirements, joint: joint)
    let follow = dependence?.map.determinedPlaces ?? []
    freeIndices = parameters.indices.filter {
      parameters[$0].isFree && !follow.contains($0)
    }
    guard !freeIndices.isEmpty else { throw .nothingToSample }
  }

  /// The parameters with the marginals of joint priors.
  private static func joined(
    _ parameters: [Parameter], _ joint: [any JointPrior]
  ) throws(ModelError) -> [Parameter] {
    var (all, seen) = (parameters, Set<String>())
    for prior in joint {
      for name in prior.names where !seen.insert(name).inserted { throw .priorGivenTwice(name) }
      if let flaw = prior.flaw { throw .invalidJointPrior(prior.names, flaw: flaw) }
      for (index, name) in prior.names.enumerated() {
        let own = Parameter(name, prior: prior.marginal(of: index))
        guard let place = all.firstIndex(where: { $0.name == name }) else {
          all.append(own)
          continue
        }
        guard all[place].isFree else { throw .priorGivenTwice(name) }
        all[place] = Parameter(name, label: all[place].label, prior: own.prior)
      }
    }
    return all
  }

  /// Whether two spaces have the same parameters, which depend on each other in the same way.
  public static func == (a: ParameterSpace, b: ParameterSpace) -> Bool {
    func words(_ space: ParameterSpace) -> [String] {
      space.jointPriors.map { prior in "\(prior.names) " + prior.words { "\($0)" } }
    }
    return a.parameters == b.parameters && a.requirements == b.requirements
      && a.coordinates == b.coordinates && words(a) == words(b)
  }

  /// The same parameters in coordinates in which their prior is N(0, I), but for what requirements cut
  /// off.
  public var standardised: ParameterSpace {
    var space = self
    space.coordinates = .standardNormal
    return space
  }

  /// The map from a sampler's coordinate to one of the parameters, if that does not depend on others.
  public func transform(of parameter: Parameter) -> Transform {
    switch coordinates {
    case .standardNormal where !parameter.prior.isImproper: .standardNormal(parameter.prior)
    default: parameter.transform
    }
  }

  /// The parameters that are sampled.
  public var free: [Parameter] { freeIndices.map { parameters[$0] } }

  /// The parameters that follow from others: derived columns of chains.
  public var determined: [Parameter] { determinedIndices.map { parameters[$0] } }

  /// The positions in `parameters` of those that follow from others.
  var determinedIndices: [Int] { dependence?.map.determinedPlaces ?? [] }

  /// The number of parameters that are sampled.
  public var dimension: Int { freeIndices.count }

  /// The free parameters with priors that cannot be normalised.
  public var improperParameters: [String] { free.filter(\.prior.isImproper).map(\.name) }

  /// Whether no requirement, joint prior or formula has to do with a parameter.
  public func isIndependent(_ name: String) -> Bool {
    guard let dependence, let place = parameters.firstIndex(where: { $0.name == name }) else {
      return true
    }
    return !dependence.entangled.contains(place)
  }

  /// The interval of a free parameter, by its prior and what requirements leave of it whatever the other
  /// parameters are.
  public func support(of parameter: Parameter) -> (lower: Double, upper: Double) {
    let place = parameters.firstIndex { $0.name == parameter.name }
    return place.flatMap { dependence?.supports[$0] } ?? parameter.prior.support
  }

  /// The values of all parameters by their names: those of a draw, and those that are fixed.
  package func values(_ draw: [Double], of names: [String]) -> [String: Double] {
    var values = Dictionary(zip(names, draw), uniquingKeysWith: { first, _ in first })
    for parameter in parameters {
      if let value = parameter.prior.fixedValue { values[parameter.name] = value }
    }
    guard let map = dependence?.map, !map.determinedPlaces.isEmpty else { return values }
    let all = map.completed(parameters.map { values[$0.name] ?? .nan })
    for place in map.determinedPlaces { values[parameters[place].name] = all[place] }
    return values
  }

  /// The coordinates of values of the free parameters; nil where they are outside of the prior.
  public func position(of values: [Double]) -> [Double]? {
    if let map = dependence?.map {
      var all = map.fixed
      for (place, value) in zip(freeIndices, values) { all[place] = value }
      var position = Array(values.prefix(dimension))
      var span = position.mutableSpan
      return all.withUnsafeMutableBufferPointer({ map.invert($0, coordinates, &span) })
        ? position : nil
    }
    let position = zip(free, values).map { transform(of: $0).coordinate(of: $1) }
    return position.allSatisfy(\.isFinite) ? position : nil
  }

  /// Draws a point of the sampler's space from the prior inside the cut.
  ///
  /// Exactly, by rejection. Where none of ten thousand draws of the prior fulfils the requirements, one
  /// of a thousand draws of the map is taken, by their weights.
  public func samplePrior(using generator: inout some RandomNumberGenerator) -> [Double] {
    guard let map = dependence?.map else {
      return free.map { transform(of: $0).coordinate(of: $0.prior.sample(using: &generator)) }
    }
    if let values = drawInside(tries: 10_000, using: &generator),
      let position = position(of: freeIndices.map { values[$0] })
    {
      return position
    }
    var best = (key: -Double.infinity, position: freeIndices.map { _ in 0.0 })
    for _ in 0..<1000 {
      let position = freeIndices.map { _ in generator.nextStandardNormal() }
      let logWeight = map.logMass(at: position)
      // The largest of Gumbel's deviates picks one by the weights.
      let key = logWeight - .log(-.log(generator.nextUniform()))
      if key > best.key { best = (key, position) }
    }
    guard coordinates == .natural else { return best.position }
    let image = map.image(at: best.position, .standardNormal)
    guard image.logDensity > -.infinity else { return best.position }
    return position(of: freeIndices.map { image.values[$0] }) ?? best.position
  }

  /// The values of all parameters at a draw of the prior inside the cut; nil if none of some is there.
  package func drawInside(
    tries: Int, using generator: inout some RandomNumberGenerator
  ) -> [Double]? {
    guard let map = dependence?.map else {
      return parameters.map { $0.prior.sample(using: &generator) }
    }
    var values = map.fixed
    for _ in 0..<tries {
      if values.withUnsafeMutableBufferPointer({ map.sample($0, using: &generator) }) {
        return values
      }
    }
    return nil
  }
}

/// Chain files separate names by blanks and commas and mark them with `*` and `?`, so a name is letters,
/// digits, `_` and `-`, and for a part of a vector its number in brackets.
func isPlainWord(_ name: String) -> Bool {
  func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
  var word = name.utf8[...]
  if let open = word.firstIndex(of: UInt8(ascii: "[")) {
    let index = word[open...].dropFirst()
    guard index.last == UInt8(ascii: "]"), index.count > 1, index.dropLast().allSatisfy(isDigit)
    else { return false }
    word = word[..<open]
  }
  return !word.isEmpty
    && word.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: isDigit(byte)
      }
    }
}
