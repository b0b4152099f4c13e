// swift-tools-version: 6.2
// A package of its own, so that users of the libraries never resolve the benchmark framework.
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "sn-infer", path: ".."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
  ],
  targets: [
    benchmark("Sampling", libraries(["Inference", "Samplers", "Catalogs", "Cosmology"])),
    benchmark(
      "Flows",
      libraries(["Inference", "LinearAlgebra"])
        + [.product(name: "RealModule", package: "swift-numerics")] + libraries(["Samplers"])),
    benchmark("Calibration", libraries(["Analyses", "Inference", "Samplers"])),
    benchmark("Reading", libraries(["Catalogs", "Inference"])),
    // swift run --package-path Benchmarks -c release cluster-simulation
    .executableTarget(
      name: "cluster-simulation", dependencies: libraries(["Inference"]),
      path: "ClusterSimulation"),
    benchmark("Likelihoods", libraries(["Catalogs", "Cosmology", "Inference", "LinearAlgebra"])),
  ]
)

func libraries(_ names: [String]) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "sn-infer") }
}

func benchmark(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: [.product(name: "Benchmark", package: "benchmark")] + dependencies,
    path: "Benchmarks/\(name)",
    plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
}
