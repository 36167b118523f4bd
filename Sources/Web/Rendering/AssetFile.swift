// The files beside the pages, as they are served: with the hash of their content in the address, so that browsers may
// keep them for ever and still have the right ones after an upgrade.

import Crypto
import Foundation
import HTTPTypes

/// A file that pages refer to.
struct AssetFile: Sendable {
  let path: String
  let type: String
  let bytes: [UInt8]
  /// A hash of the content.
  let version: String

  private init(_ path: String, type: String, _ text: String) {
    self.path = path
    self.type = type
    bytes = Array(text.utf8)
    version = EntityTag.hash(bytes)
  }

  /// How pages refer to it.
  var url: String { "\(path)?v=\(version)" }

  static let style = AssetFile("/assets/style.css", type: "text/css; charset=utf-8", Asset.style)
  static let script = AssetFile("/assets/pobsync.js", type: "text/javascript; charset=utf-8", Asset.script)
  static let icon = AssetFile("/favicon.svg", type: "image/svg+xml", Asset.icon)
}

/// A tag by which readers ask whether something has changed.
enum EntityTag {
  /// 16 hexadecimal digits.
  static func hash(_ bytes: [UInt8]) -> String {
    SHA256.hash(data: bytes).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Whether a reader has what a tag stands for.
  static func matches(_ tag: String, _ field: String?) -> Bool {
    guard let field else { return false }
    return field.split(separator: ",").contains { part in
      let known = part.trimmingBlanks
      return known == "*" || known == tag || known == "W/\(tag)"
    }
  }
}

extension Route {
  static let assets: [Route] = [
    asset(.style, "The stylesheet."), asset(.script, "The script."), asset(.icon, "The icon."),
  ]

  private static func asset(_ file: AssetFile, _ summary: String) -> Route {
    .get(file.path, .anyone, summary) { request, _ in
      let isKnown = request.query("v") == file.version
      return WebResponse(
        headers: [
          .contentType: file.type,
          .cacheControl: isKnown ? "public, max-age=31536000, immutable" : "public, no-cache",
        ], body: .bytes(file.bytes))
    }
  }
}
