// A host's retention plan: every snapshot, whether its policy keeps it, and why. For looking only.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// What is known of a host's snapshots, and what is declared of them.
struct HostRetention: Sendable {
  enum Subject: Sendable {
    case declared(EffectiveHost)
    /// Declared no more; what is left expires, or stays.
    case retained(RetainedHost)
  }

  let name: HostName
  let subject: Subject
  let settings: Settings?
  let observed: ObservedHost

  /// - Parameter root: where to look at the disk; `.unset` for not at all.
  /// - Throws: `WebProblem` if there is no such host, and never was.
  init(_ name: HostName, root: RootState, desired: StoredSpec, in site: Site) async throws {
    let store = site.store
    if let host = desired.spec.effectiveHost(name) {
      subject = .declared(host)
    } else if let kept = try await store.retainedHost(name) {
      subject = .retained(kept)
    } else {
      throw WebProblem.notFound("a host \(name.description.quoted)")
    }
    self.name = name
    settings = desired.spec.settings
    let context = ObservationContext(desired: desired, root: root, pauses: Pauses())
    let observations = try await store.observe([name], isRange: false, in: context, disk: site.environment.disk)
    observed = observations[name]?.host ?? ObservedHost()
  }

  /// What decides; nil where every snapshot stays.
  var policy: EffectiveRetention? {
    switch subject {
    case .declared(let host): host.retention
    case .retained(let kept): kept.expiry
    }
  }

  func plan(at now: Date) -> RetentionPlan? {
    guard let policy else { return nil }
    let anchor: RetentionAnchor = if case .retained = subject { .now } else { .newest }
    return RetentionPlan(observed.recorded, policy: policy, pins: observed.pins, now: now, anchor: anchor)
  }

  /// Why nothing is pruned for now.
  func freeze(at now: Date) -> PruneFreeze? {
    guard case .declared(let host) = subject else { return nil }
    return PruneFreeze.of(host, observed: observed, now: now)
  }
}

struct HostRetentionView: Sendable {
  let host: String
  let sub: String
  let isRetained: Bool
  let hasPolicy: Bool
  let keptCount: String
  let goneCount: String
  let freed: String
  let freeze: [String]
  let timelineSVG: String
  let rows: [RowView]
  let more: [String]
  let goesAny: Bool
  let mayApply: Bool
  let policyPath: String
  let limit: [String]

  struct RowView: Sendable {
    let snapshot: String
    let status: Badge
    let fate: Badge
    let started: ShownTime
    let size: String
    let fresh: String
    let reasons: String
  }

  /// More than anybody reads on one page.
  private static let mostRows = 1000

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let name = try request.host()
    let desired = try await site.store.desired(of: name)
    let retention = try await HostRetention(name, root: .unset, desired: desired, in: site)
    let snapshots = try await site.store.snapshots(of: name)
    let view = HostRetentionView(retention, snapshots, mayAdminister: request.may(.admin), now: site.now)
    return .page(Page("Retention of \(name)", in: .hosts, .hostRetention, view))
  }

  init(_ retention: HostRetention, _ snapshots: [Snapshot], mayAdminister: Bool, now: Date) {
    host = retention.name.description
    let plan = retention.plan(at: now)
    let known = Dictionary(snapshots.map { ($0.id, $0) }) { first, _ in first }
    switch retention.subject {
    case .declared(let declared):
      isRetained = false
      sub = declared.retention.map { "Policy \($0.name): \($0.policy.words)." } ?? "No policy: every snapshot is kept."
    case .retained(let kept):
      isRetained = true
      sub = "Declared no more since \(Timestamp.short(kept.removedAt)); its snapshots \(kept.outlook)."
    }
    hasPolicy = plan != nil
    policyPath = retention.policy.map { ResourceID(kind: .retention, name: $0.name.description).editPath } ?? ""
    let dropped = plan?.dropped ?? []
    keptCount = Shown.count((plan?.kept.count) ?? snapshots.count)
    goneCount = Shown.count(dropped.count)
    let bound = FreedEstimate.upperBound(dropping: Set(dropped.map(\.snapshot.id)), of: snapshots)
    freed = dropped.isEmpty ? Shown.nothing : bound.map { "up to \($0.shownAsSize)" } ?? Shown.nothing
    freeze = [retention.freeze(at: now)?.hold.message].compactMap(\.self)
    goesAny = !dropped.isEmpty
    mayApply = mayAdminister && !dropped.isEmpty
    limit =
      if let plan, let policy = retention.policy, dropped.count > PruneLimit(policy.policy, of: plan).count {
        [
          "\(Shown.plural(dropped.count, "snapshot")) would go, which is more than \(PruneLimit(policy.policy, of: plan)): "
            + "the loop leaves that to a person."
        ]
      } else {
        []
      }
    let decisions = plan?.decisions ?? []
    timelineSVG = SnapshotTimeline.svg(
      decisions.map { decision in
        let snapshot = known[decision.snapshot.id]
        return SnapshotTimeline.Mark(
          time: decision.snapshot.startedAt, kind: decision.snapshot.id.kind, status: decision.snapshot.status,
          bytes: snapshot?.stats.apparentSizeBytes, fate: decision.keep ? .kept : .leaving,
          isPinned: retention.observed.pins[decision.snapshot.id]?.holds(at: now) ?? false,
          label: "\(decision.snapshot.id)", link: nil)
      }, now: now)
    // Those that go are shown before those that stay.
    let ordered = decisions.filter { !$0.keep } + decisions.filter(\.keep)
    rows = ordered.prefix(Self.mostRows).map { RowView($0, known[$0.snapshot.id], now: now) }
    more =
      ordered.count > Self.mostRows
      ? ["And \(Shown.plural(ordered.count - Self.mostRows, "more snapshot")) that stay."] : []
  }
}

extension HostRetentionView.RowView {
  fileprivate init(_ decision: RetentionDecision, _ recorded: Snapshot?, now: Date) {
    snapshot = "\(decision.snapshot.id)"
    status = Badge(decision.snapshot.status)
    fate = decision.keep ? Badge("succeeded", "kept") : Badge("warning", "goes")
    started = ShownTime(decision.snapshot.startedAt, now: now)
    size = Shown.size(recorded?.stats.apparentSizeBytes)
    fresh = Shown.size(recorded?.stats.uniqueApparentSizeBytes)
    reasons = decision.reasons.joined(separator: "; ")
  }
}

extension RetentionPolicy {
  /// Its rules on one line: `keep_daily 14, keep_weekly 8`.
  var words: String {
    Self.fields.encode(self).map { "\($0.key) \($0.value.shown)" }.joined(separator: ", ")
  }
}

extension Template {
  static let hostRetention = Template(
    name: "host-retention",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="/hosts/{{host}}">{{host}}</a><span aria-current="page">Retention</span></nav>
      <header class="page-head"><div><h1>Retention of {{host}}</h1><p class="sub">{{sub}}</p></div><div class="actions">{{#hasPolicy}}{{^isRetained}}<a class="button" href="{{policyPath}}">Edit the policy</a>{{/isRetained}}{{/hasPolicy}}{{#mayApply}}<form method="post" action="/hosts/{{host}}/retention/apply">{{> csrf}}<button class="danger">Apply…</button></form>{{/mayApply}}</div></header>
      {{#freeze}}<div class="notice warn"><p><strong>Nothing is pruned by itself for now.</strong> {{.}}</p></div>{{/freeze}}
      {{#limit}}<div class="notice warn"><p>{{.}}</p></div>{{/limit}}
      {{#hasPolicy}}<div class="figures"><div class="figure succeeded"><b>{{keptCount}}</b><span>stay</span></div><div class="figure{{#goesAny}} warning{{/goesAny}}"><b>{{goneCount}}</b><span>go</span></div><div class="figure"><b>{{freed}}</b><span>would be freed</span></div></div>
      <figure class="chart"><figcaption>What the policy keeps</figcaption>{{{timelineSVG}}}</figure>
      <div class="table"><table class="data stack"><thead><tr><th>Snapshot</th><th>Plan</th><th>Status</th><th>Begun</th><th class="num">Size</th><th class="num">New</th><th>Why</th></tr></thead><tbody>
      {{#rows}}<tr><th scope="row" class="mono" data-label="Snapshot">{{snapshot}}</th><td data-label="Plan">{{#fate}}{{> badge}}{{/fate}}</td><td data-label="Status">{{#status}}{{> badge}}{{/status}}</td><td data-label="Begun">{{#started}}{{> age}}{{/started}}</td><td class="num" data-label="Size">{{size}}</td><td class="num" data-label="New">{{fresh}}</td><td class="wrap" data-label="Why">{{reasons}}</td></tr>{{/rows}}
      </tbody></table></div>
      {{^rows}}<div class="empty"><h2>No snapshots</h2><p>None of this host are recorded.</p></div>{{/rows}}
      {{#more}}<p class="help">{{.}}</p>{{/more}}{{/hasPolicy}}
      {{^hasPolicy}}<div class="empty"><h2>Everything stays</h2><p>{{sub}}</p></div>{{/hasPolicy}}

      """#)
}
