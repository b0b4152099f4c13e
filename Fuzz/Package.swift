// swift-tools-version: 6.2
// Random damage to every kind of input, in a package of its own: users of the libraries never build it.
import PackageDescription

let package = Package(
  name: "Fuzz",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "sn-infer", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "Analyses", "Catalogs", "Chains", "Cosmology", "Inference", "LinearAlgebra", "Reports",
        "Samplers",
      ].map { .product(name: $0, package: "sn-infer") } + [
        .product(name: "ArgumentParser", package: "swift-argument-parser")
      ])
  ]
)
