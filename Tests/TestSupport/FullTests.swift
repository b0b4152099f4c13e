import Foundation

/// Whether the heavier studies are asked for, by `make test-full`.
public let fullTestsAreAskedFor = ProcessInfo.processInfo.environment["SN_INFER_FULL_TESTS"] != nil
