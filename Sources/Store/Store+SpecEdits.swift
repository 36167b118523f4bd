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
  ///   - noting: what the audit log is told, in the same transaction, of what was done to what was declared before;
  ///     nothing, if nothing was.
  /// - Throws: `Diagnostics` for values that are wrong; then nothing is changed.
  package func apply(
    _ edits: [SpecEdit], as origin: ChangeOrigin, named source: String,
    noting: (@Sendable (SpecReview, Spec) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> EditOutcome {
    // Edits remove no hosts, so that none are too many. They are of what is stored at that moment: what somebody else
    // edits at the same time stays.
    let review = try await apply(
      as: origin, ApplyOptions(maxRemovals: .max), noting: noting, at: now
    ) { stored in try stored.edited(edits, named: source) }
    let edited = Set(edits.map(\.id))
    let drift = try await drift(in: try await desired()).filter { edited.contains($0.id) }
    return EditOutcome(difference: review.difference, drift: drift)
  }
}

extension ResourceDrift {
  /// What becomes of the edits, as a sentence.
  package var warning: String { Self.warning(of: id, declaredBy: owner) }

  package static func warning(of id: ResourceID, declaredBy owner: String) -> String {
    "\(id) is declared by \(owner), whose next apply stops here until the spec says the same, unless --take-over is given"
  }
}
