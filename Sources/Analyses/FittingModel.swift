public import Catalogs
public import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// A model at the parameters that fit a catalog best, found without sampling.
public struct FittingModel: Sendable, CustomStringConvertible {
  /// The model.
  public let model: any NamedModel.Type
  /// Where it fits best, and how well.
  public let best: BestFit

  /// Whether χ² says that the model may be fitted to these data.
  public var isMeaningful: Bool { best.goodness.grade != .meaningless }

  /// The models in the order of their number of parameters until one fits; if none does, all for which
  /// there are data enough, flat ΛCDM at least.
  ///
  /// Data are bad only if they are for every model: `fit` has to be asked whether a survey measures
  /// curvature.
  ///
  /// - Throws: `AnalysisError.tooFewData`; `NotPositiveDefinite` if the covariance is not, `ModelError`.
  public static func search(_ catalog: Catalog) throws -> [FittingModel] {
    try space(["omega_m", "h"], of: FlatLambdaCDM.self).checkEnoughData(catalog.count)
    var fits: [FittingModel] = []
    for model in Models.all {
      let fit = FittingModel(
        model: model, best: try best(catalog, model.init(radiation: .none)))
      let hasData = fit.best.goodness.degreesOfFreedom >= 1
      if hasData || fits.isEmpty { fits.append(fit) }
      // Where χ² is too small, more parameters only lower it.
      let goodness = fit.best.goodness
      let isSmall = goodness.chiSquared < Double(goodness.degreesOfFreedom)
      if fit.isMeaningful || isSmall || !hasData { break }
    }
    return fits
  }

  /// The parameters, priors and offsets are those of `fit` without options: a zero point that no h in
  /// (0, 1) explains speaks against the redshifts or the moduli.
  private static func best(_ catalog: Catalog, _ model: some NamedModel) throws -> BestFit {
    switch catalog.content {
    case .magnitudes(let sample):
      let distances = ModelDistances(model, redshifts: sample.hubbleFlowRedshifts)
      return try best(type(of: model)) { offset in
        let direct = try SupernovaLikelihood(sample, distances: distances, offset: offset)
        return ProjectedSupernovaLikelihood(
          direct, over: try space(direct.parameterNames, of: type(of: model)))
      }
    case .lightCurves(let sample):
      let distances = ModelDistances(model, redshifts: sample.supernovae.map(\.redshift))
      return try best(type(of: model)) {
        LightCurveLikelihood(sample, distances: distances, offset: $0)
      }
    }
  }

  /// With any zero point first, then with the best one in its prior, then with all parameters: a zero
  /// point that is far too precise to be found together with the others.
  private static func best(
    _ model: any NamedModel.Type,
    _ likelihood: (OffsetTreatment) throws -> some GaussianLikelihood
  ) throws -> BestFit {
    let marginalised = try likelihood(.marginalised)
    let shape = try BestFit(marginalised, over: space(marginalised.parameterNames, of: model))
      .parameters
    let sampled = try likelihood(.sampled)
    let offsets = try BestFit(sampled, over: space(sampled.parameterNames, of: model, fixed: shape))
      .parameters
    return try BestFit(
      sampled, over: space(sampled.parameterNames, of: model),
      from: shape.merging(offsets) { first, _ in first })
  }

  private static func space(
    _ names: [String], of model: any NamedModel.Type, fixed values: [String: Double] = [:]
  ) throws -> ParameterSpace {
    try ParameterSpace(
      names.map { name in
        values[name].map { Parameter(name, prior: .fixed($0)) } ?? model.usual(name)
      })
  }

  /// χ² and the parameters.
  public var description: String {
    let place = best.parameters.sorted { $0.key < $1.key }
      .map { "\($0.key) = " + String(format: "%.3f", $0.value) }.joined(separator: ", ")
    return "best        \(best.goodness), \(model.title) with \(place)"
  }
}
