import Cosmology
public import Inference
import LinearAlgebra

/// Which of several probes fixes which component of their joint posterior.
///
/// For a component c = aᵀy with g = ∂c/∂u in coordinates u in which the prior is N(0, I), and F = I + Σ Fₚ with Fisher's
/// informations of the probes at the best fit, the variance of c is σ² = gᵀF⁻¹g = wᵀFw with w = F⁻¹g: the share of a
/// probe is wᵀFₚw / σ², and that of the prior wᵀw / σ². The shares of a component add up to 1.
public struct ProbeComponents: Sendable, Codable {
  /// One of the probes.
  public struct Probe: Sendable, Codable {
    /// Its name.
    public var name: String
    /// Its share of the information on each component of all, 0 to 1.
    public var shares: [Double]
    /// The standard deviation of each component of all under this probe alone.
    public var deviations: [Double]
    /// Its own components, the best measured first.
    public var components: [PowerComponent]
    /// How many directions it measures alone; nil without a prior that can be normalised.
    public var directions: MeasuredDirections?
    /// Why its draws are not to be trusted; nil if they are.
    public var objection: String?
  }

  /// The probes.
  public var probes: [Probe]
  /// The prior's share of the information on each component.
  public var priorShares: [Double]

  /// How a program ends with this result.
  public var exitStatus: ExitStatus {
    probes.allSatisfy { $0.objection == nil } ? .success : .failedCheck
  }
}

extension Problem {
  /// Fits each probe alone, under the prior of all, and shares the components of their joint posterior among them.
  ///
  /// Cost: a fit of maps for each probe.
  ///
  /// - Parameters:
  ///   - whole: the components of the joint posterior; parameters of single probes are better left out of it.
  ///   - context: seed, workers and stop signal.
  ///   - begun: called with the name of each probe before its fit begins.
  /// - Throws: `AnalysisError.tensionOfOne` where there are no two probes; `SamplingError`; `ModelError`.
  public func probeComponents(
    of whole: PosteriorComponents, in context: RunContext = RunContext(),
    begun: (String) -> Void = { _ in }
  ) async throws -> ProbeComponents {
    guard let joint, joint.probes.count > 1 else { throw AnalysisError.tensionOfOne }
    let shares = try shares(of: whole, among: joint)
    let coordinates = whole.coordinates
    let names = coordinates.map(\.parameter)
    var probes: [ProbeComponents.Probe] = []
    for (index, probe) in joint.probes.enumerated() {
      begun(probe.name)
      let part = try await PartDraws(self, [probe.name], in: context)
      // A parameter of another probe's data alone is not among its draws.
      let own = try await PosteriorComponents(
        of: [part.chain], names.filter(part.columns.contains), prior: part.space)
      let moments = PowerMoments([part.chain], coordinates)?.moments()
      probes.append(
        ProbeComponents.Probe(
          name: probe.name, shares: shares.map { $0[index] },
          deviations: whole.components.map { component in
            moments.map { component.deviation(under: $0.covariance) } ?? .infinity
          },
          components: own?.components ?? [], directions: own?.directions,
          objection: part.part.objection))
    }
    return ProbeComponents(probes: probes, priorShares: shares.map { $0[joint.probes.count] })
  }

  /// For each component the shares of the probes, and of the prior.
  private func shares(
    of whole: PosteriorComponents, among joint: JointLikelihood
  ) throws -> [[Double]] {
    let unknown = [Double](repeating: .nan, count: joint.probes.count + 1)
    let space = posterior.space.standardised
    let best = try bestFit()
    guard let (center, parts) = joint.informations(at: best.parameters, over: space) else {
      return whole.components.map { _ in unknown }
    }
    var total = Matrix.identity(center.count)
    for part in parts { total.add(1, part) }
    guard let factor = try? Cholesky(total) else { return whole.components.map { _ in unknown } }
    let draws = posterior.standardised
    let columns = draws.columns.map(\.name)
    let places = whole.coordinates.map { coordinate in
      columns.firstIndex(of: coordinate.parameter)
    }
    func logarithm(_ component: PowerComponent, _ position: [Double]) -> Double {
      let values = draws.draw(at: position, logDensity: 0).values
      return whole.coordinates.indices.reduce(0) { sum, index in
        let value = places[index].map { whole.coordinates[index](values[$0]) } ?? .nan
        return sum + component.exponents[index] * value
      }
    }
    let step = 1e-4
    return whole.components.map { component in
      var w = center.indices.map { index in
        var (low, high) = (center, center)
        low[index] -= step
        high[index] += step
        return (logarithm(component, high) - logarithm(component, low)) / (2 * step)
      }
      var span = w.mutableSpan
      factor.whiten(&span)
      factor.solveTransposed(&span)
      let informations = parts.map { max(0, $0.quadraticForm(w)) } + [w.reduce(0) { $0 + $1 * $1 }]
      let sum = informations.reduce(0, +)
      return informations.map { $0 / sum }
    }
  }
}
