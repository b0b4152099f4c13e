import Catalogs
import Cosmology
import Inference
import LinearAlgebra
import TestSupport
import Testing

/// What mocks and hidden results need of every likelihood of data.
@Suite struct DataLikelihoodTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let likelihood: any GaussianLikelihood
    let parameters: [Double]
  }

  static func cases() throws -> [Case] {
    let sample = try #require(
      try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    let distances = ModelDistances(FlatWCDM(), redshifts: sample.hubbleFlowRedshifts)
    let direct = try SupernovaLikelihood(sample, distances: distances)
    let space = try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) })
    let magnitudes = SupernovaSample(
      redshifts: sample.redshifts,
      heliocentricRedshifts: sample.redshifts.map { $0 + 0.001 },
      magnitudes: sample.magnitudes.map { $0 - 19.3 }, quantity: .apparentMagnitude,
      covariance: sample.covariance, calibratorModuli: [3: 35.2, 7: 36])
    let ladder = try SupernovaLikelihood(
      magnitudes,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: magnitudes.hubbleFlowRedshifts))
    let curves = LightCurveLikelihoodTests.sample(blocks: true)
    return [
      Case(testDescription: "moduli", likelihood: direct, parameters: [0.3, -1.1, 0.68]),
      Case(
        testDescription: "projected", likelihood: ProjectedSupernovaLikelihood(direct, over: space),
        parameters: [0.3, -1.1, 0.68]),
      Case(testDescription: "calibrators", likelihood: ladder, parameters: [0.3, 0.7, -19.2]),
      Case(
        testDescription: "light curves",
        likelihood: LightCurveLikelihood(
          curves,
          distances: ModelDistances(
            FlatLambdaCDM(), redshifts: curves.supernovae.map(\.redshift))),
        parameters: [0.3, 0.14, 3.1, -19.1, -0.07]),
    ]
  }

  @Test("data that the model predicts fit it exactly; its own data, put back, are no others")
  func replacing() throws {
    for one in try Self.cases() {
      let (likelihood, point) = (one.likelihood, one.parameters)
      let prediction = likelihood.prediction(at: point)
      let place = Comment(rawValue: one.testDescription)
      #expect(prediction.count == likelihood.dataCount, place)
      let mock = likelihood.replacingData(prediction)
      #expect(mock.data == prediction, place)
      #expect(mock.chiSquared(at: point) < 1e-6, place)
      #expect(likelihood.chiSquared(at: point) > 1, place)
      var elsewhere = point
      elsewhere[0] += 0.1
      #expect(mock.chiSquared(at: elsewhere) > 0.1, place)
      let back = mock.replacingData(likelihood.data)
      let (a, b) = (back.chiSquared(at: elsewhere), likelihood.chiSquared(at: elsewhere))
      #expect(abs(a - b) < 1e-8 * b, place)
    }
  }

  @Test("a posterior gets other data by the name of the likelihood")
  func posterior() throws {
    let one = try Self.cases()[0]
    let space = try ParameterSpace(one.likelihood.parameterNames.map { Parameter.usual($0) })
    let posterior = try Posterior(space, likelihoods: [.init("jla", one.likelihood)])
    let prediction = one.likelihood.prediction(at: one.parameters)
    let mock = try posterior.replacingData(["jla": prediction])
    #expect(throws: ModelError.unknownLikelihood("other", available: ["jla"])) {
      try posterior.replacingData(["jla": prediction, "other": []])
    }
    #expect(throws: ModelError.dataCount("jla", found: 1, expected: prediction.count)) {
      try posterior.replacingData(["jla": [1]])
    }
    #expect(mock.likelihoods.map(\.name) == ["jla"])
    let (before, after) = (posterior.parts(at: [0, 0, 0]), mock.parts(at: [0, 0, 0]))
    #expect(before[0].value == after[0].value && before[2].value != after[2].value)
    #expect(
      try #require(mock.likelihoods[0].likelihood as? any GaussianLikelihood)
        .chiSquared(at: one.parameters) < 1e-6)
  }
}
