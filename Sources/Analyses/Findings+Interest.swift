import Cosmology
import Inference

extension Findings {
  /// Whether a parameter of the run is of interest by itself: neither a zero point nor one of light curves and their
  /// populations.
  public func isOfInterest(_ name: String) -> Bool {
    !PowerCoordinate.isMagnitude(name) && !HierarchicalModel.describesSupernovae(name)
      && !(name == "h" && isHubbleZeroPoint)
  }

  /// Whether h only re-expresses the zero point of moduli: supernovae without calibrators do not measure it.
  private var isHubbleZeroPoint: Bool {
    data != nil && probes == nil && model?.offset == OffsetTreatment.sampled.rawValue
      && model?.parameters.contains { ["M", "delta_M"].contains($0.name) } == false
  }
}
