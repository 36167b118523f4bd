// The routes of hosts: their list, their pages, and what is done with them.

import Engine
import Spec
import Store

extension Route {
  static let hostPages: [Route] = [
    .get("/hosts", .role(.viewer), "Lists hosts.") { request, site in try await HostPages.list(request, site) },
    .get("/hosts/:host", .role(.viewer), "Shows a host: its conditions, snapshots, runs and events.") {
      request, site in try await HostPages.host(request, site)
    },
    .get("/hosts/:host/values", .role(.operator), "Shows every value that holds for a host, and where it comes from.") {
      request, site in try await HostPages.values(request, site)
    },
    .get("/hosts/:host/snapshots/:kind/:name", .role(.viewer), "Shows a snapshot.") { request, site in
      try await HostPages.snapshot(request, site)
    },
    .get("/hosts/:host/snapshots/:kind/:name/remove", .role(.admin), "Asks whether a snapshot is to be removed.") {
      request, site in try await HostPages.removal(request, site)
    },
  ]

  static let hostActions: [Route] = [
    .post("/hosts/:host/backup", .role(.operator), "Backs a host up now.") { request, site in
      try await HostActions(request, site).backUp()
    },
    .post("/hosts/:host/run-requested", .role(.operator), "Makes the backup that the spec has asked for.") {
      request, site in try await HostActions(request, site).backUpAsDeclared()
    },
    .post("/hosts/:host/discover", .role(.operator), "Reads a host's snapshots from disk into the store.") {
      request, site in try await HostActions(request, site).discover()
    },
    .post("/hosts/:host/pause", .role(.operator), "Begins nothing by itself for a host for a while.") {
      request, site in try await HostActions(request, site).pause()
    },
    .post("/hosts/:host/resume", .role(.operator), "Ends the pause of a host.") { request, site in
      try await HostActions(request, site).resume()
    },
    .post("/hosts/:host/accept", .role(.operator), "Says that a host which holds less than before is whole.") {
      request, site in try await HostActions(request, site).accept()
    },
    .post("/hosts/:host/snapshots/:kind/:name/pin", .role(.operator), "Keeps a snapshot whatever its policy says.") {
      request, site in try await HostActions(request, site).pin()
    },
    .post("/hosts/:host/snapshots/:kind/:name/unpin", .role(.operator), "Leaves a snapshot to its policy again.") {
      request, site in try await HostActions(request, site).unpin()
    },
    .post("/hosts/:host/snapshots/:kind/:name/remove", .role(.admin), "Removes a snapshot by its name.") {
      request, site in try await HostActions(request, site).remove()
    },
  ]
}

extension WebRequest {
  /// The snapshot that the path names.
  func hostSnapshot() throws(WebProblem) -> SnapshotID {
    let text = "\(parameter("kind") ?? "")/\(parameter("name") ?? "")"
    guard let id = SnapshotID(text) else { throw .notFound("a snapshot \(text.excerpt.quoted)") }
    return id
  }
}
