// A snapshot's page: what it is, what becomes of it, and what a person may say of that.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct HostSnapshotView: Sendable {
  struct Fact: Sendable {
    let term: String
    let value: String
  }

  let host: String
  let hostPath: String
  let path: String
  let id: String
  let badge: Badge
  let isPinned: Bool
  let pinText: String?
  let begun: ShownTime
  let note: String?
  let fateText: String
  let facts: [Fact]
  let treePath: String
  let mayOperate: Bool
  let mayAdminister: Bool
  /// How long it can be got back once it is removed; nil if not at all.
  let trashText: String?

  init(_ snapshot: Snapshot, in report: HostReport, mayOperate: Bool, mayAdminister: Bool) {
    host = report.host.description
    hostPath = HostPath.host(report.host)
    path = HostPath.snapshot(snapshot.id, of: report.host)
    id = snapshot.id.description.printable()
    badge = Badge(snapshot.status)
    let pin = snapshot.pin.flatMap { $0.holds(at: report.at) ? $0 : nil }
    isPinned = pin != nil
    // Who has an account is none of a viewer's business.
    pinText = pin.map { pin in
      let author = mayOperate ? ", by \(pin.actor) at \(Timestamp.short(pin.pinnedAt))" : ""
      return "\(pin.description)\(author)".printable()
    }
    begun = Shown.time(snapshot.startedAt, now: report.at)
    // What could not be copied is named by its path.
    note = mayOperate ? snapshot.note?.printable(limit: 2000) : nil
    fateText = report.words(for: report.fate(of: snapshot))
    treePath = HostPath.tree(snapshot.id, of: report.host)
    self.mayOperate = mayOperate
    self.mayAdminister = mayAdminister
    let ttl = report.desired.spec.settings?.trashTTL ?? Settings.defaultTrashTTL
    trashText = ttl.seconds > 0 ? "\(ttl)" : nil
    let stats = snapshot.stats
    var facts: [Fact] = []
    func add(_ term: String, _ value: String?) {
      if let value { facts.append(Fact(term: term, value: value)) }
    }
    add("Complete", snapshot.finishedAt.map(Timestamp.short))
    add("Took", stats.durationSeconds.map { Shown.duration($0) })
    add("Size", stats.apparentSizeBytes.map { Shown.size($0) })
    add("New", stats.uniqueApparentSizeBytes.map { Shown.size($0) })
    add("Files", stats.files.map { Shown.count(Int(clamping: $0)) })
    add("Made anew", stats.createdFiles.map { Shown.count(Int(clamping: $0)) })
    add("Transferred", stats.transferredFiles.map { "\(Shown.count(Int(clamping: $0))) files" })
    add("Received", stats.receivedBytes.map { Shown.size($0) })
    add("Linked against", snapshot.base.map { "\($0.kind)/\($0.name)".printable() })
    add("Free afterwards", stats.availableBytes.map { Shown.size($0) })
    self.facts = facts
  }
}

extension Template {
  static let hostSnapshot = Template(
    name: "host-snapshot",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="{{hostPath}}">{{host}}</a><span aria-current="page" class="mono">{{id}}</span></nav>
      <header class="page-head">
        <div><h1 class="mono">{{id}}</h1><p class="sub">{{#badge}}{{> badge}}{{/badge}}{{#isPinned}} <span class="badge pinned">pinned</span>{{/isPinned}} begun {{#begun}}{{> time}} ({{> age}}){{/begun}}</p></div>
        {{#mayOperate}}<div class="actions"><a class="button primary" href="{{treePath}}">Browse</a></div>{{/mayOperate}}
      </header>
      {{#note}}<div class="notice warn"><p>{{.}}</p></div>{{/note}}
      <div class="split">
      <section class="card"><h2>Figures</h2><dl class="facts">
        {{#facts}}<div><dt>{{term}}</dt><dd>{{value}}</dd></div>{{/facts}}
        <div><dt>Fate</dt><dd>{{fateText}}</dd></div>
        {{#pinText}}<div><dt>Pin</dt><dd>{{.}}</dd></div>{{/pinText}}
      </dl></section>
      {{#mayOperate}}<aside>
        <section class="card"><h2>{{#isPinned}}Change the pin{{/isPinned}}{{^isPinned}}Pin{{/isPinned}}</h2>
          <p>A pinned snapshot is neither pruned nor removed by name.</p>
          <form class="form" method="post" action="{{path}}/pin">{{> csrf}}
            <div class="field"><label for="reason">Why</label><input id="reason" name="reason" maxlength="200"></div>
            <div class="field"><label for="until">Until</label><input id="until" name="until" placeholder="2026-12-24"><p class="help">A date, or a date and a time; without one, until it is unpinned.</p></div>
            <div class="buttons"><button>Pin</button></div>
          </form>
          {{#isPinned}}<form method="post" action="{{path}}/unpin">{{> csrf}}<button>Unpin</button></form>{{/isPinned}}
        </section>
        {{#mayAdminister}}<section class="danger-zone"><h2>Danger zone</h2><div><p><strong>Remove this snapshot.</strong> {{#trashText}}It can be got back for {{.}}.{{/trashText}}{{^trashText}}It cannot be got back.{{/trashText}}</p><a class="button danger" href="{{path}}/remove">Remove…</a></div></section>{{/mayAdminister}}
      </aside>{{/mayOperate}}
      </div>
      """#)

  static let snapshotRemoval = Template(
    name: "snapshot-removal",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="{{hostPath}}">{{host}}</a><a class="mono" href="{{path}}">{{id}}</a><span aria-current="page">Remove</span></nav>
      {{#pinText}}<div class="notice bad" role="alert"><p><strong>It is {{.}}.</strong></p><p class="remedy">Unpin it first.</p></div>{{/pinText}}
      {{^isPinned}}<form class="confirm card" method="post" action="{{path}}/remove">{{> csrf}}
        <h1>Remove a snapshot of {{host}}?</h1>
        <ul class="names"><li class="mono">{{id}}</li></ul>
        <p>{{#trashText}}It goes into the trash, out of which <code>pobsync undelete</code> gets it back for {{.}}, unless room is short.{{/trashText}}{{^trashText}}It is deleted at once, and cannot be got back.{{/trashText}} The snapshot that the next backup is linked against is not removed.</p>
        <input type="hidden" name="snapshot" value="{{id}}">
        <div class="buttons"><button class="danger">Remove this snapshot</button><a class="button quiet" href="{{path}}">Cancel</a></div>
      </form>{{/isPinned}}
      """#)
}
