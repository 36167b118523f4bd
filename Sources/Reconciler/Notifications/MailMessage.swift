// Notices as mail (RFC 5322): headers that hold any language and no further header, and a body for any mail program.

import Engine
import Foundation
import Spec

struct MailMessage: Sendable {
  let notice: Notice
  let route: MailRoute
  /// Tells this message from all others, and is the same when it is sent again.
  let id: String

  /// The whole message, with line feeds, as sendmail takes it.
  var text: String {
    let isPlain = notice.message.utf8.allSatisfy { $0 < 0x80 } && !notice.message.hasLongLines
    let headers = [
      "From: pobsync <\(route.from)>",
      "To: \(route.to.map(\.description).joined(separator: ",\n "))",
      "Subject: \(Self.encoded(notice.subject))",
      "Date: \(Self.date(notice.at))",
      "Message-ID: <\(id)@\(route.from.domain ?? "localhost")>",
      "Auto-Submitted: auto-generated",
      "X-Pobsync-Kind: \(notice.kind.rawValue)",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")",
    ]
    let options: Data.Base64EncodingOptions = [.lineLength76Characters, .endLineWithLineFeed]
    let body = isPlain ? notice.message : Data((notice.message + "\n").utf8).base64EncodedString(options: options)
    return headers.joined(separator: "\n") + "\n\n" + body + "\n"
  }

  /// A header's text: as it is if it is short and plain, else in encoded words (RFC 2047), each short enough to stand behind `Subject: `.
  static func encoded(_ text: String) -> String {
    let isPlain = text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
    if isPlain, !text.contains("=?") { return text }
    var words: [String] = []
    for character in text.unicodeScalars.map(String.init) {
      // 39 bytes are 52 characters of base 64, and a line has 76; a character is never divided between words.
      if let last = words.last, last.utf8.count + character.utf8.count <= 39 {
        words[words.count - 1] = last + character
      } else {
        words.append(character)
      }
    }
    return words.map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
  }

  /// `Tue, 19 May 2026 02:15:00 +0000`
  static func date(_ date: Date) -> String {
    let day = CivilDay(daysSinceEpoch: Int((date.timeIntervalSince1970 / 86_400).rounded(.down)))
    let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let weekday = weekdays[CivilDay.weekday(daysSinceEpoch: day.daysSinceEpoch)]
    let time = Timestamp.short(date).dropFirst(11).prefix(8)
    return "\(weekday), \(day.day) \(months[day.month - 1]) \(day.year) \(time) +0000"
  }
}

extension String {
  /// Mail allows lines of 998 bytes.
  fileprivate var hasLongLines: Bool { split(separator: "\n").contains { $0.utf8.count > 900 } }
}
