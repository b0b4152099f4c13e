import Foundation
import Inference
import TestSupport
import Testing

@Suite struct FlowCommandTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    var generator = RandomStream(seed: 1, "rows")
    var text = "x,y,z\n"
    for _ in 0..<300 {
      let x = generator.nextStandardNormal()
      text += "\(100 + 3 * x),\(0.01 * (x * x + generator.nextStandardNormal())),7\n"
    }
    _ = try folder.write(text, to: "rows.csv")
  }

  private func flow(_ arguments: String) throws -> Tool.Result {
    try Tool.run(["flow"] + arguments.split(separator: " ").map(String.init), in: folder.path)
  }

  private let training = "train rows.csv --columns x,y --hidden 8 --batch 64 --steps 400 --quiet"

  @Test("train, inspect, sample and evaluate follow each other")
  func story() throws {
    let trained = try flow("\(training) -o flow.json")
    #expect(trained.status == 0 && trained.error.isEmpty, "\(trained.error)")
    for words in ["300 rows of x, y", "held out    30 rows", "2 Hamiltonians of 2 leapfrog steps"] {
      #expect(trained.output.contains(words), "\(trained.output)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("flow.json.checkpoint")))

    let inspected = try flow("inspect flow.json")
    for words in [
      "columns     x, y", "note        steps: 400", "Hamiltonian 2: 2 leapfrog steps, T = 1",
      "V  network 2-8-8-1 softplus, 105 parameters", "K  ½ pᵀ M p, 3 parameters", "  M ",
    ] { #expect(inspected.output.contains(words), "\(inspected.output)") }

    _ = try folder.write("mine", to: "draws.csv.partial")
    let sampled = try flow("sample flow.json -n 4000 -o draws.csv")
    #expect(sampled.status == 0, "\(sampled.error)")
    let mine = try String(contentsOfFile: folder.path("draws.csv.partial"), encoding: .utf8)
    #expect(mine == "mine")
    let lines = try String(contentsOfFile: folder.path("draws.csv"), encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == 4001 && lines[0] == "x,y")
    let x = lines.dropFirst().compactMap { Double($0.split(separator: ",")[0]) }
    // The data have mean 100 and standard deviation 3.
    #expect(abs(x.reduce(0, +) / 4000 - 100) < 0.6)
    #expect(try flow("sample flow.json -n 3").output.split(separator: "\n").count == 4)

    let evaluated = try flow("evaluate flow.json draws.csv --draws 8 -o density.csv")
    #expect(evaluated.status == 0 && evaluated.output.contains("rows        4000"))
    let bounds = try String(contentsOfFile: folder.path("density.csv"), encoding: .utf8)
      .split(separator: "\n").dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(bounds.count == 4000)
    #expect(bounds.allSatisfy { $0.count == 3 && $0[0] <= $0[1] && $0[2] <= 1 + 1e-9 })
    // Exactly 0.67, and 0.12 of a normal density; whoever forgets the scales is off by 3.
    let mean = bounds.reduce(0) { $0 + $1[1] } / 4000
    #expect((-0.3..<1.2).contains(mean), "\(mean)")
  }

  @Test("a training that was stopped continues to the very flow of one that was not")
  func resumed() throws {
    let longer = "train rows.csv --columns x,y --steps 1500 --cool 0.3 --quiet"
    #expect(try flow("\(longer) -o whole.json").status == 0)
    var status = try flow("\(longer) -o parts.json --max-time 1s").status
    // On a fast machine a second is enough, and on a slow one for a part of the rest.
    for _ in 0..<60 where status == 75 {
      status = try flow("\(longer) -o parts.json --resume --max-time 1s").status
    }
    #expect(status == 0)
    // What has no checkpoint begins, and says so.
    let anew = try flow("\(training) -o anew.json --resume")
    #expect(anew.status == 0 && anew.output.contains("training starts over"), "\(anew.output)")
    let files = try ["whole.json", "parts.json"].map {
      try String(contentsOfFile: folder.path($0), encoding: .utf8)
    }
    #expect(files[0] == files[1])
    // The parameters that are kept may be from before momenta were as cold as that.
    let momenta = try flow("inspect whole.json").output.split(separator: "p₀ N(0, ")
    let deviation = try #require(momenta.count == 2 ? Double(momenta[1].prefix(3)) : nil)
    #expect((0.3..<0.5).contains(deviation))
  }

  @Test("with several momenta for each row the density is reported")
  func momenta() throws {
    let trained = try flow("\(training) --momenta 8 -o momenta.json")
    let line = trained.output.split(separator: "\n").first { $0.hasPrefix("−log p ≤ ") }
    let words = try #require(line, "\(trained.output)").split(separator: " ")
    let loss = try #require(Double(words[3]))
    #expect(try flow("inspect momenta.json").output.contains("note        momenta: 8"))
    // All rows, a tenth of which were held out: the same density, within the noise of 30 rows.
    let evaluated = try flow("evaluate momenta.json rows.csv --draws 8").output
    let density = evaluated.split(separator: "\n").first { $0.hasPrefix("density") }
    let value = try #require(density.flatMap { Double($0.split(separator: " ")[1]) })
    #expect(abs(value + loss) < 4 * 1.2 / 30.0.squareRoot(), "\(evaluated) \(loss)")
    _ = try flow("\(training) -o one.json")
    let draws = try ["momenta", "one"].map { try flow("sample \($0).json -n 3").output }
    #expect(draws[0] != draws[1])
  }

  @Test("a signal leaves a checkpoint, which other options refuse")
  func signalled() throws {
    let arguments = ["flow"] + training.split(separator: " ").map(String.init)
    let longer = arguments + ["-o", "s.json"]
    let steps = longer.map { $0 == "400" ? "100000000" : $0 }
    let status = try Tool.run(steps, in: folder.path, signal: SIGINT, after: 1)
    #expect(status == 130)
    #expect(FileManager.default.fileExists(atPath: folder.path("s.json.checkpoint")))
    let other = try flow("\(training) -o s.json --resume --seed 2")
    #expect(other.status == 73 && other.error.contains("belongs to other samples or options"))
    #expect(try flow("\(training) -o s.json --resume --momenta 2").status == 73)
    _ = try folder.write("{}", to: "s.json.checkpoint")
    let damaged = try flow("\(training) -o s.json --resume")
    #expect(damaged.status == 65 && damaged.error.contains("this is not a training checkpoint"))
  }

  @Test("a density that is given a column is drawn from and evaluated where that is given")
  func given() throws {
    var generator = RandomStream(seed: 2, "given")
    let rows = (0..<400).map { _ -> String in
      let z = generator.nextStandardNormal()
      return "\(3 + z),\(100 + 20 * z + generator.nextStandardNormal()),7\n"
    }
    _ = try folder.write("z,y,chi2\n" + rows.joined(), to: "line.csv")
    let learn = "train line.csv --hidden 4 --batch 64 --steps 300 --quiet --force"
    let trained = try flow("\(learn) --given z -o g.json")
    #expect(trained.status == 0 && trained.output.contains("rows of y, given z"), "\(trained)")
    let drawn = try flow("sample g.json -n 400 --given z=5").output.split(separator: "\n")
    #expect(drawn[0] == "y,z" && drawn.count == 401 && drawn[1].hasSuffix(",5.0"))
    let values = drawn.dropFirst().compactMap { Double($0.split(separator: ",")[0]) }
    #expect(abs(values.reduce(0, +) / 400 - 140) < 3)
    _ = try folder.write("z,y\n5,140\n1,60\n", to: "near.csv")
    _ = try folder.write("z,y\n5,60\n1,140\n", to: "far.csv")
    func density(_ name: String) throws -> Double? {
      let text = try flow("evaluate g.json \(name).csv --draws 500").output
      let line = text.split(separator: "\n").first { $0.hasPrefix("density") }
      return line.flatMap { Double($0.split(separator: " ")[1]) }
    }
    let near = try #require(try density("near"))
    let far = try density("far") ?? -1e9
    #expect(near > -4 && far < near - 10, "\(near), \(far)")
    #expect(try flow("inspect g.json").output.contains("given       z, below at their means"))
    for (arguments, status, words) in [
      ("sample g.json", 64, "given z"), ("sample g.json --given x=1", 64, "given z"),
      ("sample g.json --given z", 64, "name=value"),
      ("sample g.json --given z=nan", 64, "name=value"),
      ("sample g.json --given z=1,z=2", 64, "more than once"),
      ("\(learn) --given y,z", 65, "none of its columns"),
      ("\(learn) --given no", 65, "no column 'no'"),
      ("\(learn) --given z --columns y,z", 64, "twice"), ("\(learn) --given z,", 64, "separated"),
      ("\(learn) --given z --symmetry so2", 64, "exclude"),
      ("\(learn) --given z --base soft-uniform", 64, "--base"),
      ("\(learn) --given z --range z=0,10", 65, "no column 'z'"),
    ] {
      let result = try flow("\(arguments)\(arguments.hasPrefix("train") ? " -o t.json" : "")")
      #expect(result.status == status && result.error.contains(words), "\(arguments): \(result)")
    }
  }

  @Test(
    "a flow with a symmetry has one scale, and the same density at rows that it maps to each other")
  func symmetry() throws {
    var generator = RandomStream(seed: 2, "ring")
    let rows = (0..<300).map { _ -> (Double, Double) in
      let angle = 6 * generator.nextStandardNormal()
      let radius = 20 + generator.nextStandardNormal()
      return (radius * cos(angle), radius * sin(angle))
    }
    _ = try folder.write(
      "x,y\n" + rows.map { "\($0.0),\($0.1)\n" }.joined(), to: "ring.csv")
    _ = try folder.write("0 -1\n1 0\n", to: "turn.txt")
    _ = try folder.write("0 1\n1 0\n", to: "stretch.txt")
    _ = try folder.write("0 1 0\n1 0 0\n", to: "wide.txt")
    let learn = "train ring.csv --hidden 4 --batch 64 --steps 60 --quiet --force"
    // (3, 4) goes to (−4, 3), (−3, 4) and (4, 3).
    for (symmetry, image) in [
      ("so2", "-12,16"), ("c4", "-16,12"), ("reflection:x", "-12,16"),
      ("permutation:x,y", "16,12"), ("matrix:turn.txt", "0,20"),
    ] {
      let trained = try flow("\(learn) --symmetry \(symmetry) -o s.json")
      #expect(trained.status == 0, "\(trained.error)")
      #expect(trained.output.contains(", exact\n"), "\(trained.output)")
      #expect(trained.output.contains("\(symmetry): base and Hamiltonians commute with it"))
      let shown = try flow("inspect s.json").output
      #expect(shown.contains("components  local covariance"), "\(shown)")
      #expect(shown.contains("symmetry    \(symmetry): base and Hamiltonians commute"), "\(shown)")
      #expect(shown.contains("equivariant by construction"), "\(shown)")
      _ = try folder.write("x,y\n12,16\n", to: "one.csv")
      _ = try folder.write("x,y\n\(image)\n", to: "other.csv")
      let densities = try ["one", "other"].map { name in
        let text = try flow("evaluate s.json \(name).csv --draws 4000").output
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("density") })
        return try #require(Double(line.split(separator: " ")[1]))
      }
      #expect(abs(densities[0] - densities[1]) < 0.1, "\(symmetry): \(densities)")
    }
    let penalised = try flow("\(learn) --symmetry so2 --penalised -o p.json").output
    #expect(penalised.contains("so2, by a penalty") && penalised.contains("do not commute with it"))
    let other = try flow("inspect p.json --symmetry c4").output
    #expect(other.contains("symmetry    c4: Hamiltonians do not commute"), "\(other)")
    #expect(try flow("inspect p.json --symmetry so3").error.contains("a multiple of 3"))
    let bodies = try flow("\(learn) --symmetry t1 -o b.json").output
    #expect(bodies.contains("t1: Hamiltonians commute with it: the density of"), "\(bodies)")
    for (options, status, words) in [
      ("--penalised", 64, "--symmetry"), ("--symmetry c4 --penalised", 64, "no penalty"),
      ("--symmetry t1 --penalised", 64, "no penalty"), ("--symmetry t2", 64, "two bodies"),
      ("--symmetry so3", 64, "a multiple of 3"), ("--symmetry c1", 64, "is no symmetry"),
      ("--symmetry reflection:z", 64, "none of the columns"),
      ("--symmetry permutation:x,x", 64, "twice"), ("--symmetry turn", 64, "is no symmetry"),
      ("--symmetry matrix:stretch.txt", 64, "not antisymmetric"),
      ("--symmetry matrix:wide.txt", 64, "2 × 3"), ("--symmetry matrix:no.txt", 66, "no such"),
      ("--symmetry so2 --kinetic relativistic", 64, "--kinetic"),
      ("--symmetry so2 --base soft-uniform", 64, "--base"),
      ("--symmetry so2 --range x=-100,100", 65, "hard edges"),
    ] {
      let result = try flow("\(learn) \(options) -o t.json")
      #expect(result.status == status && result.error.contains(words), "\(result.error)")
    }
  }

  @Test("input that cannot be learned is refused with its place")
  func hostile() throws {
    let rows = (0..<30).map { "\($0),\($0 * $0 % 7)\n" }.joined()
    for (text, words) in [
      ("", "the file is empty"),
      ("x,y\n", "there are column names but no rows"),
      ("x,y\n1,2\n", "found 1 row where at least 20 are needed"),
      ("x,y\n\(rows)1,nan\n", "row 32, column 'y': found nan where a finite number is expected"),
      ("x,y\n\(rows)1,inf\n", "found inf"),
      ("x,y\n\(rows)1,east\n", "found 'east' where a number is expected"),
      ("x,y\n\(rows)1\n", "found 1 field where there are 2 column names"),
      ("x,x\n\(rows)", "two columns have this name"),
      ("x,y\n" + (0..<30).map { "\($0),3\n" }.joined(), "column 'y' is the same in all rows"),
      (
        "x,y\n" + (0..<30).map { "\($0),\($0)e306\n" }.joined(),
        "column 'y' are too large or too small"
      ),
    ] {
      _ = try folder.write(text, to: "bad.csv")
      let result = try flow("train bad.csv -o bad.json")
      #expect(result.status == 65 && result.error.contains(words), "\(words): \(result.error)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("bad.json")))
    }
    #expect(try flow("train nothing.csv -o bad.json").status == 66)
    let burnIn = try flow("train rows.csv -o bad.json --burn-in 0.3")
    #expect(burnIn.status == 64 && burnIn.error.contains("this is a table"), "\(burnIn.error)")
    let nothing = try flow("train nothing.csv -o bad.json --burn-in 0.3")
    #expect(nothing.status == 66, "\(nothing.error)")
    let column = try flow("train rows.csv --columns x,yy -o bad.json")
    #expect(column.status == 65 && column.error.contains("did you mean"), "\(column.error)")
    for wrong in [
      "--hidden 0", "--time -1", "--steps 0", "--held-out 1", "--kinetic magic", "--cool 0",
      "--cool 0.7", "--cool nan", "--kinetic mlp --cool 0.2", "--momenta 0", "--momenta 1025",
      "--momenta many", "--columns ,", "--columns x,,y", "--columns x,", "--columns x,x",
    ] {
      #expect(try flow("train rows.csv -o bad.json \(wrong)").status == 64, "\(wrong)")
    }
  }

  @Test("a checkpoint with counts that no training has is refused, and left as it is")
  func impossibleCheckpoint() throws {
    let steps = "train rows.csv --columns x,y --hidden 2 --steps 10000000 --quiet -o s.json"
    let arguments = ["flow"] + steps.split(separator: " ").map(String.init)
    #expect(try Tool.run(arguments, in: folder.path, signal: SIGTERM, after: 1) == 75)
    let path = folder.path("s.json.checkpoint")
    let checkpoint = try String(contentsOfFile: path, encoding: .utf8)
    for (key, value) in [
      ("lossCount", "9223372036854775807"), ("looksSinceBest", "9223372036854775807"),
      ("step", "9223372036854775807"), ("step", "-1"), ("stepCount", "1e308"),
      ("second", "[-1]"), ("average", "[]"), ("bestScore", #""NaN""#), ("records", "null"),
    ] {
      let pattern = try Regex(#""\#(key)":(\[[^\[\]]*\]|[-0-9.e+]+|\[\{.*?\}\])"#)
      let damaged = checkpoint.replacing(pattern, with: "\"\(key)\":\(value)")
      #expect(damaged != checkpoint, "\(key)")
      for text in [damaged, SealedState.resealed(damaged)] {
        _ = try folder.write(text, to: "s.json.checkpoint")
        let result = try flow("\(steps) --resume --max-time 1s")
        #expect(result.status == 65, "\(key) \(value): \(result.error)")
        #expect(
          result.error.hasPrefix("error: s.json.checkpoint: this is not a training checkpoint"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
      }
    }
  }

  @Test("rows that overflow are an error, and no file")
  func overflow() throws {
    #expect(try flow("train rows.csv --columns x,y --hidden 2 --steps 2 -o f.json").status == 0)
    let text = try String(contentsOfFile: folder.path("f.json"), encoding: .utf8)
    let huge = text.replacing(/"scales":\[[^\]]*\]/, with: "\"scales\":[1e308,1e308]")
    _ = try folder.write(huge, to: "huge.json")
    for output in ["-o huge.csv", ""] {
      let result = try flow("sample huge.json -n 1000 \(output)")
      #expect(result.status == 65, "\(result.error)")
      #expect(result.error.hasPrefix("error: huge.json: row "), "\(result.error)")
      #expect(!result.output.contains("inf"))
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.allSatisfy { !$0.hasPrefix("huge.csv") })
  }

  @Test("rows without density are counted, and the others reported")
  func farRows() throws {
    #expect(try flow("\(training) -o f.json").status == 0)
    let rows = "x,y\n0.1,0.2\n1e35,-1e35\n-0.3,0.4\n"
    _ = try folder.write(rows, to: "far.csv")
    let far = try flow("evaluate f.json far.csv --draws 10")
    #expect(far.status == 10 && far.output.contains("1 row is so far out"), "\(far.output)")
    #expect(!far.output.contains("nan") && !far.output.contains("inf"), "\(far.output)")
    _ = try folder.write("x,y\n1e35,-1e35\n2e35,0\n", to: "farther.csv")
    let farther = try flow("evaluate f.json farther.csv --draws 10")
    #expect(farther.status == 10 && farther.output.contains("2 rows are so far out"))
  }

  @Test("what is alike in a chain, copies and neighbours, is either learned or held out")
  func likeRows() throws {
    func heldOut(_ output: String) -> Substring? {
      let line = output.split(separator: "\n").first { $0.hasPrefix("held out") }
      return line?.split(separator: " ")[2]
    }
    try writeChain("w", weights: [1000] + Array(repeating: 1, count: 39))
    let trained = try flow("train w --hidden 4 --steps 2 -o w.json")
    #expect(trained.status == 0 && trained.output.contains("w: 1039 rows"), "\(trained.output)")
    // Four draws of forty, whichever they are.
    let copies = try #require(heldOut(trained.output))
    #expect(["4", "1003"].contains(copies), "\(copies)")
    // Five parts of fifty; single rows would be 55.
    try writeChain("n", weights: Array(repeating: 1, count: 500))
    let neighbours = try flow("train n --hidden 4 --steps 2 --held-out 0.11 -o n.json")
    #expect(heldOut(neighbours.output) == "50", "\(neighbours.output)")
    // Of each of two chains fifty parts of two; other weights than counts are of no walk.
    for number in [1, 2] {
      try writeChain("t", number: number, weights: Array(repeating: 1, count: 100))
    }
    let two = try flow("train t --hidden 4 --steps 2 --held-out 0.11 -o t.json")
    #expect(heldOut(two.output) == "22", "\(two.output)")
    try writeChain("f", weights: Array(repeating: 0.5, count: 500))
    let fractions = try flow("train f --hidden 4 --steps 2 --held-out 0.11 -o f.json")
    #expect(heldOut(fractions.output) == "55", "\(fractions.output)")
    // What has no weight makes no part.
    try writeChain("z", weights: Array(repeating: 0, count: 1980) + Array(repeating: 1, count: 20))
    let last = try flow("train z --hidden 4 --steps 2 -o z.json")
    #expect(last.status == 0 && heldOut(last.output) == "2", "\(last.output) \(last.error)")
  }

  @Test("models that are none are refused, and nothing is replaced unasked")
  func models() throws {
    #expect(try flow("inspect nothing.json").status == 66)
    let table = try flow("inspect rows.csv")
    #expect(table.status == 65 && table.error.contains("this is not a saved flow"))
    let unasked = try flow("\(training) -o rows.csv")
    #expect(unasked.status == 73 && unasked.error.contains("use --force"))
    #expect(try flow("\(training) -o nowhere/flow.json").status == 73)
    #expect(try flow("train rows.csv --columns x,y --hidden 4 --steps 2 -o f.json").status == 0)
    #expect(try flow("sample f.json -n 2 -o rows.csv").status == 73)
    #expect(try flow("sample f.json -n 0").status == 64)
    let lacking = try flow("evaluate f.json f.json")
    #expect(lacking.status == 65)
    var text = try String(contentsOfFile: folder.path("f.json"), encoding: .utf8)
    text = text.replacingOccurrences(of: #""version":1"#, with: #""version":9"#)
    _ = try folder.write(text, to: "newer.json")
    let newer = try flow("sample newer.json")
    #expect(newer.status == 65 && newer.error.contains("version 9"))
  }

  /// A chain of two normal parameters in GetDist's format.
  private func writeChain(_ root: String, number: Int = 1, weights: [Double]) throws {
    _ = try folder.write("a\nb\n", to: "\(root).paramnames")
    var generator = RandomStream(seed: 2, number == 1 ? "chain" : "chain \(number)")
    let lines = weights.map {
      "\($0) 1.0 \(generator.nextStandardNormal()) \(generator.nextStandardNormal())\n"
    }
    _ = try folder.write(lines.joined(), to: "\(root).\(number).txt")
  }

  @Test("a chain in GetDist's format is learned by its root, weights counting")
  func chain() throws {
    try writeChain("c", weights: Array(repeating: 2, count: 60))
    let result = try flow("train c --hidden 4 --steps 5 --batch 8 -o c.json --burn-in 0.5")
    #expect(result.status == 0 && result.output.contains("c: 60 rows of a, b"), "\(result.error)")
    let column = try flow("train c --columns q -o q.json")
    #expect(column.status == 65 && column.error.contains("there is no column 'q'"))
    try writeChain("c", weights: Array(repeating: -2, count: 60))
    let negative = try flow("train c -o q.json")
    #expect(negative.status == 65 && negative.error.contains("weights"))
  }
}
