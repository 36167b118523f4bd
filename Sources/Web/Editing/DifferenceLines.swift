// Differences of specs line by line, with everything masked that may hold a secret.

import Spec
import Store

extension ResourceChange {
  /// The resource, and below it each field that differs.
  var lines: [DiffLine] {
    let shown = masked
    let head: String =
      switch kind {
      case .created: "\(id) is created"
      case .configured: "\(id) changes"
      case .deleted: "\(id) is deleted"
      case .unchanged: "\(id) stays as it is"
      }
    return [DiffLine(style: .head, text: head)] + shown.fields.map(\.line)
  }
}

extension FieldChange {
  fileprivate var line: DiffLine {
    switch (before, after) {
    case (nil, _): DiffLine(style: .added, text: shown)
    case (let old?, nil): DiffLine(style: .removed, text: "\(path): \(old.shown)")
    case (_?, _?): DiffLine(style: .changed, text: shown)
    }
  }
}

/// How many resources come, change and go.
struct DifferenceTally: Sendable {
  let added: Int
  let changed: Int
  let removed: Int

  init(_ difference: SpecDifference) {
    added = difference.changes.count { $0.kind == .created }
    changed = difference.changes.count { $0.kind == .configured } + difference.moves.count
    removed = difference.changes.count { $0.kind == .deleted }
  }
}

/// A field that others have made something else of than its owner declares.
struct DriftView: Sendable {
  let path: String
  let declared: String
  let current: String
  let edit: String

  /// All such fields of some resources.
  static func all(_ drift: [ResourceDrift]) -> [DriftView] {
    drift.flatMap { resource in
      resource.fields.map { field in
        func shown(_ value: YAMLValue?) -> String {
          SecretMask.value(value, of: field.path, in: resource.id)?.shown ?? "(not set)"
        }
        return DriftView(
          path: "\(resource.id) \(field.path)", declared: shown(field.declared), current: shown(field.current),
          edit: field.edit.map { "\($0)" } ?? "")
      }
    }
  }
}

extension Template {
  /// Within a view that has `drift`.
  static let drift = Template(
    name: "drift",
    source: #"""
      <div class="table"><table class="data stack"><thead><tr><th>Field</th><th>Declared</th><th>Edited to</th><th>When and by whom</th></tr></thead><tbody>{{#drift}}<tr><th scope="row" class="mono" data-label="Field">{{path}}</th><td class="mono" data-label="Declared">{{declared}}</td><td class="mono" data-label="Edited to">{{current}}</td><td class="dim" data-label="When and by whom">{{edit}}</td></tr>{{/drift}}</tbody></table></div>
      """#)
}
