import ArgumentParser
import Cosmology
import Foundation
import Inference

/// The options that say what the universe is like, and what is believed of it before the data.
struct ModelOptions: ParsableArguments {
  /// How distances are computed.
  enum DistanceMethod: String, ExpressibleByArgument, CaseIterable {
    case exact, pen
  }

  @Option(
    help:
      "What the universe is made of: matter and a cosmological constant, w = constant, or w0 and wa; curved, unless it is flat_…."
  )
  var model = ModelName.flatLambdaCDM

  @Option(
    help: ArgumentHelp(
      "The parameters to sample, such as omega_m,h; the others must be fixed, or be the offset, which is then marginalised. (default: all)",
      valueName: "names"))
  var parameters: String?

  @Option(
    help: ArgumentHelp(
      "The prior of a parameter, such as 'w0=uniform(-3,1)', normal(mean,sd), lognormal(mean,sd of the logarithm) or softuniform(center,half width,sharpness); repeatable.",
      valueName: "name=prior"))
  var prior: [String] = []

  @Option(
    help: ArgumentHelp("Fix a parameter, such as omega_k=0; repeatable.", valueName: "name=value"))
  var fix: [String] = []

  @Option(
    help:
      "Sample the zero point of the magnitudes (h, or M), or integrate it out under a flat prior.")
  var offset: OffsetTreatment?

  @Option(help: "Distances by exact quadrature, or by the fit of Pen 1999 (flat_lcdm only).")
  var distance = DistanceMethod.exact

  @Option(
    name: .customLong("t-cmb"),
    help: ArgumentHelp(
      "Count radiation, for this temperature of the microwave background, such as 2.7255, and h = 0.7. (default: no radiation)",
      valueName: "kelvin"))
  var backgroundTemperature: Double?

  @Option(
    name: .customLong("n-eff"),
    help: ArgumentHelp(
      "Massless neutrinos, if radiation counts. (default: 3.044)", valueName: "number"))
  var neutrinos: Double?

  var effectiveNeutrinos: Double { neutrinos ?? 3.044 }

  func validate() throws {
    guard distance == .exact || model == .flatLambdaCDM else {
      throw ValidationError("--distance pen is a fit for --model flat_lcdm only.")
    }
    guard distance == .exact || backgroundTemperature == nil else {
      throw ValidationError("--distance pen knows no radiation.")
    }
    if let temperature = backgroundTemperature, !(0...100).contains(temperature) {
      throw ValidationError("--t-cmb must be 0 to 100 kelvin.")
    }
    guard neutrinos == nil || backgroundTemperature != nil else {
      throw ValidationError("--n-eff counts with --t-cmb only.")
    }
    guard (0...100).contains(effectiveNeutrinos) else {
      throw ValidationError("--n-eff must be 0 to 100.")
    }
  }

  /// Photons and neutrinos, as the options say.
  var radiation: Radiation {
    backgroundTemperature.map {
      Radiation(temperature: $0, effectiveNeutrinos: effectiveNeutrinos, h: 0.7)
    } ?? .none
  }

  /// Makes the parameters of a likelihood, given the names that it has with a sampled and with a
  /// marginalised offset.
  func plan(
    sampled: [String], marginalised: [String]
  ) throws -> (space: ParameterSpace, offset: OffsetTreatment) {
    var chosen = try assignments(prior, "prior", among: sampled) { text in
      guard let prior = Prior(text: text) else {
        throw ValidationError(
          "'\(text)' is no prior; write uniform(lower,upper), normal(mean,sd), lognormal(mean,sd), softuniform(center,halfwidth,sharpness) or fixed(value)."
        )
      }
      return prior
    }
    let fixed = try assignments(fix, "fix", among: sampled) { text in
      guard let value = Double(text), value.isFinite else {
        throw ValidationError("'\(text)' in --fix is not a finite number.")
      }
      return Prior.fixed(value)
    }
    for (name, value) in fixed {
      guard chosen.updateValue(value, forKey: name) == nil else {
        throw ValidationError("\(name) has a --prior and is fixed by --fix; give one of them.")
      }
    }

    let offsets = Set(sampled).subtracting(marginalised)
    var treatment = offset ?? .sampled
    if let parameters {
      let wanted = parameters.split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      for name in wanted {
        try check(name, "--parameters", among: sampled)
        guard wanted.count(where: { $0 == name }) == 1 else {
          throw ValidationError("--parameters names \(name) more than once.")
        }
        guard chosen[name]?.fixedValue == nil else {
          throw ValidationError("\(name) is among --parameters and fixed; decide for one.")
        }
      }
      let left = sampled.filter { !wanted.contains($0) && chosen[$0]?.fixedValue == nil }
      if !left.isEmpty, Set(left) == offsets, offset != .sampled {
        treatment = .marginalised
      } else if let name = left.first(where: { !offsets.contains($0) || offset == .sampled }) {
        throw ValidationError(
          "\(name) is not among --parameters; fix it, as in --fix \(name)=VALUE, or add it.")
      } else if let name = left.first {
        throw ValidationError(
          "marginalise all offsets or none: \(name) is missing from --parameters.")
      }
      if offset == .marginalised, let name = wanted.first(where: offsets.contains) {
        throw ValidationError("\(name) is to be sampled and marginalised; decide for one.")
      }
    }
    let names = treatment == .sampled ? sampled : marginalised
    if let name = chosen.keys.first(where: { !names.contains($0) }) {
      throw ValidationError("\(name) is marginalised, so it has no prior and no value.")
    }
    let space = try ParameterSpace(
      names.map { name in
        let usual = Parameter.usual(name)
        return Parameter(name, label: usual.label, prior: chosen[name] ?? usual.prior)
      })
    return (space, treatment)
  }

  private func assignments(
    _ texts: [String], _ option: String, among names: [String], _ parse: (String) throws -> Prior
  ) throws -> [String: Prior] {
    var values: [String: Prior] = [:]
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else {
        throw ValidationError(
          "'--\(option) \(text)' is not name=\(option == "fix" ? "value" : "prior").")
      }
      try check(parts[0], "--\(option)", among: names)
      guard values.updateValue(try parse(parts[1]), forKey: parts[0]) == nil else {
        throw ValidationError("--\(option) names \(parts[0]) more than once.")
      }
    }
    return values
  }

  private func check(_ name: String, _ option: String, among names: [String]) throws {
    guard names.contains(name) else {
      throw ValidationError(
        "\(option) names '\(name)', but the parameters of \(model.rawValue) with these data are \(names.joined(separator: ", "))."
      )
    }
  }
}
