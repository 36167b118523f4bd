// Trash entries: the names that removed snapshots bear until they are deleted, which say what each was and since when.

package import Foundation

/// One entry of a host's trash.
///
/// Its name is `20260520-101500Z.scheduled.20260518-021500Z__K3VQEVH7`: when it was put there, of which kind it was,
/// and the name that it had. Once its deletion has begun, `deleting.` stands before that: it is whole no more. Earlier
/// versions wrote `scheduled-20260518-021500Z__K3VQEVH7`; whatever else is there is an entry of which nothing is known.
package struct TrashEntry: Sendable, Hashable, Comparable, CustomStringConvertible {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case scheduled, manual
    /// An unfinished snapshot.
    case incomplete

    package init(_ kind: SnapshotKind) {
      self =
        switch kind {
        case .scheduled: .scheduled
        case .manual: .manual
        }
    }
  }

  /// The name that it has in the trash.
  package let fileName: String
  /// What it was; nil if the name does not tell.
  package let kind: Kind?
  /// The name that it had, which is cut if it was very long; nil if that cannot be told.
  package let name: SnapshotName?
  /// In whole seconds; nil if the name does not tell.
  package let trashedAt: Date?
  package let isBeingDeleted: Bool

  /// The entry for something that is put into the trash.
  package init(_ kind: Kind, _ name: SnapshotName, trashedAt: Date) {
    self.init(fileName: "\(Timestamp.compact(trashedAt)).\(kind.rawValue).\(Self.shortened(name.description))")
  }

  /// Reads the name of an entry, whoever has written it.
  package init(fileName: String) {
    self.fileName = fileName
    isBeingDeleted = fileName.hasPrefix(Self.deletionPrefix)
    let rest = isBeingDeleted ? String(fileName.dropFirst(Self.deletionPrefix.count)) : fileName
    let parts = rest.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 3, let date = Self.date(parts[0]), let kind = Kind(rawValue: parts[1]),
      let name = SnapshotName(parts[2])
    {
      trashedAt = date
      self.kind = kind
      self.name = name
      return
    }
    trashedAt = nil
    let words = rest.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if words.count == 2, let kind = Kind(rawValue: words[0]), let name = SnapshotName(words[1]) {
      self.kind = kind
      self.name = name
    } else {
      kind = nil
      name = nil
    }
  }

  /// The snapshot that it was; nil for an unfinished one, and for what nothing is known of.
  package var snapshot: SnapshotID? {
    guard let name, let kind = kind.flatMap({ SnapshotKind(rawValue: $0.rawValue) }) else { return nil }
    return SnapshotID(kind: kind, name: name)
  }

  /// Whether it is a whole snapshot, which can be got back.
  package var isRestorable: Bool { snapshot != nil && !isBeingDeleted }

  /// The entry as it is called once its deletion has begun; nil for one of which nothing is known: it keeps its name.
  var deleting: TrashEntry? {
    guard name != nil else { return nil }
    if isBeingDeleted { return self }
    let marked = Self.deletionPrefix + fileName
    return marked.utf8.count <= Self.longestName ? TrashEntry(fileName: marked) : nil
  }

  /// What it was, in words: `scheduled/20260518-021500Z__K3VQEVH7`.
  package var description: String {
    guard let kind, let name else { return fileName }
    return "\(kind.rawValue)/\(name)"
  }

  /// In the order in which they are deleted: what is begun already, what is of no known age, then the oldest.
  package static func < (left: TrashEntry, right: TrashEntry) -> Bool {
    (left.isBeingDeleted ? 0 : 1, left.trashedAt ?? .distantPast, left.fileName)
      < (right.isBeingDeleted ? 0 : 1, right.trashedAt ?? .distantPast, right.fileName)
  }

  // MARK: - Names

  private static let deletionPrefix = "deleting."
  /// In bytes: as long as a name may be on any disk.
  private static let longestName = 255
  /// In bytes: so that all that stands before a name has room.
  private static let longestPart = longestName - "deleting.20260520-101500Z.incomplete.".utf8.count

  private static func shortened(_ name: String) -> String {
    var name = name
    while name.utf8.count > longestPart { name.removeLast() }
    return name
  }

  /// Reads a time in the one form that is written.
  private static func date(_ text: String) -> Date? {
    guard let (date, rest) = Timestamp.prefix(of: text), rest.isEmpty, Timestamp.compact(date) == text else {
      return nil
    }
    return date
  }
}
