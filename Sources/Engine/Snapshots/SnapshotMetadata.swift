// meta.yaml: what a snapshot says about itself. Written strictly, read tolerantly, for others have written it too.

package import Foundation
package import Spec

/// The metadata that a new snapshot is given.
package struct SnapshotMetadata: Sendable, Hashable {
  package let host: HostName
  package let hostID: String
  package let id: SnapshotID
  package let status: SnapshotStatus
  package let startedAt: Date
  package let finishedAt: Date
  package let base: SnapshotBase?
  package let source: Source
  package let rsync: Rsync
  /// How it was made.
  package let strategy: Strategy
  /// When the survey began that it rests on: what changed on the host since may be as it was then or later. nil without
  /// a survey.
  package let surveyedAt: Date?
  package let stats: SnapshotStats
  /// Why the snapshot was made.
  package let reason: String
  /// What could not be copied, for anything but success; and why it was not made by the host's strategy.
  package let note: String?

  package struct Source: Sendable, Hashable {
    package let address: String
    package let user: String
    package let root: String
  }

  package struct Rsync: Sendable, Hashable {
    package let version: String
    package let exitCode: Int32
    package let arguments: [String]
  }

  static let format = 1
  static let fileName = "meta.yaml"

  package var document: YAMLValue {
    .map(
      [
        YAMLPair("format", .int(Int64(Self.format))),
        YAMLPair("host", .string(host.description)),
        YAMLPair("host_id", .string(hostID)),
        YAMLPair("kind", .string(id.kind.rawValue)),
        YAMLPair("name", .string(id.name.description)),
        YAMLPair("status", .string(status.rawValue)),
        YAMLPair("started_at", .string(Timestamp.text(startedAt))),
        YAMLPair("finished_at", .string(Timestamp.text(finishedAt))),
        YAMLPair("duration_seconds", .double(finishedAt.timeIntervalSince(startedAt))),
        YAMLPair("base", base.map(Self.document) ?? .null),
        YAMLPair(
          "source",
          .map([
            YAMLPair("address", .string(source.address)), YAMLPair("user", .string(source.user)),
            YAMLPair("root", .string(source.root)),
          ])),
        YAMLPair(
          "rsync",
          .map([
            YAMLPair("version", .string(rsync.version)), YAMLPair("exit_code", .int(Int64(rsync.exitCode))),
            YAMLPair("arguments", .list(rsync.arguments.map(YAMLValue.string))),
          ])),
        YAMLPair("strategy", .string(strategy.rawValue)),
        YAMLPair("surveyed_at", surveyedAt.map { .string(Timestamp.text($0)) } ?? .null),
        YAMLPair("stats", stats.document),
        YAMLPair("reason", .string(reason)),
        YAMLPair("note", note.map(YAMLValue.string) ?? .null),
        YAMLPair("pobsync_version", .string(PobsyncVersion.current)),
      ])
  }

  private static func document(_ base: SnapshotBase) -> YAMLValue {
    .map([
      YAMLPair("kind", .string(base.kind)), YAMLPair("name", .string(base.name)), YAMLPair("path", .string(base.path)),
    ])
  }

  /// The snapshot as discovery will find it again.
  package var snapshot: Snapshot {
    Snapshot(
      host: host, id: id, status: status, startedAt: startedAt, finishedAt: finishedAt, base: base, stats: stats,
      note: note, hostID: hostID, metadata: JSONWriter.compact(document))
  }
}

/// The program's version, as `--version` and metadata give it.
package enum PobsyncVersion {
  package static let current = "0.1.0"
}

// MARK: - Reading

extension Snapshot {
  /// Reads a snapshot's metadata, ours or the original's, in YAML or JSON (which is YAML too).
  ///
  /// - Parameter bytes: the file's content, or nil if there is no metadata: then the status is unknown.
  package static func reading(_ bytes: [UInt8]?, host: HostName, id: SnapshotID) -> Snapshot {
    func unknown(_ why: String) -> Snapshot { .unknown(why, host: host, id: id) }
    guard let bytes else { return unknown("no metadata was found beside its data") }
    guard let documents = try? YAML.parse(SourceText(name: "metadata", bytes: bytes)),
      let value = documents.first?.value,
      case .map = value
    else { return unknown("its metadata cannot be read as YAML or JSON") }
    guard let given = value["status"]?.text else { return unknown("its metadata gives no status") }
    guard let status = SnapshotStatus(tolerant: given) else {
      return unknown("its metadata says that the backup ended as \(given.quoted)")
    }
    return Snapshot(
      host: host, id: id, status: status,
      startedAt: value["started_at"]?.text.flatMap(Timestamp.date) ?? id.name.startedAt,
      finishedAt: (value["finished_at"] ?? value["ended_at"])?.text.flatMap(Timestamp.date),
      base: value["base"].flatMap(SnapshotBase.init(reading:)),
      stats: SnapshotStats(reading: value["stats"] ?? .null),
      note: value["note"]?.text,
      hostID: value["host_id"]?.text,
      metadata: JSONWriter.compact(value))
  }

  /// A snapshot that says nothing about itself, and why.
  static func unknown(_ why: String, host: HostName, id: SnapshotID) -> Snapshot {
    Snapshot(host: host, id: id, status: .unknown, startedAt: id.name.startedAt, note: why)
  }
}

extension SnapshotStatus {
  /// Words that other versions may have used for the same.
  fileprivate init?(tolerant text: String) {
    switch text.lowercased() {
    case "success", "succeeded", "ok", "good": self = .success
    case "warning", "warnings": self = .warning
    case "partial": self = .partial
    default: return nil
    }
  }
}

extension SnapshotBase {
  /// A base as metadata records it: a map, or the path alone. Paths may end in `/data`.
  fileprivate init?(reading value: YAMLValue) {
    let path = value.text ?? value["path"]?.text ?? value["dirname"]?.text ?? ""
    let components = path.split(separator: "/").map(String.init)
    let location = components.last == "data" ? components.dropLast() : components[...]
    guard let name = value["name"]?.text ?? location.last else { return nil }
    let kind = value["kind"]?.text ?? location.dropLast().last ?? SnapshotKind.scheduled.rawValue
    self.init(kind: kind, name: name, path: path)
  }
}

// MARK: - Statistics

extension SnapshotStats {
  package var document: YAMLValue {
    func pairs(_ figures: [(String, Int64?)]) -> [YAMLPair] {
      figures.compactMap { name, figure in figure.map { YAMLPair(name, .int($0)) } }
    }
    let transfer = pairs([
      ("files", files), ("created_files", createdFiles), ("transferred_files", transferredFiles),
      ("literal_data_bytes", literalDataBytes), ("matched_data_bytes", matchedDataBytes),
      ("received_bytes", receivedBytes), ("sent_bytes", sentBytes),
    ])
    let storage = pairs([
      ("apparent_size_bytes", apparentSizeBytes), ("unique_apparent_size_bytes", uniqueApparentSizeBytes),
      ("available_bytes", availableBytes),
    ])
    let duration = durationSeconds.map { [YAMLPair("duration_seconds", .double($0))] } ?? []
    return .map([YAMLPair("rsync", .map(transfer)), YAMLPair("storage", .map(storage))] + duration)
  }

  package init(reading value: YAMLValue) {
    func figure(_ group: String, _ name: String) -> Int64? { value[group]?[name]?.integer }
    self.init()
    files = figure("rsync", "files")
    createdFiles = figure("rsync", "created_files")
    transferredFiles = figure("rsync", "transferred_files")
    literalDataBytes = figure("rsync", "literal_data_bytes")
    matchedDataBytes = figure("rsync", "matched_data_bytes")
    receivedBytes = figure("rsync", "received_bytes")
    sentBytes = figure("rsync", "sent_bytes")
    apparentSizeBytes = figure("storage", "apparent_size_bytes")
    uniqueApparentSizeBytes = figure("storage", "unique_apparent_size_bytes")
    availableBytes = figure("storage", "available_bytes")
    durationSeconds = value["duration_seconds"]?.number
  }
}
