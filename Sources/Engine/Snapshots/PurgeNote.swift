// Purge notes: why a snapshot is removed, left with it on the disk, so that a crash loses no record of it.

package import Foundation
package import Spec

/// What is written into `meta/purge.yaml` of a snapshot before it goes to the trash.
package struct PurgeNote: Sendable, Hashable {
  package let kind: TrashEntry.Kind
  /// The whole name, which a very long one does not have in the trash.
  package let name: SnapshotName
  /// Why, in words.
  package let reason: String
  /// How it came about, as the record of purges calls it.
  package let action: String
  package let actor: String
  /// The same time as that of the record.
  package let at: Date

  static let fileName = "purge.yaml"

  package init(kind: TrashEntry.Kind, name: SnapshotName, reason: String, action: String, actor: String, at: Date) {
    self.kind = kind
    self.name = name
    self.reason = reason
    self.action = action
    self.actor = actor
    self.at = at
  }

  package var document: YAMLValue {
    .map([
      YAMLPair("format", .int(1)), YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("name", .string(name.description)), YAMLPair("reason", .string(reason)),
      YAMLPair("action", .string(action)), YAMLPair("actor", .string(actor)),
      YAMLPair("at", .string(Timestamp.text(at))),
    ])
  }

  /// Reads what was written; nil if anything of it is missing.
  package init?(reading bytes: [UInt8]) {
    guard let documents = try? YAML.parse(SourceText(name: Self.fileName, bytes: bytes)),
      let value = documents.first?.value, let kind = value["kind"]?.text.flatMap({ TrashEntry.Kind(rawValue: $0) }),
      let name = value["name"]?.text.flatMap({ SnapshotName($0) }), let reason = value["reason"]?.text,
      let action = value["action"]?.text, let actor = value["actor"]?.text,
      let at = value["at"]?.text.flatMap({ Timestamp.date($0) })
    else { return nil }
    self.init(kind: kind, name: name, reason: reason, action: action, actor: actor, at: at)
  }
}
