// The pieces that charts are written from: text in which nothing can be taken for markup, and short numbers.

/// Text of an SVG drawing. Colours come from classes of the stylesheet; nothing is styled in place, which the pages'
/// security policy would forbid.
enum SVG {
  /// A drawing; with links in it, it is a group whose parts are told apart, otherwise one picture.
  static func plot(
    _ width: Int, _ height: Int, label: String, style: String = "", hasLinks: Bool = false, _ content: String
  ) -> String {
    let classes = style.isEmpty ? "plot" : "plot \(style)"
    return #"<svg xmlns="http://www.w3.org/2000/svg" class="\#(classes)" viewBox="0 0 \#(width) \#(height)" "#
      + #"role="\#(hasLinks ? "group" : "img")" aria-label="\#(escaped(label))">\#(content)</svg>"#
  }

  /// A drawing with nothing in it but why.
  static func empty(_ width: Int, _ height: Int, label: String, style: String = "", _ words: String) -> String {
    plot(
      width, height, label: "\(label): \(words)", style: style,
      text(words, x: Double(width) / 2, y: Double(height) / 2 + 4, anchor: "middle"))
  }

  static func text(
    _ words: String, x: Double, y: Double, anchor: String? = nil, style: String? = nil
  ) -> String {
    let anchor = anchor.map { #" text-anchor="\#($0)""# } ?? ""
    let style = style.map { #" class="\#(escaped($0))""# } ?? ""
    return #"<text x="\#(number(x))" y="\#(number(y))"\#(anchor)\#(style)>\#(escaped(words))</text>"#
  }

  static func title(_ words: String) -> String { "<title>\(escaped(words))</title>" }

  /// The text as XML and HTML take it, within an element as within an attribute. Characters that XML does not know
  /// are replaced.
  static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Printable ASCII that means nothing but itself.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"): false
    default: (0x20..<0x7F).contains(byte)
    }
  }

  /// A coordinate to a tenth, without what is not needed: `12`, `12.5`. What is no number is 0.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
  }

  /// The text, cut with an ellipsis if it is longer than so many characters.
  static func shortened(_ text: String, to length: Int) -> String {
    text.count > length ? String(text.prefix(max(0, length - 1))) + "…" : text
  }

  /// Marks with what they stand for, side by side from the left; as many as there is room for.
  static func legend(_ entries: [(style: String, words: String)], x: Double, y: Double, width: Double) -> String {
    var result = ""
    var left = x
    for entry in entries {
      let needed = 15 + Double(entry.words.count) * 6.4
      guard left + needed <= x + width else { break }
      result +=
        #"<rect class="\#(escaped(entry.style))" x="\#(number(left))" y="\#(number(y - 9))" width="10" height="10" "#
        + #"rx="2" fill="currentColor"/>"#
      result += text(entry.words, x: left + 15, y: y)
      left += needed + 14
    }
    return result
  }
}
