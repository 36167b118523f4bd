// `pobsync get` of another pobsync.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension Get {
  func list(from server: RemoteServer) async throws -> Listing {
    let ofHost: RemoteServer.Query = host.map { [(name: "host", value: $0.description)] } ?? []
    switch subject {
    case .settings: return Listing.settings(try await server.get("/api/settings"))
    case .retention: return try await resources(.retention, from: server)
    case .schedules: return try await resources(.schedule, from: server)
    case .profiles: return try await resources(.profile, from: server)
    case .notifications: return try await resources(.notification, from: server)
    case .hosts: return Listing.hosts(try await server.list("/api/hosts", cursor: "after"))
    case .snapshots:
      return Listing.snapshots(try await server.list("/api/snapshots", ofHost, cursor: "after").newestFirst)
    case .runs:
      let states = state.map { (name: "state", value: $0.rawValue) }
      let kinds = kind.map { (name: "kind", value: $0.rawValue) }
      return Listing.runs(
        try await server.list("/api/runs", ofHost + states + kinds, cursor: "before", limit: limit))
    case .deliveries:
      return Listing.deliveries(try await server.list("/api/deliveries", ofHost, cursor: "before", limit: limit))
    case .workers:
      let report = try await server.status().report
      return Listing.service(report.service, running: report.running.countsByWorker, now: report.at)
    case .trash, .unmanaged:
      throw CommandFailure("the \(subject.rawValue) is looked for on the disk: list it on the server itself")
    }
  }

  private func resources(_ kind: ResourceKind, from server: RemoteServer) async throws -> Listing {
    Listing.resources(kind, try await server.list("/api/\(kind.section)"))
  }
}

extension [YAMLValue] {
  /// Snapshots, those of a host together, the newest first.
  fileprivate var newestFirst: [YAMLValue] {
    let keyed = map { snapshot in
      (
        host: snapshot.word("host"), id: SnapshotID("\(snapshot.word("kind"))/\(snapshot.word("name"))"),
        snapshot: snapshot
      )
    }
    return keyed.sorted { left, right in
      guard left.host == right.host else { return left.host < right.host }
      guard let first = left.id, let second = right.id else { return left.id != nil }
      return second < first
    }.map(\.snapshot)
  }
}

extension RemoteServer {
  /// How everything is there.
  func status() async throws -> ToldStatus {
    let answer = try await get("/api/status")
    guard let report = StatusReport(reading: answer) else {
      throw CommandFailure("the server answers what this version of pobsync does not understand")
    }
    return ToldStatus(report: report, answer: answer)
  }
}
