import Catalogs
import Cosmology
import Foundation
import Inference

/// The hierarchical model of a catalog's supernovae by the settings of an analysis.
struct Hierarchy {
  /// The supernovae, without intrinsic scatter in their errors where that is a parameter.
  let sample: LightCurveSample
  /// The supernovae with the errors of the catalog.
  let published: LightCurveSample
  let model: HierarchicalModel
  /// What a reader should know of it, in sentences.
  private(set) var notes: [String] = []

  /// More surveys than this have too many parameters for a population each.
  private static let mostPopulations = 40
  /// More groups than this are no surveys.
  private static let mostGroups = 100

  /// Nil for what has no hierarchical model: magnitudes without a setting that needs one, light curves with
  /// blocks of covariances, and light curves that are to be fitted by χ² alone.
  ///
  /// - Throws: `AnalysisError` if settings do not suit the data.
  init?(_ catalog: Catalog, _ choice: SupernovaChoice) throws(AnalysisError) {
    switch catalog.content {
    case .magnitudes(let magnitudes):
      if let (key, value) = choice.lightCurveSetting { throw .notForMagnitudes(key, value) }
      guard let setting = choice.hierarchicalSetting(ofMagnitudes: true) else { return nil }
      guard case .independent(let errors) = magnitudes.covariance,
        magnitudes.calibratorModuli.isEmpty
      else { throw .needsIndependentErrors(setting) }
      sample = LightCurveSample(
        (0..<magnitudes.count).map { i in
          LightCurveSample.Supernova(
            redshift: magnitudes.redshifts[i],
            heliocentricRedshift: magnitudes.heliocentricRedshifts[i],
            magnitude: magnitudes.magnitudes[i], shape: 0, color: 0,
            magnitudeVariance: errors[i] * errors[i])
        })
      published = sample
      var model = HierarchicalModel()
      model.standardises = false
      model.hasScatter = choice.scatter != nil
      model.zeroPoint =
        choice.zeroPoint ?? (magnitudes.quantity == .distanceModulus ? "delta_mu" : "M")
      self.model = try Self.completed(model, catalog, choice)
    case .lightCurves(let curves):
      guard curves.blocks.isEmpty else {
        if let setting = choice.hierarchicalSetting(ofMagnitudes: false) {
          throw .blocksWithoutHierarchy(setting)
        }
        return nil
      }
      if choice.populations == "none" {
        if let setting = choice.hierarchicalSetting(ofMagnitudes: false) {
          throw .populationsNeeded(setting)
        }
        return nil
      }
      var model = HierarchicalModel()
      let surveys = catalog.labels.surveys
      let count = Set(surveys ?? []).count
      switch choice.populations {
      case nil:
        if count > Self.mostPopulations {
          notes.append(
            "one population for all, as there are \(count) surveys; --populations survey has one for each"
          )
        } else {
          model.populations = surveys
        }
      case "one": break
      case "survey":
        guard let surveys else { throw .noSurveys("populations: survey") }
        model.populations = surveys
      default: model.populations = catalog.labels.populations
      }
      // Selection is what makes populations drift.
      model.drifts = choice.drift ?? (choice.selection != true)
      model.hasScatter = choice.scatter != "none"
      model.zeroPoint = choice.zeroPoint ?? Parameter.absoluteMagnitude.name
      self.model = try Self.completed(model, catalog, choice)
      published = curves
      (sample, notes) = try Self.withoutScatter(curves, catalog, choice, self.model, notes)
    }
  }

  /// The model with noise, contamination, selection, scatters and systematic errors.
  private static func completed(
    _ model: HierarchicalModel, _ catalog: Catalog, _ choice: SupernovaChoice
  ) throws(AnalysisError) -> HierarchicalModel {
    if choice.offset == .marginalised { throw .offsetOfHierarchy }
    var model = model
    if choice.scatter == "survey" {
      guard let surveys = catalog.labels.surveys else { throw .noSurveys("scatter: survey") }
      model.scatters = surveys
    } else if let scatter = choice.scatter, !["one", "none"].contains(scatter) {
      throw .unknownChoice("scatter", scatter, ["one", "survey", "none"])
    }
    model.noise = choice.noise ?? .normal
    model.systematics = catalog.labels.systematics
    for (setting, groups) in [
      ("populations", model.populations), ("scatter: survey", model.scatters),
      ("selection", choice.selection == true ? catalog.labels.surveys : nil),
    ] {
      let count = Set(groups ?? []).count
      if count > mostGroups { throw .tooManyGroups(setting, count, most: mostGroups) }
    }
    if choice.contamination != nil { model.probabilities = catalog.labels.probabilities }
    if choice.selection == true {
      model.limits =
        catalog.labels.surveys ?? [String](repeating: "", count: catalog.count)
    }
    return model
  }

  /// The light curves without the intrinsic scatter that their errors hold, which is a parameter.
  private static func withoutScatter(
    _ curves: LightCurveSample, _ catalog: Catalog, _ choice: SupernovaChoice,
    _ model: HierarchicalModel, _ notes: [String]
  ) throws(AnalysisError) -> (LightCurveSample, [String]) {
    if let (survey, value) = choice.scatterIncluded?.sorted(by: { $0.key < $1.key })
      .first(where: { !($0.value >= 0) || !$0.value.isFinite })
    {
      throw .noScatter(survey, value)
    }
    guard model.hasScatter else {
      if choice.scatterIncluded?.isEmpty == false { throw .scatterWithoutParameter }
      return (curves, notes)
    }
    var scatters = catalog.labels.includedScatter ?? [Double](repeating: 0, count: curves.count)
    if let included = choice.scatterIncluded, !included.isEmpty {
      let surveys = catalog.labels.surveys
      let known = Set(surveys ?? []).sorted()
      if let unknown = included.keys.sorted().first(where: { !known.contains($0) }) {
        throw .unknownSurvey(unknown, available: known)
      }
      for (i, survey) in (surveys ?? []).enumerated() {
        if let value = included[survey] { scatters[i] = value }
      }
    }
    guard scatters.contains(where: { $0 > 0 }) else { return (curves, notes) }
    var supernovae = curves.supernovae
    for i in supernovae.indices {
      supernovae[i].magnitudeVariance -= scatters[i] * scatters[i]
      guard supernovae[i].magnitudeVariance > 0 else {
        throw .scatterAboveErrors(
          scatters[i], redshift: supernovae[i].redshift,
          error: curves.supernovae[i].magnitudeVariance.squareRoot())
      }
    }
    let values = Set(scatters).sorted().map { String(format: "%.4g", $0) }
    return (
      LightCurveSample(supernovae),
      notes + [
        "the intrinsic scatter that the errors hold (\(values.joined(separator: ", ")) mag) is taken out of them: it is a parameter"
      ]
    )
  }
}

extension SupernovaChoice {
  /// A setting that only a hierarchical model has, as one writes it; nil if none is set.
  ///
  /// - Parameter ofMagnitudes: whether only those count that magnitudes without shapes and colours can have.
  func hierarchicalSetting(ofMagnitudes: Bool) -> String? {
    if let noise, noise != .normal { return "noise: \(noise.rawValue)" }
    if contamination != nil { return "contamination" }
    if selection == true { return "selection" }
    if systematics != nil { return "systematics" }
    if systematicCovariance != nil { return "systematic_covariance" }
    if let scatter, scatter != "none" { return "scatter: \(scatter)" }
    guard !ofMagnitudes else { return nil }
    if let populations, populations != "none" { return "populations: \(populations)" }
    if drift != nil { return "drift" }
    return scatterIncluded?.isEmpty == false ? "scatter_included" : nil
  }

  /// A setting that only light curves have, with its value; nil if none is set.
  fileprivate var lightCurveSetting: (key: String, value: String)? {
    if let populations, populations != "none" { return ("populations", populations) }
    if let drift { return ("drift", "\(drift)") }
    return scatterIncluded?.min { $0.key < $1.key }
      .map { ("scatter_included", "\($0.key)=\($0.value)") }
  }
}
