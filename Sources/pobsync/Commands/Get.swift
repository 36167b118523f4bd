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
        pobsync get hosts --server https://backup.example.net --token-file ~/.pobsync-token
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
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if subject != .runs, !state.isEmpty || !kind.isEmpty {
      throw ValidationError("--state and --kind are for runs: `pobsync get runs`")
    }
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit takes 1 to 1000000") }
  }

  func run() async throws {
    let server = try remote.connection(besides: storage)
    let listing = if let server { try await list(from: server) } else { try await listHere() }
    listing.print(as: output.format)
  }

  private func listHere() async throws -> Listing {
    let store = try await storage.open()
    return switch subject {
    case .settings: Listing.settings(try await store.desired().spec.settingsValue)
    case .retention: try await resources(.retention, in: store)
    case .schedules: try await resources(.schedule, in: store)
    case .profiles: try await resources(.profile, in: store)
    case .hosts: try await hosts(in: store)
    case .notifications: try await resources(.notification, in: store)
    case .snapshots: try await snapshots(in: store)
    case .runs:
      Listing.runs(try await store.runs(of: host, in: state, kinds: kind, limit: limit).map { $0.value() })
    case .workers: try await workers(in: store)
    case .trash: try await trash()
    case .unmanaged: try await unmanaged()
    case .deliveries: Listing.deliveries(try await store.deliveries(host: host, limit: limit).map(\.value))
    }
  }

  private func resources(_ kind: ResourceKind, in store: Store) async throws -> Listing {
    Listing.resources(kind, try await store.desired().spec.resourceValues(kind))
  }

  private func hosts(in store: Store) async throws -> Listing {
    let now = WallClock.system.now
    let records = try await store.fleetRecords(at: now)
    let spec = try await store.desired().spec
    return Listing.hosts(
      HostLine.all(records, now: now).map { $0.value(spec, retained: records.retained[$0.host]) })
  }

  /// Those of a host together, the newest first.
  private func snapshots(in store: Store) async throws -> Listing {
    let snapshots =
      if let host {
        try await store.snapshots(of: host, withMetadata: false)
      } else {
        try await store.snapshots().sorted { $0.key < $1.key }.flatMap(\.value)
      }
    let retained = Set(try await store.retainedHosts().keys)
    let newestFirst = snapshots.sorted { ($0.host, $1.id) < ($1.host, $0.id) }
    return Listing.snapshots(newestFirst.map { $0.value(isRetained: retained.contains($0.host)) })
  }

  private func workers(in store: Store) async throws -> Listing {
    let now = WallClock.system.now
    let service = ServiceStatus(try await store.leases()) { $0.seemsAlive(at: now) }
    let running = try await store.runs(in: [.running], limit: .max)
    return Listing.service(service, running: running.countsByWorker, now: now)
  }
}

extension [Run] {
  /// How many each worker carries out, by the name of its lease.
  var countsByWorker: [String: Int] {
    Dictionary(grouping: compactMap(\.worker)) { $0 }.mapValues(\.count)
  }
}

extension RunState: ExpressibleByArgument {
  fileprivate static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension RunKind: ExpressibleByArgument {
  fileprivate static var allNames: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
