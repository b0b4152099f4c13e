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
      "Fit other data in the same universe: published ones by name, such as desi_dr2,cmb (see 'sn-infer data'), or sn:FILE,COV, bao:MEAN,COV, chronometers:FILE, gaussian:FILE, normal:PARAMETER,MEAN,SD; repeatable.",
      valueName: "data"))
  var with: [String] = []

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
      "The prior of a parameter, such as 'w0=normal(-1,0.2)'; repeatable. Available: \(Prior.grammar); for several together 'w0,wa=normal(-1,0;w.covmat)', with the means and the file of a covariance whose first line is '# w0 wa', or 'omega_m,h=chain(planck)', with the chains of another experiment by their root, file or folder.",
      valueName: "name=prior"))
  var prior: [String] = []

  // A formula may begin with a minus sign.
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "What the parameters have to fulfil, such as 'w0 + wa < 0'; repeatable. The prior is cut off there, not normalised anew.",
      valueName: "inequality"))
  var require: [String] = []

  @Option(
    help: ArgumentHelp("Fix a parameter, such as omega_k=0; repeatable.", valueName: "name=value"))
  var fix: [String] = []

  @Option(
    help: ArgumentHelp(
      "A column of the chains that a formula computes from parameters and other such columns, such as 'S8like=omega_m^0.5*h'; repeatable.",
      valueName: "name=formula"))
  var derived: [String] = []

  @Option(
    help:
      "Sample the zero point of the magnitudes (delta_mu or M), or integrate it out under a flat prior."
  )
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
    analysis.probes = try .init(options: with)
    analysis.likelihood.merge(try .init(options: with)) { first, _ in first }
    analysis.theory.model = model
    analysis.theory.distance = distance
    analysis.theory.backgroundTemperature = backgroundTemperature
    analysis.theory.effectiveNeutrinos = neutrinos
    analysis.sampled = parameters?.split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    try analysis.assign(priors: prior, fixed: fix)
    analysis.require = require
    analysis.derived = try derived.map { try NamedFormula(text: $0) }
  }
}
