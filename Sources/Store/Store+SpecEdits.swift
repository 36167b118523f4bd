// Edits carried out: by whatever way single fields are changed, the owner of the resource stays, and is told of it.

package import Foundation
package import Spec

/// What came of edits.
package struct EditOutcome: Sendable {
  package let difference: SpecDifference
  /// The edited resources that are not as their owners declare them any more.
  package let drift: [ResourceDrift]
}

extension Store {
  /// Applies edits.
  ///
  /// - Parameters:
  ///   - origin: `cli` or `web`, and who it is.
  ///   - source: what complaints call the place that the edits come from.
  /// - Throws: `Diagnostics` for values that are wrong; then nothing is changed.
  package func apply(
    _ edits: [SpecEdit], as origin: ChangeOrigin, named source: String, at now: Date
  ) async throws -> EditOutcome {
    let wanted = try await desired().spec.edited(edits, named: source)
    let difference = try await apply(wanted, as: origin, prune: false, at: now)
    let edited = Set(edits.map(\.id))
    let drift = try await drift(in: try await desired()).filter { edited.contains($0.id) }
    return EditOutcome(difference: difference, drift: drift)
  }
}

extension ResourceDrift {
  /// What becomes of the edits, as a sentence.
  package var warning: String { Self.warning(of: id, declaredBy: owner) }

  package static func warning(of id: ResourceID, declaredBy owner: String) -> String {
    "\(id) is declared by \(owner), whose next apply stops here until the spec says the same, unless --take-over is given"
  }
}
