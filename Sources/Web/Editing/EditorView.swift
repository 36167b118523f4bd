// The editor: one resource as a form or as YAML, and what is wrong with what was written.

import Engine
import Spec
import Store

struct EditorView: Sendable {
  let heading: String
  let action: String
  let formPath: String
  let yamlPath: String
  let isForm: Bool
  let isNew: Bool
  let isHost: Bool
  let cancelPath: String
  let resourceName: String
  let yaml: String
  let groups: [GroupView]
  let nameLists: [NameListView]
  let sentence: [String]
  let wrongFields: [String]
  let diagnostics: [ShownDiagnostic]
  let owner: [String]
  let users: [String]
  let deletePath: [String]
  let kindNoun: String

  struct GroupView: Sendable {
    let legend: String
    let fields: [FieldView]
  }

  /// Names that a field may hold, which browsers offer.
  struct NameListView: Sendable {
    let list: String
    let members: [String]
  }
}

/// What somebody has written so far.
enum EditorContent: Sendable {
  case form(ResourceForm, name: String)
  case yaml(String)
}

extension EditorView {
  init(_ target: EditTarget, _ content: EditorContent, _ problem: DraftProblem?, stored: StoredSpec) {
    heading = target.title
    action = target.path
    formPath = target.path
    yamlPath = target.path + "?as=yaml"
    kindNoun = target.kind.noun
    isHost = target.kind == .host
    sentence = [problem?.sentence].compactMap(\.self)
    diagnostics = (problem?.diagnostics ?? []).map { ShownDiagnostic($0) }
    let fields = problem?.fields ?? [:]
    wrongFields = fields.keys.sorted()
    nameLists = [ResourceKind.profile, .schedule, .retention].map {
      NameListView(list: "names-\($0.rawValue)", members: stored.spec.names(of: $0))
    }
    switch target {
    case .existing(let id):
      isNew = false
      cancelPath = id.homePath
      deletePath = id.kind == .settings ? [] : [id.deletePath]
      owner = Self.notes(on: id, in: stored)
      let named = stored.spec.users(of: id)
      users = named.isEmpty ? [] : ["Used by \(Self.list(named))."]
    case .new(let kind):
      isNew = true
      cancelPath = kind == .host ? "/hosts" : ResourceID(kind: kind, name: "").homePath
      deletePath = []
      owner = []
      users = []
    }
    switch content {
    case .yaml(let text):
      isForm = false
      yaml = text
      resourceName = ""
      groups = []
    case .form(let form, let name):
      isForm = true
      yaml = ""
      resourceName = name
      groups = Self.groups(form, named: name, complaints: fields, isNew: isNew, in: stored.spec)
    }
  }

  /// Whose the resource is, where somebody declares it.
  private static func notes(on id: ResourceID, in stored: StoredSpec) -> [String] {
    guard let owner = stored.records[id]?.source, ChangeOrigin.isSpecSet(owner) else { return [] }
    return ["\(ResourceDrift.warning(of: id, declaredBy: owner))."]
  }

  /// The first of some resources, and how many more there are.
  static func list(_ ids: [ResourceID]) -> String {
    let most = 8
    let more = ids.count > most ? " and \(Shown.count(ids.count - most)) more" : ""
    return ids.prefix(most).map(\.description).joined(separator: ", ") + more
  }

  /// The fields in their order, those of one group together.
  private static func groups(
    _ form: ResourceForm, named name: String, complaints: [String: [String]], isNew: Bool, in spec: Spec
  ) -> [GroupView] {
    let profile = try? ResourceName(text: form.entry("profile").text)
    let inherited = InheritedValues(for: ResourceID(kind: form.kind, name: name), profile: profile, in: spec)
    var groups: [(legend: String, fields: [FieldView])] = []
    for field in form.kind.outline {
      let parts = field.path.split(separator: ".").map(String.init)
      let legend = parts.count > 1 ? parts[0] : form.kind.noun.capitalisedFirst
      let view = FieldView(
        field, form.entry(field.path), inherited: inherited, complaints: complaints[field.path] ?? [])
      if let index = groups.firstIndex(where: { $0.legend == legend }) {
        groups[index].fields.append(view)
      } else {
        groups.append((legend, [view]))
      }
    }
    return groups.map { GroupView(legend: $0.legend, fields: $0.fields) }
  }
}

extension String {
  /// The text as the beginning of a heading.
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Template {
  static let editor = Template(
    name: "editor",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="{{cancelPath}}">Back</a><span aria-current="page">{{heading}}</span></nav>
      <header class="page-head"><div><h1>{{heading}}</h1>{{#users}}<p class="sub">{{.}}</p>{{/users}}</div></header>
      <nav class="tabs" aria-label="How to edit"><a href="{{formPath}}"{{#isForm}} aria-current="page"{{/isForm}}>Form</a><a href="{{yamlPath}}"{{^isForm}} aria-current="page"{{/isForm}}>YAML</a></nav>
      {{#owner}}<div class="notice info"><p>{{.}}</p></div>{{/owner}}
      {{#sentence}}<div class="notice bad" role="alert"><p>{{.}}</p></div>{{/sentence}}
      {{#diagnostics}}{{> diagnostic}}{{/diagnostics}}
      {{#wrongFields}}<div class="notice bad" role="alert"><p><a href="#value.{{.}}">{{.}}</a> is not right; see beside it.</p></div>{{/wrongFields}}
      <form class="form" method="post" action="{{action}}">{{> csrf}}
      {{#isForm}}<input type="hidden" name="as" value="form">
      <fieldset><legend>Name</legend><div class="field">{{#isNew}}<label for="name">Name</label><input id="name" name="name" value="{{resourceName}}" required autocomplete="off" spellcheck="false" aria-describedby="name-help"><p class="help" id="name-help">Letters, digits, “.”, “_” and “-”.{{#isHost}} It is also the name of the directory that holds the snapshots, and cannot be changed here later.{{/isHost}}</p>{{/isNew}}{{^isNew}}<span>Name</span> <output>{{resourceName}}</output>{{#isHost}}<p class="help">A host's name cannot be changed here: it is the name of the directory that holds its snapshots. “moved”, on the page Spec, renames it.</p>{{/isHost}}{{/isNew}}</div></fieldset>
      {{#groups}}<fieldset><legend>{{legend}}</legend>{{#fields}}{{> field}}{{/fields}}</fieldset>{{/groups}}
      {{#nameLists}}<datalist id="{{list}}">{{#members}}<option value="{{.}}"></option>{{/members}}</datalist>{{/nameLists}}{{/isForm}}
      {{^isForm}}<input type="hidden" name="as" value="yaml">
      <div class="field"><label for="text">YAML</label><textarea id="text" name="text" class="code" rows="28" spellcheck="false" aria-describedby="text-help">
      {{yaml}}</textarea><p class="help" id="text-help">The {{kindNoun}} as a spec file would declare it. A key that is left out is taken back.</p></div>{{/isForm}}
      <div class="buttons"><button class="primary" name="step" value="review">Review changes</button><a class="button quiet" href="{{cancelPath}}">Cancel</a></div>
      </form>
      {{#deletePath}}<section class="danger-zone"><h2>Danger zone</h2><div><p><strong>Delete this {{kindNoun}}.</strong>{{#isHost}} What becomes of its snapshots is said before.{{/isHost}}</p><a class="button danger" href="{{.}}">Delete…</a></div></section>{{/deletePath}}

      """#)
}
