import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra

/// Data other than supernovae, and what they are.
public struct ProbeChoice: Sendable, Codable, Equatable {
  /// What the data are.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// A data set that is part of the program, by its name.
    case published
    /// Baryon acoustic oscillations, as mean and covariance.
    case bao
    /// H(z) in km/s/Mpc.
    case chronometers
    /// Any mean and covariance of named quantities.
    case gaussian
    /// A normal likelihood of a parameter, or of a formula of parameters.
    case normal

    /// What is told of data of this kind.
    var keys: [CodingKeys] {
      switch self {
      case .published: []
      case .bao: [.kind, .data, .covariance, .fiducialSoundHorizon]
      case .chronometers: [.kind, .data, .covariance]
      case .gaussian: [.kind, .data]
      case .normal: [.kind, .parameter, .mean, .sd]
      }
    }
  }

  /// What the data are.
  public var kind: Kind
  /// The file of the values.
  public var data: String?
  /// The file of their covariance, if it is separate.
  public var covariance: String?
  /// The fiducial sound horizon in Mpc of distances in Mpc.
  public var fiducialSoundHorizon: Double?
  /// The parameter or formula of a normal likelihood.
  public var parameter: String?
  /// Its mean and standard deviation.
  public var mean, sd: Double?

  /// A choice of data.
  public init(_ kind: Kind, data: String? = nil, covariance: String? = nil) {
    (self.kind, self.data, self.covariance) = (kind, data, covariance)
  }

  /// A normal likelihood of a parameter or formula.
  public init(normal parameter: String, mean: Double, sd: Double) {
    kind = .normal
    (self.parameter, self.mean, self.sd) = (parameter, mean, sd)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case kind, data, covariance, parameter, mean, sd
    case fiducialSoundHorizon = "rs_fid"
  }

  /// Reads the data.
  ///
  /// - Parameter name: that of the likelihood.
  /// - Throws: `CatalogError` for anything wrong with the files; `AnalysisError` for what is missing.
  func read(_ name: String) throws -> any Probe {
    func need<Value>(_ value: Value?, _ key: String) throws -> Value {
      guard let value else {
        throw AnalysisError.probeWithout(key, probe: name, kind: kind.rawValue)
      }
      return value
    }
    switch kind {
    case .published:
      guard let published = PublishedData.named(name) else {
        throw AnalysisError.unknownData(name)
      }
      return ProbeGroup(
        name,
        try published.parts.enumerated().map { index, part in
          switch part {
          case .measurement(let values): try GaussianProbe("\(name) \(index + 1)", values)
          case .table(let table): TableProbe("\(name) \(index + 1)", table)
          }
        })
    case .bao:
      let path = try need(data, "data")
      return try probe(name, path) {
        try .init(
          acousticOscillations: path, covariance: covariance,
          fiducialSoundHorizon: fiducialSoundHorizon)
      }
    case .chronometers:
      let path = try need(data, "data")
      return try probe(name, path) { try .init(chronometers: path, covariance: covariance) }
    case .gaussian:
      let path = try need(data, "data")
      return try probe(name, path) { try .init(gaussian: path) }
    case .normal:
      let (mean, sd) = (try need(mean, "mean"), try need(sd, "sd"))
      guard mean.isFinite else {
        throw AnalysisError.outOfRange("likelihood.\(name).mean", "a finite number")
      }
      guard sd > 0, sd.isFinite else {
        throw AnalysisError.outOfRange("likelihood.\(name).sd", "positive")
      }
      let text = try need(parameter, "parameter")
      do {
        let formula = try Expression(text)
        guard !formula.names.isEmpty, formula.names.count <= 8 else {
          throw AnalysisError.probeWithout("parameter", probe: name, kind: kind.rawValue)
        }
        return FormulaProbe(name, formula, mean: mean, standardDeviation: sd)
      } catch let error as ExpressionError {
        throw AnalysisError.probeFormula(name, error)
      }
    }
  }

  private func probe(
    _ name: String, _ path: String, _ read: () throws -> DataVector
  ) throws -> GaussianProbe {
    do {
      return try GaussianProbe(name, try read())
    } catch let error as NotPositiveDefinite {
      throw CatalogError.covarianceNotPositiveDefinite(
        in: covariance ?? path, order: error.order)
    }
  }

  /// The files that were read.
  var files: [String] { [data, covariance].compactMap { $0 } }
}

extension [String: SupernovaChoice] {
  /// More supernovae of the option `--with`: `sn:FILE` and `sn:FILE,COVARIANCE`, under the names of their files.
  ///
  /// - Throws: `AnalysisError.optionWith`.
  public init(options: [String]) throws(AnalysisError) {
    self = [:]
    for option in options where option.hasPrefix("sn:") {
      let fields = option.dropFirst(3).split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard (1...2).contains(fields.count) else { throw .optionWith(option) }
      var choice = SupernovaChoice(data: fields[0])
      choice.covariance = fields.count > 1 ? fields[1] : nil
      let name = ((fields[0] as NSString).lastPathComponent as NSString).deletingPathExtension
      guard self[name] == nil else { throw .optionTwice("with", option) }
      self[name] = choice
    }
  }
}

extension [String: ProbeChoice] {
  /// Data sets of the option `--with`: names of published ones, or `bao:MEAN,COV`, `chronometers:FILE`, `gaussian:FILE` and
  /// `normal:PARAMETER,MEAN,SD`.
  ///
  /// - Throws: `AnalysisError`.
  public init(options: [String]) throws(AnalysisError) {
    self = [:]
    for option in options {
      let parts = option.split(separator: ":", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        let names = option.split(separator: ",", omittingEmptySubsequences: false)
          .map { $0.trimmingCharacters(in: .whitespaces) }
        guard !names.contains("") else { throw .optionWith(option) }
        for name in names {
          guard PublishedData.named(name) != nil else { throw .unknownData(name) }
          guard self[name] == nil else { throw .optionTwice("with", name) }
          self[name] = ProbeChoice(.published)
        }
        continue
      }
      if parts[0] == "sn" { continue }
      guard let kind = ProbeChoice.Kind(rawValue: parts[0]), kind != .published else {
        throw .unknownData(parts[0])
      }
      let fields = parts[1].split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      var choice = ProbeChoice(kind)
      switch (kind, fields.count) {
      case (.normal, 3):
        guard let mean = Double(fields[1]), let sd = Double(fields[2]) else {
          throw .optionWith(option)
        }
        choice = ProbeChoice(normal: fields[0], mean: mean, sd: sd)
      case (.bao, 1), (.bao, 2), (.chronometers, 1), (.chronometers, 2), (.gaussian, 1):
        choice.data = fields[0]
        choice.covariance = fields.count > 1 ? fields[1] : nil
      default: throw .optionWith(option)
      }
      let stem =
        kind == .normal
        ? fields[0].filter { $0.isLetter || $0.isNumber || $0 == "_" }
        : ((fields[0] as NSString).lastPathComponent as NSString).deletingPathExtension
      var name = stem.isEmpty ? kind.rawValue : stem
      while self[name] != nil { name += "_" }
      self[name] = choice
    }
  }
}
