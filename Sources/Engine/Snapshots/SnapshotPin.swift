// Pins: what a person wants kept whatever a policy says. A pin is a file beside the snapshot's data, so that it outlives
// the database.

package import Foundation
import Glibc
package import Spec

/// That a snapshot is not to be removed, until a time or for ever.
package struct SnapshotPin: Sendable, Hashable, CustomStringConvertible {
  package let reason: String?
  /// nil for as long as nobody takes the pin out.
  package let until: Date?
  package let actor: String
  package let pinnedAt: Date

  package init(reason: String?, until: Date?, actor: String, pinnedAt: Date) {
    self.reason = reason
    self.until = until
    self.actor = actor
    self.pinnedAt = pinnedAt
  }

  /// False once its time is over.
  package func holds(at now: Date) -> Bool { until.map { $0 > now } ?? true }

  /// As people read it: `pinned: before the upgrade (until 2026-12-24 00:00:00Z)`.
  package var description: String {
    "pinned" + (reason.map { ": \($0.printable())" } ?? "") + (until.map { " (until \(Timestamp.short($0)))" } ?? "")
  }
}

extension SnapshotPin {
  /// What its file holds, and what programs are told of it.
  package var document: YAMLValue {
    .map([
      YAMLPair("reason", reason.map(YAMLValue.string) ?? .null),
      YAMLPair("until", until.map { .string(Timestamp.text($0)) } ?? .null),
      YAMLPair("by", .string(actor)), YAMLPair("at", .string(Timestamp.text(pinnedAt))),
    ])
  }

  /// Reads a pin. What cannot be understood pins for ever: somebody wanted the snapshot kept.
  fileprivate init(reading bytes: [UInt8]) {
    let unreadable = SnapshotPin(
      reason: "its pin cannot be understood", until: nil, actor: Self.unknownActor, pinnedAt: Self.unknownTime)
    guard let documents = try? YAML.parse(SourceText(name: Self.fileName, bytes: bytes)),
      let value = documents.first?.value, case .map = value
    else {
      self = unreadable
      return
    }
    let end = value["until"]?.text
    let until = end.flatMap(Timestamp.date)
    guard end == nil || until != nil else {
      self = unreadable
      return
    }
    self.init(
      reason: value["reason"]?.text, until: until, actor: value["by"]?.text ?? Self.unknownActor,
      pinnedAt: value["at"]?.text.flatMap(Timestamp.date) ?? Self.unknownTime)
  }

  fileprivate static let fileName = "pin.yaml"
  fileprivate static let unknownActor = "unknown"
  fileprivate static let unknownTime = Date(timeIntervalSince1970: 0)
}

extension HostDirectory {
  /// The pin of a snapshot, be it over or not; nil if there is none. One that cannot be read is taken to pin for ever.
  package func pin(of snapshot: SnapshotID) -> SnapshotPin? {
    pin(at: directory(of: snapshot))
  }

  /// The pin of a snapshot wherever it is.
  func pin(at place: String) -> SnapshotPin? {
    do {
      return try Disk.read(Self.pinFile(at: place), limit: 64 << 10).map(SnapshotPin.init(reading:))
    } catch {
      return SnapshotPin(
        reason: "its pin cannot be read: \(error)", until: nil, actor: SnapshotPin.unknownActor,
        pinnedAt: SnapshotPin.unknownTime)
    }
  }

  /// Pins a snapshot, in place of an earlier pin. To be called with the host's lock held.
  ///
  /// - Throws: `DiskError`; then the pin is the one that there was.
  package func setPin(_ pin: SnapshotPin, on snapshot: SnapshotID) throws(DiskError) {
    try setPin(pin, at: directory(of: snapshot))
  }

  /// Pins a snapshot wherever it is.
  func setPin(_ pin: SnapshotPin, at place: String) throws(DiskError) {
    guard try Disk.isDirectory(place) else { throw DiskError("pin", place, code: ENOENT) }
    let meta = "\(place)/meta"
    // Snapshots of others may have their metadata elsewhere.
    if try !Disk.isDirectory(meta) {
      try Disk.makeDirectory(meta)
      // A link in place of the directory could lead out of the snapshot.
      guard try Disk.isDirectory(meta) else { throw DiskError("use the directory", meta, code: ENOTDIR) }
      try Disk.syncDirectory(place)
    }
    try Disk.writeDurably(YAMLWriter.write(pin.document), to: Self.pinFile(at: place))
  }

  /// Takes a pin out. To be called with the host's lock held.
  ///
  /// - Returns: false if there was none.
  @discardableResult
  package func removePin(of snapshot: SnapshotID) throws(DiskError) -> Bool {
    let place = directory(of: snapshot)
    let file = Self.pinFile(at: place)
    guard unlink(file) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return false }
      throw DiskError("delete", file)
    }
    try Disk.syncDirectory("\(place)/meta")
    return true
  }

  private static func pinFile(at place: String) -> String { "\(place)/meta/\(SnapshotPin.fileName)" }
}
