import Foundation
import Reports
import TestSupport
import Testing

/// Tables of a run in which some number is another, given to everything that reads and draws them.
@Suite struct HostileRunTests {
  let folder: TemporaryFolder
  private let tables: [String: [[String]]]

  /// A run with all tables that figures are drawn from.
  init() throws {
    folder = try TemporaryFolder()
    let grid = (0...4).map { Double($0) - 2 }
    let bowl = grid.flatMap { x in grid.map { x * x + $0 * $0 } }
    let nodes = grid.flatMap { x in grid.map { "\(x),\($0)" } }
    let potential = zip(nodes, bowl).map { "\($0),\(2 * $1),\($1)\n" }.joined()
    let learned = [
      ("nhf-potential.csv", "x1,x2,potential,negative_log_posterior\n" + potential),
      (
        "nhf-trajectories.csv",
        "draw,step,x1,x2\n0.0,0.0,0.0,0.0\n0.0,1.0,1.0,1.0\n1.0,0.0,1.0,0.0\n1.0,1.0,0.0,1.0\n"
      ), ("nhf-memory.csv", "x1,x2\n1.0,0.2\n-0.3,0.5\n"),
    ]
    let hubble = HubbleFile(
      data: .init(redshifts: [0.1, 0.2, 0.3], magnitudes: [38, 40, 41], errors: [0.1, 0.1, 0.2]),
      curve: .init(
        redshifts: [0.05, 0.1, 0.5],
        quantiles: [37, 38, 42].map { middle in [-0.2, -0.1, 0, 0.1, 0.2].map { middle + $0 } }))
    let training = "step,loss,ess,beta\n0,9,0.1,0\n10,3,0.5,1\n20,2,0.9,1\n"
    let files = learned + hubble.files + [("nhf-training.csv", training)]
    tables = Dictionary(
      uniqueKeysWithValues: files.map { name, content in
        (
          name,
          content.split(separator: "\n").map { line in
            line.split(separator: ",").map(String.init)
          }
        )
      })
    for (name, content) in files { _ = try folder.write(content, to: name) }
    // Draws that do not vary have no corner plot, which would take most of the time.
    _ = try folder.write("a\nb\n", to: "nhf.paramnames")
    _ = try folder.write(String(repeating: "0.5 1 2 3\n", count: 20), to: "nhf.1.txt")
  }

  /// The figures that a table is for.
  private static let figures = [
    "nhf-potential.csv": "potential", "nhf-trajectories.csv": "trajectories",
    "nhf-memory.csv": "memory", "hubble.csv": "hubble", "hubble-model.csv": "hubble",
    "nhf-training.csv": "training",
  ]

  /// Tables that are reported together or not at all.
  private static func group(_ name: String) -> String {
    name.hasPrefix("hubble") ? "hubble" : name == "nhf-training.csv" ? "training" : "learned"
  }

  /// Draws everything but for gnuplot; returns the names of figures and the notes.
  private func report() async throws -> (figures: Set<String>, notes: [String]) {
    let run = try RunFolder(folder.path)
    let report = Report(run, summaries: [:])
    for figure in report.figures {
      let script = await figure.script
      let text = script.text + script.data + figure.caption
      #expect(!text.isEmpty)
    }
    return (Set(report.figures.map(\.name)), run.notes)
  }

  private func check(_ name: String, _ rows: [[String]], _ damage: String) async throws {
    _ = try folder.write(rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
    let (figures, notes) = try await report()
    let figure = try #require(Self.figures[name])
    #expect(
      figures.contains(figure) || notes.contains { $0.contains(name) }, "\(damage): \(notes)")
    // What has nothing to do with the table is drawn.
    for (other, title) in Self.figures where Self.group(other) != Self.group(name) {
      #expect(figures.contains(title), "\(damage): \(notes)")
    }
    #expect(figures.contains("weights"))
  }

  @Test("all figures of the run are drawn without a note")
  func whole() async throws {
    let (figures, notes) = try await report()
    #expect(notes.isEmpty && figures.isSuperset(of: Self.figures.values))
  }

  @Test("sets of draws of any name have figures with names of their own")
  func roots() async throws {
    let roots = ["hmc", "HMC", "hmc-2", "My draws", "my-draws", "Ωm's `x`", "é"]
    for root in roots {
      _ = try folder.write("a\nb\n", to: "\(root).paramnames")
      let rows = (0..<40).map { "1 \($0) \((7 * $0) % 40) \((11 * $0) % 40)\n" }
      for number in 1...2 { _ = try folder.write(rows.joined(), to: "\(root).\(number).txt") }
    }
    _ = try folder.write(
      "# The files that sn-infer has written here, which --force may remove.\n"
        + roots.map { "\($0).paramnames\n" }.joined(), to: "run.files")
    let figures = try await report().figures
    #expect(figures.count { $0.hasPrefix("trace") } == roots.count, "\(figures)")
    #expect(figures.count { $0.hasPrefix("ranks") } == roots.count, "\(figures)")
  }

  @Test(
    "a number that is none, or too large, leaves out one figure at most, with a note",
    arguments: [
      "nan", "inf", "-inf", "1e308", "-1e308", "1e101", "5e-324", "0", "-1", "", "x",
      "9223372036854775807",
    ])
  func numbers(value: String) async throws {
    for (name, rows) in tables {
      for column in rows[0].indices {
        for row in [1, rows.count - 1] {
          var damaged = rows
          damaged[row][column] = value
          try await check(name, damaged, "\(name), row \(row), column \(column): \(value)")
        }
        var constant = rows
        for row in 1..<rows.count { constant[row][column] = value }
        try await check(name, constant, "\(name), column \(column) all \(value)")
      }
      _ = try folder.write(
        rows.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
    }
  }

  @Test(
    "tables of another shape leave out one figure at most, with a note",
    arguments: Array(figures.keys).sorted())
  func shapes(name: String) async throws {
    let rows = try #require(tables[name])
    let more = ["hubble-model.csv": 1000, "nhf-potential.csv": 250_000][name] ?? 100
    let shapes: [String: [[String]]] = [
      "empty": [], "header": Array(rows.prefix(1)), "one row": Array(rows.prefix(2)),
      "two rows": Array(rows.prefix(3)), "no header": Array(rows.dropFirst()),
      "last row missing": rows.dropLast(), "rows twice": rows + rows.dropFirst(),
      "backwards": rows.prefix(1) + rows.dropFirst().reversed(),
      "first column missing": rows.map { Array($0.dropFirst()) },
      "last column missing": rows.map { $0.dropLast() },
      "first column twice": rows.map { $0.prefix(1) + $0 },
      "last row short": rows.dropLast() + [Array(rows[rows.count - 1].dropLast())],
      "blank lines": [[""], [""]],
      "many rows": rows + (0..<more).map { _ in rows[rows.count - 1] },
    ]
    for (damage, shape) in shapes {
      // Of a training a single moment is no history, which nobody misses.
      if name == "nhf-training.csv", ["header", "one row"].contains(damage) {
        continue
      }
      try await check(name, shape, "\(name) \(damage)")
    }
  }
}
