import Benchmark
import Catalogs
import Cosmology
import Inference

/// DESI DR2 and the compressed microwave background beside 1,590 supernovae in flat w0waCDM.
func jointBenchmarks() {
  Benchmark("flat w0waCDM, 1590 supernovae alone, as a probe: log L with gradient") { benchmark in
    try evaluate(benchmark, supernovae: true, [], isEarly: false)
  }
  Benchmark("flat w0waCDM, 1590 supernovae and DESI DR2: log L with gradient") { benchmark in
    try evaluate(benchmark, supernovae: true, ["desi_dr2"], isEarly: false)
  }
  Benchmark("flat w0waCDM, 1590 supernovae, DESI DR2 and CMB: log L with gradient") { benchmark in
    try evaluate(benchmark, supernovae: true, ["desi_dr2", "cmb"], isEarly: true)
  }
  Benchmark("flat w0waCDM, DESI DR2 and CMB: log L with gradient") { benchmark in
    try evaluate(benchmark, supernovae: false, ["desi_dr2", "cmb"], isEarly: true)
  }
}

private let center = [
  "omega_m": 0.3033, "w0": -0.92, "wa": -0.37, "h": 0.6835, "omega_b": 0.0223, "h_rd": 101,
  "delta_mu": 0.01,
]

private func evaluate(
  _ benchmark: Benchmark, supernovae: Bool, _ names: [String], isEarly: Bool
) throws {
  let model =
    isEarly
    ? try UniverseModel(FlatW0WaCDM(), content: .standard, soundHorizon: .computed)
    : try UniverseModel(FlatW0WaCDM())
  let space = try ParameterSpace(
    center.sorted { $0.key < $1.key }.map { name, value in
      Parameter(
        name, prior: .uniform(lower: value - 0.5 * abs(value), upper: value + 0.5 * abs(value)))
    })
  var probes: [any Probe] = []
  if supernovae {
    let sample = synthetic(1590)
    let direct = try SupernovaLikelihood(
      sample, distances: BackgroundDistances(model, redshifts: sample.hubbleFlowRedshifts),
      zeroPoint: "delta_mu")
    probes.append(
      SupernovaProbe("supernovae", ProjectedSupernovaLikelihood(direct, over: space)))
  }
  for name in names {
    let parts = PublishedData.named(name)?.parts ?? []
    probes.append(
      ProbeGroup(
        name,
        try parts.enumerated().map { index, part in
          switch part {
          case .measurement(let values): try GaussianProbe("\(index)", values)
          case .table(let table): TableProbe("\(index)", table)
          }
        }))
  }
  let joint = try JointLikelihood(model, probes, over: space)
  evaluate(
    benchmark, joint, around: joint.parameterNames.map { center[$0] ?? 0 }, relativeSpread: 1e-3)
}
