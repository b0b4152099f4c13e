import RealModule

/// Magnitudes against redshift with the posterior prediction, and the residuals.
///
/// For more than 400 supernovae weighted means in bins of redshift are drawn over a thinned cloud of
/// points.
public struct HubbleDiagram: Figure {
  /// The supernovae.
  public struct Data: Sendable, Equatable {
    /// Redshifts, positive.
    public var redshifts: [Double]
    /// Distance moduli or magnitudes in mag.
    public var magnitudes: [Double]
    /// Their standard deviations in mag.
    public var errors: [Double]

    /// Three lists of one length.
    public init(redshifts: [Double], magnitudes: [Double], errors: [Double]) {
      precondition(
        redshifts.count == magnitudes.count && redshifts.count == errors.count,
        "\(redshifts.count) redshifts, \(magnitudes.count) magnitudes, \(errors.count) errors")
      self.redshifts = redshifts
      self.magnitudes = magnitudes
      self.errors = errors
    }
  }

  /// The model at some redshifts: quantiles over the draws.
  public struct Curve: Sendable, Equatable {
    /// Redshifts, rising.
    public var redshifts: [Double]
    /// The 2.5, 16, 50, 84 and 97.5 % quantiles in mag, five numbers per redshift.
    public var quantiles: [[Double]]

    /// A curve with its bands.
    public init(redshifts: [Double], quantiles: [[Double]]) {
      precondition(
        quantiles.count == redshifts.count && quantiles.allSatisfy { $0.count == 5 },
        "five quantiles for each of \(redshifts.count) redshifts")
      self.redshifts = redshifts
      self.quantiles = quantiles
    }

    /// The median, linear in the logarithm of the redshift.
    func median(at redshift: Double) -> Double {
      guard let last = redshifts.indices.last, last > 0 else { return .nan }
      let above = redshifts.firstIndex { $0 >= redshift } ?? last
      let i = max(above, 1)
      let (a, b) = (Double.log(redshifts[i - 1]), Double.log(redshifts[i]))
      let fraction = (.log(redshift) - a) / (b - a)
      return quantiles[i - 1][2] * (1 - fraction) + quantiles[i][2] * fraction
    }
  }

  /// The base name of the files.
  public let name: String
  /// The supernovae.
  public let data: Data
  /// The model.
  public let curve: Curve
  /// The quantity of the magnitudes, such as `distance modulus μ [mag]`.
  public let quantity: String
  /// A remark for the caption, in whole sentences.
  public let remark: String

  /// A Hubble diagram.
  public init(
    name: String = "hubble", data: Data, curve: Curve,
    quantity: String = "distance modulus μ [mag]", remark: String = ""
  ) {
    self.name = name
    self.data = data
    self.curve = curve
    self.quantity = quantity
    self.remark = remark
  }

  /// Width and height.
  public var size = FigureSize(width: 640, height: 470)

  private static let mostPoints = 400
  private var isBinned: Bool { data.redshifts.count > Self.mostPoints }

  /// The caption.
  public var caption: String {
    "Supernovae and the model: median over the draws with its 68 % and 95 % bands; below, the residuals"
      + " from the median. "
      + (isBinned
        ? "Points with bars: weighted means in bins of redshift, as if errors were independent; grey above: single supernovae"
          + (data.redshifts.count > Self.mostCloud ? ", thinned." : ".")
        : "Bars: the diagonal of the covariance; neighbouring supernovae may share errors.")
      + (remark.isEmpty ? "" : " \(remark)")
  }

  private static let mostCloud = 1500

  /// Draws both panels.
  public func draw(on script: inout GnuplotScript) {
    var layout = PanelLayout(size, rows: 2, columns: 1)
    layout.gap.y = 8
    layout.top = 12
    let (low, high) = range
    let shown = isBinned ? binned() : points(data.redshifts.indices.map { $0 })
    let cloud = isBinned ? points(thinned()) : []
    let color = FigureStyle.color(0)
    let band = script.table(
      zip(curve.redshifts, curve.quantiles).map { redshift, q in
        [redshift, q[2], q[0] - q[2], q[1] - q[2], q[3] - q[2], q[4] - q[2]]
      })
    let points = script.table(shown)
    let grey = cloud.isEmpty ? nil : script.table(cloud)

    script.add(
      "set multiplot", "set logscale x",
      "set xrange [\(GnuplotScript.number(low)):\(GnuplotScript.number(high))]",
      layout.place(row: 0, column: 0), "unset xlabel",
      "set xtics nomirror format ''; set mxtics 10",
      "set ytics nomirror format '%g'",
      "set label 1 \(GnuplotScript.quoted(quantity)) font ',12' center rotate by 90 at screen 0.025, graph 0.5",
      "set key left top reverse Left")
    var plots: [String] = []
    if let grey {
      plots.append("\(grey) using 1:2 with points pt 7 ps 0.15 linecolor '#bbbbbb' notitle")
    }
    // Gnuplot's error bars would hide what is behind their points.
    let bars = "with vectors nohead linewidth 1 linecolor '#333333' notitle"
    let dots = "pt 7 ps 0.4 linecolor '#333333'"
    plots += [
      "\(points) using 1:($2-$3):(0):(2*$3) \(bars)",
      "\(points) using 1:2 with points \(dots) title '\(isBinned ? "mean of a bin" : "supernovae")'",
      "\(band) using 1:2 with lines linewidth 1.8 linecolor '\(color)' title 'model'",
    ]
    script.add("plot \(plots.joined(separator: ", \\\n  "))")

    let extent = residualExtent(shown)
    script.add(
      layout.place(row: 1, column: 0), "unset label 1",
      "set xlabel 'redshift z' font ',12' offset 0,0.2",
      "set xtics format '%g' (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)",
      "set yrange [\(GnuplotScript.number(-extent)):\(GnuplotScript.number(extent))]",
      "set ytics \(Ticks(-0.95 * extent, 0.95 * extent, atMost: 6).gnuplot)",
      "set label 2 'residual [mag]' font ',12' center rotate by 90 at screen 0.025, graph 0.5",
      "set key left top horizontal reverse Left maxrows 1")
    plots = [
      "\(band) using 1:3:6 with filledcurves linecolor '\(color)' fs transparent solid 0.18 noborder title '95 %'",
      "\(band) using 1:4:5 with filledcurves linecolor '\(color)' fs transparent solid 0.32 noborder title '68 %'",
      "\(points) using 1:($4-$3):(0):(2*$3) \(bars)",
      "\(points) using 1:4 with points \(dots) notitle",
      "0 with lines linewidth 1.8 linecolor '\(color)' notitle",
    ]
    script.add("plot \(plots.joined(separator: ", \\\n  "))", "unset multiplot", "unset logscale")
  }

  /// Rows of redshift, magnitude, error, residual.
  private func points(_ indices: [Int]) -> [[Double]] {
    indices.map { index in
      let (redshift, magnitude) = (data.redshifts[index], data.magnitudes[index])
      return [redshift, magnitude, data.errors[index], magnitude - curve.median(at: redshift)]
    }
  }

  private func thinned() -> [Int] {
    let count = data.redshifts.count
    let stride = max(1, (count + Self.mostCloud - 1) / Self.mostCloud)
    return Array(Swift.stride(from: 0, to: count, by: stride))
  }

  /// Weighted means of forty bins of equal width in ln z; of the residuals, to which the median at
  /// the mean redshift is added.
  private func binned() -> [[Double]] {
    let (low, high) = range
    let width = (Double.log(high) - .log(low)) / 40
    var sums = [(weight: Double, z: Double, residual: Double)](repeating: (0, 0, 0), count: 41)
    for index in data.redshifts.indices {
      let (redshift, error) = (data.redshifts[index], data.errors[index])
      guard error > 0, error.isFinite else { continue }
      let bin = min(40, max(0, Int((.log(redshift) - .log(low)) / width)))
      let weight = 1 / (error * error)
      sums[bin].weight += weight
      sums[bin].z += weight * .log(redshift)
      sums[bin].residual += weight * (data.magnitudes[index] - curve.median(at: redshift))
    }
    return sums.filter { $0.weight > 0 }.map { sum in
      let (redshift, residual) = (Double.exp(sum.z / sum.weight), sum.residual / sum.weight)
      return [
        redshift, curve.median(at: redshift) + residual, 1 / sum.weight.squareRoot(), residual,
      ]
    }
  }

  private var range: (Double, Double) {
    let low = min(data.redshifts.min() ?? 0.01, curve.redshifts.first ?? .infinity)
    let high = max(data.redshifts.max() ?? 1, curve.redshifts.last ?? 0)
    return (low / 1.12, high * 1.12)
  }

  /// Half the height of the lower panel: all bars and both bands, with room for the legend.
  private func residualExtent(_ shown: [[Double]]) -> Double {
    let bars = shown.map { abs($0[3]) + ($0[2].isFinite ? $0[2] : 0) }.filter(\.isFinite).sorted()
    // One outlier must not flatten the rest.
    let typical = bars.isEmpty ? 0 : bars[min(bars.count - 1, bars.count * 99 / 100)]
    let bands = curve.quantiles.flatMap { [abs($0[0] - $0[2]), abs($0[4] - $0[2])] }
    let extent = max(typical, bands.filter(\.isFinite).max() ?? 0)
    return extent > 0 ? 1.45 * extent : 1
  }
}
