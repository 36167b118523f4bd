// `pobsync ls`: what is in a directory of a snapshot.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct ListFiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls",
    abstract: "List a directory of a snapshot.",
    discussion: """
      Links are shown and not followed: what they say holds on the machine that was backed up.

      EXAMPLE
        pobsync ls web-1 scheduled/20260519-021500Z__K3VQEVH7 /etc
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as `pobsync get snapshots` lists it: kind/name.", transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID

  @Argument(help: "The path below the source root; everything at the top unless given.")
  var path = "/"

  @Flag(help: "The path is percent-encoded, as `ls -o json` gives it: for names that are no UTF-8.")
  var encoded = false

  @Option(help: ArgumentHelp("Go on after the place that the listing before has named.", valueName: "place"))
  var after: String?

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    _ = try SnapshotPathArgument.parsed(path, encoded: encoded)
    if let after, SnapshotListing.Place(text: after) == nil {
      throw ValidationError("--after takes what a listing has named, and not \(after.quoted)")
    }
  }

  func run() async throws {
    let path = try SnapshotPathArgument.parsed(path, encoded: encoded)
    let place = after.flatMap { SnapshotListing.Place(text: $0) }
    let work = try await storage.keptHostAtWork(target.host)
    let directory = work.directory
    typealias Found = (entries: [(SnapshotPath, SnapshotEntry)], next: SnapshotListing.Place?, total: Int)
    let (entries, next, total) = try await blocking { [snapshot] () throws -> Found in
      let tree = try SnapshotTree(opening: snapshot, of: directory)
      let entry = try tree.entry(at: path)
      guard entry.isDirectory else { return ([(path, entry)], nil, 1) }
      let listing = try tree.list(path, after: place)
      let entries = try listing.entries.map { (try SnapshotPath(components: path.components + [$0.name]), $0) }
      return (entries, listing.next, listing.total)
    }
    Listing(
      headers: ["MODE", "OWNER", "SIZE", "MODIFIED", "NAME"],
      rows: entries.map { _, entry in
        [
          entry.modeText, "\(entry.user):\(entry.group)", entry.kind == .file ? entry.size.shownAsSize : "-",
          entry.modified.date.shown, entry.shownName,
        ]
      }, value: .list(entries.map { $1.value(at: $0) }), empty: "The directory is empty."
    ).print(as: output.format)
    if let next {
      Terminal.writeError("\(entries.count) of \(total) entries are shown; `--after \(next.text)` goes on")
    }
  }
}
