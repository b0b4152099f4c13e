import Inference
import Samplers
import Testing

@Suite struct DiagnosticsTests {
  /// x ← φ x + u − ½ with u from Knuth's 64-bit linear congruential generator: easy to repeat in
  /// any language.
  static func series(seed: UInt64, phi: Double, count: Int) -> [Double] {
    var (state, x) = (seed, 0.0)
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let deviate = (Double(state >> 11) + 0.5) * 0x1p-53 - 0.5
      x = phi * x + deviate
      return x
    }
  }

  /// Four series, the fourth shifted.
  static func chains(phi: Double, count: Int, shift: Double) -> [[Double]] {
    (0..<4).map { chain in
      series(seed: UInt64(chain + 1), phi: phi, count: count).map {
        $0 + (chain == 3 ? shift : 0)
      }
    }
  }

  /// A table of numbers.
  static func rows(_ text: String) -> [[Double]] {
    text.split(separator: "\n").map { $0.split(separator: " ").map { Double($0) ?? .nan } }
  }

  @Test(
    "the diagnostics equal ArviZ's",
    arguments: rows(
      """
       0.9 500 0.0 1.0126201779942636 116.35854792724714 181.58437400738825 0.06328595068644459 0.03057800966176212 0.08886322783858669 0.10440423394214926 0.062144553044546635 0.060009220264333474 0.07294981881398666
       0.9 500 0.3 1.0094060496375086 121.3890593982607 283.51964353725384 0.06167386229736602 0.0261030890138485
       0.9 501 0.0 1.01283522306567 116.37927100995891 184.31431336985776 0.06327698771278588 0.030606434754408576
       0.9 501 0.3 1.0093057616904597 121.58630915726303 287.61534214249997 0.06161295776511325 0.026114241741230292 0.07619393127885499 0.08357658635610221 0.06860529450670186 0.06309415811709917 0.07625772116035168
       0.0 500 0.0 0.9998680221610449 1994.2613515342805 1973.3912379368976 0.006675872263984449 0.0030098171293732445 0.004188667804449486 0.01090266114813282 0.015297546432971904 0.005904363933255774 0.0036165944063308864
       0.0 500 0.3 1.1005717941070388 26.611225845086853 31.99099768513657 0.05784721774386159 0.0068870415631184494
       0.0 501 0.0 0.9997796068947367 1998.924527329893 1975.17210227842 0.006661521139165384 0.0030032114203430867
       0.0 501 0.3 1.1008103802534435 26.55648017330554 30.28164873389522 0.05776420159099786 0.006858843204168566 0.006247611007627274 0.04134478902722449 0.04572592406419396 0.05851439309193007 0.04300828594182626
      -0.6 500 0.0 1.000238245302007 6602.059991327962 1978.9980135090827 0.004376025025804452 0.006341419881610018 0.019923517921544565 0.010840498444519092 0.00909729146934925 0.015158809093640813 0.01800249539611315
      -0.6 500 0.3 1.065383906805915 38.62434418108897 125.14824952178328 0.06032209379867563 0.006769957621380204
      -0.6 501 0.0 1.0003316012565098 6602.059991327962 1962.520716777247 0.004373983027838672 0.00634373668952192
       0.99 3000 0.0 1.0321309047706944 105.5920743404695 196.1706678982349 0.1804332064343397 0.11511321842910817
       0.999 3001 0.0 1.2618438626267459 12.038018146522454 35.41757140530749 1.090336930879083 0.47539594296239907
       0.9999 10000 0.0 1.8419848525433193 5.8248131674688155 20.861790465039622 4.607975655002905 1.7550498785573894
       1.0 2001 0.0 1.7761510577684176 5.940941219632336 14.178022937296666 2.2961555291283218 1.2007988816728192
      -0.6 501 0.3 1.0659225349373487 38.437976030611836 124.7551057567348 0.060465543817730685 0.006789233960081599 0.029989933653265688 0.012045896664946931 0.060309885091161544 0.060632186553032374 0.05357232429862524
      """))
  func arviz(row: [Double]) {
    // φ, draws, and the shift of the fourth of four chains; then ArviZ 0.23.4: rhat, ess of bulk and
    // tail, mcse of mean and sd, and in some rows of the quantiles (2026-11-21). Its autocovariances
    // come from a Fourier transform, whose rounding shows where they nearly cancel.
    let diagnostics = Diagnostics(
      Self.chains(phi: row[0], count: Int(row[1]), shift: row[2]),
      quantiles: ParameterSummary.probabilities)
    let values =
      [
        diagnostics.rHat, diagnostics.bulkEffectiveSampleSize, diagnostics.tailEffectiveSampleSize,
        diagnostics.standardErrorOfMean, diagnostics.standardErrorOfStandardDeviation,
      ] + diagnostics.standardErrorsOfQuantiles
    #expect(row.count == 8 || row.count == 13)
    for (value, exact) in zip(values, row[3...]) {
      #expect(abs(value / exact - 1) < 1e-6, "\(value) \(exact)")
    }
  }

  @Test(
    "the effective sample size for the mean equals ArviZ's",
    arguments: [
      (0.9, 500, 0.0, 114.83545540111758), (0.9, 500, 0.3, 119.31033074006672),
      (0.0, 500, 0.0, 1819.9982334463402), (0.0, 501, 0.3, 28.590634988605544),
      (-0.6, 500, 0.3, 38.938836930099214),
    ])
  func arvizMean(phi: Double, count: Int, shift: Double, effective: Double) {
    // ArviZ 0.23.4, ess(method="mean") (2026-11-21).
    let chains = Self.chains(phi: phi, count: count, shift: shift)
    #expect(abs(effectiveSampleSize(chains) / effective - 1) < 1e-6)
    #expect(Diagnostics(chains).meanEffectiveSampleSize == effectiveSampleSize(chains))
  }

  @Test("a draw that a chain repeats again and again is diagnosed as ArviZ does, in time")
  func stuck() {
    // ArviZ 0.23.4, as above (2026-11-27).
    func chains(_ repetitions: Int) -> [[Double]] {
      var chain = Self.series(seed: 1, phi: 0, count: 60)
      chain.replaceSubrange(19...19, with: [Double](repeating: chain[19], count: repetitions))
      return [chain, Self.series(seed: 2, phi: 0, count: chain.count)]
    }
    let few = Diagnostics(chains(900))
    for (value, exact) in [
      (few.rHat, 1.8491131441717026), (few.bulkEffectiveSampleSize, 10.043442555035744),
      (few.tailEffectiveSampleSize, 137.8737726375903),
      (few.meanEffectiveSampleSize, 5.564479871940945),
    ] {
      #expect(abs(value / exact - 1) < 1e-6, "\(value) \(exact)")
    }
    // Sums over all lags would take minutes.
    #expect(Diagnostics(chains(400_000)).rHat > 1.5)
  }

  @Test("many chains of an odd length are diagnosed in time")
  func many() {
    let draws = Self.series(seed: 1, phi: 0, count: 700_000)
    let chains = (0..<100_000).map { Array(draws[7 * $0..<7 * $0 + 7]) }
    #expect(abs(Diagnostics(chains).rHat - 1) < 0.01)
  }

  @Test(
    "E-BFMI equals ArviZ's",
    arguments: [
      (0.9, 0.2617778952014804, 0.1529525826593452), (0.0, 2.1721490038544484, 1.8826490375141098),
      (-0.6, 3.264678297221026, 3.145762782478612),
    ])
  func arvizEnergy(phi: Double, first: Double, second: Double) {
    // ArviZ 0.23.4, bfmi (2026-11-21).
    for (seed, exact) in [(1, first), (2, second)] {
      let energies = Self.series(seed: UInt64(seed), phi: phi, count: 500)
      #expect(abs(energyFraction(energies) / exact - 1) < 1e-9)
    }
  }

  @Test("two distributions with one mean are distinguished by the folded R-hat")
  func folding() {
    let chains = (0..<4).map { chain in
      Self.series(seed: UInt64(chain + 1), phi: 0, count: 500).map { $0 * (chain == 3 ? 3 : 1) }
    }
    #expect(Diagnostics(chains).rHat > 1.1)
  }

  @Test("draws that do not move, or are not finite, have neither")
  func degenerate() {
    for chains in [[[1, 1, 1, 1]], [[1, .nan, 2, 3]], [[1, .infinity, 2, 3]], [[1.0]], []] {
      #expect(effectiveSampleSize(chains).isNaN)
      #expect(Diagnostics(chains).rHat.isNaN)
      #expect(Diagnostics(chains).tailEffectiveSampleSize.isNaN)
    }
  }

  @Test("a summary has the moments, quantiles and correlation of the draws")
  func summary() {
    var chain = Chain(columns: [.init(name: "a"), .init(name: "b")])
    for i in 0...100 {
      let x = Double((37 * i) % 101)
      chain.append(
        [x, 5 - 2 * x], logDensity: 0,
        statistics: [.divergent: i < 3 ? 1 : 0, .treeDepth: i < 5 ? 10 : 9])
    }
    let summary = PosteriorSummary([chain])
    #expect(summary.drawCount == 101 && summary.divergenceCount == 3)
    #expect(summary.saturatedTreeCount == 5)
    let a = summary.parameters[0]
    #expect(a.mean == 50)
    // The variance of 0 … 100 with n − 1: (101² − 1)/12 · 101/100.
    #expect(abs(a.standardDeviation - 858.5.squareRoot()) < 1e-12)
    #expect(a.quantiles == [2.5, 16, 50, 84, 97.5])
    #expect(abs(summary.correlation[0][1] + 1) < 1e-12)
    #expect(summary.failedGates.contains("3 of 101 transitions diverged"))
  }

  @Test("the gates of good chains are open, those of stuck chains are not")
  func gates() {
    func summary(_ shift: Double) -> PosteriorSummary {
      PosteriorSummary(
        (0..<4).map { index in
          var chain = Chain(columns: [.init(name: "x")])
          for x in Self.series(seed: UInt64(index + 1), phi: 0, count: 500) {
            chain.append([x + (index == 3 ? shift : 0)], logDensity: 0)
          }
          return chain
        })
    }
    #expect(summary(0).failedGates.isEmpty)
    #expect(summary(0.3).failedGates.count == 3)
    #expect(summary(.nan).failedGates.count == 3)
  }

  @Test("chains whose energies wander have too small an E-BFMI")
  func energies() {
    var chain = Chain(columns: [.init(name: "x")])
    let draws = Self.series(seed: 1, phi: 0, count: 2000)
    for (x, energy) in zip(draws, Self.series(seed: 2, phi: 0.95, count: 2000)) {
      chain.append([x], logDensity: 0, statistics: [.energy: energy])
    }
    let summary = PosteriorSummary([chain])
    #expect(summary.energyFractions.count == 1)
    #expect(summary.failedGates.count == 1)
    #expect(summary.failedGates[0].hasPrefix("E-BFMI of chain 1 is 0."))
  }

  @Test("a column that does not vary next to one that does is a note; stuck chains are not")
  func constant() {
    func summary(_ draw: (Double) -> [Double]) -> PosteriorSummary {
      PosteriorSummary(
        (0..<4).map { index in
          var chain = Chain(columns: [.init(name: "x"), .init(name: "w")])
          for x in Self.series(seed: UInt64(index + 1), phi: 0, count: 500) {
            chain.append(draw(x), logDensity: 0)
          }
          return chain
        })
    }
    // The mean of 2000 times 0.3 is not 0.3, to rounding.
    let fixed = summary { [$0, 0.3] }
    #expect(fixed.parameters[1].mean == 0.3 && fixed.parameters[1].standardDeviation == 0)
    #expect(fixed.failedGates.isEmpty)
    #expect(fixed.notes == ["constant in all draws, so not checked: w = 0.3"])
    let stuck = summary { _ in [0.1, 0.3] }
    #expect(stuck.failedGates.count == 6 && stuck.notes.isEmpty)
  }

  @Test(
    "chains of unequal length are summarised, their last draws diagnosed",
    arguments: [[500, 300], [300, 301, 299], [500, 3], [500, 0], [0, 0], [7, 6, 5, 4]])
  func unequal(lengths: [Int]) throws {
    let series = lengths.enumerated().map {
      Self.series(seed: UInt64($0 + 1), phi: 0.5, count: $1)
    }
    let chains = series.map { draws in
      var chain = Chain(columns: [.init(name: "x")])
      for x in draws { chain.append([x], logDensity: 0, statistics: [.energy: x]) }
      return chain
    }
    let least = try #require(lengths.min())
    let (summary, last) = (PosteriorSummary(chains), Diagnostics(series.map { $0.suffix(least) }))
    let parameter = summary.parameters[0]
    #expect(summary.drawCount == lengths.reduce(0, +))
    #expect(parameter.rHat == last.rHat || (parameter.rHat.isNaN && last.rHat.isNaN))
    #expect(parameter.rHat.isFinite == (least >= 4))
    #expect(effectiveSampleSize(series).isFinite == (least >= 4))
    let all = series.flatMap { $0 }
    let mean = all.reduce(0, +) / Double(all.count)
    #expect(all.isEmpty || abs(parameter.mean - mean) < 1e-12)
  }

  @Test("a chain without energies does not shift the numbers of the others")
  func someEnergies() {
    let draws = Self.series(seed: 1, phi: 0, count: 500)
    let chains = (0..<3).map { index in
      var chain = Chain(columns: [.init(name: "x")])
      let energies = Self.series(seed: 2, phi: index == 2 ? 0.97 : 0, count: 500)
      for (x, energy) in zip(draws, energies) {
        chain.append([x], logDensity: 0, statistics: index == 0 ? [:] : [.energy: energy])
      }
      return chain
    }
    let failures = PosteriorSummary(chains).failedGates.filter { $0.hasPrefix("E-BFMI") }
    #expect(failures.count == 2 && failures[0] == "E-BFMI of chain 1 is not known")
    #expect(failures[1].hasPrefix("E-BFMI of chain 3 is 0."))
  }

  @Test(
    "damaged notes of divergences are counted, not added up", arguments: [Double.nan, .infinity])
  func damagedDivergences(note: Double) {
    var chain = Chain(columns: [.init(name: "x")])
    for x in Self.series(seed: 1, phi: 0, count: 8) {
      chain.append([x], logDensity: 0, statistics: [.divergent: note])
    }
    #expect(PosteriorSummary([chain]).divergenceCount == (note > 0 ? 8 : 0))
  }
}

/// Chains as damaged or foreign files may give them.
@Suite struct OddChainTests {
  private func chain(_ names: [String], _ count: Int) -> Chain {
    var chain = Chain(columns: names.map { .init(name: $0) })
    for n in 0..<count {
      chain.append(names.indices.map { Double((n * (7 + $0)) % 11) }, logDensity: 0)
    }
    return chain
  }

  @Test("chains of other lengths, of other columns, without draws or none are summarised")
  func summaries() {
    let sets: [[Chain]] = [
      [], [chain([], 0)], [chain(["a"], 0)], [chain(["a"], 1)],
      [chain(["a", "b"], 0), chain(["a"], 9)],
      [chain(["a", "b"], 9), chain(["b"], 5), chain(["b", "c"], 1)],
      [chain(["a"], 9), chain(["b"], 9)],
      [chain(["a"], 100), chain(["a"], 3), chain(["a"], 0)],
    ]
    for chains in sets {
      let summary = PosteriorSummary(chains)
      #expect(summary.drawCount == chains.reduce(0) { $0 + $1.count })
      _ = summary.failedGates
      for isWeighted in [true, false] { _ = ComparedDraws(chains, isWeighted: isWeighted).summary }
      let lists = chains.map { $0.columns.isEmpty ? [] : $0.column(0) }
      _ = Diagnostics(lists, quantiles: [0, 0.5, 1])
      _ = effectiveSampleSize(lists)
    }
    let mixed = PosteriorSummary(sets[5])
    #expect(mixed.parameters.map(\.name) == ["b"] && mixed.drawCount == 15)
  }
}
