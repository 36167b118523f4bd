// A site with something of every sort in it, and the addresses of all its pages.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store
import Support

@testable import Web

/// What a site is filled with.
struct SiteContent: Sendable {
  var hosts = 3
  /// Of `web-1`.
  var snapshots = 5
  var runs = 5
  var events = 5
  var accounts = 1
  var backupRoot = "/nowhere/backups"
  /// What stands wherever a text may be anything, told apart by a word for each place.
  var text: @Sendable (_ place: String) -> String = { "some \($0)" }
}

extension WebFixture {
  /// The snapshot that addresses name.
  static let snapshotName = "20260518-021500Z__AAAAAAAA"

  func fill(_ content: SiteContent = SiteContent()) async throws {
    let host = try HostName(text: "web-1")
    try await apply(Self.spec(content))
    try await fillSnapshots(of: host, content)
    try await fillRuns(of: host, content)
    try await fillHistory(of: host, content)
    for number in 1...content.accounts {
      let digest = Secret.digest(Secret.random())
      guard let digest else { throw ToolError(message: "no digest") }
      _ = try await store.createToken(
        try ResourceName(text: "filled-\(number)"), digest: digest, role: .viewer, by: content.text("token"),
        expiresAt: nil, at: now)
    }
  }

  private static func spec(_ content: SiteContent) -> String {
    func quoted(_ place: String) -> String { "'\(content.text(place).replacing("'", with: "''"))'" }
    var lines = [
      "settings: {backup_root: \(content.backupRoot), time_zone: UTC}",
      "retention: {standard: {keep_last: 2}}", "schedules: {nightly: {cron: '15 2 * * *', prune: true}}",
      "profiles: {linux: {excludes: [\(quoted("exclude"))]}}", "hosts:",
    ]
    for number in 1...max(1, content.hosts) {
      lines.append("  web-\(number): {profile: linux, address: web-\(number).example.net, schedule: nightly,")
      lines.append("    retention: standard, labels: {role: \(quoted("label"))}, run_requested: \(quoted("remark"))}")
    }
    return lines.joined(separator: "\n")
  }

  private func fillSnapshots(of host: HostName, _ content: SiteContent) async throws {
    for number in 1...max(1, content.snapshots) {
      let begun = now.addingTimeInterval(Double(-number) * 86_400 - 35_100)
      guard let name = SnapshotName(Timestamp.compact(begun) + "__AAAAAAAA") else { continue }
      var stats = SnapshotStats()
      stats.files = Int64(1000 + number)
      stats.apparentSizeBytes = Int64(number) << 30
      stats.uniqueApparentSizeBytes = 1 << 20
      stats.durationSeconds = 42
      try await store.record(
        Snapshot(
          host: host, id: SnapshotID(kind: .scheduled, name: name), status: number % 2 == 0 ? .success : .warning,
          startedAt: begun, finishedAt: begun.addingTimeInterval(42), stats: stats, note: content.text("note")),
        at: now)
    }
    // What a disk holds may be called almost anything.
    let odd = "20260401-021500Z\(content.text("name").replacing("/", with: ":"))"
    guard let name = SnapshotName(odd), let known = SnapshotName(Self.snapshotName) else {
      throw ToolError(message: "\(odd) is no name of a snapshot")
    }
    try await store.record(
      Snapshot(host: host, id: SnapshotID(kind: .manual, name: name), status: .unknown, startedAt: name.startedAt),
      at: now)
    try await store.pin(
      SnapshotID(kind: .scheduled, name: known), of: host,
      SnapshotPin(reason: content.text("pin"), until: nil, actor: content.text("pinner"), pinnedAt: now))
  }

  private func fillRuns(of host: HostName, _ content: SiteContent) async throws {
    let lease = try await store.acquireLease(
      "worker/a", kind: .worker, process: content.text("process"), duration: 60, at: now)
    guard let lease else { throw ToolError(message: "another has the lease") }
    for number in 1...max(1, content.runs) {
      var request = RunRequest(host: host, kind: .backup, trigger: .web, reason: content.text("reason"))
      request.requestedBy = content.text("requester")
      let begun = now.addingTimeInterval(Double(number - content.runs) * 600)
      guard let id = try await store.queue(request, at: begun).runID,
        let run = try await store.claimRun(id, by: lease, at: begun)
      else { throw ToolError(message: "a run was not begun") }
      try await store.finishRun(
        run,
        RunResult(
          state: .failed, exitCode: 23, errorCode: "transfer_failed", message: content.text("message"),
          log: "\(content.text("log"))\n"), by: lease, at: begun.addingTimeInterval(60))
    }
    // One more waits.
    _ = try await store.queue(
      RunRequest(host: host, kind: .discover, trigger: .cli, reason: content.text("reason")), at: now)
  }

  private func fillHistory(of host: HostName, _ content: SiteContent) async throws {
    for number in 1...max(1, content.events) {
      let time = now.addingTimeInterval(Double(number - content.events) * 60)
      try await store.record(
        NewEvent(
          host: host, severity: .warning, reason: "reason_\(number)", message: content.text("event")), at: time)
      try await store.recordPurge(
        Purge(
          host: host, kind: .scheduled, name: content.text("purged"), path: content.text("path"),
          reason: content.text("purge"), action: .cli, actor: content.text("purger"), at: time))
      try await store.recordAudit(
        NewAuditEntry(
          actor: content.text("actor"), role: .admin, address: content.text("address"), action: "host.pause",
          subject: content.text("subject"), before: .string(content.text("before")),
          after: .map([YAMLPair("reason", .string(content.text("after")))])), at: time)
    }
    try await store.pause(
      host, Pause(until: nil, reason: content.text("pause"), actor: content.text("pauser"), pausedAt: now))
    let leading = try await store.acquireLease(
      Lease.controllerName, kind: .controller, process: content.text("process"), duration: 60, at: now)
    guard let leading else { throw ToolError(message: "another leads") }
    let condition = Condition(
      .ready, .false, reason: "SomethingOdd", message: content.text("condition"), observedGeneration: 1, changedAt: now)
    try await store.note([HostFinding(host: host, conditions: [condition], generation: 1)], by: leading)
  }
}

/// The pages of the site.
enum SitePages {
  /// Those that people look at once they have signed in; downloads, what is for programs and what has no layout are not
  /// among them.
  static var all: [Route] {
    let bare = ["/assets", "/favicon.svg", "/healthz", "/readyz", "/metrics", "/login", "/download", "/tar"]
    return Route.all.filter { route in
      route.method == .get && !route.isForPrograms && route.path != "/spec/export"
        && !bare.contains { route.path == $0 || route.path.hasPrefix("\($0)/") }
    }
  }

  /// What takes forms.
  static var forms: [Route] { Route.all.filter { $0.method == .post && $0.takes == .form } }

  /// The address of a route, with the names of what is in a filled site.
  static func address(of route: Route) -> String {
    let words = route.path.split(separator: "/").map(String.init)
    // A kind is one of snapshots below a host, and one of resources elsewhere.
    let isOfSnapshot = words.contains(":host")
    let parts = words.map { word in
      switch word {
      case ":host": "web-1"
      case ":kind": isOfSnapshot ? "scheduled" : "schedule"
      case ":snapshot": WebFixture.snapshotName
      case ":name": isOfSnapshot ? WebFixture.snapshotName : "nightly"
      case ":user": "operator"
      case ":token": "token-operator"
      case "**": "etc/passwd"
      default: word.hasPrefix(":") ? "1" : word
      }
    }
    return "/" + parts.joined(separator: "/")
  }
}
