// What a page's hidden fields hold, so that a test can press the button below them.

import Foundation
import Support

@testable import Web

extension WebAnswer {
  /// The hidden fields of all forms, without the token.
  var hiddenFields: [String: String] {
    var fields: [String: String] = [:]
    for part in text.components(separatedBy: #"<input type="hidden" name=""#).dropFirst() {
      let halves = part.components(separatedBy: #"" value=""#)
      guard halves.count > 1, let value = halves[1].components(separatedBy: "\"").first, halves[0] != "csrf" else {
        continue
      }
      fields[halves[0]] = value.withoutEntities
    }
    return fields
  }

  /// What stands in the text area of a name.
  func area(_ name: String) -> String? {
    guard let start = text.range(of: #"<textarea id="\#(name)""#),
      let open = text[start.upperBound...].range(of: ">\n"),
      let end = text[open.upperBound...].range(of: "</textarea>")
    else { return nil }
    return String(text[open.upperBound..<end.lowerBound]).withoutEntities
  }
}

extension String {
  fileprivate var withoutEntities: String {
    replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }
}
