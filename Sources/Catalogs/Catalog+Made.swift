extension Catalog {
  /// A catalog that comes from no file, such as a simulated one.
  ///
  /// - Parameters:
  ///   - content: the supernovae.
  ///   - name: what stands for its path.
  ///   - labels: what else is said of each supernova.
  ///   - source: where the errors come from, in words.
  public init(
    _ content: Content, name: String, labels: SupernovaLabels = SupernovaLabels(),
    source: String = "simulated"
  ) {
    self.init(
      name, .fits, ReadCatalog(content: content, covarianceSource: source, labels: labels))
  }

  /// The same catalog with other supernovae in its rows, as many.
  public func replacing(_ content: Content, labels: SupernovaLabels? = nil) -> Catalog {
    Catalog(
      path, format,
      ReadCatalog(
        content: content, columns: columns, covarianceSource: covarianceSource, notes: notes,
        names: names, labels: labels ?? self.labels, files: Array(files.keys)))
  }
}
