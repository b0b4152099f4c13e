import Foundation
import GenerativeStudy
import Samplers

/// The results of the grid as a table, as answers to the paper's claims, and as figures.
struct RobustnessTable {
  let results: [CellResult]
  let entropy: Double

  private let steps = [1, 2, 10, 50]
  private let times = [0.1, 1, 10]
  private let kinetics: [FlowPreset.Kinetic] = [.fixed, .network]
  private var widths: [Int] { Set(results.map(\.cell.hidden)).sorted() }

  private func value(
    _ kinetic: FlowPreset.Kinetic, _ hidden: Int, _ steps: Int, _ time: Double
  ) -> Double? {
    let name = Cell(kinetic: kinetic, hidden: hidden, leapfrogSteps: steps, time: time).name
    return results.first { $0.cell.name == name }?.negativeEvidence
  }

  private func values(
    _ kinetic: FlowPreset.Kinetic, _ hidden: Int, steps: [Int]? = nil, times: [Double]? = nil
  ) -> [Double] {
    (steps ?? self.steps).flatMap { step in
      (times ?? self.times).compactMap { value(kinetic, hidden, step, $0) }
    }
  }

  /// Held-out −ELBO of every cell, and what it says of the paper's claims.
  var text: String {
    var lines = ["", "Held-out −ELBO in nats, at fresh points; the entropy is the floor.", ""]
    lines.append("kinetic  H       L   " + times.map { pad("T = \(text($0))") }.joined())
    for kinetic in kinetics {
      for hidden in widths {
        for step in steps {
          let cells = times.map { time in
            pad(value(kinetic, hidden, step, time).map { String(format: "%.4f", $0) } ?? "—")
          }
          lines.append(
            pad(kinetic.rawValue, 9) + pad("\(hidden)", 8) + pad("\(step)", 4) + cells.joined())
        }
      }
    }
    lines += ["", "What the paper finds, and what we find:"] + claims
    return lines.joined(separator: "\n")
  }

  private func pad(_ text: String, _ width: Int = 10) -> String {
    text.padding(toLength: width, withPad: " ", startingAt: 0)
  }

  private func text(_ number: Double) -> String { String(format: "%g", number) }

  private func verdict(_ claim: String, _ holds: Bool, _ numbers: String) -> String {
    "  \(holds ? "agrees   " : "DISAGREES") \(claim): \(numbers)"
  }

  private var claims: [String] {
    var lines: [String] = []
    for hidden in widths {
      for kinetic in kinetics {
        let columns = times.compactMap { time -> (Double, Double)? in
          guard let one = value(kinetic, hidden, 1, time) else { return nil }
          let others = values(kinetic, hidden, steps: [2, 10, 50], times: [time])
          return others.count == 3 ? (one, others.reduce(-.infinity, max)) : nil
        }
        if columns.count == 3 {
          lines.append(
            verdict(
              "L = 1 is worst, H = \(hidden), \(kinetic.rawValue)",
              columns.allSatisfy { $0.0 > $0.1 },
              columns.map { String(format: "%.3f against %.3f at most", $0.0, $0.1) }
                .joined(separator: "; ")))
        }
      }
      let spreads = [2, 10, 50].compactMap { step -> Double? in
        let row = values(.fixed, hidden, steps: [step])
        return row.count == 3 ? spread(row) : nil
      }
      if spreads.count == 3 {
        let largest = spreads.reduce(0, max)
        lines.append(
          verdict(
            "T hardly matters for fixed kinetic, H = \(hidden)", largest < 0.02 * entropy,
            String(format: "at L ≥ 2 it changes −ELBO by at most %.3f nats", largest)))
      }
      let (fixed, network) = (values(.fixed, hidden), values(.network, hidden))
      if fixed.count == 12, network.count == 12 {
        lines.append(
          verdict(
            "final losses spread less for fixed than for MLP kinetic, H = \(hidden)",
            spread(fixed) < spread(network),
            String(format: "%.3f against %.3f nats", spread(fixed), spread(network))))
      }
    }
    for (small, large) in zip(widths, widths.dropFirst()) {
      let ratios = kinetics.flatMap { kinetic in
        [2, 10, 50].flatMap { step in
          times.compactMap { time -> Double? in
            guard let a = value(kinetic, small, step, time),
              let b = value(kinetic, large, step, time)
            else { return nil }
            return a / b - 1
          }
        }
      }
      if !ratios.isEmpty {
        lines.append(
          verdict(
            "H = \(small) is within 4 % of H = \(large) at L ≥ 2",
            ratios.allSatisfy { $0 < 0.04 },
            String(
              format: "%.1f %% to %.1f %%", 100 * ratios.reduce(.infinity, min),
              100 * ratios.reduce(-.infinity, max))))
      }
    }
    return lines
  }

  private func spread(_ values: [Double]) -> Double {
    values.reduce(-.infinity, max) - values.reduce(.infinity, min)
  }

  /// Figures 3 (loss curves), 9 and 10 (scatter plots) of the paper, for every width.
  func drawFigures(in folder: NotebookFolder) throws {
    for hidden in widths {
      for kinetic in kinetics {
        let cells = steps.flatMap { step in
          times.map { Cell(kinetic: kinetic, hidden: hidden, leapfrogSteps: step, time: $0) }
        }.filter { cell in results.contains { $0.cell.name == cell.name } }
        guard cells.count == 12 else { continue }
        let name = "\(kinetic.rawValue)-H\(hidden)"
        let curves = times.map { time in
          """
          set title "\(kinetic.rawValue) kinetic, H = \(hidden), T = \(text(time))"
          plot [][\(text(entropy - 0.1)):\(text(entropy + 1.2))] \
          \(steps.map { step in
            let cell = Cell(kinetic: kinetic, hidden: hidden, leapfrogSteps: step, time: time)
            return "'cells/\(cell.name).loss.txt' using 1:3 with lines lw 2 title 'L = \(step)'"
          }.joined(separator: ", ")), \(text(entropy)) dt 2 lc 'black' title 'entropy'
          """
        }
        try folder.draw(
          "losses-\(name)", size: (1500, 450),
          "set multiplot layout 1,3\nset xlabel 'updates'\nset ylabel 'held-out −ELBO (nats)'\n"
            + curves.joined(separator: "\n"))
        let panels = cells.map { cell in
          """
          set title "L = \(cell.leapfrogSteps), T = \(text(cell.time))"
          plot 'cells/\(cell.name).draws.txt' with points pt 7 ps 0.2 notitle
          """
        }
        try folder.draw(
          "draws-\(name)", size: (1100, 1450),
          "set multiplot layout 4,3 title '\(kinetic.rawValue) kinetic, H = \(hidden)'\n"
            + "set xrange [-6:6]\nset yrange [-6:6]\nset size ratio 1\n"
            + panels.joined(separator: "\n"))
      }
    }
  }
}
