import Catalogs
import Foundation
public import Cosmology
public import Inference
import Samplers

/// What is wrong with an analysis.
public enum AnalysisError: Error, Equatable {
  /// The file is not a valid analysis: at a line, if that is known.
  case file(path: String, line: Int?, reason: String)
  /// The option `--set` with a text sets what cannot be set.
  case setting(String, reason: String)
  /// What is wrong was written in a line of a file.
  indirect case written(path: String, line: Int, AnalysisError)
  /// Several things are wrong.
  indirect case several([AnalysisError])
  /// There is no such file, or it cannot be read.
  case unreadable(String)
  /// There is no model of that name.
  case unknownModel(String)
  /// There is no sampler of that name.
  case unknownSampler(String)
  /// A column has an unknown role.
  case unknownColumnRole(String)
  /// A column has more values than anybody leaves out one by one.
  case tooManyValues(String, Int)
  /// A text is no condition on rows.
  case notACondition(String)
  /// A setting needs magnitudes with independent errors.
  case needsIndependentErrors(String)
  /// A setting is for light curves.
  case notForMagnitudes(String, String)
  /// Blocks of covariances do not determine a hierarchical model, which a setting asks for.
  case blocksWithoutHierarchy(String)
  /// A setting needs populations.
  case populationsNeeded(String)
  /// A setting needs surveys.
  case noSurveys(String)
  /// A choice is none of those that there are.
  case unknownChoice(String, String, [String])
  /// There is no such survey.
  case unknownSurvey(String, available: [String])
  /// More intrinsic scatter is to be taken out of an error than it holds.
  case scatterAboveErrors(Double, redshift: Double, error: Double)
  /// The scatter that errors of a survey hold is no number from 0.
  case noScatter(String, Double)
  /// Scatter is to be taken out of errors, without a parameter in its place.
  case scatterWithoutParameter
  /// A setting makes more groups than surveys there are.
  case tooManyGroups(String, Int, most: Int)
  /// A parameter is fixed at a value without a meaning.
  case fixedWithoutMeaning(String, Double)
  /// The zero point of a hierarchical likelihood is a parameter.
  case offsetOfHierarchy
  /// An analysis needs data.
  case noLikelihood
  /// No sampler is to run.
  case noSampler
  /// Pen's fit is for flat ΛCDM.
  case penOfAnotherModel
  /// Pen's fit excludes radiation.
  case penWithRadiation
  /// Neutrinos need radiation.
  case neutrinosWithoutRadiation
  /// A number is out of range.
  case outOfRange(String, String)
  /// All supernovae are calibrators.
  case nothingInHubbleFlow
  /// More parameters with flat priors than data.
  case tooFewData(parameters: [String], count: Int)
  /// A name is not a parameter of the model with these data.
  case unknownParameter(String, model: String, available: [String])
  /// A parameter is listed more than once.
  case listedTwice(String)
  /// A parameter is to be sampled and fixed.
  case sampledAndFixed(String)
  /// A parameter is to be sampled and integrated out.
  case sampledAndMarginalised(String)
  /// A parameter is neither sampled nor fixed.
  case neitherSampledNorFixed(String)
  /// One of several zero points is to be sampled.
  case offsetLeftOut(String)
  /// A parameter that is integrated out has a prior.
  case marginalisedWithPrior(String)
  /// A requirement names a parameter that is integrated out.
  case marginalisedWithRequirement(String, requirement: String)
  /// Samplers that need priors that can be normalised, and parameters whose prior cannot.
  case improperPrior([String], samplers: [String])
  /// An option that gives a parameter a prior or a value is not name=prior or name=value.
  case optionNoAssignment(String, String)
  /// An option names a parameter twice.
  case optionTwice(String, String)
  /// The prior of an option cannot be read.
  case optionPrior(String, PriorError, option: String)
  /// A requirement names a derived quantity.
  case requirementOfDerived(NamedFormula, requirement: String)
  /// The prior of several parameters of an option cannot be read.
  case optionJoint(String, String)
  /// A parameter has a prior of its own and one together with others.
  case ownAndJointPrior(String)
  /// The value of an option is not a finite number.
  case optionNotFinite(String)
  /// Options give a parameter a prior and a value.
  case optionPriorAndFixed(String)
  /// Two names are given that stand for one parameter.
  case sameParameter(String, String)
  /// The prior of the Hubble constant in km/s/Mpc is of a family that has no scale to divide.
  case priorOfHubbleConstant(String, prior: String)
  /// There is no published data set of that name.
  case unknownData(String)
  /// Something is missing in a likelihood.
  case probeWithout(String, probe: String, kind: String)
  /// The formula of a normal likelihood cannot be read.
  case probeFormula(String, ExpressionError)
  /// An option names data in a way that is not known.
  case optionWith(String)
  /// Two data sets count the same information.
  case countedTwice(String, String, reason: String)
  /// Probes cannot be joined.
  case joint(JointError)
  /// A model of the universe cannot be had.
  case universe(UniverseError)
  /// Pen's fit is for supernovae alone.
  case penWithProbes
  /// The prior of a parameter is outside the fit of the sound horizon.
  case outsideFit(String, prior: String, range: ClosedRange<Double>)
  /// There are no two probes whose tension could be measured.
  case tensionOfOne
  /// The data are not those of one set of supernovae on nodes.
  case notSummarised
  /// Mock data cannot be drawn, for a reason.
  case noMocks(String)
  /// Mock data cannot be drawn where the priors of parameters cannot be normalised.
  case improperForMocks([String])
  /// A simulation or forecast needs a value that is not there, or cannot be had there.
  case truth(String, reason: String)
  /// Data that no forecast can be made of, with the reason.
  case notForecast(String)
  /// The description of a survey is wrong at one key.
  case survey(String, String)
  /// An amortised posterior was trained for other data, another model or other priors.
  case otherAmortisation
  /// There is no probe of that name.
  case unknownProbe(String, available: [String])
  /// An option names pairs of data in a way that is not known.
  case optionBetween(String)
  /// The metric of HMC starts from a covariance of other parameters than those that are sampled.
  case metricOfOthers([String], sampled: [String])
}

extension AnalysisError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    func suggestion(_ name: String, _ names: [String]) -> String {
      nearestName(to: [name], among: names).map { "; did you mean \($0)?" } ?? ""
    }
    switch self {
    case .file(let path, let line, let reason):
      return path + (line.map { ", line \($0)" } ?? "") + ": " + reason
    case .setting(let text, let reason): return "--set '\(text)': \(reason)"
    case .written(let path, let line, let error): return "\(path), line \(line): \(error)"
    case .several(let errors): return errors.map(\.description).joined(separator: "\n")
    case .unreadable(let path): return "\(path): there is no such file, or it cannot be read"
    case .unknownModel(let name):
      return "there is no model '\(name)'; the models are \(Models.names.joined(separator: ", "))"
        + suggestion(name, Models.names)
    case .unknownSampler(let name):
      let names = SamplerList.names
      return "there is no sampler '\(name)'; the samplers are \(names.joined(separator: ", "))"
        + suggestion(name, names)
    case .unknownColumnRole(let role):
      return "'\(role)' is not the role of a column; the roles are "
        + ColumnRole.allCases.map(\.rawValue).joined(separator: ", ")
    case .tooManyValues(let column, let count):
      return
        "'\(column)' has \(count) values, too many to leave each out in turn; choose a column with at most \(AnalysisVariants.mostValues)"
    case .notACondition(let text):
      return
        "'\(text)' is no condition on rows; write one such as 'IDSURVEY != 15', several with 'and' between them"
    case .noLikelihood: return "there are no data: name a catalog, or others with --with"
    case .sameParameter(let first, let second):
      return first == second
        ? "\(first) is given twice"
        : "\(first) and \(second) are one parameter; give one of them"
    case .priorOfHubbleConstant(let name, let prior):
      return
        "the prior \(prior) of \(name) is in km/s/Mpc, and the parameter is h = \(name)/100: give h its prior in that unit, or \(name) one that is uniform, normal, truncated_normal or fixed"
    case .unknownData(let name):
      let names = PublishedData.all.map(\.name)
      return
        "there are no data '\(name)'; 'sn-infer data' lists \(names.joined(separator: ", ")), and your own are sn:FILE,COV, bao:MEAN,COV, chronometers:FILE, gaussian:FILE or normal:PARAMETER,MEAN,SD"
        + suggestion(name, names)
    case .probeWithout(let key, let probe, let kind):
      return "likelihood.\(probe): '\(key)', which \(kind) needs, is missing"
    case .probeFormula(let probe, let error):
      return "likelihood.\(probe).parameter: \(error)"
    case .optionWith(let text):
      return
        "'--with \(text)' is not a name, sn:FILE,COV, bao:MEAN,COV, chronometers:FILE, gaussian:FILE or normal:PARAMETER,MEAN,SD"
    case .countedTwice(let first, let second, let reason):
      return
        "\(first) and \(second) would count the same information twice: \(reason); leave one out"
    case .joint(let error): return error.description
    case .universe(let error): return error.description
    case .needsIndependentErrors(let setting):
      return "\(setting) needs independent errors, and no calibrators; these magnitudes have others"
    case .notForMagnitudes(let key, let value):
      return "\(key): \(value) is for light curves; these magnitudes are standardised already"
    case .blocksWithoutHierarchy(let setting):
      return
        "\(setting) needs supernovae that are independent: six blocks do not determine the covariance of shapes and colours, so that these light curves are fitted by χ² alone"
    case .populationsNeeded(let setting):
      return "\(setting) is not possible with populations: none, which is a fit by χ² alone"
    case .noSurveys(let setting):
      return "\(setting) needs a column of surveys, such as 'set', 'survey' or 'IDSURVEY'"
    case .unknownChoice(let key, let value, let choices):
      return "\(key): \(value) is not known; the choices are \(choices.joined(separator: ", "))"
    case .unknownSurvey(let name, let available):
      return
        "there is no survey '\(name)'"
        + (available.isEmpty
          ? ": the table has no column of surveys"
          : "; the surveys are \(available.joined(separator: ", "))")
    case .scatterAboveErrors(let scatter, let redshift, let error):
      return
        "an intrinsic scatter of \(scatter) mag cannot be in the error of the supernova at z = \(redshift), which is \(String(format: "%.4g", error)) mag"
    case .noScatter(let survey, let value):
      return
        "scatter_included of survey '\(survey)' is \(value); it is a number of magnitudes from 0"
    case .scatterWithoutParameter:
      return
        "scatter_included takes scatter out of errors, and scatter: none puts no parameter in its place; leave out one of them"
    case .tooManyGroups(let setting, let count, let most):
      return "\(setting): \(count) groups are no surveys; at most \(most) are possible"
    case .fixedWithoutMeaning(let name, let value):
      return "\(name) has no meaning at \(value), where it is fixed"
    case .offsetOfHierarchy:
      return
        "the zero point of hierarchical light curves is a parameter; leave out the setting (populations: none fits by χ² alone, and can integrate it out)"
    case .penWithProbes: return "--distance pen is for supernovae alone"
    case .outsideFit(let name, let prior, let range):
      return
        "the prior \(prior) of \(name) is outside the range of the fit of the sound horizon, \(range.lowerBound) to \(range.upperBound)"
    case .noSampler: return "no sampler is selected; name one under 'sampler'"
    case .penOfAnotherModel: return "--distance pen is a fit for --model flat_lcdm only"
    case .penWithRadiation: return "--distance pen does not include radiation; leave out --t-cmb"
    case .neutrinosWithoutRadiation: return "--n-eff needs --t-cmb"
    case .outOfRange(let name, let range): return "\(name) must be \(range)"
    case .nothingInHubbleFlow:
      return "all these supernovae are calibrators; without others the model is not constrained"
    case .tooFewData(let parameters, let count):
      return
        "\(count) \(count == 1 ? "datum" : "data") cannot constrain \(parameters.count) parameters"
        + " (\(parameters.joined(separator: ", "))) without priors; fix some, give them priors, or add data"
    case .unknownParameter(let name, let model, let available):
      return "'\(name)' is not a parameter: those of \(model) with these data are "
        + available.joined(separator: ", ") + suggestion(name, available)
    case .listedTwice(let name): return "--parameters names \(name) more than once"
    case .sampledAndFixed(let name):
      return "\(name) is both among --parameters and fixed; choose one"
    case .sampledAndMarginalised(let name):
      return "\(name) is both sampled and marginalised; choose one"
    case .neitherSampledNorFixed(let name):
      return "\(name) is not among --parameters; fix it, as in --fix \(name)=VALUE, or add it"
    case .offsetLeftOut(let name):
      return "marginalise all offsets or none: \(name) is missing from --parameters"
    case .marginalisedWithPrior(let name):
      return "\(name) is marginalised, so it has no prior and no value"
    case .marginalisedWithRequirement(let name, let requirement):
      return "\(name) is marginalised, so '\(requirement)' cannot require anything of it"
    case .improperPrior(let names, let samplers):
      return "the flat prior of \(names.joined(separator: ", ")) cannot be normalised, which"
        + " \(samplers.joined(separator: " and ")) cannot do without; run HMC alone (--sampler hmc), or give"
        + " \(names.count == 1 ? "it a prior" : "them priors") with ends or a width"
    case .optionNoAssignment(let option, let text):
      return "'--\(option) \(text)' is not name=\(option == "fix" ? "value" : "prior")"
    case .optionTwice(let option, let name): return "--\(option) names \(name) more than once"
    case .optionPrior(let name, let error, let option): return "--\(option) \(name): \(error)"
    case .requirementOfDerived(let quantity, let requirement):
      return
        "'\(requirement)' names the derived quantity '\(quantity.name)'; write (\(quantity.formula.text)) instead"
    case .optionJoint(let text, let reason): return "--prior '\(text)': \(reason)"
    case .ownAndJointPrior(let name):
      return
        "\(name) has a prior or a value of its own and a prior together with others; give one of them"
    case .optionNotFinite(let text): return "'\(text)' in --fix is not a finite number"
    case .otherAmortisation:
      return
        "the flow was trained for other redshifts, errors, priors or another model; train one for this analysis"
    case .notSummarised:
      return
        "amortise is for one set of supernovae with distances or magnitudes, and not for light curves or --likelihood direct"
    case .noMocks(let reason):
      return "mock data cannot be drawn: \(reason)"
    case .improperForMocks(let names):
      return
        "mock data need priors that can be normalised: give one to \(names.joined(separator: ", "))"
    case .truth(let name, let reason): return "--at \(name): \(reason)"
    case .notForecast(let reason): return "no forecast can be made: \(reason)"
    case .survey(let place, let reason): return "\(place): \(reason)"
    case .tensionOfOne:
      return "a tension needs two data sets in one universe; add others with --with"
    case .unknownProbe(let name, let available):
      return "'\(name)' is none of the data: these are \(available.joined(separator: ", "))"
        + suggestion(name, available)
    case .optionBetween(let text):
      return "'--between \(text)' is not FIRST,SECOND, each a name or several joined by +"
    case .metricOfOthers(let names, let sampled):
      return
        "none of the parameters that the metric is to start from (\(names.joined(separator: ", ")))"
        + " is sampled; those are \(sampled.joined(separator: ", "))"
    case .optionPriorAndFixed(let name):
      return "\(name) has a --prior and is fixed by --fix; give one of them"
    }
  }
}
