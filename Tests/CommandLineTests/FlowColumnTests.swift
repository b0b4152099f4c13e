import Foundation
import Inference
import TestSupport
import Testing

/// What a flow learns of the columns of tables and chains, and where their edges are.
@Suite struct FlowColumnTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func flow(_ line: String) throws -> Tool.Result {
    try Tool.run(["flow"] + line.split(separator: " ").map(String.init), in: folder.path)
  }

  private func write(
    _ name: String, _ header: String, rows: Int = 200, _ row: (Double, Double) -> String
  ) throws {
    var random = RandomStream(seed: 5, "columns")
    let lines = (0..<rows).map { _ in row(random.nextStandardNormal(), random.nextStandardNormal())
    }
    _ = try folder.write(([header] + lines).joined(separator: "\n") + "\n", to: name)
  }

  @Test("weights, log densities, counters and what samplers note are left out")
  func bookkeeping() throws {
    try write(
      "t.csv", "Unnamed: 0,a,b,weight,minuslogpost,chi2__sn,lp__,loglike,divergent__"
    ) { "\($0 + $1),\($0),\($1),1,\($0 * $0),\($1 * $0),\($1 * $1),\($0 - $1),0" }
    let result = try flow("train t.csv --hidden 2 --steps 2 -o m.json")
    #expect(result.status == 0 && result.output.contains("200 rows of a, b\n"), "\(result.error)")
    #expect(result.output.contains("minuslogpost, chi2__sn, loglike left out"))
    let chosen = try flow("train t.csv --columns a,loglike --hidden 2 --steps 2 -o n.json")
    #expect(chosen.status == 0 && chosen.output.contains("rows of a, loglike"))
    try write("w.csv", "a,weight") { "\($0),\($1 > 0 ? 1 : 0)" }
    let weighted = try flow("train w.csv --hidden 2 --steps 2 -o w.json")
    #expect(weighted.status == 0 && weighted.output.contains("rows count by their weight"))
  }

  @Test(
    "columns that determine each other are refused with the relation",
    arguments: [
      ("a,b,c", "c = 100 × a"), ("a,b,d", "d = 2 × a − b + 3"), ("a,b,e", "e = a^2 × b"),
      ("a,b,r", "r = 100 × a"),
    ])
  func dependent(columns: String, relation: String) throws {
    try write("t.csv", "a,b,c,d,e,r") { x, y in
      let (a, b) = (0.7 + 0.01 * x, 3 + 0.3 * y)
      let rounded = String(format: "%.7f", 100 * a)
      return "\(a),\(b),\(100 * a),\(2 * a - b + 3),\(a * a * b),\(rounded)"
    }
    let result = try flow("train t.csv --columns \(columns) -o m.json")
    #expect(
      result.status == 65 && result.error.contains(": \(relation) in all rows"), "\(result.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("m.json")))
    #expect(try flow("train t.csv --columns a,b --hidden 2 --steps 2 -o m.json").status == 0)
  }

  @Test("edges of chains, and given ones, hold for draws and densities", arguments: [true, false])
  func edges(told: Bool) throws {
    var random = RandomStream(seed: 9, "edges")
    let rows = (0..<2000).map { _ in
      (Double.random(in: 0...1, using: &random), abs(random.nextStandardNormal()))
    }
    _ = try folder.write("u\tu\nv\tv\n", to: "b.paramnames")
    if told { _ = try folder.write("u 0 1\nv 0 N\n", to: "b.ranges") }
    _ = try folder.write(
      rows.map { String(format: "1 0 %.3f %.3f\n", $0.0, $0.1) }.joined(), to: "b.1.txt")
    let ranges = told ? "" : "--range u=0,1 --range v=0,"
    let trained = try flow("train b.1.txt --steps 1500 --hidden 16 -o m.json \(ranges)")
    #expect(trained.status == 0, "\(trained.error)")
    #expect(try flow("inspect m.json").output.contains("edges       u: 0 … 1"))
    #expect(try flow("sample m.json -n 5000 -o d.csv").status == 0)
    let draws = try String(contentsOfFile: folder.path("d.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(draws.count == 5000 && draws.allSatisfy { $0[0] > 0 && $0[0] < 1 && $0[1] > 0 })
    // The density of both is 1 · √(2/π) e^{−v²/2}: 0.5 (1 + log(π/2)) nats below 0 on average.
    _ = try folder.write("u,v\n0.5,1\n-0.1,1\n0.5,-0.1\n1.5,1\n", to: "out.csv")
    let out = try flow("evaluate m.json out.csv --draws 50 -o e.csv")
    #expect(out.status == 10 && out.output.contains("3 rows are beyond an edge"), "\(out.output)")
    let lines = try String(contentsOfFile: folder.path("e.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.dropFirst(2).allSatisfy { $0.hasPrefix("-inf,-inf,") }, "\(lines)")
    let density = try #require(
      lines[1].split(separator: ",").dropFirst().first.flatMap { Double($0) })
    #expect(abs(density - (0.5 * log(2 / Double.pi) - 0.5)) < 0.3, "\(density)")
  }

  @Test("edges that cannot be, and rows beyond them, are errors")
  func wrongEdges() throws {
    try write("t.csv", "a,b") { "\($0),\($1)" }
    for wrong in ["a", "a=1", "a=1,0", "a=x,1", "a=nan,1", "=0,1", "a=0,1,2"] {
      #expect(try flow("train t.csv -o m.json --range \(wrong)").status == 64, "\(wrong)")
    }
    #expect(try flow("train t.csv -o m.json --range a=0,1 --range a=0,2").status == 64)
    let beyond = try flow("train t.csv -o m.json --range a=0,")
    #expect(beyond.status == 65 && beyond.error.contains("column 'a'"), "\(beyond.error)")
    #expect(beyond.error.contains("is not between the edges 0.0 and inf"), "\(beyond.error)")
    #expect(try flow("train t.csv -o m.json --range c=0,").status == 65)
  }

  @Test("the FITS table of a run is its chains")
  func ownTable() throws {
    let fit = try Tool.run(
      [
        "fit", ProjectFiles.data("jla_binned.fits"), "-o", "out", "--draws", "100", "--warmup",
        "100", "--derived", "S=omega_m*h",
      ], in: folder.path)
    #expect([0, 10, 11].contains(fit.status), "\(fit.error)")
    let trained = try flow("train out/hmc.fits --hidden 2 --steps 2 -o m.json")
    #expect(
      trained.status == 0 && trained.output.contains("400 rows of omega_m, h\n"), "\(trained.error)"
    )
    #expect(trained.output.contains("S left out: derived"))
    let same = try Tool.run(["compare", "out/hmc.fits", "out"], in: folder.path)
    #expect([0, 10].contains(same.status) && same.output.contains("omega_m"), "\(same.error)")
  }
}
