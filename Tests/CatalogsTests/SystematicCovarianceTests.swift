import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// A covariance of magnitudes, shapes and colours of all light curves, against one normal density of all of them.
@Suite struct SystematicCovarianceTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let columns = LightCurveNameTests.tables["with e_mB"] ?? []

  /// A sum of some shifts of all light curves, each with a variance, and more that are own to each.
  private static func matrix(_ variances: [Double], own: Double = 0) -> Matrix {
    var matrix = Matrix(diagonal: (0..<36).map { own * [0.001, 0.01, 0.0004][$0 % 3] })
    for (n, variance) in variances.enumerated() {
      let shift = (0..<36).map { row in
        [0.06, 0.2, 0.02][row % 3] * cos(Double((n + 1) * (row / 3)) / 5 + Double(row % 3))
      }
      for i in 0..<36 { for j in 0..<36 { matrix[i, j] += variance * (shift[i] * shift[j]) } }
    }
    return matrix
  }

  private func write(_ matrix: Matrix, to name: String = "c.txt") throws -> String {
    let lines = (0..<matrix.rows).map { i in
      (0..<matrix.rows).map { "\(matrix[i, $0])" }.joined(separator: " ") + "\n"
    }
    return try folder.write(lines.joined(), to: name)
  }

  private func catalog(_ path: String?, _ options: Catalog.Options = .init()) throws -> Catalog {
    var options = options
    options.systematicCovariance = path
    return try folder.catalog(Self.columns, options)
  }

  private static let parameters: [String: Double] = [
    "omega_m": 0.3, "alpha": 0.14, "beta": 3.1, "M": -19.3, "sigma_int": 0.1, "x1_mean": 0.1,
    "x1_sd": 0.9, "c_mean": 0.01, "c_sd": 0.08,
  ]

  /// log N of all 3N numbers, with a covariance of all in addition to their own.
  private static func dense(_ sample: LightCurveSample, _ systematic: Matrix) throws -> Double {
    func value(_ name: String) -> Double { parameters[name] ?? 0 }
    let universe = Universe(FlatLambdaCDM(), [value("omega_m")], h: 0.7)
    let (alpha, beta) = (value("alpha"), value("beta"))
    let (rx, rc) = (pow(value("x1_sd"), 2), pow(value("c_sd"), 2))
    var covariance = systematic
    var residual: [Double] = []
    for (i, supernova) in sample.supernovae.enumerated() {
      let modulus = universe.distanceModulus(
        redshift: supernova.redshift, heliocentric: supernova.heliocentricRedshift)
      residual += [
        supernova.magnitude - modulus - value("M") + alpha * value("x1_mean")
          - beta * value("c_mean"),
        supernova.shape - value("x1_mean"), supernova.color - value("c_mean"),
      ]
      let block = [
        [
          supernova.magnitudeVariance + pow(value("sigma_int"), 2) + alpha * alpha * rx
            + beta * beta * rc,
          supernova.magnitudeShapeCovariance - alpha * rx,
          supernova.magnitudeColorCovariance + beta * rc,
        ],
        [
          supernova.magnitudeShapeCovariance - alpha * rx, supernova.shapeVariance + rx,
          supernova.shapeColorCovariance,
        ],
        [
          supernova.magnitudeColorCovariance + beta * rc, supernova.shapeColorCovariance,
          supernova.colorVariance + rc,
        ],
      ]
      for a in 0..<3 { for b in 0..<3 { covariance[3 * i + a, 3 * i + b] += block[a][b] } }
    }
    let factor = try Cholesky(covariance)
    var span = residual.mutableSpan
    factor.whiten(&span)
    return -0.5
      * (residual.reduce(0) { $0 + $1 * $1 } + factor.logDeterminant
        + Double(residual.count) * log(2 * .pi))
  }

  /// log L with the amplitudes, in which it is quadratic, integrated out.
  private static func marginal(_ catalog: Catalog) throws -> Double {
    let sample = try #require(catalog.lightCurves)
    var model = HierarchicalModel()
    model.drifts = false
    model.systematics = catalog.labels.systematics
    let likelihood = HierarchicalLikelihood(
      sample, model,
      distances: ModelDistances(FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)))
    let names = likelihood.parameterNames
    let amplitudes = names.indices.filter { names[$0].hasPrefix("sys_") }
    func evaluate(_ place: Int?) -> (value: Double, gradient: [Double]) {
      let point = names.indices.map { index in
        parameters[names[index]] ?? (index == place ? 1 : 0)
      }
      var gradient = point
      var span = gradient.mutableSpan
      let value = likelihood.logLikelihood(at: point.span, gradient: &span)
      return (value, amplitudes.map { gradient[$0] })
    }
    let center = evaluate(nil)
    let count = amplitudes.count
    guard count > 0 else { return center.value }
    // Slopes of a quadratic function differ by its curvature.
    var curvature = Matrix(diagonal: [Double](repeating: 1, count: count))
    for (i, place) in amplitudes.enumerated() {
      let slopes = evaluate(place).gradient
      for j in 0..<count { curvature[i, j] -= slopes[j] - center.gradient[j] }
    }
    let factor = try Cholesky(curvature)
    var white = center.gradient
    var span = white.mutableSpan
    factor.whiten(&span)
    return center.value + 0.5 * white.reduce(0) { $0 + $1 * $1 } - 0.5 * factor.logDeterminant
  }

  @Test("with all axes kept it is one normal density of 36 numbers, from text, NumPy and FITS")
  func exact() throws {
    let matrix = Self.matrix([1, 0.8, 1.3])
    let plain = try #require(try catalog(nil).lightCurves)
    let expected = try Self.dense(plain, matrix)
    var fits = FITSBytes(primaryImage: [36, 36], matrix.elements)
    fits.append(image: "OTHER", axes: [2, 2], [1, 0, 0, 1])
    let bytes = matrix.elements.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    for path in [
      try write(matrix), try folder.write(fits.bytes, to: "c.fits"),
      try folder.write(ZipBytes.array("<f8", shape: "(36, 36)", bytes), to: "c.npy"),
    ] {
      let catalog = try catalog(path)
      #expect(catalog.labels.systematics.map(\.name) == ["mode_1", "mode_2", "mode_3"])
      let found = try Self.marginal(catalog)
      #expect(abs(found - expected) < 1e-8, "\(path): \(found), \(expected)")
    }
    // A broken twin: the order of all magnitudes, all shapes, all colours.
    var other = matrix
    for i in 0..<36 {
      for j in 0..<36 { other[i, j] = matrix[3 * (i % 12) + i / 12, 3 * (j % 12) + j / 12] }
    }
    #expect(abs(try Self.dense(plain, other) - expected) > 0.01)
  }

  @Test("what is left to each supernova keeps its whole variance, and is told")
  func remainder() throws {
    let matrix = Self.matrix([1, 0.8, 1.3, 2e-4, 1e-4], own: 0.01)
    let plain = try #require(try catalog(nil).lightCurves)
    let catalog = try catalog(try write(matrix))
    let sample = try #require(catalog.lightCurves)
    let shifts = catalog.labels.systematics
    #expect((3..<6).contains(shifts.count))
    for i in 0..<12 {
      let (old, new) = (plain.supernovae[i], sample.supernovae[i])
      for (a, b, added) in [
        (0, 0, new.magnitudeVariance - old.magnitudeVariance),
        (1, 1, new.shapeVariance - old.shapeVariance),
        (2, 2, new.colorVariance - old.colorVariance),
        (0, 1, new.magnitudeShapeCovariance - old.magnitudeShapeCovariance),
        (0, 2, new.magnitudeColorCovariance - old.magnitudeColorCovariance),
        (1, 2, new.shapeColorCovariance - old.shapeColorCovariance),
      ] {
        let parts = shifts.map { shift in
          let lists = [shift.magnitudes, shift.shapes, shift.colors]
          return lists[a][i] * lists[b][i]
        }
        let whole = parts.reduce(0, +) + added
        #expect(abs(whole - matrix[3 * i + a, 3 * i + b]) < 1e-12)
      }
    }
    let note = try #require(
      catalog.notes.first { $0.hasPrefix("the covariance of all light curves is \(shifts.count)") })
    #expect(note.contains("% of its variance"))
    // Hardly anything is lost by it.
    #expect(abs(try Self.marginal(catalog) - (try Self.dense(plain, matrix))) < 0.05)
    // Nothing but small parts: they are all left to each.
    let small = try self.catalog(try write(Self.matrix([], own: 0.01)))
    #expect(small.labels.systematics.isEmpty)
  }

  @Test("rows that are left out are left out of the matrix, with all three of each")
  func cut() throws {
    let matrix = Self.matrix([1, 0.8, 1.3])
    let catalog = try catalog(try write(matrix), .init(minimumRedshift: 0.05))
    let shift = try #require(catalog.labels.systematics.first)
    #expect(catalog.count == 9 && shift.magnitudes.count == 9 && shift.colors.count == 9)
    let sum = catalog.labels.systematics.reduce(0) { $0 + $1.shapes[0] * $1.shapes[0] }
    #expect(abs(sum - matrix[10, 10]) < 1e-12)
  }

  @Test("what cannot be such a covariance is refused with what it is")
  func refused() throws {
    var indefinite = Self.matrix([1, 0.8, 1.3], own: 1)
    for i in [4, 7] { indefinite[i, 11 - i] += 0.5 }
    let lowest = try #require(indefinite.symmetricEigenvalues()?.first)
    func refusal(_ path: String) throws -> String {
      try #require(#expect(throws: CatalogError.self) { try catalog(path) }).description
    }
    let description = try refusal(try write(indefinite))
    #expect(description.contains("its lowest eigenvalue is \(lowest)"), "\(description)")
    var small = Matrix(diagonal: [Double](repeating: 1, count: 12))
    small[0, 0] = 2
    #expect(try refusal(try write(small)).contains("found 12 × 12 numbers where 12 supernovae"))
    #expect(try refusal(try folder.write("1 2 3\n", to: "three.txt")).contains("found 3 numbers"))
    #expect(
      try refusal(try write(Self.matrix([1]), to: "inverse.txt")).contains("said to be an inverse"))
    var skew = Self.matrix([1], own: 1)
    skew[3, 5] += 1e-3
    #expect(try refusal(try write(skew)).contains("not symmetric"))
    #expect(try refusal(folder.path("nothing.txt")).contains("no such file"))
    // Errors that the table has already count twice.
    let whole = try catalog(try write(Self.matrix([1], own: 30)))
    #expect(whole.notes.contains { $0.contains("they count twice") })
  }
}
