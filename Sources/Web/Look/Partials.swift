// Small parts that many pages show, each with the value that it is made from.

import Engine
import Spec
import Store

extension Template {
  /// Within a `Badge`.
  static let badge = Template(name: "badge", source: #"<span class="badge {{style}}">{{text}}</span>"#)

  /// Within a `ShownTime`: the time itself.
  static let time = Template(name: "time", source: #"<time datetime="{{iso}}">{{text}}</time>"#)

  /// Within a `ShownTime`: how long ago, or how soon.
  static let age = Template(name: "age", source: #"<time datetime="{{iso}}" title="{{text}}" data-age>{{age}}</time>"#)

  /// Within a `ShownDiagnostic`.
  static let diagnostic = Template(
    name: "diagnostic",
    source: #"""
      <div class="diagnostic {{severity}}"><p><code>{{place}}</code> <b>{{severity}}</b> {{message}}</p>\#
      {{#excerpt}}<pre>{{.}}{{#marks}}
      <span class="caret">{{.}}</span>{{/marks}}</pre>{{/excerpt}}{{#hint}}<p class="remedy">{{.}}</p>{{/hint}}</div>
      """#)

  /// Within a `DiffLine`.
  static let diffLine = Template(name: "diff-line", source: #"<span class="{{style}}">{{sign}}{{text}}</span>"#)
}

/// A state in a word, with the class that colours it.
struct Badge: Sendable, Hashable {
  let style: String
  let text: String

  init(_ style: String, _ text: String? = nil) {
    self.style = style
    self.text = text ?? style
  }

  init(_ state: RunState) { self.init(state.rawValue) }

  init(_ status: SnapshotStatus) { self.init(status.rawValue) }

  init(_ severity: EventSeverity) { self.init(severity.rawValue) }

  /// A condition's status alone, beside its name.
  init(condition status: Condition.Status) {
    switch status {
    case .true: self.init("true", "yes")
    case .false: self.init("false", "no")
    case .unknown: self.init("unknown")
    }
  }

  /// A condition by its name: "Fresh", "Not fresh", "Fresh: unknown".
  init(_ condition: Condition) {
    let name = condition.type.rawValue
    switch condition.status {
    case .true: self.init("true", name)
    case .false: self.init("false", "Not \(name.lowercased())")
    case .unknown: self.init("unknown", "\(name): unknown")
    }
  }
}

extension Badge: NamedView {
  func child(named name: String) -> Any? {
    switch name {
    case "style": ViewText(style)
    case "text": ViewText(text)
    default: nil
    }
  }
}

/// A complaint about a spec, with the line and the marks under the place in it.
struct ShownDiagnostic: Sendable, Hashable {
  let severity: String
  let place: String
  let message: String
  let hint: String?
  let excerpt: String?
  let marks: String?

  init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    place = "\(diagnostic.file):\(diagnostic.range.start.line):\(diagnostic.range.start.column)"
    message = diagnostic.message
    hint = diagnostic.hint
    let marked = diagnostic.marked
    excerpt = marked?.line
    marks = marked?.marks
  }
}

/// A line of a difference.
struct DiffLine: Sendable, Hashable {
  enum Style: String, Sendable, CaseIterable {
    /// What the following lines are about.
    case head
    case added, removed, changed, same
  }

  let style: String
  let sign: String
  let text: String

  init(style: Style, text: String) {
    self.style = style.rawValue
    self.text = text
    sign =
      switch style {
      case .head: ""
      case .added: "+ "
      case .removed: "- "
      case .changed: "~ "
      case .same: "  "
      }
  }
}
