// Applying a retention plan: what goes is named, and only what was named goes.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

/// One request of a person to prune a host now.
struct RetentionApplication: Sendable {
  private let request: WebRequest
  private let site: Site
  private let retention: HostRetention

  /// - Throws: if the backup root or the host's directory cannot be used, or the host is not there.
  init(_ request: WebRequest, _ site: Site) async throws {
    let name = try request.host()
    let environment = site.environment
    let desired = try await site.store.desired(of: name)
    let root = try await environment.backupRoot(of: desired.spec.settings)
    try await environment.settleRenames(of: name, in: root)
    retention = try await HostRetention(name, root: .ready(root), desired: desired, in: site)
    self.request = request
    self.site = site
  }

  private var home: String { "/hosts/\(retention.name)/retention" }

  func take() async throws -> WebResponse {
    if request.field("step") == "apply" { return try await carryOut() }
    return try ask(isStale: false)
  }

  /// The order as the worker that carries the run out decides it, as things are now.
  private func order(_ prune: RunRequest) -> PruneOrder {
    switch retention.subject {
    case .declared(let host): PruneOrder(prune, host: host, observed: retention.observed, now: site.now)
    case .retained(let kept): PruneOrder(prune, retained: kept, observed: retention.observed, now: site.now)
    }
  }

  private func prune(_ snapshots: [SnapshotID], atMost limit: Int?) -> RunRequest {
    var prune = RunRequest(
      host: retention.name, kind: .prune, trigger: .web, reason: "retention, applied by \(request.actor) in the web")
    prune.priority = .requested
    prune.requestedBy = request.actor
    prune.maxDelete = limit
    prune.onlySnapshots = snapshots
    if case .declared(let host) = retention.subject {
      prune.concurrencyGroups = ConcurrencyLimits(retention.settings).groups(of: host)
    }
    return prune
  }

  // MARK: - Asking

  private func ask(isStale: Bool) throws(WebProblem) -> WebResponse {
    let all = retention.observed.recorded.map(\.id)
    switch order(prune(all, atMost: all.count)) {
    case .nothingToDo: return .redirect(to: home, notice: "There is nothing to remove.")
    case .refused(let reason), .outdated(let reason): throw Self.refusal(reason)
    case .remove(let dropped, let plan):
      let policy = retention.policy?.policy ?? RetentionPolicy()
      let view = RetentionConfirmation(
        retention, dropped, limit: PruneLimit(policy, of: plan), isStale: isStale, now: site.now)
      return .page(Page(view.heading, in: .hosts, .retentionConfirmation, view, status: isStale ? .conflict : .ok))
    }
  }

  private static func refusal(_ reason: String) -> WebProblem {
    WebProblem(.conflict, "prune_refused", "Nothing is removed", detail: reason)
  }

  // MARK: - Carrying out

  private func carryOut() async throws -> WebResponse {
    let texts = (request.field("snapshots") ?? "").withUnixLines.split(separator: "\n").map(String.init)
    let shown = texts.compactMap { SnapshotID($0) }
    guard !shown.isEmpty, shown.count == texts.count else {
      throw WebProblem.badRequest("`snapshots` has to name those that were shown, one a line")
    }
    let limit = try Self.limit(request.field("max_delete"))
    let prune = prune(shown, atMost: limit)
    switch order(prune) {
    case .nothingToDo: return .redirect(to: home, notice: "There is nothing to remove any more.")
    case .refused(let reason), .outdated(let reason): throw Self.refusal(reason)
    case .remove(let dropped, _):
      guard Set(dropped.map(\.snapshot.id)) == Set(shown) else { return try ask(isStale: true) }
    }
    let queueing = try await site.store.queue(
      prune,
      noting: { run in
        NewAuditEntry(
          by: request, "retention.apply", on: "\(ResourceID.host(retention.name))",
          after: .map([
            YAMLPair("run", .int(run)), YAMLPair("snapshots", .list(shown.map { .string("\($0)") })),
          ]))
      }, at: site.now)
    switch queueing {
    case .queued(let run), .joined(let run):
      return .redirect(
        to: "/runs/\(run)", notice: "The removal of \(Shown.plural(shown.count, "snapshot")) is queued.")
    case .obstructed(let other):
      throw WebProblem(
        .conflict, "obstructed", "Run \(other) of \(retention.name) is unfinished, and removes something else",
        remedy: "wait for it, or cancel it")
    case .outdated:
      throw WebProblem(.conflict, "outdated", "The host has changed meanwhile", remedy: "look at its plan again")
    }
  }

  private static func limit(_ text: String?) throws(WebProblem) -> Int? {
    guard let text = text?.withoutOuterBlanks, !text.isEmpty else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw .badRequest("`max_delete` is \(text.excerpt.quoted), which is no number from 0")
    }
    return number
  }
}

struct RetentionConfirmation: Sendable {
  let heading: String
  let action: String
  let home: String
  let isStale: Bool
  let rows: [RowView]
  let snapshots: String
  let button: String
  let count: Int
  /// Where more would go than may without a person's word: what allows how many.
  let excess: [String]
  let freeze: [String]
  let trash: String

  struct RowView: Sendable {
    let snapshot: String
    let reasons: String
  }

  init(
    _ retention: HostRetention, _ dropped: [RetentionDecision], limit: PruneLimit, isStale: Bool, now: Date
  ) {
    let words = Shown.plural(dropped.count, "snapshot")
    heading = "Remove \(words) of \(retention.name)?"
    home = "/hosts/\(retention.name)/retention"
    action = "\(home)/apply"
    self.isStale = isStale
    rows = dropped.map { RowView(snapshot: "\($0.snapshot.id)", reasons: $0.reasons.joined(separator: "; ")) }
    snapshots = dropped.map { "\($0.snapshot.id)\n" }.joined()
    button = "Remove \(words)"
    count = dropped.count
    excess = dropped.count > limit.count ? ["\(limit)"] : []
    freeze = [retention.freeze(at: now)?.hold.message].compactMap(\.self)
    let span = retention.settings?.trashTTL ?? Settings.defaultTrashTTL
    trash =
      span.seconds > 0
      ? "For \(span) they can be got back with `pobsync undelete`." : "They cannot be got back: `trash_ttl` is \(span)."
  }
}

extension Template {
  static let retentionConfirmation = Template(
    name: "retention-confirmation",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="{{home}}">Retention</a><span aria-current="page">Remove</span></nav>
      {{#isStale}}<div class="notice warn" role="alert"><p>The snapshots have changed since this was shown. This is what would go now.</p></div>{{/isStale}}
      {{#freeze}}<div class="notice warn"><p><strong>Nothing is pruned by itself for now.</strong> {{.}}</p></div>{{/freeze}}
      <form class="confirm card" method="post" action="{{action}}">{{> csrf}}
      <h1>{{heading}}</h1><p>{{trash}}</p>
      <ul class="names">{{#rows}}<li><span class="mono">{{snapshot}}</span> <small>{{reasons}}</small></li>{{/rows}}</ul>
      {{#excess}}<div class="notice warn"><p>This is more than {{.}}.</p></div>
      <div class="field short"><label for="max_delete">Type <code>{{count}}</code> to remove so many at once</label><input id="max_delete" name="max_delete" inputmode="numeric" autocomplete="off" required pattern="{{count}}"></div>{{/excess}}
      <input type="hidden" name="snapshots" value="{{snapshots}}"><input type="hidden" name="step" value="apply">
      <div class="buttons"><button class="danger">{{button}}</button><a class="button quiet" href="{{home}}">Cancel</a></div>
      </form>

      """#)
}
