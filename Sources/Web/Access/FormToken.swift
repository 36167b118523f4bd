// Form tokens: what tells a form of this site, made for this reader, from one that somebody else has made up.

enum FormToken {
  /// Stands in rendered pages for the token, which each reader gets put in when the page is written: so readers can share
  /// what is rendered. It is made anew by every process and leaves none, so that nothing from outside can hold it.
  static let mark: String = {
    var generator = SystemRandomNumberGenerator()
    let words = (0..<2).map { _ in UInt64.random(in: .min ... .max, using: &generator) }
    // A control character is quickly looked for: pages hold no others.
    return "\u{1}csrf-" + words.map { String($0, radix: 16) }.joined(separator: "-")
  }()

  private static let markBytes = Array(mark.utf8)

  static func isNeeded(in html: String) -> Bool { html.utf8.contains(1) }

  /// A page's bytes for its reader.
  static func filling(_ html: String, with token: String) -> [UInt8] {
    let bytes = Array(html.utf8)
    let replacement = Array(token.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes[...]
    while let start = rest.firstIndex(of: 1) {
      result += rest[..<start]
      if rest[start...].starts(with: markBytes) {
        result += replacement
        rest = rest[(start + markBytes.count)...]
      } else {
        // HTML has no use for it.
        rest = rest[(start + 1)...]
      }
    }
    return result + rest
  }
}
