import COpenBLAS

/// Which library the linear algebra runs on, and on how many threads.
public enum BLASProvider {
  /// Returns the path of the library that a symbol such as `dgemm_` is bound to in this process, or
  /// nil if none is.
  public static func library(providing symbol: String) -> String? {
    guard let handle = dlopen(nil, RTLD_NOW), let address = dlsym(handle, symbol) else {
      return nil
    }
    var information = Dl_info()
    guard dladdr(address, &information) != 0, let path = information.dli_fname else { return nil }
    return String(cString: path)
  }

  /// The name of the kernels that OpenBLAS has chosen for this processor, such as `Haswell`; results
  /// are the same to the last bit only with the same ones.
  public static var kernels: String { String(cString: openblas_get_corename()) }

  /// Keeps BLAS to the calling thread: chains and batches are what runs in parallel.
  static func useOneThread() { _ = oneThread }

  private static let oneThread: Void = openblas_set_num_threads(1)
}
