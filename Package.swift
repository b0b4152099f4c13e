// swift-tools-version: 6.2
import PackageDescription

let realModule = Target.Dependency.product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "sn-infer",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Inference", targets: ["Inference"]),
    .library(name: "Cosmology", targets: ["Cosmology"]),
    .library(name: "Samplers", targets: ["Samplers"]),
    .library(name: "Catalogs", targets: ["Catalogs"]),
    .library(name: "Chains", targets: ["Chains"]),
    .library(name: "Analyses", targets: ["Analyses"]),
    .library(name: "Reports", targets: ["Reports"]),
    .library(name: "LinearAlgebra", targets: ["LinearAlgebra"]),
    .library(name: "Studies", targets: ["Studies"]),
    .library(name: "Validation", targets: ["Validation"]),
    .executable(name: "sn-infer", targets: ["sn-infer"]),
  ],
  traits: [
    .trait(name: "MPI", description: "Processes that mpirun starts share work by messages.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // MARK: C libraries, each imported by exactly one Swift target
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"]), .brew(["gsl"])]),
    .systemLibrary(
      name: "CCFITSIO", pkgConfig: "cfitsio",
      providers: [.apt(["libcfitsio-dev"]), .brew(["cfitsio"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"]), .brew(["nettle"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
    // MPI, with the trait alone. Debian calls the one it prefers mpi-c; others are ompi-c, mpich, impi.
    .systemLibrary(
      name: "MPILibrary", pkgConfig: Context.environment["MPI_PKGCONFIG"] ?? "mpi-c"),
    .target(
      name: "CMPI",
      dependencies: [.target(name: "MPILibrary", condition: .when(traits: ["MPI"]))],
      cSettings: [.define("WITH_MPI", .when(traits: ["MPI"]))]),

    // MARK: Wrappers
    .target(name: "Archives", dependencies: ["CZlib"]),
    .target(name: "Files"),
    .target(name: "FITS", dependencies: ["Archives", "CCFITSIO", "Files"]),
    .target(name: "Digests", dependencies: ["CNettle"]),
    .target(name: "LinearAlgebra", dependencies: ["COpenBLAS", realModule]),

    // MARK: Science
    .target(name: "Inference", dependencies: [realModule]),
    .target(name: "Cosmology", dependencies: ["Inference", "LinearAlgebra", realModule]),
    .target(name: "Samplers", dependencies: ["Inference", "LinearAlgebra", realModule]),
    .target(
      name: "Catalogs",
      dependencies: [
        "Archives", "Cosmology", "Digests", "FITS", "Files", "Inference", "LinearAlgebra",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Chains",
      dependencies: [
        "Catalogs", "Files", "Inference", .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "Studies", dependencies: ["Files", "Inference"]),
    .target(name: "MessagePassing", dependencies: ["CMPI", "Studies"]),
    // GSL's quadrature, which nothing but checks may call; its vectors call the BLAS of LinearAlgebra.
    .target(name: "Validation", dependencies: ["CGSL", "Cosmology", realModule]),
    .target(
      name: "Analyses",
      dependencies: [
        "Catalogs", "Chains", "Cosmology", "Inference", "LinearAlgebra", "Samplers", "Studies",
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(
      name: "Reports",
      dependencies: [
        "Analyses", "Catalogs", "Chains", "Cosmology", "Digests", "Files", "Inference",
        "Samplers", "Studies",
        .product(name: "Mustache", package: "swift-mustache"),
        realModule,
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ]),

    // MARK: Tool
    .executableTarget(
      name: "sn-infer",
      dependencies: [
        "Analyses", "Catalogs", "Chains", "Cosmology", "Inference", "LinearAlgebra",
        "MessagePassing", "Reports", "Samplers", "Studies", "Validation",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    // MARK: Tests
    .target(name: "TestSupport", dependencies: ["Inference"], path: "Tests/TestSupport"),
    .target(
      name: "PublicModels", dependencies: ["Inference"], path: "Tests/PublicModels",
      exclude: ["public-models.json"]),
    // A small program for the tests of MPI, which do not build the tool again.
    .executableTarget(
      name: "shared-sum", dependencies: ["Inference", "MessagePassing", "Studies"],
      path: "Tests/SharedSumProgram"),
    .testTarget(name: "ValidationTests", dependencies: ["Validation"]),
    .testTarget(
      name: "AnalysesTests",
      dependencies: [
        "Analyses", "Catalogs", "Cosmology", "Inference", "LinearAlgebra", "PublicModels",
        "Samplers", "TestSupport",
      ]),
    .testTarget(name: "StudiesTests", dependencies: ["Inference", "Studies", "TestSupport"]),
    .testTarget(name: "DigestsTests", dependencies: ["Digests", "TestSupport"]),
    .testTarget(name: "FITSTests", dependencies: ["Archives", "FITS", "TestSupport"]),
    .testTarget(name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "TestSupport"]),
    .testTarget(name: "InferenceTests", dependencies: ["Inference", "TestSupport"]),
    .testTarget(
      name: "CosmologyTests",
      dependencies: [
        "Catalogs", "Cosmology", "Inference", "LinearAlgebra", "Samplers", "TestSupport",
        "Validation",
      ],
      exclude: ["Universe/camb-acoustic-angles.csv"]),
    .testTarget(
      name: "SamplersTests",
      dependencies: ["Inference", "LinearAlgebra", "Samplers", "TestSupport"],
      exclude: ["Flows/saved-relativistic-flow.json", "Flows/saved-residual-flow.json"]),
    .testTarget(
      name: "CatalogsTests",
      dependencies: [
        "Archives", "Catalogs", "Cosmology", "Digests", "FITS", "Inference", "LinearAlgebra",
        "TestSupport",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Analyses", "Chains", "Files", "Inference", "Reports", "Samplers", "TestSupport",
      ]),
    .testTarget(
      name: "CommandLineTests",
      dependencies: ["Digests", "Inference", "LinearAlgebra", "TestSupport", "sn-infer"],
      exclude: ["golden-chains.json", "summary-keys.txt"]),
  ]
)

for target in package.targets where target.type != .system {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ]
}
