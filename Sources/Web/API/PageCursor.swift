// Lists of the API, page by page: each page names the next by a text that only pages give. What is in it is checked all
// the same.

import Engine
import Foundation
import Reconciler
import Spec
import Store

enum PageCursor {
  /// In characters.
  static let longest = 1000

  /// - Parameter list: whose pages it is for, so that those of one list are not taken for those of another.
  static func text(_ key: some HistoryCursor, of list: String) -> String {
    Data("\(list):\(key.cursor)".utf8).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// - Returns: nil for a text that no page of the list has given.
  static func key<Key: HistoryCursor>(in text: String, of list: String) -> Key? {
    guard text.utf8.count <= longest, text.utf8.allSatisfy(PercentEncoding.isPlain) else { return nil }
    let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let base64 = text.replacing("-", with: "+").replacing("_", with: "/") + padding
    guard let data = Data(base64Encoded: base64), let content = String(validating: data, as: UTF8.self),
      content.hasPrefix("\(list):")
    else { return nil }
    return Key(cursor: String(content.dropFirst(list.count + 1)))
  }
}

extension HostName: HistoryCursor {
  init?(cursor: String) {
    guard let host = try? HostName(text: cursor) else { return nil }
    self = host
  }

  var cursor: String { description }
}

extension SnapshotKey: HistoryCursor {
  init?(cursor: String) {
    let parts = cursor.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let host = HostName(cursor: parts[0]), let id = SnapshotID(parts[1]) else { return nil }
    self.init(host: host, id: id)
  }

  var cursor: String { "\(host)/\(id)" }
}

extension WebResponse {
  /// A page of a list.
  ///
  /// - Parameter next: the key of the last item, if more follow.
  static func list(_ items: [YAMLValue], next key: (some HistoryCursor)?, of list: String) -> WebResponse {
    .json(
      .map([
        YAMLPair("items", .list(items)), YAMLPair("next", .text(key.map { PageCursor.text($0, of: list) })),
      ]))
  }

  /// A list that is short enough for one page.
  static func list(_ items: [YAMLValue]) -> WebResponse {
    .json(.map([YAMLPair("items", .list(items)), YAMLPair("next", .null)]))
  }
}
