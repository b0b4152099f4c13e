import Catalogs
import Cosmology
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Files of a mean with a covariance and names.
@Suite struct GaussianFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String, parameters: [String] = []) throws -> DataVector {
    try DataVector(gaussian: folder.write(text, to: "values"), parameters: parameters)
  }

  private static let yaml =
    "title: two numbers\nnames: [theta_star, omega_b]\nmean: [0.0104, 0.0223]\n"
  private static let expected = DataVector(
    [.acousticAngle, .parameter("omega_b")], values: [0.0104, 0.0223],
    covariance: Matrix(rows: 2, columns: 2, elements: [4e-12, 1e-10, 1e-10, 1e-8]))

  @Test(
    "forms",
    arguments: [
      yaml + "covariance:\n  - [4e-12, 1e-10]\n  - [1e-10, 1e-8]\n",
      "{\"names\": [\"theta_star\", \"omega_b\"], \"mean\": [0.0104, 2.23e-2], \"covariance\": [[4e-12, 1e-10], [1e-10, 1e-8]]}",
      "---\n# a comment\nnames:\n- theta_star\n- ombh2\nmean:\n- 0.0104\n- 0.0223\ncovariance: [[4E-12, 1E-10], [1E-10, 1E-8]]\n",
      "# theta_star omega_b\n0.0104 0.0223\n4e-12 1e-10\n1e-10 1e-8\n",
      "# a title (of 2026)\n# theta_star, ombh2\n\n0.0104, 0.0223\r\n4e-12, 1e-10\r\n1e-10, 1e-8",
      "# mean of (theta_star, omega_b), then covariance; theta_star = r_s/D_M\n0.0104 0.0223\n4e-12 1e-10\n1e-10 1e-8\n",
    ])
  func forms(text: String) throws { #expect(try read(text) == Self.expected) }

  @Test("inverses, and errors with correlations")
  func spreads() throws {
    let inverse = try Cholesky(Self.expected.covariance).inverse
    let rows = "[[\(inverse[0, 0]), \(inverse[0, 1])], [\(inverse[1, 0]), \(inverse[1, 1])]]"
    for text in [
      Self.yaml + "inverse_covariance: \(rows)\n",
      "# mean of (theta_star, omega_b), then INVERSE covariance\n0.0104 0.0223\n"
        + "\(inverse[0, 0]) \(inverse[0, 1])\n\(inverse[1, 0]) \(inverse[1, 1])\n",
      Self.yaml + "sd: [2e-6, 1e-4]\ncorrelation: [[1, 0.5], [0.5, 1]]\n",
    ] {
      let found = try read(text)
      #expect(found.observables == Self.expected.observables)
      for (a, b) in zip(found.covariance.elements, Self.expected.covariance.elements) {
        #expect(abs(a / b - 1) < 1e-9)
      }
    }
    #expect(
      try read(Self.yaml + "sd: [2e-6, 1e-4]\n").covariance
        == Matrix(diagonal: [2e-6 * 2e-6, 1e-4 * 1e-4]))
    // Not everything that is inverse is a matrix.
    #expect(
      try read("# from the inverse distance ladder\n# H0\n67.8\n4\n")
        == DataVector(.hubbleConstant, 67.8, error: 2))
    #expect(
      try read("names: H0\nmean: 73\nsd: 1\n") == DataVector(.hubbleConstant, 73, error: 1))
  }

  private static let angle: Double = 144 * 0.68 / (2997.92458 * 3.1)
  static let known: [(name: String, value: Double, expected: Double)] = [
    ("theta_star", 0.0104, angle), ("100theta_star", 1.04, 100 * angle),
    ("100*theta_star", 1.04, 100 * angle), ("thetastar", 1.04, 100 * angle),
    ("R", 1.75, 0.31.squareRoot() * 3.1), ("l_A", 301, Double.pi / angle),
    ("la", 301, Double.pi / angle), ("omega_b", 0.022, 0.02), ("omegabh2", 0.022, 0.02),
    ("omega_bc", 0.142, 0.14), ("H0", 70, 68), ("h", 0.7, 0.68), ("omega_m", 0.1, 0.31),
    ("Omega_m", 0.3, 0.31), ("omegam", 0.3, 0.31), ("omega_m_h2", 0.14, 0.31 * 0.68 * 0.68),
    ("r_d", 147, 100 / 0.68), ("rdrag", 147, 100 / 0.68), ("hrdrag", 100, 100), ("w0", -0.5, 0.02),
    ("n_eff", 3, 0.02), ("mnu", 0.06, 0.02), ("H(0.4)", 85, 100 * 0.68 * 1.2), ("H(0)", 70, 68),
    ("DM_over_rs(0.5)", 13, 29.9792458 * 0.5 / 1.115), ("DH/rd(z=0.5)", 22, 29.9792458 / 1.25),
    ("alpha", 5, 0.02),
  ]

  @Test("names", arguments: known)
  func names(name: String, value: Double, expected: Double) throws {
    let data = try read(
      "names: ['\(name)']\nmean: [\(value)]\nsd: [0.1]\n", parameters: ["alpha"])
    #expect(abs(data.observables[0].value(quantityOfTrial) / expected - 1) < 1e-12)
  }

  static let refusals: [MeasurementRefusal] = [
    .init(
      "a typo", "names: [theta_sta]\nmean: [0.0104]\nsd: [1e-6]\n",
      "DIR/values, row 1, column 'names': 'theta_sta' is not known as an observable or a parameter;"
        + " did you mean 'theta_star'?"),
    .init(
      "nothing like it", "names: [chirality]\nmean: [0.01]\nsd: [1e-6]\n",
      "DIR/values, row 1, column 'names': 'chirality' is not known as an observable or a parameter; there are theta_star,"
        + " 100theta_star, R, l_A, omega_b, omega_bc, omega_m, H0, h, DM_over_rs(0.51), H(0.4)"),
    .init(
      "cold dark matter", "names: [omch2]\nmean: [0.12]\nsd: [0.001]\n",
      "DIR/values, row 1, column 'names': 'omch2' is not computed, only omega_bc = omega_b + omega_c, which differs; give"
        + " that with its covariance"),
    .init(
      "the angle of CLASS", "names: ['100*theta_s']\nmean: [1.0419]\nsd: [0.001]\n",
      "DIR/values, row 1, column 'names': '100*theta_s' is not computed, only theta_star, which differs; give that with its"
        + " covariance"),
    .init(
      "growth", "names: [fs8(0.5)]\nmean: [0.5]\nsd: [0.1]\n",
      "DIR/values, row 1, column 'names': 'fs8' depends on the growth of structure, which is not computed; use the file of"
        + " the same release for distances alone"),
    .init(
      "no redshift", "names: [DM_over_rs]\nmean: [13]\nsd: [0.1]\n",
      "DIR/values, row 1, column 'names': 'DM_over_rs' needs a redshift, as in 'DM_over_rs(0.5)'"),
    .init(
      "a redshift too many", "names: [omega_b(0.5)]\nmean: [0.022]\nsd: [0.001]\n",
      "DIR/values, row 1, column 'names': 'omega_b' has no redshift; leave it out"),
    .init(
      "a redshift that is none", "names: [H(low)]\nmean: [70]\nsd: [1]\n",
      "DIR/values, row 1, column 'H(low)': found 'low' where a number is expected"),
    .init(
      "a hundred times the angle", "names: [theta_star]\nmean: [1.0411]\nsd: [0.0005]\n",
      "DIR/values, row 2, column 'theta_star': found 1.0411 for theta_star, where a value near 0.0104 is expected; mind its"
        + " name and unit"),
    .init(
      "the density without h²", "# omega_b\n0.049\n1e-6\n",
      "DIR/values, row 2, column 'omega_b': found 0.049 for omega_b, where a value near 0.0224 is expected; mind its name"
        + " and unit"),
    .init(
      "a name twice", "names: [omega_b, ombh2]\nmean: [0.022, 0.022]\nsd: [0.001, 0.001]\n",
      "DIR/values, row 1, column 'ombh2': this quantity is there twice; leave one of them out"),
    .init(
      "an unknown key", "names: [H0]\nmean: [70]\nstd: [1]\n",
      "DIR/values, row 3: there is no key 'std'; there are names, mean, covariance, inverse_covariance, sd, correlation,"
        + " title, citation, definitions, notes; did you mean 'sd'?"),
    .init(
      "no spread", "names: [H0]\nmean: [70]\n",
      "DIR/values: the key covariance or inverse_covariance or sd is missing; add it"),
    .init("no mean", "names: [H0]\nsd: [1]\n", "DIR/values: the key mean is missing; add it"),
    .init(
      "two spreads", "names: [H0]\nmean: [70]\nsd: [1]\ncovariance: [[1]]\n",
      "DIR/values, row 3: covariance and sd exclude each other; leave one of them out"),
    .init(
      "correlations of a covariance",
      "names: [H0]\nmean: [70]\ncovariance: [[1]]\ncorrelation: [[1]]\n",
      "DIR/values, row 4: covariance and correlation exclude each other; leave one of them out"),
    .init(
      "a short mean", "names: [H0, w0]\nmean: [70]\nsd: [1, 1]\n",
      "DIR/values, row 2: mean has 1 entry here, where 2 are expected"),
    .init(
      "a ragged covariance", "names: [H0, w0]\nmean: [70, -1]\ncovariance:\n- [1, 0]\n- [0]\n",
      "DIR/values, row 5: covariance has 1 entry here, where 2 are expected"),
    .init(
      "a word for a number", "names: [H0]\nmean: [seventy]\nsd: [1]\n",
      "DIR/values, row 2, column 'mean': found 'seventy' where a number is expected"),
    .init(
      "infinity", "names: [H0]\nmean: [inf]\nsd: [1]\n",
      "DIR/values, row 2, column 'mean': found inf where a finite number is expected"),
    .init(
      "a map for a list", "names: {H0: 70}\nmean: [70]\nsd: [1]\n",
      "DIR/values, row 1: names has to be a list, as in [1, 2]"),
    .init(
      "an error of zero", "names: [H0]\nmean: [70]\nsd: [0]\n",
      "DIR/values, row 3, column 'sd': found 0.0 where a positive number is expected"),
    .init(
      "correlations that are none",
      "names: [H0, w0]\nmean: [70, -1]\nsd: [1, 1]\ncorrelation: [[2, 0], [0, 1]]\n",
      "DIR/values, row 4, column 'correlation': found 2.0 on the diagonal, where correlations have 1"
    ),
    .init(
      "no symmetry", "names: [H0, w0]\nmean: [70, -1]\ncovariance: [[1, 0.2], [0.1, 1]]\n",
      "DIR/values: the covariance is not symmetric: element (1, 2) is 0.2, element (2, 1) is 0.1"),
    .init(
      "not positive definite", "names: [H0, w0]\nmean: [70, -1]\ncovariance: [[1, 2], [2, 1]]\n",
      "DIR/values: the covariance is not positive definite: its smallest eigenvalue is -1.0; was it rounded too far, or is"
        + " it only the systematic part?"),
    .init(
      "no names", "0.0104 0.0223\n1 0\n0 1\n",
      "DIR/values: no comment before the numbers names 2 quantities; begin the file with one, such as"
        + " '# theta_star omega_b omega_bc'"),
    .init(
      "cut text", "# theta_star omega_b\n0.0104 0.0223\n4e-12 1e-10\n",
      "DIR/values: found 2 rows of numbers where 3 are expected, the mean and then its covariance"),
    .init(
      "a ragged text", "# theta_star omega_b\n0.0104 0.0223\n4e-12 1e-10\n1e-10\n",
      "DIR/values, row 4: the covariance has 1 entry here, where 2 are expected"),
  ]

  @Test("what is refused", arguments: refusals)
  func refused(_ refusal: MeasurementRefusal) throws {
    try refusal.check(in: folder) { values, _ in _ = try DataVector(gaussian: values) }
  }

  @Test("YAML that is none, endless or deep is an error")
  func hostile() throws {
    let bomb =
      "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
      + "names: [H0]\nmean: *c\nsd: [1]\n"
    for text in [
      "names: [H0\nmean: ]", "names: \"H0", "names: *nothing\n", bomb, "names:\n",
      "names: []\nmean: []\nsd: []\n",
      "names: [H0]\nmean: [70]\nsd: " + String(repeating: "[", count: 100_000),
      "names: [H0]\nmean: [70]\nsd: " + String(repeating: "{a: ", count: 100_000),
      "? [a, b]\n: c\n", "names: [[H0]]\nmean: [70]\nsd: [1]\n",
      "names: [H0]\nnames: [H0]\nmean: 1\nsd: 1\n",
    ] {
      let error = try #require(#expect(throws: CatalogError.self) { try read(text) })
      #expect(error.description.count < 700, "\(error.description)")
    }
  }
}
