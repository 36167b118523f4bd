// `pobsync find`: which snapshots of a host hold a file, and which of them hold the same.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct FindFile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find",
    abstract: "Show the versions of a file that a host's snapshots hold.",
    discussion: """
      A line for each version, the newest first, with the newest and the oldest snapshot that hold it; -o json names all.

      EXAMPLE
        pobsync find web-1 /etc/fstab
      """)

  @OptionGroup var target: HostArgument
  @OptionGroup var place: SnapshotPathArgument
  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let path = try place.parsed()
    let directory = try await storage.keptHostAtWork(target.host).directory
    let found = try await blocking { try directory.versions(of: path, in: try directory.snapshotIDs()) }
    Listing(
      headers: ["MODIFIED", "SIZE", "MODE", "SNAPSHOTS", "NEWEST", "OLDEST"],
      rows: found.versions.map { version in
        [
          version.entry.modified.date.shown,
          version.entry.kind == .file ? version.entry.size.shownAsSize : "-", version.entry.modeText,
          "\(version.snapshots.count)", version.snapshots.first.shown, version.snapshots.last.shown,
        ]
      },
      value: .list(
        found.versions.map { version in
          .map([
            YAMLPair("entry", version.entry.value(at: path)),
            YAMLPair("snapshots", .list(version.snapshots.map { .string($0.description) })),
          ])
        }), empty: "No snapshot of \(target.host) holds \(path)."
    ).print(as: output.format)
    if !found.versions.isEmpty, !found.without.isEmpty {
      Terminal.writeError("\(found.without.count) snapshots do not hold \(path)")
    }
    if found.unseen > 0 { Terminal.writeError("\(found.unseen) older snapshots were not looked at") }
  }
}

extension SnapshotID? {
  fileprivate var shown: String { self?.description ?? "-" }
}
