// Web addresses that stand in a spec for all to read: so they hold nothing that is a secret.

import Foundation

/// An `http` or `https` URL without a user name, a query or a fragment, where secrets are commonly put.
///
/// Complaints never repeat the text: an operator may have pasted a secret where none belongs.
package struct WebAddress: TextValue {
  package static let noun = "a web address"
  package static let example = "https://ntfy.example.net/backups"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard text.utf8.count <= 2000 else { throw InvalidText("it is longer than 2000 bytes") }
    if let offset = text.enumerated().first(where: { !$0.element.isURLCharacter })?.offset {
      throw InvalidText("it holds a blank, or a character that a URL has to write as `%…`", offset: offset)
    }
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, !(parts.host ?? "").isEmpty else {
      throw InvalidText("it is not a URL", hint: "write it as `\(Self.example)`")
    }
    guard ["http", "https"].contains(scheme.lowercased()) else {
      throw InvalidText("it begins with neither `https://` nor `http://`")
    }
    guard parts.user == nil, parts.password == nil else {
      throw InvalidText(
        "it holds a user name or a password, which would be shown to all who read the spec",
        hint: "use `token_file`, or put the URL into a file and name that with `url_file`")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw InvalidText(
        "it has a query or a fragment, which commonly holds a secret",
        hint: "put the URL into a file and name that with `url_file`")
    }
    description = text
  }

  /// The last part of the path, such as a topic; nil if there is none.
  var lastComponent: Substring? {
    let path = description.split(separator: "/", omittingEmptySubsequences: true).dropFirst(2)
    return path.last
  }
}

extension Character {
  fileprivate var isURLCharacter: Bool { isASCIILetterOrDigit || "-._~:/?#[]@!$&'()*+,;=%".contains(self) }
}
