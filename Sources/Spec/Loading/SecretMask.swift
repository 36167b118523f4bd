// Masks: what differences show of values that may hold a secret.

import Foundation

extension ResourceChange {
  /// The change as it may be shown: of a URL to post to, whose path may be a secret, only the scheme and the host.
  package var masked: ResourceChange {
    guard id.kind == .notification else { return self }
    return ResourceChange(
      id: id, kind: kind,
      fields: fields.map { field in
        FieldChange(
          path: field.path, before: SecretMask.value(field.before, of: field.path, in: id),
          after: SecretMask.value(field.after, of: field.path, in: id))
      })
  }
}

package enum SecretMask {
  /// A resource's values as they may be shown.
  package static func values(_ values: [YAMLPair], in id: ResourceID) -> [YAMLPair] {
    values.map { YAMLPair($0.key, value($0.value, of: $0.key, in: id) ?? $0.value) }
  }

  /// A field's value as it may be shown.
  package static func value(_ value: YAMLValue?, of path: String, in id: ResourceID) -> YAMLValue? {
    guard id.kind == .notification, path == "url", case .string(let text)? = value else { return value }
    return .string(url(text))
  }

  /// A resource as it is read, with what is masked in it taken for what is known: what was shown masked may be handed
  /// back so. No other text is like a mask, for no URL holds an ellipsis.
  ///
  /// - Parameter known: the resource's values as they are stored.
  static func unmasked(_ node: YAMLNode, in id: ResourceID, known: [YAMLPair]?) -> YAMLNode {
    guard id.kind == .notification, case .mapping(let entries) = node.content,
      case .string(let url)? = known?.first(where: { $0.key == "url" })?.value
    else { return node }
    let mask = Self.url(url)
    guard mask.contains("…") else { return node }
    let unmasked = entries.map { entry in
      guard entry.key.string == "url", entry.value.string == mask else { return entry }
      let value = YAMLNode(content: .scalar(url, plain: false), range: entry.value.range)
      return YAMLEntry(key: entry.key, value: value)
    }
    return YAMLNode(content: .mapping(unmasked), range: node.range, tag: node.tag)
  }

  /// `https://ntfy.example.net/…`: the scheme, the host and the port, and that there is more.
  private static func url(_ text: String) -> String {
    guard let separator = text.range(of: "://") else { return "…" }
    let rest = text[separator.upperBound...]
    let place = rest.prefix { !"/?#".contains($0) }
    // A user name and a password would stand before the host.
    let host = place.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
    let more = rest.dropFirst(place.count)
    return "\(text[..<separator.upperBound])\(host)" + (more.isEmpty || more == "/" ? String(more) : "/…")
  }
}
