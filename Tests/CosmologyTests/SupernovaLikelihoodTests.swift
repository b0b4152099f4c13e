import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing
import Validation

@Suite struct SupernovaLikelihoodTests {
  let sample: SupernovaSample
  let matrix: Matrix

  init() throws {
    sample = try #require(Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    guard case .total(let matrix) = sample.covariance else { throw CancellationError() }
    self.matrix = matrix
  }

  private func likelihood() throws -> SupernovaLikelihood<ModelDistances<FlatLambdaCDM>> {
    try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
  }

  @Test(
    "χ² and log L equal values computed with mpmath from the published tables",
    arguments: [
      (0.3, 0.7, 33.65154485150644, 44.68745791429478),
      (0.2945, 0.7008, 33.62547528359093, 44.70049269825254),
      (0.1, 0.75, 88.66675931492055, 17.17985068258772),
      (0.9, 0.6, 249.1753923303449, -63.07446582512445),
      (0.5, 0.2, 23080.99560185158, -11478.98457058574),
      (0.02, 0.98, 1263.736508635769, -570.3550239778367),
    ])
  func independentValues(omegaMatter: Double, h: Double, chiSquared: Double, logL: Double) throws {
    // mpmath 1.4.1 with 40 digits, matrix inverse and determinant, 1/E integrated over z
    // (2026-11-21).
    let likelihood = try likelihood()
    #expect(abs(likelihood.chiSquared(at: [omegaMatter, h]) / chiSquared - 1) < 1e-12)
    #expect(abs(likelihood.evaluate(at: [omegaMatter, h]).value - logL) < 1e-11 * abs(logL))
  }

  @Test("log L equals a naive twin: GSL's distances, an explicit inverse, one loop over all pairs")
  func naiveTwin() throws {
    let inverse = Self.inverse(matrix)
    let likelihood = try likelihood()
    for (omegaMatter, h) in [(0.05, 0.9), (0.31, 0.69), (0.77, 0.5)] {
      let universe = Universe(FlatLambdaCDM(), [omegaMatter], h: h)
      let residuals = try zip(sample.redshifts, sample.magnitudes).map { z, mu in
        mu - 5 * log10((1 + z) * (try universe.comovingDistanceByGSL(redshift: z)) * 1e5)
      }
      var chiSquared = 0.0
      for i in residuals.indices {
        for j in residuals.indices { chiSquared += residuals[i] * inverse[i, j] * residuals[j] }
      }
      #expect(abs(likelihood.chiSquared(at: [omegaMatter, h]) / chiSquared - 1) < 1e-9)
    }
  }

  @Test(
    "the gradient agrees with central differences at 100 random points", arguments: [false, true])
  func gradient(pen: Bool) throws {
    let space = try ParameterSpace([.omegaMatter, .hubble])
    var random = RandomStream(seed: 2, "gradient test")
    for _ in 0..<100 {
      let position = [3 * random.nextStandardNormal(), 3 * random.nextStandardNormal()].map {
        $0 / 2
      }
      let error =
        pen
        ? gradientError(
          of: try Posterior(
            space, try SupernovaLikelihood(sample, distances: Pen1999(redshifts: sample.redshifts))),
          at: position)
        : gradientError(of: try Posterior(space, try likelihood()), at: position)
      #expect(error < 1e-7, "\(error) at \(position)")
    }
  }

  @Test(
    "the evidence of the published bins, by a grid over the prior, is 37.9643, and the best χ² 33.62"
  )
  func evidence() throws {
    // Exact quadrature: log Z = 37.96430, means 0.29681 and 0.70054; published best χ² 33.62
    // (ReadMe of the JLA likelihood).
    let likelihood = try likelihood()
    let (lower, upper, count) = ((0.1, 0.65), (0.55, 0.75), 300)
    var (sum, meanOmega, meanH, best) = (0.0, 0.0, 0.0, Double.infinity)
    for i in 0..<count {
      for j in 0..<count {
        let omega = lower.0 + (upper.0 - lower.0) * (Double(i) + 0.5) / Double(count)
        let h = lower.1 + (upper.1 - lower.1) * (Double(j) + 0.5) / Double(count)
        let density = exp(likelihood.evaluate(at: [omega, h]).value)
        sum += density
        meanOmega += omega * density
        meanH += h * density
        best = min(best, likelihood.chiSquared(at: [omega, h]))
      }
    }
    let cell = (upper.0 - lower.0) * (upper.1 - lower.1) / Double(count * count)
    #expect(abs(log(sum * cell) - 37.9643) < 1e-3)
    #expect(abs(meanOmega / sum - 0.296809) < 1e-4)
    #expect(abs(meanH / sum - 0.700542) < 1e-5)
    #expect(abs(best - 33.62) < 0.01)
  }

  @Test("independent errors are a diagonal covariance")
  func independentErrors() throws {
    let errors = matrix.diagonal.map { $0.squareRoot() }
    func make(_ covariance: SupernovaSample.Covariance) throws -> SupernovaLikelihood<
      ModelDistances<FlatLambdaCDM>
    > {
      try SupernovaLikelihood(
        SupernovaSample(
          redshifts: sample.redshifts, magnitudes: sample.magnitudes, covariance: covariance),
        distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
    }
    let independent = try make(.independent(errors))
    let diagonal = try make(.total(Matrix(diagonal: matrix.diagonal)))
    let (a, b) = (independent.evaluate(at: [0.4, 0.6]), diagonal.evaluate(at: [0.4, 0.6]))
    #expect(abs(a.0 - b.0) < 1e-10)
    #expect(zip(a.1, b.1).allSatisfy { abs($0 - $1) < 1e-9 * abs($1) })
  }

  @Test("a magnitude is a modulus plus M, for h = 0.7")
  func apparentMagnitudes() throws {
    let magnitudes = SupernovaSample(
      redshifts: sample.redshifts, magnitudes: sample.magnitudes.map { $0 - 19.3 },
      quantity: .apparentMagnitude, covariance: sample.covariance)
    let likelihood = try SupernovaLikelihood(
      magnitudes, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
    #expect(likelihood.parameterNames == ["omega_m", "M"])
    let modulus = try self.likelihood().chiSquared(at: [0.3, 0.7])
    #expect(abs(likelihood.chiSquared(at: [0.3, -19.3]) - modulus) < 1e-9)
    let posterior = try Posterior(ParameterSpace([.omegaMatter, .absoluteMagnitude]), likelihood)
    #expect(gradientError(of: posterior, at: [-0.8, 0.6]) < 1e-7)
  }

  @Test("the heliocentric redshift dims the light and leaves the distance")
  func heliocentric() throws {
    let shifted = SupernovaSample(
      redshifts: sample.redshifts, heliocentricRedshifts: sample.redshifts.map { $0 + 0.001 },
      magnitudes: zip(sample.magnitudes, sample.redshifts).map {
        $0 + 5 * log10((1.001 + $1) / (1 + $1))
      },
      covariance: sample.covariance)
    let likelihood = try SupernovaLikelihood(
      shifted, distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.redshifts))
    let reference = try self.likelihood().chiSquared(at: [0.3, 0.7])
    #expect(abs(likelihood.chiSquared(at: [0.3, 0.7]) - reference) < 1e-9)
  }

  @Test(
    "where the model has no meaning the likelihood is zero",
    arguments: [
      (-0.1, 0.7), (0.3, 0.0), (0.3, -1), (.nan, 0.7), (0.3, .nan),
    ])
  func meaningless(omegaMatter: Double, h: Double) throws {
    #expect(try likelihood().chiSquared(at: [omegaMatter, h]) == .infinity)
  }

  @Test("a start without distances says that it is the distances")
  func startWithoutDistances() async throws {
    let likelihood = try SupernovaLikelihood(
      sample, distances: ModelDistances(LambdaCDM(), redshifts: sample.redshifts))
    let space = try ParameterSpace([
      .omegaMatter, Parameter("omega_k", prior: .uniform(lower: -9, upper: -8)), .hubble,
    ])
    let posterior = try Posterior(space, likelihood)
    let error = await #expect(throws: SamplingError.self) {
      try await ChainRunner().run(posterior, in: RunContext(seed: 1))
    }
    #expect(error?.description.contains("distances = -inf") == true, "\(String(describing: error))")
  }

  @Test("a covariance that is not positive definite is refused")
  func indefinite() {
    let broken = SupernovaSample(
      redshifts: [0.1, 0.2], magnitudes: [38, 40],
      covariance: .total(Matrix(rows: 2, columns: 2, elements: [1, 2, 2, 1])))
    #expect(throws: NotPositiveDefinite.self) {
      try SupernovaLikelihood(
        broken, distances: ModelDistances(FlatLambdaCDM(), redshifts: [0.1, 0.2]))
    }
  }

  /// The inverse by Gauss and Jordan with partial pivoting, in a plain loop.
  private static func inverse(_ matrix: Matrix) -> Matrix {
    let n = matrix.rows
    var (work, result) = (matrix, Matrix.identity(matrix.rows))
    for column in 0..<n {
      let pivot = (column..<n).max { abs(work[$0, column]) < abs(work[$1, column]) } ?? column
      for j in 0..<n {
        (work[column, j], work[pivot, j]) = (work[pivot, j], work[column, j])
        (result[column, j], result[pivot, j]) = (result[pivot, j], result[column, j])
      }
      let scale = work[column, column]
      for j in 0..<n {
        work[column, j] /= scale
        result[column, j] /= scale
      }
      for i in 0..<n where i != column {
        let factor = work[i, column]
        for j in 0..<n {
          work[i, j] -= factor * work[column, j]
          result[i, j] -= factor * result[column, j]
        }
      }
    }
    return result
  }
}
