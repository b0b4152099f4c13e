import Catalogs
import Cosmology
import Foundation
import Inference
import LinearAlgebra

extension Analysis {
  /// Refuses data that count the same information twice: published sets that share it, whatever file they are read from,
  /// sets of supernovae with the same numbers, and probes that share most of theirs.
  func refuseCountingTwice(
    _ probes: [any Probe], _ catalogs: [(name: String, catalog: Catalog)]
  ) throws(AnalysisError) {
    for (place, second) in catalogs.enumerated() {
      if let first = catalogs[..<place].first(where: {
        $0.catalog.fingerprint == second.catalog.fingerprint
      }) {
        throw .countedTwice(first.name, second.name, reason: "they are the same supernovae")
      }
    }
    let numbers = probes.map { (name: $0.name, numbers: MeasuredNumbers($0)) }
    for (place, second) in numbers.enumerated() {
      if let first = numbers[..<place].first(where: {
        $0.numbers.areMostlyThose(of: second.numbers)
      }) {
        throw .countedTwice(first.name, second.name, reason: "they share most of their numbers")
      }
    }
    // What is read from a file may be one of the published sets.
    let all = PublishedData.all.map { data in (data: data, numbers: MeasuredNumbers(data)) }
    let known = numbers.compactMap { probe -> (name: String, data: PublishedData)? in
      let own = self.probes[probe.name]?.kind == .published ? probe.name : nil
      return all.first {
        own.map { [name = $0.data.name] in name == $0 }
          ?? $0.numbers.areMostlyThose(of: probe.numbers)
      }.map { (probe.name, $0.data) }
    }
    let hasCalibrators = catalogs.contains { $0.catalog.sample?.calibratorModuli.isEmpty == false }
    for (place, probe) in known.enumerated() {
      if let other = known[place...].first(where: { probe.data.excludes[$0.data.name] != nil }) {
        throw .countedTwice(
          probe.name, other.name, reason: probe.data.excludes[other.data.name] ?? "")
      }
      if hasCalibrators, let reason = probe.data.excludes[PublishedData.calibrators] {
        throw .countedTwice(probe.name, "the calibrators of the catalog", reason: reason)
      }
    }
  }

  /// What sets of supernovae have in common, which would count twice.
  static func remarks(onSharedSupernovae catalogs: [(name: String, catalog: Catalog)])
    -> [String]
  {
    catalogs.indices.flatMap { second in
      catalogs[..<second].compactMap { first -> String? in
        let second = catalogs[second]
        guard let some = first.catalog.names, let others = second.catalog.names else {
          return
            "whether \(first.name) and \(second.name) share supernovae, which would count twice, is not known: not both have their names"
        }
        let count = some.intersection(others).count
        return count == 0
          ? nil
          : "\(first.name) and \(second.name) share \(count) supernovae by name, which count twice"
      }
    }
  }
}

/// What a probe measured, so that it is recognised in files of other layouts and with fewer digits.
private struct MeasuredNumbers {
  private var numbers: [(name: String, value: Double)] = []
  /// The standard deviation of a single one, without which it is not recognised.
  private var deviation: Double?

  init(_ probe: any Probe) { add(probe) }

  init(_ data: PublishedData) {
    for case .measurement(let values) in data.parts { add(values) }
  }

  private mutating func add(_ probe: any Probe) {
    switch probe {
    case let group as ProbeGroup: for part in group.parts { add(part) }
    case let probe as GaussianProbe: add(probe.measurement)
    case let probe as FormulaProbe:
      // The Hubble constant has two units.
      let factor = probe.formula.text == "h" ? 100.0 : 1
      let name = probe.formula.text == "h" ? "H0" : probe.formula.text
      numbers.append((name, factor * probe.mean))
      deviation = factor * probe.standardDeviation
    default: break
    }
  }

  private mutating func add(_ values: DataVector) {
    for (observable, value) in zip(values.observables, values.values) {
      numbers.append((observable.name, value))
    }
    deviation = values.covariance[0, 0].squareRoot()
  }

  /// Whether most of the numbers of one are those of the other, up to rounding.
  func areMostlyThose(of other: MeasuredNumbers) -> Bool {
    let (count, otherCount) = (numbers.count, other.numbers.count)
    guard count > 0, otherCount > 0 else { return false }
    func agree(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 5e-4 * max(abs(a), abs(b)) }
    let shared = numbers.count { own in
      other.numbers.contains { $0.name == own.name && agree($0.value, own.value) }
    }
    if count == 1 || otherCount == 1 {
      guard count == otherCount, let deviation, let otherDeviation = other.deviation else {
        return false
      }
      return shared == 1 && agree(deviation, otherDeviation)
    }
    return 2 * shared > min(count, otherCount)
  }
}
