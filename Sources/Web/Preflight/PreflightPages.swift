// The pages of preflights and dry runs: the newest result, and the button that asks for another. Nothing is looked at while
// a page is made: runs do that.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

enum PreflightPages {
  static func preflight(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    let stored = try await site.declaring(host)
    let newest = try await site.store.newestFinishedRun(.preflight, of: host)
    let underWay = try await site.unfinished(.preflight, of: host)
    let view = PreflightView(
      host, newest: newest, underWay: underWay, declaredAt: stored.records[.host(host)]?.updatedAt,
      mayAdminister: request.may(.admin), now: site.now)
    return .page(Page("Preflight of \(host)", in: .hosts, .preflight, view))
  }

  static func dryRun(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    _ = try await site.declaring(host)
    let newest = try await site.store.newestFinishedRun(.dryRun, of: host)
    let underWay = try await site.unfinished(.dryRun, of: host)
    let view = DryRunView(host, newest: newest, underWay: underWay, now: site.now)
    return .page(Page("Dry run of \(host)", in: .hosts, .dryRun, view))
  }

  static func runPreflight(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    try await queue(.preflight, of: host, request, site)
    return .redirect(to: "/hosts/\(host)/preflight", notice: "A preflight of \(host) is asked for.")
  }

  static func runDry(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let host = try request.host()
    let run = try await queue(.dryRun, of: host, request, site)
    return .redirect(to: "/runs/\(run)", notice: "A dry run of \(host) is asked for.")
  }

  /// Queues a run that looks, and notes who asked.
  /// - Returns: its number, or that of the one that serves as well.
  @discardableResult
  static func queue(
    _ kind: RunKind, of host: HostName, _ request: WebRequest, _ site: Site
  ) async throws -> Int64 {
    _ = try await site.declaring(host)
    var wanted = RunRequest(host: host, kind: kind, trigger: .web, reason: "asked for on the web")
    wanted.priority = .requested
    wanted.requestedBy = request.actor
    let queueing = try await site.store.queue(
      wanted,
      noting: { run in
        NewAuditEntry(
          by: request, "host.\(kind.rawValue)", on: "host/\(host)", after: .map([YAMLPair("run", .int(run))]))
      }, at: site.now)
    guard let run = queueing.runID else {
      throw WebProblem(.conflict, "outdated", "\(host) has changed meanwhile", remedy: "ask again")
    }
    return run
  }
}

extension Site {
  /// The part of the desired state that holds a host.
  /// - Throws: for a host that is not declared: there is nothing to look at.
  fileprivate func declaring(_ host: HostName) async throws -> StoredSpec {
    let stored = try await store.desired(of: host)
    guard stored.spec.hosts[host] != nil else {
      throw WebProblem(
        .notFound, "not_declared", "Host \(host) is not declared", remedy: "declare it, or look at what is retained")
    }
    return stored
  }

  /// The host as it is declared, with everything that holds for it.
  func declaredHost(_ name: HostName) async throws -> EffectiveHost {
    guard let host = try await declaring(name).spec.effectiveHost(name) else {
      throw WebProblem.notFound("a host \(name.description.quoted)")
    }
    return host
  }

  fileprivate func unfinished(_ kind: RunKind, of host: HostName) async throws -> Run? {
    try await store.runs(of: host, in: [.queued, .running], kinds: [kind], limit: 1).first
  }
}
