// The page on which a whole spec is pasted, and what is declared by now.

import Engine
import Foundation
import Spec
import Store

struct SpecView: Sendable {
  let text: String
  let setName: String
  let prune: Bool
  let takeOver: Bool
  let maxRemovals: String
  let problems: [String]
  let diagnostics: [ShownDiagnostic]
  let kinds: [KindView]
  let hosts: String

  /// The resources of one kind.
  struct KindView: Sendable {
    let legend: String
    let noun: String
    let newPath: String
    let resources: [ResourceView]
  }

  struct ResourceView: Sendable {
    let name: String
    let path: String
    let owner: String
    let changed: ShownTime
    let uses: String
  }

  init(_ submission: SpecSubmission, _ problem: SubmissionProblem?, stored: StoredSpec, at now: Date) {
    text = submission.text
    setName = submission.set
    prune = submission.prune
    takeOver = submission.takeOver
    maxRemovals = submission.maxRemovals
    switch problem {
    case nil:
      problems = []
      diagnostics = []
    case .text(let items)?:
      problems = []
      diagnostics = items.map { ShownDiagnostic($0) }
    case .option(let sentence)?:
      problems = [sentence]
      diagnostics = []
    }
    hosts = Shown.plural(stored.spec.hosts.count, "host")
    let used = Dictionary(grouping: stored.spec.uses, by: \.self).mapValues(\.count)
    kinds = [ResourceKind.schedule, .retention, .profile, .notification].map { kind in
      KindView(
        legend: kind == .retention ? "Retention policies" : kind.section.capitalisedFirst, noun: kind.noun,
        newPath: EditTarget.new(kind).path,
        resources: stored.spec.names(of: kind).compactMap { name in
          let id = ResourceID(kind: kind, name: name)
          guard let record = stored.records[id] else { return nil }
          let uses = kind == .notification ? "" : Shown.plural(used[id] ?? 0, "use")
          return ResourceView(
            name: name, path: id.editPath, owner: record.source, changed: ShownTime(record.updatedAt, now: now),
            uses: uses)
        })
    }
  }
}

extension Spec {
  /// Each time that a resource is named by another.
  fileprivate var uses: [ResourceID] {
    (Array(profiles.values) + hosts.values.map(\.own)).flatMap { declared in
      let named: [(ResourceKind, ResourceName?)] = [
        (.profile, declared.profile), (.schedule, declared.schedule), (.retention, declared.retention),
      ]
      return named.compactMap { kind, name in name.map { ResourceID(kind: kind, name: $0.description) } }
    }
  }
}

extension Template {
  static let spec = Template(
    name: "spec",
    source: #"""
      <header class="page-head"><div><h1>Spec</h1><p class="sub">Everything that is declared, as a whole or piece by piece. <a href="/hosts">{{hosts}}</a>.</p></div>
      <div class="actions"><a class="button" href="/spec/changes">Changes</a><a class="button" href="/spec/export" download>Download YAML</a></div></header>
      {{#problems}}<div class="notice bad" role="alert"><p>{{.}}</p></div>{{/problems}}
      {{#diagnostics}}{{> diagnostic}}{{/diagnostics}}
      <section><div class="section-head"><h2>Apply a spec</h2><a href="/spec?current=1">Begin with what is declared now</a></div>
      <form class="form" method="post" action="/spec/diff">{{> csrf}}
      <div class="field"><label for="text">hosts.yaml</label><textarea id="text" name="text" class="code" rows="24" spellcheck="false" required placeholder="version: 1">
      {{text}}</textarea></div>
      <div class="row"><div class="field"><label for="set">Spec set</label><input id="set" name="set" value="{{setName}}" autocomplete="off" aria-describedby="set-help"><p class="help" id="set-help">Whose the resources are; what the text names with “set” unless told. Without either it is an edit: owners stay.</p></div>
      <div class="field short"><label for="max_removals">Remove up to</label><input type="number" min="0" id="max_removals" name="max_removals" value="{{maxRemovals}}" aria-describedby="removals-help"><p class="help" id="removals-help">Hosts, whatever the settings' “max_removals” says.</p></div></div>
      <div class="field check"><label><input type="checkbox" name="prune" value="1"{{#prune}} checked{{/prune}}> Delete what is not declared any more</label><p class="help">Of resources that the same spec set applied before. Snapshots stay.</p></div>
      <div class="field check"><label><input type="checkbox" name="take_over" value="1"{{#takeOver}} checked{{/takeOver}}> Take over</label><p class="help">Resources that another owns, and undo what others have edited, where this says otherwise.</p></div>
      <div class="buttons"><button class="primary">Show the difference</button></div>
      </form></section>
      {{#kinds}}<section><div class="section-head"><h2>{{legend}}</h2><a href="{{newPath}}">New {{noun}}</a></div>
      <div class="table"><table class="data"><thead><tr><th>Name</th><th>Declared by</th><th>Changed</th><th>Uses</th></tr></thead><tbody>{{#resources}}<tr><th scope="row"><a href="{{path}}">{{name}}</a></th><td>{{owner}}</td><td>{{#changed}}{{> age}}{{/changed}}</td><td>{{uses}}</td></tr>{{/resources}}{{^resources}}<tr><td colspan="4" class="dim">None is declared.</td></tr>{{/resources}}</tbody></table></div></section>{{/kinds}}

      """#)
}
