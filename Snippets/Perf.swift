import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra

func synthetic(_ count: Int) -> SupernovaSample {
  var random = RandomStream(seed: 5, "synthetic")
  let redshifts = (0..<count).map { _ in 0.01 * pow(226, random.nextUniform()) }
  let universe = Universe(FlatLambdaCDM(), [0.33], h: 0.7)
  let moduli = redshifts.map { universe.distanceModulus(redshift: $0) + 0.15 * random.nextStandardNormal() }
  var elements = [Double](repeating: 0, count: count * count)
  for i in 0..<count { for j in 0..<count {
    let distance = log(redshifts[i] / redshifts[j])
    elements[i * count + j] = 0.002 * exp(-distance * distance) + (i == j ? 0.0225 : 0)
  } }
  return SupernovaSample(redshifts: redshifts, magnitudes: moduli, covariance: .total(Matrix(rows: count, columns: count, elements: elements)))
}
func group(_ name: String) -> ProbeGroup {
  ProbeGroup(name, PublishedData.named(name)!.parts.enumerated().map { i, p in
    switch p { case .measurement(let m): try! GaussianProbe("\(i)", m); case .table(let t): TableProbe("\(i)", t) }
  })
}
let ranges: [String: (Double, Double)] = ["omega_m": (0.01, 0.99), "w0": (-3, 1), "wa": (-3, 2), "h": (0.2, 1), "omega_b": (0.005, 0.1), "h_rd": (10, 1000), "delta_mu": (-3, 3)]
func space(_ names: [String]) -> ParameterSpace { try! ParameterSpace(names.map { Parameter($0, prior: .uniform(lower: ranges[$0]!.0, upper: ranges[$0]!.1)) }) }
let point = ["omega_m": 0.3033, "w0": -0.92, "wa": -0.37, "h": 0.6835, "omega_b": 0.0223, "h_rd": 101.0, "delta_mu": 0.01]
func cpu() -> Double { var t = timespec(); clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t); return Double(t.tv_sec) * 1e9 + Double(t.tv_nsec) }
func time(_ l: some GradientLikelihood) -> Double {
  let x = l.parameterNames.map { point[$0]! }
  var g = x
  var best = 1e9
  for _ in 0..<15 {
    let t = cpu()
    var s = 0.0
    for i in 0..<20000 { var y = x; y[0] += 1e-6 * Double(i & 7); var span = g.mutableSpan; s += l.logLikelihood(at: y.span, gradient: &span) }
    best = min(best, (cpu() - t) / 20000)
    if s.isNaN { print("nan") }
  }
  return best
}
let sample = synthetic(1590)
func sn(_ m: UniverseModel, _ names: [String], _ o: OffsetTreatment = .sampled) -> SupernovaProbe {
  let d = try! SupernovaLikelihood(sample, distances: BackgroundDistances(m, redshifts: sample.hubbleFlowRedshifts), offset: o, zeroPoint: "delta_mu")
  return SupernovaProbe("sn", ProjectedSupernovaLikelihood(d, over: space(d.parameterNames)))
}
for (title, e) in [("lcdm", FlatLambdaCDM() as any ExpansionModel), ("w0wa", FlatW0WaCDM())] {
  let late = try! UniverseModel(e), early = try! UniverseModel(e, content: .standard, soundHorizon: .computed)
  let a = sn(late, []), b = sn(early, [])
  let bg = e.parameterNames + ["h", "omega_b"]
  func j(_ m: UniverseModel, _ p: [any Probe]) -> Double { time(try! JointLikelihood(m, p, over: space(bg))) }
  let alone = time(a.likelihood)
  print(title, "sn alone", alone, "as joint", j(late, [a]), "sn+bao", j(late, [a, group("desi_dr2")]), "bao", j(late, [group("desi_dr2")]), "early: sn", j(early, [b]), "sn+bao+cmb", j(early, [b, group("desi_dr2"), group("cmb")]), "bao+cmb", j(early, [group("desi_dr2"), group("cmb")]))
}
