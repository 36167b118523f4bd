// `pobsync get`: lists what is declared and what is known.

import ArgumentParser
import Engine
import Foundation
import Spec
import Store

struct Get: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List what is declared, or snapshots, runs or deliveries of notifications.",
    discussion: """
      EXAMPLE
        pobsync get hosts
        pobsync get snapshots --host web-1 -o json
      """)

  enum Subject: String, ExpressibleByArgument, CaseIterable {
    case settings, retention, schedules, profiles, hosts, notifications, snapshots, runs, deliveries
  }

  @Argument(help: "What to list.")
  var subject: Subject

  @Option(help: "Of this host only (snapshots, runs and deliveries).", transform: HostName.fromCommandLine)
  var host: HostName?

  @Option(help: "At most so many, the newest (runs and deliveries).")
  var limit = 50

  @OptionGroup var storage: StoreOptions
  @OptionGroup var output: OutputOptions

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
      case .snapshots: Listing.snapshots(try await snapshots(in: store))
      case .runs: Listing.runs(try await store.runs(of: host, limit: limit))
      case .deliveries: Listing.deliveries(try await store.deliveries(host: host, limit: limit))
      }
    listing.print(as: output.format)
  }

  private func hosts(in store: Store) async throws -> Listing {
    async let summaries = store.snapshotSummaries()
    return Listing.hosts(try await store.desired(), snapshots: try await summaries)
  }

  private func snapshots(in store: Store) async throws -> [Snapshot] {
    if let host { return try await store.snapshots(of: host) }
    return try await store.snapshots().sorted { $0.key < $1.key }.flatMap(\.value)
  }
}
