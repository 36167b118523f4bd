// What applying a pasted spec would do: to resources, to hosts and their snapshots, and what the loop would do then.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct SpecReviewView: Sendable {
  let isStale: Bool
  let tally: DifferenceTally
  let conclusion: String
  let owner: String
  let lines: [DiffLine]
  let moreLines: [String]
  /// Renames, and what becomes of snapshots.
  let notes: [String]
  let takenOver: [String]
  let conflicts: [ConflictView]
  let refusal: [String]
  let drift: [DriftView]
  let hasDrift: Bool
  let undeclared: [String]
  let work: [WorkView]
  let moreWork: [String]
  let hasWork: Bool
  let mayApply: Bool
  // What is sent along.
  let text: String
  let setName: String
  let prune: Bool
  let takeOver: Bool
  let maxRemovals: String
  let digest: String
  let revision: Int64

  struct ConflictView: Sendable {
    let resource: String
    let fields: [String]
  }

  /// What the loop does for a host, or what that waits for.
  struct WorkView: Sendable {
    let host: String
    let path: String
    let badge: Badge
    let reason: String
    let snapshots: [String]
  }

  /// More than anybody reads.
  private static let mostLines = 2000
  private static let mostHosts = 200

  init(
    _ submission: SpecSubmission, _ report: DiffReport, _ review: SpecReview, undeclared: [ResourceID], isStale: Bool
  ) {
    self.isStale = isStale
    tally = DifferenceTally(review.difference)
    conclusion = report.conclusion
    owner = review.origin.isSpecSet ? "in the name of spec set \(review.origin.source)" : "as an edit: owners stay"
    let moved = review.difference.moves.map { DiffLine(style: .changed, text: "\($0.shown) renamed") }
    let all = moved + review.difference.changes.filter { $0.kind != .unchanged }.flatMap(\.lines)
    lines = Array(all.prefix(Self.mostLines))
    moreLines = all.count > Self.mostLines ? ["And \(Shown.plural(all.count - Self.mostLines, "more line"))."] : []
    notes = Self.notes(report.others) + Self.restored(review)
    takenOver = review.takenOver.sorted { $0.key < $1.key }.map { "\($0.key) is taken over from \($0.value)" }
    conflicts = review.conflicts.map { conflict in
      let isAnothers = conflict.fields.allSatisfy { $0.edit == nil }
      return ConflictView(
        resource: "\(conflict.id)" + (isAnothers ? ", which belongs to \(conflict.owner)" : ""),
        fields: conflict.fields.map { $0.words(of: conflict.id) })
    }
    let removal = review.removals.complaint(about: review.origin.source)
    refusal = [removal.map { "\($0.message); \($0.remedy)" }].compactMap(\.self)
    drift = DriftView.all(review.drift)
    hasDrift = !review.drift.isEmpty
    self.undeclared =
      undeclared.isEmpty ? [] : ["Not declared any more, and deleted only on request: \(EditorView.list(undeclared))."]
    let busy = report.plan.hosts.filter { $0.action != nil || $0.hold != nil }
    work = busy.prefix(Self.mostHosts).flatMap { WorkView.all($0, freed: report.freed[$0.host]) }
    moreWork = busy.count > Self.mostHosts ? ["And \(Shown.plural(busy.count - Self.mostHosts, "more host"))."] : []
    hasWork = !busy.isEmpty
    mayApply = review.refusal == nil && (!review.difference.isEmpty || !review.takenOver.isEmpty)
    text = submission.text
    setName = submission.set
    prune = submission.prune
    takeOver = submission.takeOver
    maxRemovals = submission.maxRemovals
    digest = submission.digest
    revision = review.revision
  }

  private static func notes(_ others: HostDifference) -> [String] {
    others.removals.map { "\(ResourceID.host($0.host)): \($0.words)." }
      + others.likelyMoves.map {
        "\($0.shown) looks like a rename: declare “moved: [{from: \($0.from), to: \($0.to)}]”, or \($0.to) begins without any "
          + "snapshot."
      }
  }

  private static func restored(_ review: SpecReview) -> [String] {
    review.restored.sorted { $0.key < $1.key }.map { "\($0.key) was deleted \($0.value), and comes back." }
  }
}

extension SpecReviewView.WorkView {
  fileprivate static func all(_ plan: HostPlan, freed: Int64?) -> [Self] {
    let (host, path) = (plan.host.description, ResourceID.host(plan.host).homePath)
    let action = plan.action.map { action in
      Self(
        host: host, path: path, badge: Badge("queued", action.verb),
        reason: action.reason + (freed.map { " (frees up to \($0.shownAsSize))" } ?? ""),
        snapshots: plan.prunedSnapshots.map { "\($0.snapshot.id): \($0.reasons.joined(separator: "; "))" })
    }
    let hold = plan.hold.map {
      Self(host: host, path: path, badge: Badge("paused", "waits"), reason: $0.message, snapshots: [])
    }
    return [action, hold].compactMap(\.self)
  }
}

extension Template {
  static let specReview = Template(
    name: "spec-review",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/spec">Spec</a><span aria-current="page">Difference</span></nav>
      <header class="page-head"><div><h1>Difference</h1><p class="sub">{{conclusion}}</p></div></header>
      {{#isStale}}<div class="notice warn" role="alert"><p>The desired state, or what was sent, has changed since this was reviewed. This is what would change now.</p></div>{{/isStale}}
      {{#refusal}}<div class="notice bad" role="alert"><p><strong>This is not applied.</strong> {{.}}</p></div>{{/refusal}}
      {{#conflicts}}<div class="notice bad" role="alert"><p><strong>Conflict: {{resource}}</strong></p><ul>{{#fields}}<li>{{.}}</li>{{/fields}}</ul><p class="remedy">Declare it as it is, or take it over.</p></div>{{/conflicts}}
      <section><h2>Resources</h2><p class="tally"><b class="added">+{{tally.added}}</b> <b class="changed">~{{tally.changed}}</b> <b class="removed">−{{tally.removed}}</b> {{owner}}</p>
      <pre class="diff">{{#lines}}{{> diff-line}}{{/lines}}{{^lines}}<span class="same">Nothing differs.</span>{{/lines}}</pre>
      {{#moreLines}}<p class="help">{{.}}</p>{{/moreLines}}
      {{#takenOver}}<div class="notice warn"><p>{{.}}</p></div>{{/takenOver}}
      {{#notes}}<div class="notice info"><p>{{.}}</p></div>{{/notes}}
      {{#undeclared}}<div class="notice info"><p>{{.}}</p></div>{{/undeclared}}</section>
      {{#hasDrift}}<section><h2>Edited since it was declared</h2>{{> drift}}</section>{{/hasDrift}}
      <section><h2>What the loop does then</h2>
      {{#hasWork}}<div class="table"><table class="data stack"><thead><tr><th>Host</th><th>What</th><th>Why</th></tr></thead><tbody>{{#work}}<tr><th scope="row" data-label="Host"><a href="{{path}}">{{host}}</a></th><td data-label="What">{{#badge}}{{> badge}}{{/badge}}</td><td class="wrap" data-label="Why">{{reason}}{{#snapshots}}<small class="mono">{{.}}</small>{{/snapshots}}</td></tr>{{/work}}</tbody></table></div>{{/hasWork}}
      {{^hasWork}}<p>Nothing, for now.</p>{{/hasWork}}
      {{#moreWork}}<p class="help">{{.}}</p>{{/moreWork}}</section>
      <form class="form" method="post" action="/spec/apply">{{> csrf}}
      <input type="hidden" name="text" value="{{text}}"><input type="hidden" name="set" value="{{setName}}"><input type="hidden" name="max_removals" value="{{maxRemovals}}">
      {{#prune}}<input type="hidden" name="prune" value="1">{{/prune}}{{#takeOver}}<input type="hidden" name="take_over" value="1">{{/takeOver}}
      <input type="hidden" name="digest" value="{{digest}}"><input type="hidden" name="revision" value="{{revision}}">
      <div class="buttons">{{#mayApply}}<button class="primary">Apply</button>{{/mayApply}}<button formaction="/spec/edit">Back to the text</button></div>
      </form>

      """#)
}
