import Cosmology
import Foundation
import Inference
import TestSupport
import Testing

/// Magnitude limits and contaminants bias cosmology where they are ignored, and not where they are in the model.
@Suite struct SimulatedSurveysTests {
  /// A kind of mock survey.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    /// What is fixed beside M and Ω_m.
    let fixed: [String: Double]
    /// The parameter that goes wrong.
    let biased: String
    var testDescription: String { name }
  }

  static let kinds = [
    Kind(
      name: "selection", fixed: ["m_limit": 23.6, "m_limit_width": 0.25], biased: "omega_m"),
    Kind(
      name: "contamination",
      fixed: ["contaminant_offset": 1, "contaminant_scatter": 0.5, "classifier_shift": 0],
      biased: "M"),
  ]

  /// The published file with its model.
  static func survey(_ kind: Kind) throws -> (sample: LightCurveSample, model: HierarchicalModel) {
    let path = try #require(ProjectFiles.shared("data/mock_surveys/\(kind.name).csv"))
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { try $0.split(separator: ",").map { try #require(Double($0)) } }
    var model = HierarchicalModel()
    (model.standardises, model.hasScatter) = (false, false)
    if kind.name == "selection" {
      model.limits = rows.map { _ in "" }
    } else {
      model.probabilities = rows.map { $0[3] }
    }
    let sample = LightCurveSample(
      rows.map { row in
        LightCurveSample.Supernova(
          redshift: row[0], heliocentricRedshift: row[0], magnitude: row[1], shape: 0, color: 0,
          magnitudeVariance: row[2] * row[2])
      })
    return (sample, model)
  }

  static let truth = ["omega_m": 0.3, "M": -19.3]

  static func fit(
    _ sample: LightCurveSample, _ model: HierarchicalModel, _ kind: Kind
  ) throws -> ModeFit {
    try ModeFit(
      sample, model, changes: kind.fixed.map { Parameter($0, prior: .fixed($1)) }, from: truth)
  }

  static func ignoring(_ model: HierarchicalModel) -> HierarchicalModel {
    var broken = model
    (broken.limits, broken.probabilities) = (nil, nil)
    return broken
  }

  @Test(
    "forty catalogs: unbiased where it is modelled, and far off where it is ignored",
    .needs("data/mock_surveys"), arguments: kinds)
  func simulated(kind: Kind) throws {
    let (sample, model) = try Self.survey(kind)
    let likelihood = HierarchicalLikelihood(
      sample, model,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)))
    let values = Self.truth.merging(kind.fixed) { first, _ in first }
    let simulation = try SimulatedLightCurves(
      likelihood, at: likelihood.parameterNames.map { try #require(values[$0], "\($0)") })
    let names = ["omega_m", "M"]
    let pulls = try SimulatedPulls(simulation, 40, seed: 1, of: names) {
      try Self.fit($0, model, kind)
    }
    let wrong = try SimulatedPulls(simulation, 40, seed: 1, of: names) {
      try Self.fit($0, Self.ignoring(model), kind)
    }
    for name in names {
      #expect(abs(pulls.mean(name)) < 3 / 40.0.squareRoot(), "\(pulls.words)")
      #expect(abs(pulls.mean(name)) < 0.5, "\(pulls.words)")
    }
    #expect(wrong.mean(kind.biased) > 3, "\(wrong.words)")
  }

  @Test(
    "the published mock surveys are more than five standard deviations off where it is ignored",
    .needs("data/mock_surveys"), arguments: kinds)
  func published(kind: Kind) throws {
    let (sample, model) = try Self.survey(kind)
    let wrong = try Self.fit(sample, Self.ignoring(model), kind)
    let truth = try #require(Self.truth[kind.biased])
    let pull = try wrong.pull(kind.biased, from: truth)
    let own = try Self.fit(sample, model, kind)
    #expect(pull > 5)
    #expect(abs(try own.pull(kind.biased, from: truth)) < 2)
  }
}
