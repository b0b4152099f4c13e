public import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers

/// The introduction to a run, as text.
public struct Introduction: CustomStringConvertible {
  private let problem: Problem
  private let isResumed: Bool
  private let isSampled: Bool

  /// The introduction to a new or continued run, or to a fit without draws.
  public init(_ problem: Problem, isResumed: Bool = false, isSampled: Bool = true) {
    self.problem = problem
    (self.isResumed, self.isSampled) = (isResumed, isSampled)
  }

  /// The data alone.
  public var data: String {
    var data = problem.catalogs.map { "\(Findings.Data($0))" }
    data +=
      problem.joint.map { joint in
        let names = Set(problem.analysis.probes.keys)
        return joint.probes.filter { names.contains($0.name) }.map {
          "probe       \(ProbeWords($0, isPublished: problem.analysis.probes[$0.name]?.kind == .published))"
        }
      } ?? []
    return data.joined(separator: "\n")
  }

  /// Data, model, likelihood and samplers.
  public var description: String {
    let (analysis, theory) = (problem.analysis, problem.analysis.theory)
    var universe = Models.named(theory.model)?.title ?? theory.model
    universe +=
      theory.distance == .exact ? ", exact distances" : ", distances by the fit of Pen 1999"
    if let joint = problem.joint {
      universe += joint.model.words
    } else if theory.backgroundTemperature != nil {
      universe += String(
        format: ", radiation %.3g of the critical density", theory.radiation.density)
    }
    let fixed = problem.posterior.space.parameters.compactMap { parameter in
      parameter.prior.fixedValue.map { "\(parameter.name) = \($0)" }
    }
    if !fixed.isEmpty { universe += ", \(fixed.joined(separator: ", ")) fixed" }
    if problem.offset == .marginalised { universe += ", the magnitude offset marginalised" }
    let cut = problem.posterior.space.requirements.joined(separator: ", ")
    var prior = problem.posterior.space.jointPriors.map { density in
      "prior       \(density.words { String(format: "%.4g", $0) })\n"
    }.joined()
    if !cut.isEmpty {
      prior += "prior       \(cut), density that of the priors, not renormalised\n"
    }
    for definition in analysis.derived {
      universe += "\nderived     \(definition.name) = \(definition.formula.text)"
    }
    let samplers = analysis.samplers.map(\.summary).joined(separator: ", and ")
    let sampler =
      "\nsampler     \(samplers), seed \(analysis.seed)\(isResumed ? ", continued" : "")"
    return """
      \(data)
      model       \(universe)
      \(prior)likelihood  \(problem.method)\(isSampled ? sampler : "")
      """
  }
}

/// A probe in words: its title if it is published, and what it consists of.
private struct ProbeWords: CustomStringConvertible {
  let description: String

  init(_ probe: any Probe, isPublished: Bool) {
    let title = (isPublished ? PublishedData.named(probe.name) : nil).map { ": \($0.title)" } ?? ""
    let count = probe.dataCount
    description = "\(probe.name)\(title), \(count) \(count == 1 ? "number" : "numbers")"
  }
}

extension UniverseModel {
  /// Radiation and sound horizon in words, behind those of the expansion.
  fileprivate var words: String {
    guard let content else { return soundHorizon == .free ? ", r_d free" : "" }
    var words = ", radiation of \(content.temperature) K that follows h"
    words +=
      (content.effectiveNeutrinos.map { ", N_eff = \($0)" } ?? ", N_eff free")
      + (content.neutrinoMass.map { ", one neutrino of \($0) eV" } ?? ", one neutrino of free mass")
    return words + (soundHorizon == .computed ? ", r_d from a fit to CAMB" : "")
  }
}
