// The JSON that each service understands.

import Foundation
import Spec

enum HookBody {
  /// The notice in a service's own shape.
  ///
  /// - Parameter topic: the topic, which ntfy wants in the body.
  static func json(_ notice: Notice, shape: HookShape, topic: String? = nil) -> String {
    switch shape {
    case .webhook: notice.json
    case .slack: JSONWriter.compact(slack(notice))
    case .discord: JSONWriter.compact(discord(notice))
    case .ntfy: JSONWriter.compact(ntfy(notice, topic: topic ?? ""))
    }
  }

  private static func slack(_ notice: Notice) -> YAMLValue {
    // Slack takes `<…>` for links and mentions, and knows these three escapes only.
    func escaped(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    let text = "\(notice.sign) *\(escaped(notice.subject))*\n\(escaped(notice.message.cut(toBytes: 3000)))"
    return .map([YAMLPair("text", .string(text))])
  }

  private static func discord(_ notice: Notice) -> YAMLValue {
    // In a block of code nothing is a link or a mention; back-quotes would end it.
    func plain(_ text: String) -> String { text.replacing("`", with: "'") }
    let content = """
      \(notice.sign) `\(plain(notice.subject))`
      ```
      \(plain(notice.message.cut(toBytes: 1600)))
      ```
      """
    return .map([
      YAMLPair("content", .string(content)),
      YAMLPair("allowed_mentions", .map([YAMLPair("parse", .list([]))])),
    ])
  }

  private static func ntfy(_ notice: Notice, topic: String) -> YAMLValue {
    .map([
      YAMLPair("topic", .string(topic)),
      YAMLPair("title", .string(notice.subject)),
      YAMLPair("message", .string(notice.message.cut(toBytes: 3500))),
      YAMLPair("priority", .int(notice.kind == .failure || notice.kind == .stale ? 4 : 3)),
      YAMLPair("tags", .list([.string(notice.tag)])),
    ])
  }
}

extension Notice {
  fileprivate var sign: String {
    switch kind {
    case .failure, .failed: "🔴"
    case .stale: "🟠"
    case .recovery, .succeeded: "🟢"
    case .test, .started: "🔵"
    }
  }

  /// ntfy's names for such signs.
  fileprivate var tag: String {
    switch kind {
    case .failure, .failed: "red_circle"
    case .stale: "orange_circle"
    case .recovery, .succeeded: "green_circle"
    case .test, .started: "blue_circle"
    }
  }
}

extension String {
  /// The text, cut between characters to at most so many bytes of UTF-8.
  func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    var length = 0
    let whole = prefix { character in
      length += character.utf8.count
      return length <= limit - 3
    }
    return whole + "…"
  }
}
