import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

/// What every likelihood must satisfy: for samplers, and where it has data for mocks and hidden
/// results.
@Suite struct LikelihoodContractTests {
  /// A likelihood with a point of moderate χ², and points at which its model has no meaning.
  struct Case: Sendable {
    var name: String
    var likelihood: any GaussianLikelihood
    let parameters: [Double]
    /// The parameters with one of them replaced.
    var meaningless: [(index: Int, value: Double)] = []
    /// The error of χ².
    var accuracy = 1e-6
  }

  /// Every likelihood in all its forms; a new one is an element here.
  static func cases() throws -> [Case] {
    let sample = try #require(try Catalog(reading: ProjectFiles.data("jla_binned.fits")).sample)
    let redshifts = sample.hubbleFlowRedshifts
    let direct = try SupernovaLikelihood(
      sample, distances: ModelDistances(FlatWCDM(), redshifts: redshifts))
    let space = try ParameterSpace(direct.parameterNames.map { Parameter.usual($0) })
    let fit = try SupernovaLikelihood(sample, distances: Pen1999(redshifts: redshifts))
    let magnitudes = SupernovaSample(
      redshifts: sample.redshifts,
      heliocentricRedshifts: sample.redshifts.map { $0 + 0.001 },
      magnitudes: sample.magnitudes.map { $0 - 19.3 }, quantity: .apparentMagnitude,
      covariance: sample.covariance, calibratorModuli: [3: 35.2, 7: 36])
    let ladder = try SupernovaLikelihood(
      magnitudes,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: magnitudes.hubbleFlowRedshifts))
    var cases = [
      Case(
        name: "moduli", likelihood: direct, parameters: [0.3, -1.1, 0.68],
        meaningless: [(0, -0.1), (0, .nan), (2, -0.5), (1, .infinity)]),
      Case(
        name: "projected", likelihood: ProjectedSupernovaLikelihood(direct, over: space),
        parameters: [0.3, -1.1, 0.68], meaningless: [(0, -0.1), (0, .nan), (2, -0.5)]),
      Case(
        name: "Pen's fit", likelihood: fit, parameters: [0.3, 0.68],
        meaningless: [(0, 1.1), (0, .nan), (1, 0)]),
      Case(
        name: "calibrators", likelihood: ladder, parameters: [0.3, 0.7, -19.2],
        meaningless: [(0, -0.1), (1, -1)]),
      Case(name: "outsider", likelihood: GoodnessOfFitTests.Line(), parameters: [0.5, 2]),
    ]
    for offset in OffsetTreatment.allCases {
      let likelihood = try SupernovaLikelihood(
        sample, distances: ModelDistances(LambdaCDM(), redshifts: redshifts), offset: offset)
      let point = [0.3, 0.1] + likelihood.parameterNames.dropFirst(2).map { _ in 0.68 }
      cases.append(
        Case(
          name: "moduli, \(offset)", likelihood: likelihood, parameters: point,
          meaningless: [(0, .nan), (1, -5)]))
      for blocks in [false, true] {
        let curves = LightCurveLikelihoodTests.sample(blocks: blocks)
        let redshifts = curves.supernovae.map(\.redshift)
        let likelihood = LightCurveLikelihood(
          curves, distances: ModelDistances(FlatLambdaCDM(), redshifts: redshifts), offset: offset)
        cases.append(
          Case(
            name: "light curves, \(offset)\(blocks ? ", blocks" : "")", likelihood: likelihood,
            parameters: Array(
              [0.3, 0.14, 3.1, -19.1, -0.07].prefix(likelihood.parameterNames.count)),
            meaningless: [(0, -0.1), (1, .nan)]))
        let space = try ParameterSpace(likelihood.parameterNames.map { Parameter.usual($0) })
        var projected = cases[cases.count - 1]
        projected.name = "projected " + projected.name
        projected.likelihood = ProjectedLightCurveLikelihood(likelihood, over: space)
        projected.accuracy = 1e-4
        cases.append(projected)
      }
    }
    return cases
  }

  /// The properties that a likelihood of data lacks.
  static func violations(of one: Case) -> [String] {
    var violations: [String] = []
    let (likelihood, point) = (one.likelihood, one.parameters)
    if likelihood.parameterNames.count != point.count
      || Set(likelihood.parameterNames).count != point.count
    {
      violations.append("names")
    }
    let points = (0..<5).map { n in point.map { $0 * (1 + 0.01 * Double(n)) } }
    let singles = points.map { likelihood.evaluate(at: $0) }
    func slope(_ index: Int) -> Double {
      func difference(_ step: Double) -> Double {
        var (above, below) = (point, point)
        above[index] += step
        below[index] -= step
        let (up, down) = (likelihood.evaluate(at: above), likelihood.evaluate(at: below))
        return (up.value - down.value) / (2 * step)
      }
      return (4 * difference(5e-4) - difference(1e-3)) / 3
    }
    let scale = largest(singles[0].gradient.map { abs($0) })
    if point.indices.contains(where: { !(abs(slope($0) - singles[0].gradient[$0]) < 1e-6 * scale) })
    {
      violations.append("gradient")
    }

    let flat = points.flatMap(\.self)
    var (values, gradients) = (points.map { _ in Double.nan }, flat.map { _ in Double.nan })
    func batch(_ values: inout [Double], _ gradients: inout [Double]) {
      var valueSpan = values.mutableSpan
      var gradientSpan = gradients.mutableSpan
      likelihood.logLikelihoods(at: flat.span, gradients: &gradientSpan, into: &valueSpan)
    }
    batch(&values, &gradients)
    if values != singles.map(\.value) || gradients != singles.flatMap(\.gradient) {
      violations.append("many points at once")
    }

    let sum = likelihood.parts(at: point).reduce(0) { $0 + $1.value }
    if !(abs(sum - singles[0].value) < 1e-9 * max(1, abs(sum))) { violations.append("parts") }
    for (index, value) in one.meaningless {
      var elsewhere = point
      elsewhere[index] = value
      if likelihood.evaluate(at: elsewhere).value != -.infinity
        || likelihood.chiSquared(at: elsewhere) != .infinity
      {
        violations.append("no meaning at \(likelihood.parameterNames[index]) = \(value)")
      }
    }

    let prediction = likelihood.prediction(at: point)
    let mock = likelihood.replacingData(prediction)
    if prediction.count != likelihood.data.count || mock.data != prediction
      || !(mock.chiSquared(at: point) < one.accuracy) || !(likelihood.chiSquared(at: point) > 1)
    {
      violations.append("predictions fit exactly")
    }
    var elsewhere = point
    elsewhere[0] += 0.1
    if !(mock.chiSquared(at: elsewhere) > 0.01) { violations.append("data are compared") }
    let back = mock.replacingData(likelihood.data)
    let (a, b) = (back.chiSquared(at: elsewhere), likelihood.chiSquared(at: elsewhere))
    if !(abs(a - b) < 1e-8 * b) { violations.append("data put back") }
    return violations
  }

  @Test("gradient, many points, parts, meaning and data, for every likelihood")
  func all() throws {
    for one in try Self.cases() { #expect(Self.violations(of: one) == [], "\(one.name)") }
  }

  /// A straight line that is wrong in one way.
  private struct Broken: GaussianLikelihood {
    enum Fault: String, CaseIterable {
      case gradient, batch = "many points at once", parts, fit = "predictions fit exactly"
      case data = "data put back", meaning = "no meaning at b = nan"
    }
    let fault: Fault
    var line = GoodnessOfFitTests.Line()
    let parameterNames = ["a", "b"]
    var data: [Double] { line.data }
    let marginalisedCount = 0

    func prediction(at p: [Double]) -> [Double] {
      line.prediction(at: p).map { fault == .fit ? $0 + 0.01 : $0 }
    }
    func replacingData(_ data: [Double]) -> Broken {
      var other = self
      other.line.data = data
      if fault == .data, data == GoodnessOfFitTests.Line().data { other.line.data[0] += 0.1 }
      return other
    }
    func logLikelihood(at p: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let value = line.logLikelihood(at: p, gradient: &gradient)
      if fault == .gradient { gradient[0] *= 1.0001 }
      return value.isNaN && fault != .meaning ? -.infinity : value
    }
    func logLikelihoods(
      at points: Span<Double>, gradients: inout MutableSpan<Double>,
      into values: inout MutableSpan<Double>
    ) {
      for n in 0..<values.count {
        var gradient = [0.0, 0]
        var span = gradient.mutableSpan
        values[n] = logLikelihood(at: points.extracting(2 * n..<2 * n + 2), gradient: &span)
        gradients[2 * n] = gradient[0]
        gradients[2 * n + 1] = gradient[1]
      }
      if fault == .batch { values[1] += 1e-9 }
    }
    func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
      [("line", evaluate(at: parameters).value + (fault == .parts ? 1 : 0))]
    }
    func chiSquared(at parameters: [Double]) -> Double { -2 * evaluate(at: parameters).value }
  }

  @Test(
    "each fault is caught, and no other is seen", arguments: Broken.Fault.allCases.map(\.rawValue))
  func brokenTwins(name: String) throws {
    let fault = try #require(Broken.Fault(rawValue: name))
    let one = Case(
      name: name, likelihood: Broken(fault: fault), parameters: [0.5, 2], meaningless: [(1, .nan)])
    #expect(Self.violations(of: one) == [name])
  }
}
