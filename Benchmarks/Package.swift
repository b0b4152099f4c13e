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
    .executableTarget(
      name: "Sampling",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
        .product(name: "Catalogs", package: "sn-infer"),
        .product(name: "Cosmology", package: "sn-infer"),
      ],
      path: "Benchmarks/Sampling",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "Flows",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "LinearAlgebra", package: "sn-infer"),
        .product(name: "RealModule", package: "swift-numerics"),
        .product(name: "Samplers", package: "sn-infer"),
      ],
      path: "Benchmarks/Flows",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "Likelihoods",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Cosmology", package: "sn-infer"),
        .product(name: "LinearAlgebra", package: "sn-infer"),
      ],
      path: "Benchmarks/Likelihoods",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
