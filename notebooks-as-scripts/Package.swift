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
      name: "own-likelihood", dependencies: libraries(["Inference", "Reports", "Samplers"])),
    // The models are those of the tests.
    .target(
      name: "PublicModels", dependencies: libraries(["Inference"]), exclude: ["public-models.json"]),
    .executableTarget(
      name: "public-models",
      dependencies: ["PublicModels"] + libraries(["Analyses", "Inference", "Samplers"])),
    study("supernova-posterior", ["Catalogs", "Cosmology", "Inference", "Reports", "Samplers"]),
    study("hmc-versus-nhf", ["Catalogs", "Cosmology", "Inference", "Reports", "Samplers"]),
    // What the three notebooks on generative flows share, and the options and folders of all.
    .target(name: "GenerativeStudy", dependencies: libraries(["Inference", "Samplers"])),
    study("leapfrog-robustness", ["Samplers"]),
    study("gaussian-mixture", ["Inference", "Samplers"]),
    study("kinetic-energies", ["Samplers"]),
    study("symmetric-densities", ["Inference", "Samplers"]),
    study("thin-manifolds", ["Inference", "LinearAlgebra", "Samplers"]),
    .testTarget(
      name: "GenerativeStudyTests",
      dependencies: ["GenerativeStudy"] + libraries(["Inference", "Samplers"])),
  ]
)

func libraries(_ names: [String]) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "sn-infer") }
}

/// A notebook that builds on GenerativeStudy.
func study(_ name: String, _ names: [String]) -> Target {
  .executableTarget(name: name, dependencies: ["GenerativeStudy"] + libraries(names))
}

for target in package.targets {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
  ]
}
