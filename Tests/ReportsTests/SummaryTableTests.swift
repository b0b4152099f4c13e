import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct SummaryTableTests {
  @Test("columns are aligned and digits follow the errors")
  func table() {
    let parameter = ParameterSummary(
      name: "omega_m", mean: 0.296809, standardDeviation: 0.033769,
      quantiles: [0.2325, 0.26305, 0.29677, 0.3313, 0.3627], standardErrorOfMean: 0.000397,
      standardErrorOfStandardDeviation: 0.0003, standardErrorsOfQuantiles: [],
      bulkEffectiveSampleSize: 7228.8,
      tailEffectiveSampleSize: 5010.2,
      rHat: 0.99991)
    let summary = PosteriorSummary(
      parameters: [parameter], correlation: [[1]], drawCount: 8000, divergenceCount: 0,
      saturatedTreeCount: 0, energyFractions: [])
    #expect(
      SummaryTable(summary).description == """
        parameter     mean       sd     2.5%      16%      50%      84%    97.5%  bulk ESS  tail ESS   R-hat     MCSE
        omega_m    0.29681  0.03377  0.23250  0.26305  0.29677  0.33130  0.36270      7229      5010  0.9999  0.00040
        """)
  }
}
