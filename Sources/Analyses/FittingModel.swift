public import Catalogs
public import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// A model at its best fit to a catalog, found without sampling.
public struct FittingModel: Sendable, CustomStringConvertible {
  /// The model.
  public let model: any NamedModel.Type
  /// The best fit.
  public let best: BestFit

  /// Whether χ² is compatible with the model.
  public var isMeaningful: Bool { best.goodness.grade != .meaningless }

  /// The models in order of their number of parameters until one fits; if none does, all for which
  /// there are enough data, at least flat ΛCDM.
  ///
  /// Data are bad only if no model fits them: whether a survey measures curvature is a question for
  /// `fit`.
  ///
  /// - Throws: `AnalysisError.tooFewData`; `NotPositiveDefinite` if the covariance is not, `ModelError`.
  public static func search(_ catalog: Catalog) throws -> [FittingModel] {
    try Priors(model: FlatLambdaCDM.self).space(["omega_m", "M"]).checkEnoughData(catalog.count)
    var fits: [FittingModel] = []
    for model in Models.all {
      let fit = FittingModel(
        model: model, best: try best(catalog, model.init(radiation: .none)))
      let hasData = fit.best.goodness.degreesOfFreedom >= 1
      if hasData || fits.isEmpty { fits.append(fit) }
      // Where χ² is too small, more parameters only lower it further.
      let goodness = fit.best.goodness
      let isSmall = goodness.chiSquared < Double(goodness.degreesOfFreedom)
      if fit.isMeaningful || isSmall || !hasData { break }
    }
    return fits
  }

  /// Parameters, priors and offsets are those of `fit` without options: zero points are arbitrary, so
  /// their priors follow the data.
  private static func best(_ catalog: Catalog, _ model: some NamedModel) throws -> BestFit {
    switch catalog.content {
    case .magnitudes(let sample):
      let distances = ModelDistances(model, redshifts: sample.hubbleFlowRedshifts)
      let zeroPoint =
        sample.quantity == .distanceModulus ? Parameter.moduliZeroPoint.name : nil
      let sampled = try SupernovaLikelihood(
        sample, distances: distances, offset: .sampled, zeroPoint: zeroPoint)
      var priors = Priors(model: type(of: model))
      if let name = sampled.offset?.parameter {
        priors.zeroPoint = sampled.followingData(
          type(of: model).usual(name), over: try priors.space(sampled.parameterNames))
      }
      return try best(priors) { offset in
        let direct =
          offset == .sampled
          ? sampled
          : try SupernovaLikelihood(
            sample, distances: distances, offset: offset, zeroPoint: zeroPoint)
        return ProjectedSupernovaLikelihood(direct, over: try priors.space(direct.parameterNames))
      }
    case .lightCurves(let sample):
      let distances = ModelDistances(model, redshifts: sample.supernovae.map(\.redshift))
      let sampled = LightCurveLikelihood(sample, distances: distances, offset: .sampled)
      var priors = Priors(model: type(of: model))
      priors.zeroPoint = sampled.followingData(
        .absoluteMagnitude, over: try priors.space(sampled.parameterNames))
      let byChiSquared = try best(priors) {
        LightCurveLikelihood(sample, distances: distances, offset: $0)
      }
      guard let hierarchy = try Hierarchy(catalog, SupernovaChoice(data: catalog.path)) else {
        return byChiSquared
      }
      let likelihood = HierarchicalLikelihood(
        hierarchy.sample, hierarchy.model, distances: distances)
      let parameters =
        distances.parameterNames.map(type(of: model).usual) + likelihood.defaultParameters
      let space = try ParameterSpace(parameters)
      let near = try BestFit(
        likelihood, over: space,
        from: byChiSquared.parameters.merging(["sigma_int": 0.1]) { first, _ in first })
      // Curvatures of so many parameters are learned anew from there.
      return try BestFit(likelihood, over: space, from: near.parameters)
    }
  }

  /// First with any zero point, then with the best one in its prior, then with all parameters: a zero
  /// point is far too precisely measured to be found together with the others.
  private static func best(
    _ priors: Priors, _ likelihood: (OffsetTreatment) throws -> some GaussianLikelihood
  ) throws -> BestFit {
    let marginalised = try likelihood(.marginalised)
    let shape = try BestFit(marginalised, over: priors.space(marginalised.parameterNames))
      .parameters
    let sampled = try likelihood(.sampled)
    let offsets = try BestFit(sampled, over: priors.space(sampled.parameterNames, fixed: shape))
      .parameters
    return try BestFit(
      sampled, over: priors.space(sampled.parameterNames),
      from: shape.merging(offsets) { first, _ in first })
  }

  /// The default priors of a model, except that of the zero point.
  private struct Priors {
    let model: any NamedModel.Type
    var zeroPoint: Parameter?

    func space(
      _ names: [String], fixed values: [String: Double] = [:]
    ) throws -> ParameterSpace {
      try ParameterSpace(
        names.map { name in
          if let value = values[name] { return Parameter(name, prior: .fixed(value)) }
          return zeroPoint.flatMap { $0.name == name ? $0 : nil } ?? model.usual(name)
        })
    }
  }

  /// χ² and the parameters.
  public var description: String {
    // The populations of supernovae would fill a screen.
    let place = best.parameters.filter { !HierarchicalModel.isOfPopulation($0.key) }
      .sorted { $0.key < $1.key }
      .map { "\($0.key) = " + String(format: "%.3f", $0.value) }.joined(separator: ", ")
    return "best        \(best.goodness), \(model.title) with \(place)"
  }
}
