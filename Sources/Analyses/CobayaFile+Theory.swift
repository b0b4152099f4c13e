import Cosmology
import Inference

extension CobayaFile {
  private static let codes = ["camb", "classy"]
  private static let keys = ["model", "distance", "t_cmb", "n_eff", "sound_horizon"]
  /// Parameters whose values may stand among the settings of a code.
  private static let constants = ["omega_k", "w0", "wa", "omega_b", "n_eff", "m_nu", "h"]
  /// Fluids of dark energy, which have the same background.
  private static let fluids = ["ppf", "fluid", "DarkEnergyPPF", "DarkEnergyFluid"]

  /// The universe without the code that would compute it.
  mutating func theory(_ given: [(key: String, value: Tree)]) -> Tree {
    var own: [(key: String, value: Tree)] = []
    for (name, value) in given {
      if Self.keys.contains(name) {
        own.append((name, value))
      } else if Self.codes.contains(name) {
        isForeign = true
        guard case .map(let settings) = value else { continue }
        var idle: [String] = []
        for (key, value) in settings where value != .null {
          if key == "extra_args", case .map(let arguments) = value {
            take(arguments, "theory.\(name).extra_args")
          } else {
            idle.append(key)
          }
        }
        note(idle, "theory.\(name)", verb: "has no meaning here", "have no meaning here")
      } else if name.contains(".") || value == .null || value["class"] != nil {
        refuse(
          "theory.\(name)",
          "theories in Python are not run here; the models are \(Models.names.joined(separator: ", "))"
        )
      } else {
        own.append((name, value))
      }
    }
    return .map(own)
  }

  /// The arguments of a code: values of parameters, a model of dark energy, and what only spectra need.
  private mutating func take(_ arguments: [(key: String, value: Tree)], _ path: String) {
    var idle: [String] = []
    for (key, value) in arguments {
      if key == "dark_energy_model" {
        if case .text(let name) = value, !Self.fluids.contains(name) {
          refuse(
            "\(path).\(key)",
            "dark energy is a fluid of w, or of w0 and wa, here; the models are \(Models.names.joined(separator: ", "))"
          )
        }
      } else if let name = ParameterAlias(of: key)?.name, Self.constants.contains(name),
        value.number != nil
      {
        source.move("\(path).\(key)", to: "params.\(key)")
        constants.append((key, value))
      } else if ["num_massive_neutrinos", "deg_ncdm", "N_ncdm"].contains(key) {
        guard value.number != 1 else { continue }
        note(
          "\(path).\(source.words(key, at: "\(path).\(key)")): m_nu is the mass of one massive state here"
        )
      } else {
        idle.append(key)
      }
    }
    note(
      idle, path, verb: "is not used: only spectra need it", "are not used: only spectra need them")
  }
}
