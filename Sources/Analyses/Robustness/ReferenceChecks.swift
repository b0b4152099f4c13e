import Catalogs
import Cosmology
public import Inference
import LinearAlgebra
public import Samplers

/// What the draws of one fit tell about it without further fits: sensitivity to the prior, χ² of parts, predictive checks, and the
/// influence of single supernovae.
public struct ReferenceChecks: Sendable, Codable {
  /// How much prior and likelihood decide; nil without chains.
  public var priorSensitivity: PriorSensitivity?
  /// Whether data look like those of the model; nil where residuals are not normal.
  public var predictive: PredictiveChecks?
  /// How much single supernovae decide; nil where residuals are not normal.
  public var influence: SupernovaInfluence?
  /// What was not checked, and why, in sentences.
  public var notes: [String] = []

  /// Draws that are looked at, at most, and the fewest with which k-hat says something.
  private static let (mostDraws, fewestDraws) = (2000.0, 200.0)
  /// log p(yᵢ | y₋ᵢ, θ) to keep, and multiplications, from which fewer draws are looked at.
  private static let (mostDensities, mostOperations) = (8e6, 3e9)
  /// More supernovae are not looked at one by one.
  private static let mostSupernovae = 40_000

  /// The checks of the first fit of variants.
  ///
  /// - Parameters:
  ///   - variants: the fits; the column that divides supernovae is theirs.
  ///   - sets: the draws of the first.
  ///   - context: seed, workers and stop signal.
  /// - Throws: `SamplingError.stopped`.
  public init(
    _ variants: AnalysisVariants, _ sets: [SampleSet], in context: RunContext
  ) async throws(SamplingError) {
    let problem = variants.members[0].problem
    guard let chains = sets.reference?.chains, chains.contains(where: { $0.count > 1 }) else {
      notes.append("there are no chains to look at")
      return
    }
    let space = problem.posterior.space
    let names = space.free.map(\.name).filter {
      problem.relevantParameters.contains($0) && !HierarchicalModel.describesSupernovae($0)
    }
    priorSensitivity = PriorSensitivity(chains, space, of: names)

    let known: PredictiveResiduals?
    do throws(NotPositiveDefinite) {
      known = try problem.residualLikelihood?.predictiveResiduals()
    } catch {
      known = nil
    }
    guard let residuals = known, let catalog = problem.supernovae, residuals.count == catalog.count,
      catalog.count > 2, catalog.count <= Self.mostSupernovae
    else {
      notes.append(
        (problem.supernovae?.count ?? 0) > Self.mostSupernovae
          ? "more than \(Self.mostSupernovae) supernovae are not looked at one by one"
          : "residuals of supernovae are checked only where they are normal, given the parameters")
      return
    }
    let size = max(
      Self.fewestDraws,
      min(
        Self.mostDraws, Self.mostDensities / Double(residuals.count),
        Self.mostOperations / residuals.operationsPerDraw))
    let draws = chains.someDraws(min(Int(size), chains.reduce(0) { $0 + $1.count }))
    let points = draws.map { chain, draw in
      let values = space.values(chain.draw(draw), of: chain.columns.map(\.name))
      return residuals.parameterNames.map { values[$0] ?? .nan }
    }
    let parts = SupernovaPart.all(
      catalog.redshifts, groups: variants.groups, column: variants.groupColumn
    ).compactMap { part -> (part: SupernovaPart, chiSquared: PartialChiSquared)? in
      guard let own = try? residuals.chiSquared(of: part.members), own.degreesOfFreedom > 0 else {
        return nil
      }
      return (part, own)
    }
    guard
      let table = try await ResidualDraws(
        residuals, at: points, parts: parts.map(\.chiSquared), redshifts: catalog.redshifts,
        in: context)
    else {
      notes.append("the model predicts no magnitudes at some draws: residuals are not checked")
      return
    }
    predictive = PredictiveChecks(table, parts) { variants.title(of: $0) }
    let columns = chains[0].columns
    let quantities = names.compactMap { name in
      columns.firstIndex { $0.name == name }.map { column in
        (name: name, values: draws.map { $0.chain.draw($0.draw)[column] })
      }
    }
    influence = try await SupernovaInfluence(
      table, catalog.redshifts, of: quantities, title: { variants.title(of: $0) }, in: context)
  }

  /// Adds the fits without those supernovae of whose influence the weights do not tell.
  public func addFits(to variants: inout AnalysisVariants) throws {
    for row in influence?.unreliable ?? [] { try variants.leaveOut(supernova: row.index) }
  }

  /// What objects to the fit, in sentences.
  public var surprises: [String] { predictive?.surprises ?? [] }
}

extension Problem {
  /// The likelihood of the supernovae that commands vary; nil where residuals are not normal.
  fileprivate var residualLikelihood: (any ResidualLikelihood)? {
    joint.map { $0.residualLikelihood(of: Analysis.supernovae) }
      ?? (likelihood as? any ResidualLikelihood)
  }
}
