import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

/// Residuals given all other supernovae, against conditional distributions that are written out.
@Suite struct PredictiveResidualsTests {
  private static let redshifts = [0.02, 0.05, 0.11, 0.3, 0.55, 0.9, 1.2]
  private static let count = redshifts.count

  private static let modes = Matrix(
    rows: count, columns: 2,
    elements: (0..<2 * count).map { 0.05 * cos(Double(3 * $0)) + 0.02 })
  private static let variances = (0..<count).map { 0.01 + 0.004 * Double($0 % 3) }

  /// D + U Uᵀ as a matrix.
  private static let dense: Matrix = {
    var matrix = Matrix(diagonal: variances)
    for i in 0..<count {
      for j in 0..<count {
        for k in 0..<2 { matrix[i, j] += modes[i, k] * modes[j, k] }
      }
    }
    return matrix
  }()

  private static func covariances() throws -> [SupernovaSample.Covariance] {
    var systematic = dense
    for i in 0..<count { systematic[i, i] -= 0.0036 }
    return [
      .total(dense), .inverse(try Cholesky(dense).inverse),
      .systematic(systematic, errors: [Double](repeating: 0.06, count: count)),
      .factored(variances: variances, modes: modes),
    ]
  }

  private static func likelihood(
    _ covariance: SupernovaSample.Covariance, _ offset: OffsetTreatment = .sampled
  ) throws -> SupernovaLikelihood<ModelDistances<FlatLambdaCDM>> {
    let magnitudes = redshifts.enumerated().map { index, z in
      5 * log10(z * (1 + 0.7 * z)) + 43.1 - 19.2 + 0.1 * cos(Double(7 * index))
    }
    return try SupernovaLikelihood(
      SupernovaSample(
        redshifts: redshifts, magnitudes: magnitudes, quantity: .apparentMagnitude,
        covariance: covariance),
      distances: ModelDistances(FlatLambdaCDM(), redshifts: redshifts), offset: offset)
  }

  private static func block(_ matrix: Matrix, _ rows: [Int]) -> Matrix {
    Matrix(
      rows: rows.count, columns: rows.count,
      elements: rows.flatMap { i in rows.map { matrix[i, $0] } })
  }

  /// Mean and variance of component i given all others, by the inverse of their block.
  private static func conditional(
    _ i: Int, _ residual: [Double], _ covariance: Matrix
  ) throws -> (mean: Double, variance: Double) {
    let others = residual.indices.filter { $0 != i }
    let inverse = try Cholesky(block(covariance, others)).inverse
    var (mean, variance) = (0.0, covariance[i, i])
    for (a, j) in others.enumerated() {
      for (b, k) in others.enumerated() {
        mean += covariance[i, j] * inverse[a, b] * residual[k]
        variance -= covariance[i, j] * inverse[a, b] * covariance[k, i]
      }
    }
    return (mean, variance)
  }

  @Test("pulls and densities are those of each supernova given all others, for all forms of C")
  func conditionals() throws {
    for covariance in try Self.covariances() {
      let likelihood = try Self.likelihood(covariance)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let points = [[0.3, -19.25], [0.6, -19.1]]
      let table = try #require(residuals.table(at: points))
      for (row, point) in points.enumerated() {
        let deviations = zip(likelihood.data, likelihood.prediction(at: point)).map { $0 - $1 }
        for i in 0..<Self.count {
          let (mean, variance) = try Self.conditional(i, deviations, Self.dense)
          let pull = (deviations[i] - mean) / variance.squareRoot()
          #expect(abs(table.pulls[row, i] - pull) < 1e-9)
          let density = -0.5 * (pull * pull + log(2 * .pi * variance))
          #expect(abs(table.logDensities[row, i] - density) < 1e-9)
        }
      }
    }
  }

  /// The same where all have an unknown offset in common, which is estimated from the others: universal kriging (Cressie 1993,
  /// "Statistics for spatial data", equations 3.4.2 and 3.4.3).
  private static func kriging(
    _ i: Int, _ residual: [Double], _ covariance: Matrix
  ) throws -> (mean: Double, variance: Double) {
    let others = residual.indices.filter { $0 != i }
    let inverse = try Cholesky(block(covariance, others)).inverse
    var (weight, sum, ofOnes, ofData, explained) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (a, j) in others.enumerated() {
      for (b, k) in others.enumerated() {
        weight += inverse[a, b]
        sum += inverse[a, b] * residual[k]
        ofOnes += covariance[i, j] * inverse[a, b]
        ofData += covariance[i, j] * inverse[a, b] * residual[k]
        explained += covariance[i, j] * inverse[a, b] * covariance[k, i]
      }
    }
    let offset = sum / weight
    return (
      offset + ofData - offset * ofOnes,
      covariance[i, i] - explained + (1 - ofOnes) * (1 - ofOnes) / weight
    )
  }

  @Test("a marginalised offset is estimated from the other supernovae")
  func marginalised() throws {
    for covariance in try Self.covariances() {
      let likelihood = try Self.likelihood(covariance, .marginalised)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let table = try #require(residuals.table(at: [[0.4]]))
      let deviations = zip(likelihood.data, likelihood.prediction(at: [0.4])).map { $0 - $1 }
      for i in 0..<Self.count {
        let (mean, variance) = try Self.kriging(i, deviations, Self.dense)
        #expect(abs(table.pulls[0, i] - (deviations[i] - mean) / variance.squareRoot()) < 1e-9)
        // The broken twin: an offset that is known to be 0.
        let (other, own) = try Self.conditional(i, deviations, Self.dense)
        #expect(abs(table.pulls[0, i] - (deviations[i] - other) / own.squareRoot()) > 1)
      }
      let all = try residuals.chiSquared(of: Array(0..<Self.count))
      #expect(all.degreesOfFreedom == Self.count - 1)
      let value = all.values(table.deviations)[0]
      #expect(abs(value - likelihood.chiSquared(at: [0.4])) < 1e-9)
    }
  }

  @Test("χ² of a part is that of its block of C, and of all that of the likelihood")
  func parts() throws {
    for covariance in try Self.covariances() {
      let likelihood = try Self.likelihood(covariance)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let table = try #require(residuals.table(at: [[0.3, -19.25]]))
      let all = try residuals.chiSquared(of: Array(0..<Self.count)).values(table.deviations)[0]
      #expect(abs(all - likelihood.chiSquared(at: [0.3, -19.25])) < 1e-9)
      let members = [1, 2, 5]
      let inverse = try Cholesky(Self.block(Self.dense, members)).inverse
      let own = members.map { table.deviations[0, $0] }
      let part = try residuals.chiSquared(of: members)
      #expect(part.degreesOfFreedom == 3)
      #expect(abs(part.values(table.deviations)[0] - inverse.quadraticForm(own)) < 1e-9)
    }
  }

  @Test("replicated pulls have the correlation of P, which independent deviates do not have")
  func replicas() throws {
    let precision = try Cholesky(Self.dense).inverse
    for covariance in try Self.covariances() {
      let residuals = try #require(try Self.likelihood(covariance).predictiveResiduals())
      var random = RandomStream(seed: 1, "replicas of a test")
      let replicas = 20_000
      let deviates = Matrix(
        rows: replicas, columns: Self.count,
        elements: (0..<replicas * Self.count).map { _ in random.nextStandardNormal() })
      let pulls = residuals.replicatedPulls(deviates)
      func worst(_ rows: Matrix) -> Double {
        var worst = 0.0
        for i in 0..<Self.count {
          for j in 0...i {
            let expected =
              precision[i, j] / (precision[i, i] * precision[j, j]).squareRoot()
            let mean =
              (0..<replicas).reduce(0.0) { $0 + rows[$1, i] * rows[$1, j] } / Double(replicas)
            let error = ((1 + expected * expected) / Double(replicas)).squareRoot()
            worst = max(worst, abs(mean - expected) / error)
          }
        }
        return worst
      }
      #expect(worst(pulls) < 5)
      #expect(worst(deviates) > 5, "the broken twin")
    }
  }

  @Test("densities of independent supernovae add up to log L, of light curves too")
  func sums() throws {
    let independent = try Self.likelihood(.independent(Self.variances.map { $0.squareRoot() }))
    let residuals = try #require(try independent.predictiveResiduals())
    let table = try #require(residuals.table(at: [[0.3, -19.25]]))
    let sum = (0..<Self.count).reduce(0.0) { $0 + table.logDensities[0, $1] }
    #expect(abs(sum - independent.evaluate(at: [0.3, -19.25]).value) < 1e-10)

    typealias Change = (inout HierarchicalModel) -> Void
    let changes: [Change] = [
      { _ in }, { $0.drifts = false }, { $0.systematics = HierarchicalLikelihoodTests.systematics },
    ]
    for change in changes {
      let likelihood = HierarchicalLikelihoodTests.likelihood(change)
      let point = HierarchicalLikelihoodTests.point(likelihood.parameterNames)
      let residuals = try #require(try likelihood.predictiveResiduals())
      let table = try #require(residuals.table(at: [point]))
      let sum = (0..<residuals.count).reduce(0.0) { $0 + table.logDensities[0, $1] }
      #expect(abs(sum - likelihood.evaluate(at: point).value) < 1e-9 * abs(sum))
    }
    let student = HierarchicalLikelihoodTests.likelihood { $0.noise = .student }
    #expect(try student.predictiveResiduals() == nil)
  }
}
