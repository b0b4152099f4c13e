import Catalogs
import Cosmology
import Foundation
import Inference

extension CobayaFile {
  /// Settings of Cobaya's likelihoods that say where and how they run.
  private static let circumstances = [
    "class", "speed", "aliases", "type", "version", "python_path", "package_install",
    "stop_at_error", "input_params", "output_params",
  ]

  /// Data by this program's names in the place of Cobaya's likelihoods.
  mutating func likelihoods(_ given: [(key: String, value: Tree)]) -> Tree {
    var entries: [(key: String, value: Tree)] = []
    let parts = given.map { Self.name($0.key, $0.value) }
    let hasAllOfSDSS = CobayaLikelihood.partsOfSDSS.allSatisfy(parts.contains)
    for (name, value) in given {
      if value["external"] != nil {
        refuse(
          "likelihood.\(name)",
          "functions of Python are not called here; a normal likelihood of a parameter or formula is {kind: normal, parameter: H0, mean: 73.2, sd: 1.3}"
        )
        continue
      }
      guard value["kind"] == nil, PublishedData.named(name) == nil,
        let known = CobayaLikelihood(Self.name(name, value))
      else {
        if name.contains("."), value["kind"] == nil, value["data"] == nil {
          unknown(name)
        } else {
          entries.append((name, value))
        }
        continue
      }
      if case .missing = known, value["data"] != nil {
        entries.append((name, value))
        continue
      }
      // With data it may be the record of a run.
      if value["data"] == nil { isForeign = true }
      var own = Self.entries(value)
      own.removeAll { Self.circumstances.contains($0.key) || $0.value == .null }
      let hasFiles = own.contains { ["data", "measurements_file"].contains($0.key) }
      switch known {
      case .published(let other) where !hasFiles: append(other, for: name, &entries)
      case .partOfSDSS where !hasFiles && hasAllOfSDSS:
        if !entries.contains(where: { $0.key == "sdss_dr16" }) {
          append("sdss_dr16", for: name, &entries)
        }
      case .published, .partOfSDSS, .acousticOscillations:
        guard hasFiles else {
          refuse(
            "likelihood.\(name)",
            known == .partOfSDSS
              ? "the parts of sdss_dr16 are used together: write sdss_dr16: in the place of all, or give this one its files, data: and covariance:"
              : "its numbers are not part of this program: give it their files, data: and covariance:, or use desi_dr1, desi_dr2 or sdss_dr16"
          )
          continue
        }
        entries.append((name, acousticOscillations(name, own)))
      case .supernovae(let dataset):
        if let catalog = catalog(name, own, dataset) { entries.append((name, catalog)) }
      case .hubbleConstant(let mean, let deviation):
        func number(_ key: String, _ usual: Double) -> Tree {
          own.first { $0.key == key }?.value ?? .number(usual)
        }
        entries.append(
          (
            name,
            .map([
              ("kind", .text("normal")), ("parameter", .text("H0")),
              ("mean", number("H0_mean", mean)), ("sd", number("H0_std", deviation)),
            ])
          ))
      case .missing(let instead): refuse("likelihood.\(name)", instead)
      }
    }
    reach = LikelihoodReach(entries)
    refuseLaddersTwice(entries)
    return .map(entries)
  }

  private static func entries(_ tree: Tree) -> [(key: String, value: Tree)] {
    guard case .map(let entries) = tree else { return [] }
    return entries
  }

  /// The name that Cobaya looks a likelihood up by.
  private static func name(_ name: String, _ settings: Tree) -> String {
    guard case .text(let other) = settings["class"] ?? .null else { return name }
    return other
  }

  /// A published data set in the place of one of Cobaya's names.
  private mutating func append(
    _ own: String, for name: String, _ entries: inout [(key: String, value: Tree)]
  ) {
    source.move("likelihood.\(name)", to: "likelihood.\(own)")
    guard !entries.contains(where: { $0.key == own }) else {
      return refuse("likelihood.\(name)", "\(own) is named twice")
    }
    entries.append((own, .null))
  }

  private mutating func unknown(_ name: String) {
    let known = PublishedData.all.map(\.name)
    let near = nearestName(to: [name], among: known + CobayaLikelihood.names)
    refuse(
      "likelihood.\(name)",
      "'data', the file of the catalog, is missing, and there are no data of that name; 'sn-infer data' lists \(known.joined(separator: ", "))"
        + (near.map { "; did you mean \($0)?" } ?? ""))
  }

  /// Files of acoustic oscillations by this program's keys.
  private mutating func acousticOscillations(
    _ name: String, _ own: [(key: String, value: Tree)]
  ) -> Tree {
    var entries: [(key: String, value: Tree)] = [("kind", .text("bao"))]
    var folder = packages.map { $0 + "/data" }
    if case .text(let path)? = own.first(where: { $0.key == "path" })?.value { folder = path }
    for (key, value) in own where key != "path" {
      switch (key, value) {
      case ("measurements_file", .text(let file)):
        entries.append(("data", .text(Self.join(folder, file))))
      case ("cov_file", .text(let file)), ("invcov_file", .text(let file)):
        entries.append(("covariance", .text(Self.join(folder, file))))
      case ("rs_fid", let value) where value.number == 1: break
      case ("rs_rescale", let value):
        guard let number = value.number, number > 0 else {
          refuse("likelihood.\(name).rs_rescale", "a positive number is expected here")
          continue
        }
        if number != 1 { entries.append(("rs_fid", .number(1 / number))) }
      case ("grid_file", _), ("prob_dist", _):
        refuse(
          "likelihood.\(name).\(key)", "likelihoods on a grid are not read from files here")
      default: entries.append((key, value))
      }
    }
    return .map(entries)
  }

  /// A catalog by this program's keys: the files that are named, or those of Cobaya where it keeps them.
  private mutating func catalog(
    _ name: String, _ own: [(key: String, value: Tree)], _ dataset: String
  ) -> Tree? {
    var entries: [(key: String, value: Tree)] = []
    var (folder, dataset) = (packages.map { $0 + "/data/sn_data" }, dataset)
    for (key, value) in own {
      switch (key, value) {
      case ("path", .text(let path)) where SupernovaChoice.Path(rawValue: path) == nil:
        folder = path
      case ("dataset_file", .text(let file)): dataset = file
      case ("use_abs_mag", .bool(true)):
        if Self.name(name, .map(own)) == "sn.pantheonplusshoes" {
          entries.append(("calibrators", .bool(true)))
        } else {
          refuse(
            "likelihood.\(name).use_abs_mag",
            "absolute magnitudes are those of supernovae with Cepheid distances here: calibrators: true"
          )
        }
      case ("use_abs_mag", _), ("alpha_beta_names", _): break
      case ("dataset_params", _):
        refuse("likelihood.\(name).dataset_params", "change the .dataset itself")
      default: entries.append((key, value))
      }
    }
    if entries.contains(where: { $0.key == "data" }) { return .map(entries) }
    let path = folder.map { "\($0)/\(dataset)" }
    if let path, FileManager.default.fileExists(atPath: path) {
      note("\(source.words(name, at: "likelihood.\(name)")) is read from \(path)")
      return .map([("data", .text(path))] + entries)
    }
    refuse(
      "likelihood.\(name)",
      "the catalog is not part of this program: give its files, data: and, if it is separate, covariance:, or path: with the folder of Cobaya's sn_data"
        + (path.map { "; there is no \($0)" } ?? ""))
    return nil
  }

  private static func join(_ folder: String?, _ file: String) -> String {
    guard let folder, !file.hasPrefix("/") else { return file }
    return folder.hasSuffix("/") ? folder + file : "\(folder)/\(file)"
  }

  /// Refuses two measurements of the Hubble constant that share the distances to near galaxies.
  private mutating func refuseLaddersTwice(_ entries: [(key: String, value: Tree)]) {
    let ladders = entries.filter { name, value in
      PublishedData.named(name)?.information.contains(.distanceLadder) == true
        || name.hasPrefix("H0.") || value["calibrators"] == .bool(true)
    }
    guard ladders.count > 1, ladders.contains(where: { $0.key.hasPrefix("H0.") }) else { return }
    faults.append(
      SettingFault(
        "likelihood.\(ladders[1].key)",
        .countedTwice(
          ladders[0].key, ladders[1].key,
          reason: PublishedData.Information.distanceLadder.reason)))
  }
}

/// Which parameters the likelihoods of a file depend on, beside those of the expansion.
struct LikelihoodReach {
  /// Whether there is anything beside supernovae.
  private(set) var isBeyondSupernovae = false
  /// Whether supernovae have Cepheid distances.
  private(set) var includesCalibrators = false
  /// Whether a likelihood depends on h, whatever is sampled.
  private(set) var includesHubble = false
  /// Whether a likelihood depends on ωb, or may.
  private(set) var includesBaryons = false

  init() {}

  init(_ entries: [(key: String, value: Tree)]) {
    for (name, value) in entries {
      if value["calibrators"] == .bool(true) {
        (includesCalibrators, includesHubble) = (true, true)
      }
      guard value == .null || value["kind"] != nil else { continue }
      isBeyondSupernovae = true
      if let published = PublishedData.named(name),
        value == .null || value["kind"] == .text("published")
      {
        let quantities = Set(
          published.parts.flatMap(\.observables).flatMap(\.factors).map(\.quantity))
        if quantities.contains(.parameter("h")) { includesHubble = true }
        let early: Set<UniverseQuantity> = [
          .parameter("omega_b"), .baryonAndColdDensity, .soundHorizonAtLastScattering,
        ]
        if !quantities.isDisjoint(with: early) { (includesHubble, includesBaryons) = (true, true) }
      } else if case .text(let text) = value["parameter"] ?? .null,
        let names = try? Expression(text).names
      {
        let known = names.map { ParameterAlias(of: $0)?.name ?? $0 }
        if known.contains("h") || known.contains("r_d") { includesHubble = true }
        if known.contains("omega_b") { (includesHubble, includesBaryons) = (true, true) }
      } else if value["kind"] == .text("chronometers") {
        includesHubble = true
      } else if value["kind"] == .text("gaussian") {
        (includesHubble, includesBaryons) = (true, true)
      }
    }
  }
}

extension Tree {
  /// The value as a number.
  var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
