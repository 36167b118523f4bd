// The shapes in which notices go out: JSON of each service, and mail.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct NoticeTests {
  private func notice(
    _ subject: String = "pobsync: the backup of web-1 failed", _ message: String = "no route to host",
    kind: Notice.Kind = .failure
  ) throws -> Notice {
    Notice(
      kind: kind, host: try HostName(text: "web-1"), at: try time("2026-05-19 02:15"), reason: "Unreachable",
      subject: subject, message: message)
  }

  private func json(_ notice: Notice, _ shape: HookShape, topic: String? = nil) throws -> [String: Any] {
    let text = HookBody.json(notice, shape: shape, topic: topic)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `a notice comes back from its JSON`() throws {
    let odd = try notice("a \"subject\"\r\nBcc: x", "first line\nsecond \u{1B}[2J line: {é} ☂")
    #expect(odd.subject == "a \"subject\"\u{FFFD}\u{FFFD}Bcc: x")
    #expect(odd.message == "first line\nsecond \u{FFFD}[2J line: {é} ☂")
    #expect(Notice(json: odd.json) == odd)
    let test = Notice.test(of: try ResourceName(text: "ops"), host: nil, at: try time("2026-05-19 02:15"))
    #expect(Notice(json: test.json) == test)
    #expect(Notice(json: "{}") == nil && Notice(json: "[") == nil)
  }

  @Test func `a webhook gets the documented JSON`() throws {
    #expect(
      HookBody.json(try notice(), shape: .webhook)
        == #"{"version":1,"kind":"failure","host":"web-1","at":"2026-05-19T02:15:00.000000Z","reason":"Unreachable","#
        + #""subject":"pobsync: the backup of web-1 failed","message":"no route to host"}"#)
  }

  @Test func `Slack gets a text in which nothing is a mention or a link`() throws {
    let body = try json(notice("<!channel> & co", "<http://example.net|click>"), .slack)
    #expect(body.count == 1)
    #expect(
      body["text"] as? String == "🔴 *&lt;!channel&gt; &amp; co*\n&lt;http://example.net|click&gt;")
  }

  @Test func `Discord gets a block of code and no mentions, of a length that it takes`() throws {
    let body = try json(notice("@everyone `x`", "``` @here [a](http://example.net)"), .discord)
    #expect(body["content"] as? String == "🔴 `@everyone 'x'`\n```\n''' @here [a](http://example.net)\n```")
    #expect((body["allowed_mentions"] as? [String: [String]]) == ["parse": []])
    let long = try json(notice(message(1500), message(1500)), .discord)["content"] as? String
    #expect(try #require(long).utf16.count <= 2000)
  }

  private func message(_ length: Int) -> String { String(repeating: "ü", count: length) }

  @Test func `ntfy gets topic, title, priority and tags, of a size that it takes`() throws {
    let body = try json(notice(), .ntfy, topic: "backups")
    #expect(body["topic"] as? String == "backups" && body["message"] as? String == "no route to host")
    #expect(body["title"] as? String == "pobsync: the backup of web-1 failed")
    #expect(body["priority"] as? Int == 4 && body["tags"] as? [String] == ["red_circle"])
    let well = try json(notice(kind: .recovery), .ntfy, topic: "backups")
    #expect(well["priority"] as? Int == 3 && well["tags"] as? [String] == ["green_circle"])
    let long = try json(notice("s", message(1900) + "\n" + message(1900)), .ntfy, topic: "x")["message"] as? String
    #expect(try #require(long).utf8.count <= 3500)
  }

  // MARK: - Mail

  private func mail(_ notice: Notice) throws -> [String] {
    var target = NotificationTarget(type: .email)
    target.to = [try MailAddress(text: "ops@example.net"), try MailAddress(text: "root")]
    target.from = try MailAddress(text: "pobsync@backup.example.net")
    guard case .mail(let route) = target.route else { return [] }
    return MailMessage(notice: notice, route: route, id: "pobsync.17.20260519-021500Z").text
      .components(separatedBy: "\n")
  }

  @Test func `mail has the headers of a mail, and its text as it is where that is plain`() throws {
    #expect(
      try mail(notice()) == [
        "From: pobsync <pobsync@backup.example.net>", "To: ops@example.net,", " root",
        "Subject: pobsync: the backup of web-1 failed", "Date: Tue, 19 May 2026 02:15:00 +0000",
        "Message-ID: <pobsync.17.20260519-021500Z@backup.example.net>", "Auto-Submitted: auto-generated",
        "X-Pobsync-Kind: failure", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 7bit", "", "no route to host", "",
      ])
  }

  @Test func `what is not plain is encoded, and no header begins within another`() throws {
    let subject = "naïve\nBcc: all@example.net " + String(repeating: "☂", count: 60)
    let lines = try mail(notice(subject, "für später: ☂\n.\nFrom here"))
    #expect(lines.allSatisfy { $0.utf8.count <= 76 && $0.utf8.allSatisfy { $0 < 0x80 } }, "\(lines)")
    #expect(!lines.contains { $0.hasPrefix("Bcc") })
    let start = try #require(lines.firstIndex { $0.hasPrefix("Subject: ") })
    let words =
      [lines[start].dropFirst("Subject: ".count)]
      + lines[(start + 1)...].prefix { $0.hasPrefix(" ") }.map { $0.dropFirst() }
    let decoded = try words.map { word in
      #expect(word.hasPrefix("=?utf-8?B?") && word.hasSuffix("?=") && word.count <= 75)
      return try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2)))).map { $0 }
    }
    #expect(
      String(decoding: decoded.joined(), as: UTF8.self)
        == "naïve\u{FFFD}Bcc: all@example.net " + String(repeating: "☂", count: 60))
    let empty = try #require(lines.firstIndex(of: ""))
    let body = try #require(Data(base64Encoded: lines[(empty + 1)...].joined()))
    #expect(String(decoding: body, as: UTF8.self) == "für später: ☂\n.\nFrom here\n")
  }

  @Test(arguments: [
    ("1970-01-01 00:00", "Thu, 1 Jan 1970 00:00:00 +0000"), ("2024-02-29 23:59:59", "Thu, 29 Feb 2024 23:59:59 +0000"),
    ("2026-12-31 09:05", "Thu, 31 Dec 2026 09:05:00 +0000"), ("2027-01-03 12:00", "Sun, 3 Jan 2027 12:00:00 +0000"),
  ])
  func `dates are written as mail writes them`(_ text: String, _ written: String) throws {
    #expect(MailMessage.date(try time(text)) == written)
  }

  @Test func `a text that looks encoded is encoded`() {
    #expect(MailMessage.encoded("=?utf-8?B?eA==?=") == "=?utf-8?B?PT91dGYtOD9CP2VBPT0/PQ==?=")
    #expect(MailMessage.encoded("plain text: yes") == "plain text: yes")
  }

  // MARK: - Runs

  @Test func `a run that was stopped pings nothing`() throws {
    let now = try time("2026-05-19 02:15")
    let web = try HostName(text: "web-1")
    func kind(_ kind: RunKind, _ state: RunState, code: String? = nil) throws -> Notice.Kind? {
      let request = RunRequest(host: web, kind: kind, trigger: .schedule, reason: "due")
      let outcome = RunOutcome(
        run: Run(id: 1, request, state: .running, queuedAt: now),
        result: RunResult(state: state, errorCode: code, message: "m"))
      return Notice(endOf: outcome, at: now)?.kind
    }
    #expect(try kind(.backup, .succeeded) == .succeeded)
    #expect(try kind(.backup, .warning) == .succeeded)
    #expect(try kind(.backup, .warning, code: RunErrorCode.partial) == .failed)
    #expect(try kind(.backup, .failed) == .failed)
    #expect(try kind(.backup, .interrupted) == nil)
    #expect(try kind(.backup, .cancelled) == nil)
    #expect(try kind(.prune, .failed) == nil)
  }
}
