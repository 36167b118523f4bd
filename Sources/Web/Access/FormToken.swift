// Form tokens: what tells a form of this site, made for this reader, from one that somebody else has made up.

import Glibc

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
    var html = html
    return html.withUTF8 { filling(UnsafeRawBufferPointer($0), with: Array(token.utf8)) }
  }

  private static func filling(_ page: UnsafeRawBufferPointer, with token: [UInt8]) -> [UInt8] {
    guard let base = page.baseAddress else { return [] }
    var result: [UInt8] = []
    result.reserveCapacity(page.count + token.count)
    var place = 0
    while let found = memchr(base + place, 1, page.count - place) {
      let start = UnsafeRawPointer(found) - base
      result += page[place..<start]
      if page[start...].starts(with: markBytes) {
        result += token
        place = start + markBytes.count
      } else {
        // HTML has no use for it.
        place = start + 1
      }
    }
    return result + page[place...]
  }
}
