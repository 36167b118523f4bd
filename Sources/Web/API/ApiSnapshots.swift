// The API: snapshots, and what of them is kept whatever a policy says.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let apiSnapshots: [Route] = [
    .api(
      .get, "/api/snapshots", .viewer, "Snapshots by host and kind, those of each from the oldest to the newest.",
      Operation(
        id: "listSnapshots", tag: "Snapshots",
        reads: [
          Ask.hostFilter, Ask.snapshotKind, Ask.snapshotStatus, Ask.since, Ask.afterSnapshot, Ask.limit,
        ], answers: [.list("Snapshot", "A page of snapshots")])
    ) { call in
      var filter = SnapshotFilter()
      filter.host = try call(Ask.hostFilter)
      filter.kinds = try call(Ask.snapshotKind)
      filter.statuses = try call(Ask.snapshotStatus)
      filter.since = try call(Ask.since)
      let page = try await call.site.store.snapshots(
        matching: filter, after: try call(Ask.afterSnapshot), limit: try call(Ask.limit))
      let last = page.snapshots.last.map { SnapshotKey(host: $0.host, id: $0.id) }
      return .list(
        page.snapshots.map { $0.value(isRetained: page.retained.contains($0.host), for: call.audience) },
        next: page.hasMore ? last : nil, of: "snapshots")
    },
    .api(
      .post, "/api/hosts/:host/snapshots/:kind/:snapshot/pin", .operator, "Keeps a snapshot whatever its policy says.",
      Operation(
        id: "pinSnapshot", tag: "Snapshots", reads: [Ask.host, Ask.kindOfSnapshot, Ask.nameOfSnapshot],
        body: .members([Tell.span, Tell.until, Tell.reason]), answers: [.ok("Pin", "The pin")])
    ) { call in
      let (orders, id) = (try HostOrders(call.request, call.site), try call.snapshot)
      let pin = try await orders.pin(id, try call.end, reason: try OrderEnd.reason(try call(Tell.reason)))
      return .json(pin.document)
    },
    .api(
      .post, "/api/hosts/:host/snapshots/:kind/:snapshot/unpin", .operator, "Leaves a snapshot to its policy again.",
      Operation(
        id: "unpinSnapshot", tag: "Snapshots", reads: [Ask.host, Ask.kindOfSnapshot, Ask.nameOfSnapshot],
        body: .members([]), answers: [.ok("Changed", "Whether it was pinned")])
    ) { call in
      let (orders, id) = (try HostOrders(call.request, call.site), try call.snapshot)
      return .json(.map([YAMLPair("changed", .bool(try await orders.unpin(id)))]))
    },
  ]
}

extension ApiCall {
  /// The snapshot that the path names.
  fileprivate var snapshot: SnapshotID {
    get throws { SnapshotID(kind: try self(Ask.kindOfSnapshot), name: try self(Ask.nameOfSnapshot)) }
  }
}
