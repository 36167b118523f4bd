// Templates: Mustache texts, known by name, so that any of them can be a part of another.

/// A Mustache text.
struct Template: Sendable {
  /// How `{{> name}}` calls it.
  let name: String
  let source: String
}

extension Template {
  /// The hidden field that every form which posts begins with.
  static let csrf = Template(
    name: "csrf", source: #"<input type="hidden" name="csrf" value="\#(FormToken.mark)">"#)
}
