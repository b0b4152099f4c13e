public import Inference
import LinearAlgebra
public import Samplers

/// Which combinations of parameters a posterior has measured: its components as products of powers, their number
/// against the prior, whether they turn, and where w(z) is known.
///
/// ```swift
/// let components = try await PosteriorComponents(
///   of: fit.quoted?.chains ?? [], ["omega_m", "h"], prior: fit.space)
/// for component in components?.components ?? [] {
///   print(component.exponents, component.standardDeviation)
/// }
/// ```
public struct PosteriorComponents: Sendable, Codable {
  /// How the parameters enter, in the order of all exponents.
  public var coordinates: [PowerCoordinate]
  /// The components of all draws, the best measured first.
  public var components: [PowerComponent]
  /// How many directions were measured; nil without a prior that can be normalised.
  public var directions: MeasuredDirections?
  /// The components at places along the widest; nil without a flow.
  public var shape: PosteriorShape?
  /// Where w is measured best; nil without w0 and wa.
  public var pivot: Pivot?
  /// What each of several probes has measured; nil if that was not asked for.
  public var probes: ProbeComponents?
  /// What the draws are called.
  public var source = ""
  /// The fingerprint of the run that they are from; nil if that is not known.
  public var run: String?
  /// What a reader should know, in sentences.
  public var notes: [String] = []

  /// The components of draws.
  ///
  /// Cost: D² operations per draw, and for local components what the covariances at some 200 draws take.
  ///
  /// - Parameters:
  ///   - chains: draws, with their weights.
  ///   - names: the parameters, columns of the chains; those that do not vary are left out.
  ///   - space: the parameters with their priors; nil if they are not known, and then the edges of columns and the
  ///     signs of draws tell how a parameter enters.
  ///   - local: draws of a flow with their local covariances.
  /// - Returns: nil without draws that vary.
  /// - Throws: `SamplingError`.
  public init?(
    of chains: [Chain], _ names: [String], prior space: ParameterSpace? = nil,
    local: LocalDraws? = nil
  ) async throws(SamplingError) {
    guard let columns = chains.first?.columns.map(\.name) else { return nil }
    let varying = names.filter { name in
      guard let place = columns.firstIndex(of: name) else { return false }
      let values = chains.lazy.flatMap { $0.column(place) }
      return values.first.map { first in values.contains { $0 != first } } ?? false
    }
    let prior = space.flatMap { PriorDraws($0) }
    let isKnown = varying.allSatisfy { prior?.names.contains($0) == true }
    if let prior, let space, isKnown {
      coordinates = PowerCoordinate.all(varying, prior, space)
    } else {
      coordinates = PowerCoordinate.all(varying, chains)
    }
    guard let moments = PowerMoments(chains, coordinates), let components = moments.components()
    else { return nil }
    self.components = components
    if moments.lostShare > 0 {
      notes.append(
        "draws at which a logarithm has no value, \(100 * moments.lostShare) % by weight, are left out"
      )
    }
    if let prior, isKnown, let width = PowerMoments([prior.chain], coordinates)?.moments() {
      directions = MeasuredDirections(
        posterior: moments.moments().covariance, prior: width.covariance)
      for index in components.indices {
        let deviation = components[index].deviation(under: width.covariance)
        self.components[index].priorRatio = components[index].standardDeviation / deviation
      }
    }
    if let local { shape = try await PosteriorShape(of: local, coordinates) }
    if let flow = shape?.ofDraws.first, let own = components.first {
      let ratio = flow.standardDeviation / own.standardDeviation
      if flow.angle(to: own) > 5 || !(0.8...1.25).contains(ratio) {
        notes.append(
          "the flow's draws are not those of the posterior, nor are its local components")
      }
    }
    pivot = Pivot(chains)
  }
}
