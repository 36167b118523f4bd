// Views as Mustache looks names up in them. By itself it reflects upon a view again for every name that a template has, and
// upon all views around it for a name that one of these has; here each view is reflected upon once, and what stands in every
// row of a long table not at all.

import Mustache

/// The members of a view, by name. One that is nil is not among them, so that its name means that of a view around it.
struct ReflectedView: MustacheParent {
  private let members: [String: Any]

  func child(named name: String) -> Any? { members[name] }

  /// A view, or what is in one, as names are looked up in it; nil for what is nil.
  static func of(_ value: Any) -> Any? {
    if let text = value as? String { return ViewText(text) }
    if let flag = value as? Bool { return flag }
    if let view = value as? any NamedView { return view }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional: return mirror.children.first.flatMap { of($0.value) }
    case .collection: return mirror.children.compactMap { of($0.value) }
    // What describes itself is a text.
    case .struct where !mirror.children.isEmpty && !(value is any CustomStringConvertible): return ReflectedView(mirror)
    default: return value
    }
  }

  private init(_ mirror: Mirror) {
    var members: [String: Any] = [:]
    for child in mirror.children {
      if let name = child.label, let value = Self.of(child.value) { members[name] = value }
    }
    self.members = members
  }
}

/// A view that is there by the hundred, and says itself what it holds: reflection costs more than all else of showing it.
protocol NamedView: MustacheParent {
  /// A member as templates show it; nil if there is none of that name, or it is nil.
  func child(named name: String) -> Any?
}

/// A text. It says what it is shown as, which Mustache asks first: it would look for several other things in a String.
struct ViewText: MustacheCustomRenderable {
  let renderText: String
  var isNull: Bool { false }

  init(_ text: String) { renderText = text }
}
