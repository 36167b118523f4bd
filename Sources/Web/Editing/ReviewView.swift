// The page between writing and saving: what would change, field by field, and what stands against it.

import Spec
import Store

struct ReviewView: Sendable {
  let heading: String
  let action: String
  let back: String
  let tally: DifferenceTally
  let lines: [DiffLine]
  /// What has changed since the page was shown before.
  let stale: [String]
  let notes: [String]
  let drift: [DriftView]
  let hasDrift: Bool
  /// What was written, and how, to be sent along.
  let text: String
  let way: String
  let revision: Int64

  init(
    _ target: EditTarget, _ draft: ResourceDraft, _ review: SpecReview, way: String, stored: StoredSpec,
    drift: [ResourceDrift], isStale: Bool
  ) {
    heading = "\(target.title): review"
    action = target.path
    back = target.path
    tally = DifferenceTally(review.difference)
    lines = review.difference.changes.filter { $0.kind != .unchanged }.flatMap(\.lines)
    stale =
      isStale ? ["The desired state has changed since this was reviewed. This is what would change now."] : []
    self.drift = DriftView.all(drift)
    hasDrift = !drift.isEmpty
    notes = Self.notes(draft.id, stored)
    text = draft.text
    self.way = way
    revision = review.revision
  }

  private static func notes(_ id: ResourceID, _ stored: StoredSpec) -> [String] {
    var notes: [String] = []
    if let owner = stored.records[id]?.source, ChangeOrigin.isSpecSet(owner) {
      notes.append("\(ResourceDrift.warning(of: id, declaredBy: owner)).")
    }
    let users = stored.spec.users(of: id)
    if !users.isEmpty { notes.append("It holds for \(EditorView.list(users)).") }
    if id.kind == .settings { notes.append("It holds for every host that does not say otherwise.") }
    return notes
  }
}

extension Template {
  static let review = Template(
    name: "edit-review",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="{{back}}">Edit</a><span aria-current="page">Review</span></nav>
      <header class="page-head"><div><h1>{{heading}}</h1></div></header>
      {{#stale}}<div class="notice warn" role="alert"><p>{{.}}</p></div>{{/stale}}
      {{#notes}}<div class="notice info"><p>{{.}}</p></div>{{/notes}}
      <pre class="diff">{{#lines}}{{> diff-line}}{{/lines}}</pre>
      {{#hasDrift}}<section><h2>Edited before</h2>{{> drift}}</section>{{/hasDrift}}
      <form class="form" method="post" action="{{action}}">{{> csrf}}
      <input type="hidden" name="as" value="{{way}}"><input type="hidden" name="text" value="{{text}}"><input type="hidden" name="revision" value="{{revision}}">
      <div class="buttons"><button class="primary" name="step" value="save">Save</button><button name="step" value="edit">Back to editing</button></div>
      </form>

      """#)
}
