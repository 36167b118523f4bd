// The pages of hosts: what each is made from. None of them looks at a disk.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

enum HostPages {
  static func list(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let query = try HostQuery(request)
    // Equal queries have equal paths.
    let key = "\(query.path) \(query.seesDeclarations)"
    let page = try await site.views.page(key: key, lasting: 1) {
      Page("Hosts", in: .hosts, .hosts, HostsView(try await site.fleet.lines.value, query, now: site.now))
    }
    return .page(page)
  }

  static func host(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    let number = try request.count("page", default: 1, in: 1...1_000_000)
    let mayOperate = request.may(.operator)
    let page = try await site.views.page(key: "/hosts/\(host) \(number) \(mayOperate)", lasting: 1) {
      let report = try await site.hostReport(of: host)
      let ttl = report.desired.spec.settings?.trashTTL ?? Settings.defaultTrashTTL
      let removed = try await site.store.purgeCount(
        of: host, since: report.at.addingTimeInterval(-Double(ttl.seconds)))
      return Page(
        host.description, in: .hosts, .host,
        HostView(report, page: number, removed: removed, mayOperate: mayOperate))
    }
    return .page(page)
  }

  /// Of its own page, for where a value stands is looked for in the files of a whole spec set.
  static func values(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    let stored = try await site.store.desired(of: host)
    guard let values = stored.spec.explanation(of: host) else {
      guard try await site.store.retainedHost(host) == nil else {
        throw WebProblem(
          .notFound, "not_declared", "Host \(host) is declared no more, so that no values hold for it")
      }
      throw UnknownHost(host, among: try await site.store.desired().spec)
    }
    let tracer = try await ValueTracer(for: values, stored: stored, in: site.store)
    return .page(
      Page("Values of \(host)", in: .hosts, .hostValues, HostValuesView(host, values, tracer)))
  }

  static func snapshot(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let (report, snapshot) = try await found(request, site)
    return .page(
      Page(
        "\(snapshot.id) of \(report.host)", in: .snapshots, .hostSnapshot,
        HostSnapshotView(
          snapshot, in: report, mayOperate: request.may(.operator), mayAdminister: request.may(.admin))))
  }

  static func removal(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let (report, snapshot) = try await found(request, site)
    return .page(
      Page(
        "Remove \(snapshot.id)", in: .snapshots, .snapshotRemoval,
        HostSnapshotView(snapshot, in: report, mayOperate: true, mayAdminister: true)))
  }

  private static func found(_ request: WebRequest, _ site: Site) async throws -> (HostReport, Snapshot) {
    let (host, id) = (try request.host(), try request.hostSnapshot())
    let report = try await site.hostReport(of: host)
    guard let snapshot = report.snapshots.last(where: { $0.id == id }) else {
      throw WebProblem.notFound("a snapshot \(id) of host \(host)")
    }
    return (report, snapshot)
  }
}

extension Site {
  /// - Throws: `UnknownHost` if it is not declared, and nothing is left of it.
  fileprivate func hostReport(of host: HostName) async throws -> HostReport {
    if let report = try await environment.hostReport(of: host, lookingAtDisk: false, runs: 10, events: 10) {
      return report
    }
    throw UnknownHost(host, among: try await store.desired().spec)
  }
}
