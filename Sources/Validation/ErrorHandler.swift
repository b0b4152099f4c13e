import CGSL

/// GSL's default error handler aborts the process; without it errors come back as codes.
enum ErrorHandler {
  /// Switches the handler off; only the first call does anything.
  static func switchOff() { _ = isOff }

  private static let isOff: Void = { _ = gsl_set_error_handler_off() }()
}
