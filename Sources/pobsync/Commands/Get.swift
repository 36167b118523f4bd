// `pobsync get`: lists what is declared and what is known.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is declared, or snapshots, the trash, runs, workers or deliveries of notifications.",
    discussion: """
      EXAMPLE
        pobsync get hosts
        pobsync get snapshots --host web-1 -o json
        pobsync get runs --state failed --kind backup --limit 10
        pobsync get unmanaged
      """)

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case settings, retention, schedules, profiles, hosts, notifications, snapshots, runs, workers, deliveries
    case trash, unmanaged
  }

  @Argument(help: "What to list.")
  var subject: Subject

  @Option(
    help: "Of this host only (snapshots, trash, runs, deliveries and what is unmanaged).",
    transform: HostName.fromCommandLine)
  var host: HostName?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("In this state only (runs): \(RunState.allNames). May be repeated.", valueName: "state"))
  var state: [RunState] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Of this kind only (runs): \(RunKind.allNames). May be repeated.", valueName: "kind"))
  var kind: [RunKind] = []

  @Option(help: ArgumentHelp("At most so many, the newest (runs and deliveries).", valueName: "n"))
  var limit = 50

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if subject != .runs, !state.isEmpty || !kind.isEmpty {
      throw ValidationError("--state and --kind are for runs: `pobsync get runs`")
    }
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000000") }
  }

  func run() async throws {
    let store = try await storage.open()
    let listing: Listing =
      switch subject {
      case .settings: Listing.settings(try await store.desired())
      case .retention: Listing.resources(.retention, try await store.desired())
      case .schedules: Listing.resources(.schedule, try await store.desired())
      case .profiles: Listing.resources(.profile, try await store.desired())
      case .hosts: try await hosts(in: store)
      case .notifications: Listing.resources(.notification, try await store.desired())
      case .snapshots:
        Listing.snapshots(try await snapshots(in: store), retained: Set(try await store.retainedHosts().keys))
      case .runs: Listing.runs(try await store.runs(of: host, in: state, kinds: kind, limit: limit))
      case .workers: try await workers(in: store)
      case .trash: try await trash()
      case .unmanaged: try await unmanaged()
      case .deliveries: Listing.deliveries(try await store.deliveries(host: host, limit: limit))
      }
    listing.print(as: output.format)
  }

  private func hosts(in store: Store) async throws -> Listing {
    async let summaries = store.snapshotSummaries()
    async let retained = store.retainedHosts()
    return Listing.hosts(
      try await store.desired(), snapshots: try await summaries,
      retained: try await retained.values.sorted { $0.host < $1.host })
  }

  private func snapshots(in store: Store) async throws -> [Snapshot] {
    if let host { return try await store.snapshots(of: host) }
    return try await store.snapshots().sorted { $0.key < $1.key }.flatMap(\.value)
  }

  private func workers(in store: Store) async throws -> Listing {
    let now = WallClock.system.now
    let service = ServiceStatus(try await store.leases()) { $0.seemsAlive(at: now) }
    let running = try await store.runs(in: [.running], limit: .max)
    return Listing.service(service, running: Dictionary(grouping: running.compactMap(\.worker)) { $0 }, now: now)
  }
}

extension RunState: ExpressibleByArgument {
  fileprivate static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension RunKind: ExpressibleByArgument {
  fileprivate static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
