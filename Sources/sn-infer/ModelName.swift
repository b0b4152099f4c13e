public import ArgumentParser
public import Cosmology

/// The models by the names that users type.
enum ModelName: String, ExpressibleByArgument, CaseIterable {
  case flatLambdaCDM = "flat_lcdm"
  case lambdaCDM = "lcdm"
  case flatWCDM = "flat_wcdm"
  case wCDM = "wcdm"
  case flatW0WaCDM = "flat_w0wacdm"
  case w0WaCDM = "w0wacdm"

  /// The model itself.
  func model(radiation: Radiation) -> any ExpansionModel {
    switch self {
    case .flatLambdaCDM: FlatLambdaCDM(radiation: radiation)
    case .lambdaCDM: LambdaCDM(radiation: radiation)
    case .flatWCDM: FlatWCDM(radiation: radiation)
    case .wCDM: WCDM(radiation: radiation)
    case .flatW0WaCDM: FlatW0WaCDM(radiation: radiation)
    case .w0WaCDM: W0WaCDM(radiation: radiation)
    }
  }

  /// The name in sentences.
  var title: String {
    switch self {
    case .flatLambdaCDM: "flat ΛCDM"
    case .lambdaCDM: "ΛCDM with curvature"
    case .flatWCDM: "flat wCDM"
    case .wCDM: "wCDM with curvature"
    case .flatW0WaCDM: "flat w0waCDM"
    case .w0WaCDM: "w0waCDM with curvature"
    }
  }
}

extension OffsetTreatment: ExpressibleByArgument {}
