// swift-tools-version: 6.2
// Each executable is a notebook: a program that tells what it does as it does it. They depend on
// the libraries as a user's own package would.
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
      ]),
    .executableTarget(
      name: "supernova-posterior",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Catalogs", package: "sn-infer"),
        .product(name: "Cosmology", package: "sn-infer"),
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Reports", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    .executableTarget(
      name: "hmc-versus-nhf",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Catalogs", package: "sn-infer"),
        .product(name: "Cosmology", package: "sn-infer"),
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Reports", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    // What the three notebooks on generative flows share, and the options and folders of all.
    .target(
      name: "GenerativeStudy",
      dependencies: [
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    .executableTarget(
      name: "leapfrog-robustness",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    .executableTarget(
      name: "gaussian-mixture",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    .executableTarget(
      name: "kinetic-energies",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Samplers", package: "sn-infer"),
      ]),
    .testTarget(
      name: "GenerativeStudyTests",
      dependencies: [
        "GenerativeStudy",
        .product(name: "Inference", package: "sn-infer"),
        .product(name: "Samplers", package: "sn-infer"),
      ]),
  ]
)

for target in package.targets {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
