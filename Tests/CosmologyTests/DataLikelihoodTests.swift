import Cosmology
import Inference
import TestSupport
import Testing

@Suite struct DataLikelihoodTests {
  @Test("a posterior gets other data by the name of the likelihood")
  func posterior() throws {
    let one = try LikelihoodContractTests.cases()[0]
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
