import Foundation
public import Inference

/// From the coordinates of a run's flow to the parameters of its chains.
public struct FlowCoordinates: Sendable {
  /// The names of the parameters.
  public let names: [String]
  private let coordinates: FittedCoordinates
  private let values: @Sendable ([Double]) -> [Double]

  /// What a saved flow calls the parameters that its coordinates integrate out, separated by commas.
  static let noteOfOffset = "integrated out"
  /// What it says where there is none.
  static let nothing = "nothing"

  /// The coordinates of a flow that was trained towards a posterior, from its parameters alone: without those
  /// that were integrated out, which only the likelihood tells.
  ///
  /// - Parameters:
  ///   - saved: the flow, as a run keeps it.
  ///   - space: the parameters of the run with their priors.
  /// - Throws: `SavedFlowError` if it is not a flow of these parameters, or its coordinates are damaged.
  public init(_ saved: SavedFlow, of space: ParameterSpace) throws(SavedFlowError) {
    guard let offset = saved.notes[Self.noteOfOffset] else {
      throw .withoutOffset
    }
    let drawn = offset == Self.nothing ? [] : offset.split(separator: ",").map(String.init)
    let places = drawn.compactMap { name in space.free.firstIndex { $0.name == name } }.sorted()
    guard places.count == drawn.count else { throw Self.otherParameters }
    guard space.improperParameters.isEmpty,
      let prior = try? Posterior(space, likelihoods: []).standardised
    else { throw Self.otherParameters }
    // What depends on these is not known either.
    let columns = prior.columns.map(\.name)
    let kept = columns.indices.filter {
      !drawn.contains(columns[$0]) && (drawn.isEmpty || $0 < space.dimension)
    }
    try self.init(saved, space, kept.map { columns[$0] }) { point in
      var point = point
      point.removeLast(places.count)
      for place in places { point.insert(0, at: place) }
      let values = prior.draw(at: point, logDensity: 0).values
      return kept.map { values[$0] }
    }
  }

  /// The coordinates of a flow that was trained towards a posterior, with all that its chains carry.
  ///
  /// - Parameters:
  ///   - saved: the flow, as a run keeps it.
  ///   - posterior: the posterior of the run.
  /// - Throws: `SavedFlowError` if it is not a flow of these parameters, or its coordinates are damaged.
  public init(_ saved: SavedFlow, of posterior: Posterior) throws(SavedFlowError) {
    let choice = try Self.choice(saved)
    guard let target = try? SamplingTarget(posterior, for: choice) else {
      throw Self.otherParameters
    }
    let density = target.density
    try self.init(saved, posterior.space, posterior.columns.map(\.name)) {
      density.draw(at: $0, logDensity: 0).values
    }
  }

  private init(
    _ saved: SavedFlow, _ space: ParameterSpace, _ names: [String],
    _ values: @escaping @Sendable ([Double]) -> [Double]
  ) throws(SavedFlowError) {
    guard saved.columns == space.free.map(\.name), saved.flow.givenCount == 0 else {
      throw Self.otherParameters
    }
    coordinates = try Self.coordinates(saved, space)
    (self.names, self.values) = (names, values)
  }

  /// The parameters at a point in the flow's coordinates.
  public func parameters(at coordinates: [Double]) -> [Double] {
    values(self.coordinates.point(at: coordinates).point)
  }

  private static let otherParameters = SavedFlowError.impossible(
    part: "list of columns", "the parameters of the run")

  private static func words(_ saved: SavedFlow) -> [Substring] {
    (saved.coordinates ?? "").split(separator: " ", maxSplits: 1)
  }

  private static func choice(_ saved: SavedFlow) throws(SavedFlowError) -> CoordinateChoice {
    guard let choice = words(saved).first.flatMap({ CoordinateChoice(rawValue: String($0)) }) else {
      throw .impossible(part: "kind of coordinates", "that of a run's flow")
    }
    return choice
  }

  /// Reads the kind of coordinates and their numbers.
  private static func coordinates(
    _ saved: SavedFlow, _ space: ParameterSpace
  ) throws(SavedFlowError) -> FittedCoordinates {
    let choice = try choice(saved)
    var coordinates: FittedCoordinates?
    switch choice {
    case .probit: coordinates = .probit(dimension: space.dimension)
    case .natural: coordinates = .natural(NaturalCoordinates(space))
    case .fitted, .thin, .whitened:
      let data = Data((words(saved).dropFirst().first ?? "").utf8)
      let decoder = JSONDecoder()
      // One frame stands for the maps of several modes.
      coordinates =
        (try? decoder.decode(TransportMap.self, from: data)).map { .map($0) }
        ?? (try? decoder.decode(WhiteningCoordinates.self, from: data)).map { .whitened($0) }
    }
    guard let coordinates, coordinates.dimension == space.dimension else {
      throw .impossible(part: "list of coordinates", "numbers for \(space.dimension) of them")
    }
    return coordinates
  }
}
