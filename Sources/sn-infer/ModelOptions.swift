public import Analyses
public import ArgumentParser
public import Cosmology
import Foundation
import Inference

extension OffsetTreatment: ExpressibleByArgument {}
extension SupernovaChoice.Path: ExpressibleByArgument {}
extension Theory.Distance: ExpressibleByArgument {}

/// The options of the model and its priors.
struct ModelOptions: ParsableArguments, AnalysisOptions {
  @Option(
    help: ArgumentHelp(
      "The cosmological model: matter with a cosmological constant, constant w, or w0 and wa; curved unless named flat_…. (values: \(Models.names.joined(separator: ", ")))",
      valueName: "model"))
  var model = FlatLambdaCDM.name

  @Option(
    help: ArgumentHelp(
      "The parameters to sample, such as omega_m,h; others must be fixed, or be the magnitude offset, which is then marginalised. (default: all)",
      valueName: "names"))
  var parameters: String?

  @Option(
    help: ArgumentHelp(
      "The prior of a parameter, such as 'w0=normal(-1,0.2)'; repeatable. Available: \(Prior.grammar).",
      valueName: "name=prior"))
  var prior: [String] = []

  @Option(
    help: ArgumentHelp("Fix a parameter, such as omega_k=0; repeatable.", valueName: "name=value"))
  var fix: [String] = []

  @Option(
    help:
      "Sample the zero point of the magnitudes (h or M), or integrate it out under a flat prior.")
  var offset: OffsetTreatment?

  @Option(
    help:
      "projected: the likelihood from a few nodes in redshift, accurate to 1e-6 in χ² and as fast for a million supernovae as for thirty; direct: from all supernovae."
  )
  var likelihood = SupernovaChoice.Path.projected

  @Option(help: "Distances by exact quadrature, or by the fit of Pen 1999 (flat_lcdm only).")
  var distance = Theory.Distance.exact

  @Option(
    name: .customLong("t-cmb"),
    help: ArgumentHelp(
      "Include radiation for this temperature of the microwave background, such as 2.7255, and h = 0.7. (default: no radiation)",
      valueName: "kelvin"))
  var backgroundTemperature: Double?

  @Option(
    name: .customLong("n-eff"),
    help: ArgumentHelp(
      "Massless neutrinos, if radiation is included. (default: 3.044)", valueName: "number"))
  var neutrinos: Double?

  func apply(to analysis: inout Analysis) throws {
    analysis.likelihood[Analysis.supernovae]?.offset = offset
    analysis.likelihood[Analysis.supernovae]?.path = likelihood
    analysis.theory.model = model
    analysis.theory.distance = distance
    analysis.theory.backgroundTemperature = backgroundTemperature
    analysis.theory.effectiveNeutrinos = neutrinos
    analysis.sampled = parameters?.split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    let priors = try assignments(prior, "prior") { text in
      do { return try Prior(text: text) } catch {
        throw ValidationError("--prior '\(text)': \(error)")
      }
    }
    let values = try assignments(fix, "fix") { text in
      guard let value = Double(text), value.isFinite else {
        throw ValidationError("'\(text)' in --fix is not a finite number.")
      }
      return Prior.fixed(value)
    }
    if let name = priors.map(\.name).first(where: { name in values.contains { $0.name == name } }) {
      throw ValidationError("\(name) has a --prior and is fixed by --fix; give one of them.")
    }
    analysis.params = priors + values
  }

  private func assignments(
    _ texts: [String], _ option: String, _ parse: (String) throws -> Prior
  ) throws -> [Parameter] {
    var parameters: [Parameter] = []
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else {
        throw ValidationError(
          "'--\(option) \(text)' is not name=\(option == "fix" ? "value" : "prior").")
      }
      guard !parameters.contains(where: { $0.name == parts[0] }) else {
        throw ValidationError("--\(option) names \(parts[0]) more than once.")
      }
      parameters.append(Parameter(parts[0], prior: try parse(parts[1])))
    }
    return parameters
  }
}
