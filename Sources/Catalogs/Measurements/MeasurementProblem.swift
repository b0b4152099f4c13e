/// What can be wrong with a file of measured distances, rates or densities, or with a table of their
/// likelihood.
public enum MeasurementProblem: Sendable, Equatable {
  /// Why a value is likely to be something else than its name says.
  public enum Suspicion: Sendable, Equatable {
    /// It looks like a distance in Mpc, or like a rate in km/s/Mpc.
    case fiducialMissing
    /// A fiducial sound horizon is given for numbers that are in units of r_d already.
    case fiducialGiven
    /// None in particular.
    case unit
  }

  // Lines of words.
  case notText
  case noRows
  case wordCount(found: Int, expected: String)
  case tooMany(limit: Int)
  case notPositive(found: Double)
  case redshift(found: Double, isZeroAllowed: Bool)
  case repeated(firstLine: Int)
  // Names.
  case noQuantity(words: [String])
  case unknownQuantity(String, nearest: String?)
  case growth(String)
  case unknownObservable(String, nearest: String?)
  case otherDefinition(String, instead: String)
  case lacksRedshift(String)
  case hasRedshift(String)
  case namedTwice
  case implausible(found: Double, name: String, expected: Double, Suspicion)
  case fiducialSoundHorizon(found: Double)
  // Errors and covariances.
  case noErrors(layout: String)
  case wrongSize(rows: Int, values: Int)
  case wrongCount(numbers: Int, values: Int)
  case otherLabels(label: String)
  case systematicPart
  case correlationAlone
  case notOne(found: Double)
  case hugeErrors(found: Double, value: Double)
  // Tables of likelihoods.
  case columnCount(found: Int, axes: [String])
  case notALikelihood(found: Double)
  case tooFewPoints(found: Int, axis: String)
  case hole(point: String)
  case isChiSquared
  case emptyRange(lower: Double, upper: Double)
  // Gaussian files.
  case noNames(numbers: Int)
  case rowCount(found: Int, expected: Int)
  case notYAML(reason: String)
  case unknownKey(String, nearest: String?)
  case lacksKey([String])
  case keysTogether(String, String)
  case notAList(key: String)
  case listLength(key: String, found: Int, expected: Int)
}

extension MeasurementProblem {
  /// The problem in words, with what to do.
  var sentence: String {
    func shown(_ text: String) -> String { CatalogError.shown(text) }
    func meant(_ nearest: String?) -> String { nearest.map { "; did you mean '\($0)'?" } ?? "" }
    switch self {
    case .notText: return "measurements are read from text; write the numbers to a text file"
    case .noRows: return "there are no rows of numbers; is the file cut short?"
    case .wordCount(let found, let expected):
      return
        "found \(found) \(found == 1 ? "word" : "words") where '\(expected)' is expected"
    case .tooMany(let limit):
      return "there are more than \(limit) rows, too many for measurements; leave some out"
    case .notPositive(let found): return "found \(found) where a positive number is expected"
    case .redshift(let found, let isZeroAllowed):
      return
        "found \(found) where a redshift \(isZeroAllowed ? "from 0 on" : "above 0") and below"
        + " \(PlausibleValue.rounded(PlausibleValue.largestRedshift)) is expected"
    case .repeated(let first):
      return "this is the same measurement as in row \(first); leave one of them out"

    case .noQuantity(let words):
      return
        "none of \(CatalogError.list(words)) names a quantity; write rows of 'redshift value quantity', with"
        + " a quantity such as DM_over_rs"
    case .unknownQuantity(let name, let nearest):
      return
        "'\(shown(name))' is not a quantity of acoustic oscillations; these are "
        + AcousticQuantity.names.joined(separator: ", ") + meant(nearest)
    case .growth(let name):
      return
        "'\(shown(name))' depends on the growth of structure, which is not computed; use the file of the"
        + " same release for distances alone"
    case .unknownObservable(let name, let nearest):
      return
        "'\(shown(name))' is not known as an observable or a parameter"
        + (nearest.map { "; did you mean '\($0)'?" }
          ?? "; there are \(ObservableName.examples.joined(separator: ", "))")
    case .otherDefinition(let name, let instead):
      return
        "'\(shown(name))' is not computed, only \(instead), which differs; give that with its covariance"
    case .lacksRedshift(let name):
      return "'\(shown(name))' needs a redshift, as in '\(shown(name))(0.5)'"
    case .hasRedshift(let name): return "'\(shown(name))' has no redshift; leave it out"
    case .namedTwice: return "this quantity is there twice; leave one of them out"
    case .implausible(let found, let name, let expected, let suspicion):
      let advice =
        switch suspicion {
        case .fiducialMissing:
          "if the file is in Mpc, or in km/s/Mpc, give the fiducial sound horizon of its release"
        case .fiducialGiven:
          "if the file is in units of the sound horizon, leave out the fiducial one"
        case .unit: "mind its name and unit"
        }
      return
        "found \(found) for \(shown(name)), where a value near \(PlausibleValue.rounded(expected)) is expected;"
        + " \(advice)"
    case .fiducialSoundHorizon(let found):
      return "the fiducial sound horizon is \(found), where a positive number is expected"

    case .noErrors(let layout):
      return
        "the values have no errors; give their covariance, or a column of errors as in '\(layout)'"
    case .wrongSize(let rows, let values):
      return
        "the covariance is \(rows) × \(rows), but there are \(values) values; use the covariance that belongs"
        + " to them"
    case .wrongCount(let numbers, let values):
      return
        "found \(numbers) numbers where a covariance of \(values) values has \(values * values); use the"
        + " covariance that belongs to them"
    case .otherLabels(let label):
      return
        "the covariance has the label '\(shown(label))', which is not among the values, but others are; use the"
        + " covariance that belongs to them"
    case .systematicPart:
      return "this is only the systematic part of a covariance; give the total"
    case .correlationAlone:
      return
        "all elements on the diagonal are 1, so these are correlations, but there is no column of errors;"
        + " add one, or give a covariance"
    case .notOne(let found):
      return "found \(found) on the diagonal, where correlations have 1"
    case .hugeErrors(let found, let value):
      return
        "taken as a covariance, it gives \(value) an error of \(PlausibleValue.rounded(found)); if this is an"
        + " inverse, say so in a comment '# COVTYPE = INVERSE'"

    case .columnCount(let found, let axes):
      return
        "found \(found) \(found == 1 ? "column" : "columns") where '\(axes.joined(separator: " ")) likelihood' is expected"
    case .notALikelihood(let found):
      return
        "found \(found) where a positive likelihood is expected; cut the table to the points where it is"
    case .tooFewPoints(let found, let axis):
      return
        "found \(found) \(found == 1 ? "value" : "values") of \(axis), where at least 4 are expected"
    case .hole(let point):
      return "the grid has no row for \(point); is the file cut short?"
    case .isChiSquared:
      return
        "the smallest value lies inside of the table and the largest at its edge, as with χ²; write the"
        + " likelihoods exp(−χ²/2)"
    case .emptyRange(let lower, let upper):
      return "the values of the table cannot range from \(lower) to \(upper)"

    case .noNames(let numbers):
      return
        "no comment before the numbers names \(numbers) \(numbers == 1 ? "quantity" : "quantities"); begin the file with one,"
        + " such as '# theta_star omega_b omega_bc'"
    case .rowCount(let found, let expected):
      return
        "found \(found) \(found == 1 ? "row" : "rows") of numbers where \(expected) are expected, the mean and then its"
        + " covariance"
    case .notYAML(let reason): return "this is not YAML: \(CatalogError.shown(reason, limit: 200))"
    case .unknownKey(let key, let nearest):
      return
        "there is no key '\(shown(key))'; there are \(GaussianKeys.all.joined(separator: ", "))"
        + meant(nearest)
    case .lacksKey(let keys): return "the key \(keys.joined(separator: " or ")) is missing; add it"
    case .keysTogether(let first, let second):
      return "\(first) and \(second) exclude each other; leave one of them out"
    case .notAList(let key): return "\(key) has to be a list, as in [1, 2]"
    case .listLength(let key, let found, let expected):
      return
        "\(key) has \(found) \(found == 1 ? "entry" : "entries") here, where \(expected) are expected"
    }
  }
}
