import Catalogs
import Cosmology
import LinearAlgebra
import TestSupport
import Testing

/// Files of expansion rates.
@Suite struct ChronometerFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func read(_ text: String, covariance: String? = nil) throws -> DataVector {
    try DataVector(
      chronometers: folder.write(text, to: "values"),
      covariance: covariance.map { try folder.write($0, to: "covariance") })
  }

  private static let expected = DataVector(
    [.hubbleRate(redshift: 0.07), .hubbleRate(redshift: 1.965)], values: [69, 186.5],
    covariance: Matrix(diagonal: [19.6 * 19.6, 50.4 * 50.4]))

  @Test(
    "layouts",
    arguments: [
      "# H(z) measurements from Table 4 of Moresco et al. 1601.01701\n0.070 69.0 19.6\n1.965 186.5 50.4\n",
      "#https://arxiv.org/abs/1802.01505\n#Hubble diagram\n#z\tH\terror\n0.07\t69\t19.6\n1.965\t186.5\t50.4",
      "#CC z Hz errHz stat_contr met_contr\n0.07 69 19.6 1 2\n1.965 186.5 50.4 3 4\n",
      "z,H,err_H\n0.07,69,19.6\n1.965,186.5,50.4\n",
      "err,H,z\r\n19.6,69,0.07\r\n50.4,186.5,1.965\r\n",
    ])
  func layouts(text: String) throws { #expect(try read(text) == Self.expected) }

  @Test("a covariance in place of the errors, and the Hubble constant at redshift 0")
  func covariance() throws {
    let data = try read("0 70\n0.5 90\n", covariance: "# 2 2\n4 1\n1 100\n")
    #expect(data.observables == [.hubbleConstant, .hubbleRate(redshift: 0.5)])
    #expect(data.covariance.elements == [4, 1, 1, 100])
  }

  static let refusals: [MeasurementRefusal] = [
    .init(
      "no errors", "0.07 69\n0.5 90\n",
      "DIR/values: the values have no errors; give their covariance, or a column of errors as in 'z H error'"
    ),
    .init(
      "one column", "69\n90\n", "DIR/values, row 1: found 1 word where 'z H error' is expected"),
    .init(
      "cut", "0.07 69 19.6\n1.965 186.5\n",
      "DIR/values, row 2: found 2 words where 'z H error' is expected"),
    .init(
      "a word", "0.07 69 19.6\n1.965 fast 50.4\n",
      "DIR/values, row 2, column 'H': found 'fast' where a number is expected"),
    .init(
      "other units", "0.07 0.0706 0.02\n",
      "DIR/values, row 1, column 'H': found 0.0706 for H(0.07), where a value near 72.3 is expected; mind its name and unit"
    ),
    .init(
      "exchanged columns", "69 0.07 19.6\n",
      "DIR/values, row 1, column 'z': found 69.0 where a redshift from 0 on and below 20 is expected"
    ),
    .init(
      "a row twice", "0.07 69 19.6\n0.07 69 19.6\n",
      "DIR/values, row 2: this is the same measurement as in row 1; leave one of them out"),
    .init(
      "another covariance", "0.07 69 19.6\n0.5 90 5\n", covariance: "1 0 0\n0 1 0\n0 0 1\n",
      "DIR/covariance: the covariance is 3 × 3, but there are 2 values; use the covariance that belongs to them"
    ),
  ]

  @Test("what is refused", arguments: refusals)
  func refused(_ refusal: MeasurementRefusal) throws {
    try refusal.check(in: folder) { values, covariance in
      _ = try DataVector(chronometers: values, covariance: covariance)
    }
  }
}
