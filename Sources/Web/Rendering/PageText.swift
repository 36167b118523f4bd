// Texts in pages: how Mustache writes what a view holds, so that nothing in it can be taken for markup.

import Mustache

/// HTML's own characters as entities, byte by byte; all else as it is. Mustache's own way goes by what a reader takes for one
/// character, so that it leaves a quotation mark alone that has a combining accent behind it, and a browser does not.
struct PageText: MustacheContentType {
  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: { Self.entity($0) != nil }) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let entity = Self.entity(byte) {
        result.append(contentsOf: entity.utf8)
      } else {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func entity(_ byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    default: nil
    }
  }
}

extension PageText {
  /// What has Mustache write a template's values like this. Every template begins with it.
  static let pragma = "{{% CONTENT_TYPE:\(name)}}"

  /// To be called before templates with the pragma are parsed.
  static func register() { MustacheContentTypes.register(PageText(), named: name) }

  private static let name = "PAGE"
}
