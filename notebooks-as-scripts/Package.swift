// swift-tools-version: 6.2
// Each target is a notebook: a program that tells what it does as it does it. They depend on the
// libraries as a user's own package would.
import PackageDescription

let package = Package(
  name: "notebooks-as-scripts",
  platforms: [.macOS(.v26)],
  dependencies: [.package(name: "sn-infer", path: "..")],
  targets: [
    .executableTarget(
      name: "own-likelihood",
      dependencies: [
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Reports", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ])
  ]
)
