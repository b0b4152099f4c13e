import ArgumentParser
import Catalogs
import Foundation
import Inference
import NumericalAnalysis
import Reports
import Samplers

/// The exit codes of the program, after the BSD `sysexits` where there is one.
enum ExitStatus: Int32 {
  case failedCheck = 10
  case rejectedFlow = 11
  case wrongUsage = 64
  case wrongData = 65
  case noInput = 66
  case internalError = 70
  case cannotCreate = 73
  case stopped = 75
  case interrupted = 130
}

/// How errors end the program: one paragraph on standard error, and an exit code.
enum ErrorPresentation {
  /// Prints an error and exits; what the argument parser threw is its own to print.
  static func exit(after error: any Error, usage: (any Error) -> Never) -> Never {
    guard let (text, status) = describe(error) else { usage(error) }
    FileHandle.standardError.write(Data("error: \(text)\n".utf8))
    Foundation.exit(status.rawValue)
  }

  private static func describe(_ error: any Error) -> (String, ExitStatus)? {
    switch error {
    case let error as CatalogError: (error.description, status(of: error))
    case let error as ChainFileError:
      (error.description, status(of: error))
    case let error as OutputError: (error.description, .cannotCreate)
    case let error as FlowFileError: (error.description, error.status)
    case let error as SamplingError:
      if case .storage = error {
        (error.description, .cannotCreate)
      } else {
        (error.description, .wrongData)
      }
    case let error as ModelError: (error.description, .wrongUsage)
    case let error as QuadratureError: (error.description, .internalError)
    default: nil
    }
  }

  private static func status(of error: ChainFileError) -> ExitStatus {
    switch error.problem {
    case .missing, .gap, .unreadable: .noInput
    default: .wrongData
    }
  }

  private static func status(of error: CatalogError) -> ExitStatus {
    switch error.problem {
    case .missing, .isDirectory, .unreadable, .noSuchPart: .noInput
    case .exists, .cannotCreate: .cannotCreate
    default: .wrongData
    }
  }
}
