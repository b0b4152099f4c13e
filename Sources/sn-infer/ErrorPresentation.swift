import Chains
import Analyses
import ArgumentParser
import Catalogs
import Cosmology
import Foundation
import Inference
import Reports
import Samplers
import Studies
import Validation

/// How errors end the program: one paragraph on standard error, and an exit code.
enum ErrorPresentation {
  /// Prints an error, and returns the exit code; errors of the argument parser have their own texts, and
  /// may be requests for help.
  static func status(after error: any Error) -> Int32 {
    let place = Ranks.name.map { "\($0): " } ?? ""
    switch error {
    case SamplingError.stopped:
      StandardError.write("warning: \(place)\(error); --resume continues\n".printable)
    case StudyError.stopped:
      // Of ranks that stop together the first speaks.
      if Ranks.group?.place.rank ?? 0 == 0 {
        StandardError.write("warning: \(error)\n".printable)
      }
    default:
      if let (text, _) = describe(error) {
        StandardError.write("error: \(place)\(text)\n".printable)
      } else {
        let text = SNInfer.fullMessage(for: error)
        if SNInfer.exitCode(for: error).isSuccess {
          if !text.isEmpty { print(text) }
        } else if !text.isEmpty {
          StandardError.write((text + "\n").printable)
        }
      }
    }
    return code(of: error)
  }

  /// The exit code after an error.
  static func code(of error: any Error) -> Int32 {
    switch error {
    case SamplingError.stopped, StudyError.stopped: StopRequest().exitStatus.rawValue
    default: describe(error)?.1.rawValue ?? SNInfer.exitCode(for: error).rawValue
    }
  }

  /// Ends the program. Where results cannot have reached standard output, that is reported instead of
  /// what they are.
  static func exit(_ status: Int32) -> Never {
    let aboutResults: [ExitStatus?] = [.success, .failedCheck, .failedWitness]
    if let reason = StandardOutput.close(), aboutResults.contains(ExitStatus(rawValue: status)) {
      StandardError.write("error: standard output was lost: \(reason)\n")
      Foundation.exit(ExitStatus.outputLost.rawValue)
    }
    // The threads that the linear algebra could not start would be waited for.
    if status == ExitStatus.systemRefused.rawValue { _exit(status) }
    Foundation.exit(status)
  }

  private static func describe(_ error: any Error) -> (String, ExitStatus)? {
    switch error {
    case let error as CatalogError: (error.description, error.exitStatus)
    case let error as ChainFileError: (error.description, error.exitStatus)
    case let error as OutputError: (error.description, .cannotCreate)
    case let error as OverlayError: (error.description, error.exitStatus)
    case let error as FlowFileError: (error.description, error.exitStatus)
    case let error as AnalysisError: (error.description, error.exitStatus)
    case let error as SamplingError: (error.description, error.exitStatus)
    case let error as Threads.Shortage: (error.description, .systemRefused)
    case let error as DerivedQuantityError: (error.description, .wrongUsage)
    case let error as SimulationError: (error.description, .wrongUsage)
    case let error as SymmetryError: (error.description, .wrongUsage)
    case let error as StudyError: (error.description, error.exitStatus)
    case let error as ModelError: (error.description, .wrongUsage)
    case let error as QuadratureError: (error.description, .internalError)
    default: nil
    }
  }
}

extension StudyError {
  /// How the program ends with this error.
  fileprivate var exitStatus: ExitStatus {
    switch self {
    case .isNone: .noInput
    case .damaged: .wrongData
    case .isAnother, .file: .cannotCreate
    case .stopped: .stopped
    }
  }
}
