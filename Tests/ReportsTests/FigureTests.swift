import Foundation
import Inference
import Reports
import TestSupport
import Testing

@Suite struct FigureTests {
  /// Correlated normal chains of some parameters, the first cut at zero.
  static func chains(_ count: Int, parameters: Int = 2, seed: Seed = 1) -> [Chain] {
    (0..<count).map { number in
      var random = RandomStream(seed: seed, "figure", number)
      let columns = (0..<parameters).map {
        Chain.Column(
          name: "p\($0)", label: "p_\($0)", bounds: ($0 == 0 ? 0 : -.infinity, .infinity))
      }
      var chain = Chain(columns: columns)
      for _ in 0..<500 {
        let common = random.nextStandardNormal()
        let draw = (0..<parameters).map { index in
          let value = 0.6 * common + random.nextStandardNormal()
          return index == 0 ? abs(value) : value
        }
        chain.append(draw, logDensity: 0)
      }
      return chain
    }
  }

  static var figures: [any Figure] {
    let set = DrawSet("HMC", chains(4))
    let other = DrawSet("NHF", chains(1, seed: 2))
    let grid = (0...40).map { -2 + 0.1 * Double($0) }
    let bowl = grid.flatMap { x in grid.map { x * x + x * $0 + $0 * $0 } }
    let curve = HubbleDiagram.Curve(
      redshifts: [0.01, 0.1, 1],
      quantiles: [33, 38, 44].map { middle in [-0.2, -0.1, 0, 0.1, 0.2].map { middle + $0 } })
    func supernovae(_ count: Int) -> HubbleDiagram.Data {
      let z = (1...count).map { 0.01 + Double($0) / Double(count) }
      return .init(
        redshifts: z, magnitudes: z.map { 43 + 5 * log10($0) }, errors: z.map { _ in 0.1 })
    }
    return [
      CornerPlot(
        [set, other], priors: ["p1": .normal(mean: 0, standardDeviation: 2)], truths: ["p1": 0]),
      CornerPlot(name: "corner-one", [DrawSet("HMC", chains(2, parameters: 1))]),
      CornerPlot(name: "corner-many", [DrawSet("HMC", chains(2, parameters: 6))]),
      HubbleDiagram(data: supernovae(30), curve: curve),
      HubbleDiagram(name: "hubble-many", data: supernovae(5000), curve: curve),
      TracePlot(set), RankPlot(set),
      CumulativeMoments([set, other], exact: ["p1": .init(mean: 0, standardDeviation: 1.17)]),
      TrainingHistory(
        (0..<50).map {
          .init(step: Double($0), loss: exp(-Double($0)), efficiency: 0.5, temper: 1)
        },
        floor: 0),
      TrainingHistory(
        name: "training-large",
        (1..<9).map {
          .init(step: Double($0), loss: -35777.43 + 0.002 / Double($0), efficiency: 1, temper: 1)
        },
        floor: -35777.4301),
      WeightHistogram(chains(1)[0].column(0), shape: 0.4),
      PotentialComparison(
        potential: .init(x: grid, y: grid, values: bowl.map { 1.1 * $0 + 3 }),
        negativeLogPosterior: .init(x: grid, y: grid, values: bowl), labels: ("q_1", "q_2")),
      FlowTrajectories(
        [[(0, 0), (1, 1), (2, 0.5)], [(1, 0), (0, 1), (1, 2)]], posterior: [(1, 1)],
        labels: ("q_1", "q_2")),
      FlowTrajectories(
        name: "trajectories-shaded", [[(0, 0), (1, 1)], [(1, 0), (0, 1)]],
        negativeLogPosterior: .init(x: grid, y: grid, values: bowl), labels: ("q_1", "q_2")),
      CorrelationMap.memory([[1, 0.2], [-0.3, 0.5]], labels: ["q_1", "q_2"]),
    ]
  }

  @Test(
    "every figure is drawn without a complaint, as SVG that can stand on a page and as PDF",
    .enabled(if: hasGnuplot))
  func drawn() async throws {
    let folder = try TemporaryFolder()
    let figures = Self.figures
    let notes = try await ReportFolder(folder.path).write(
      Report(title: "all", galleries: [.init("all", figures)]))
    #expect(notes.isEmpty, "\(notes)")
    for figure in figures {
      let path = folder.path("report/figures/\(figure.name)")
      let svg = try String(contentsOfFile: "\(path).svg", encoding: .utf8)
      // More than axes, and nothing that could not be drawn.
      #expect(svg.count > 5000 && !svg.contains("nan"), "\(figure.name)")
      let pdf = try Data(contentsOf: URL(fileURLWithPath: "\(path).pdf"))
      #expect(pdf.starts(with: Data("%PDF".utf8)) && pdf.count > 4000)
    }
    let page = try String(contentsOfFile: folder.path("report.html"), encoding: .utf8)
    #expect(!page.contains("id='gp") && !page.contains("#gp"))
    let names = page.matches(of: #/\sid=["']([^"']*)["']/#).map { String($0.1) }
    #expect(Set(names).count == names.count)
    #expect(page.components(separatedBy: "<svg").count - 1 == figures.count)
    #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("<link"))
  }

  @Test("gnuplot's own words about a figure are none", .enabled(if: hasGnuplot))
  func noWarnings() async throws {
    let folder = try TemporaryFolder()
    for figure in Self.figures {
      let script = await figure.script
      _ = try folder.write(script.text, to: "\(script.name).gp")
      _ = try folder.write(script.data, to: "\(script.name).dat")
      let (process, pipe) = (Process(), Pipe())
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gnuplot", "-d", "\(script.name).gp"]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      process.standardError = pipe
      try process.run()
      let words = pipe.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(words.isEmpty, "\(figure.name): \(String(decoding: words, as: UTF8.self))")
    }
  }

  @Test("a learned potential that is a line of −log posterior has correlation 1 and its slope")
  func agreement() throws {
    let figure = try #require(Self.figures.compactMap { $0 as? PotentialComparison }.first)
    #expect(abs(figure.agreement.correlation - 1) < 1e-12)
    #expect(abs(figure.agreement.slope - 1.1) < 1e-12)
  }

  @Test("draws that do not vary make no corner plot")
  func degenerate() {
    var constant = Chain(columns: [.init(name: "a"), .init(name: "b")])
    for _ in 0..<5 { constant.append([1, .nan], logDensity: 0) }
    #expect(CornerPlot([DrawSet("x", [constant])]).isEmpty)
    #expect(CornerPlot([]).isEmpty)
  }
}
