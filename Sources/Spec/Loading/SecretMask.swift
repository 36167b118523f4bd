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
  /// A field's value as it may be shown.
  package static func value(_ value: YAMLValue?, of path: String, in id: ResourceID) -> YAMLValue? {
    guard id.kind == .notification, path == "url", case .string(let text)? = value else { return value }
    return .string(url(text))
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
