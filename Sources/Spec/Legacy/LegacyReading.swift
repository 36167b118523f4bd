// What reading the predecessor's files gives: the configuration, where each value stands, and what was left out.

/// Something that the predecessor's files and a spec do not say alike, about one resource.
package struct LegacyRemark: Sendable, Hashable, CustomStringConvertible {
  package let resource: ResourceID
  package let message: String
  /// Where it stands in the predecessor's files, if it was read from there.
  package let place: SpecPlace?

  package init(_ resource: ResourceID, _ message: String, place: SpecPlace? = nil) {
    self.resource = resource
    self.message = message
    self.place = place
  }

  /// The remark with its place, or else with its resource, in front.
  package var description: String { "\(place.map { "\($0)" } ?? "\(resource)"): \(message)" }
}

/// A configuration as it was read.
package struct LegacyReading: Sendable {
  package let configuration: LegacyConfiguration
  /// What is odd and yet was read: keys that nothing is called, no global file.
  package let warnings: [Diagnostic]
  /// Why whole host files were not taken.
  package let leftOut: [Diagnostic]
  /// What was left out of the files that were taken.
  package let remarks: [LegacyRemark]
  private let declarations: [ResourceID: SpecDeclaration]

  init(
    _ configuration: LegacyConfiguration, warnings: [Diagnostic], leftOut: [Diagnostic], remarks: [LegacyRemark],
    declarations: [ResourceID: SpecDeclaration]
  ) {
    self.configuration = configuration
    self.warnings = warnings
    self.leftOut = leftOut
    self.remarks = remarks
    self.declarations = declarations
  }

  /// A configuration that stands in no file.
  package init(_ configuration: LegacyConfiguration) {
    self.init(configuration, warnings: [], leftOut: [], remarks: [], declarations: [:])
  }

  /// Where a canonical key has its value; the file's first place if the value is not given there.
  func place(of path: String, in id: ResourceID) -> SpecPlace? {
    guard let declaration = declarations[id] else { return nil }
    let range = declaration.place(of: path) ?? declaration.value.range
    return SpecPlace(file: declaration.source.name, line: range.start.line)
  }
}
