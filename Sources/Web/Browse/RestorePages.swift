// Restoring from a page: what goes where is named first, and then asked for as a run. Into a directory of its own that is
// for operators; over what is there now, for administrators who type the host's name.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

struct RestoreView: Sendable {
  let crumbs: [Crumb]
  let title: String
  let host: String
  let address: String
  let path: String
  let kind: String
  let snapshot: String
  /// The directory to which it goes; nil for its own place.
  let directory: String?
  /// The path that it has in the end.
  let place: String
  let isOriginal: Bool
  /// The page that restores over what is there now; nil on that page, and for those who may not.
  let original: String?
  let action: String
  let cancel: String
}

enum RestorePages {
  /// What is asked for.
  private struct Wish: Sendable {
    let snapshot: SnapshotAddress
    let path: SnapshotPath
    let entry: SnapshotEntry
    let host: EffectiveHost
    let isOriginal: Bool

    var address: String { "\(host.ssh.user)@\(host.address)" }

    var directory: AbsolutePath { RestoreOrder.sideDirectory(for: snapshot.id) }
    var target: RestoreOrder.Target { isOriginal ? .original : .remote(directory) }
    var verb: SnapshotAddress.Verb { isOriginal ? .restoreOriginal : .restore }
  }

  static func show(_ request: WebRequest, _ site: Site, isOriginal: Bool) async throws -> WebResponse {
    let wish = try await wish(request, site, isOriginal: isOriginal)
    let (snapshot, path, host) = (wish.snapshot, wish.path, wish.host)
    let top = (isOriginal ? host.sourceRoot : wish.directory).description
    let view = RestoreView(
      crumbs: snapshot.crumbs(to: path, in: "Restore"), title: path.name.map(SnapshotPath.shown) ?? "everything",
      host: snapshot.host.description, address: wish.address, path: "\(path)",
      kind: wish.entry.kind.noun, snapshot: snapshot.id.description.printable(),
      directory: isOriginal ? nil : wish.directory.description,
      place: (top == "/" ? "" : top) + (path == .root ? "" : "\(path)"), isOriginal: isOriginal,
      original: isOriginal || !request.may(.admin) ? nil : snapshot.link(.restoreOriginal, path),
      action: snapshot.link(wish.verb, path), cancel: snapshot.link(.look, path))
    return .page(Page("Restore \(path) of \(snapshot.host)", in: .snapshots, .snapshotRestore, view))
  }

  static func carryOut(_ request: WebRequest, _ site: Site, isOriginal: Bool) async throws -> WebResponse {
    let wish = try await wish(request, site, isOriginal: isOriginal)
    let host = wish.snapshot.host
    guard request.field("address") == wish.address else {
      throw WebProblem(
        .conflict, "address_changed", "Nothing was restored",
        detail: "\(host) is not reached as the page said when it was shown, but as \(wish.address)",
        remedy: "go back, load the page again, and look where it would go")
    }
    let isRehearsal = request.field("rehearsal") != nil
    if isOriginal, !isRehearsal, request.field("name") != host.description {
      throw WebProblem(
        .unprocessableContent, "not_confirmed", "Nothing was restored",
        detail: "the name that was typed is not that of the host", remedy: "go back, and type \(host)")
    }
    let order = RestoreOrder(
      snapshot: wish.snapshot.id, path: wish.path.bytes, target: wish.target, isRehearsal: isRehearsal)
    let queueing = try await site.store.queue(
      RunRequest(restoring: order, of: host, trigger: .web, requestedBy: request.actor),
      noting: { run in
        NewAuditEntry(
          by: request, "snapshot.restore", on: "host/\(host)",
          after: .map([
            YAMLPair("run", .int(run)), YAMLPair("what", .string(order.description(of: host))),
            YAMLPair("dry_run", .bool(isRehearsal)),
          ]))
      }, at: site.now)
    guard let run = queueing.runID else { throw obstructed(queueing, host) }
    return .redirect(
      to: "/runs/\(run)",
      notice: isRehearsal ? "A dry run of the restore is asked for." : "The restore is asked for.")
  }

  private static func wish(_ request: WebRequest, _ site: Site, isOriginal: Bool) async throws -> Wish {
    let (snapshot, path) = (try request.snapshot(), try request.snapshotPath())
    let tree = try await site.tree(of: snapshot)
    let entry = try await site.looking { try tree.entry(at: path) }
    guard let host = try await site.store.desired(of: snapshot.host).spec.effectiveHost(snapshot.host) else {
      throw WebProblem(
        .conflict, "not_declared", "Host \(snapshot.host) is not declared any more",
        detail: "nothing leads to it, so that nothing can be restored there",
        remedy: "download what you need, or restore it on the backup server with `pobsync restore`")
    }
    return Wish(snapshot: snapshot, path: path, entry: entry, host: host, isOriginal: isOriginal)
  }

  private static func obstructed(_ queueing: Queueing, _ host: HostName) -> WebProblem {
    let which = if case .obstructed(let run) = queueing { "run \(run)" } else { "another run" }
    return WebProblem(
      .conflict, "restore_unfinished", "Another restore of \(host) is unfinished",
      detail: "\(which) restores something else", remedy: "wait for it, or cancel it")
  }
}
