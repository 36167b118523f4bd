// Notices: what people, or programs in their place, are told, as values and as JSON.

import Engine
package import Foundation
package import Spec

/// One message.
package struct Notice: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case failure, recovery, stale
    /// Sent by a person to see whether it arrives.
    case test
    /// A backup run began, ended well, or failed: for targets that are pinged.
    case started, succeeded, failed
  }

  package let kind: Kind
  /// The host that it is about; nil for a test.
  package let host: HostName?
  package let at: Date
  /// A stable code in words run together, such as `HostKeyChanged`.
  package let reason: String
  /// What happened, on one line.
  package let subject: String
  /// The whole of it, over one or several lines.
  package let message: String

  package init(kind: Kind, host: HostName?, at: Date, reason: String, subject: String, message: String) {
    self.kind = kind
    self.host = host
    self.at = at
    self.reason = reason
    // Messages quote programs and remote machines, which may print anything.
    self.subject = subject.printable(limit: 200)
    self.message = message.split(separator: "\n", omittingEmptySubsequences: false).prefix(50)
      .map { String($0).printable(limit: 2000) }.joined(separator: "\n")
  }

  /// A message that tells nothing but that it has arrived.
  package static func test(of name: ResourceName, host: HostName?, at now: Date) -> Notice {
    Notice(
      kind: .test, host: host, at: now, reason: "Test", subject: "pobsync: test of \(name)",
      message: "A test, sent by `pobsync notify test \(name)`. Nothing is wrong.")
  }
}

extension Notice {
  /// The notice as `webhook` posts it and as a command reads it. Keys may be added, never changed.
  package var document: YAMLValue {
    .map([
      YAMLPair("version", .int(1)),
      YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("host", host.map { .string($0.description) } ?? .null),
      YAMLPair("at", .string(Timestamp.text(at))),
      YAMLPair("reason", .string(reason)),
      YAMLPair("subject", .string(subject)),
      YAMLPair("message", .string(message)),
    ])
  }

  package var json: String { JSONWriter.compact(document) }

  /// Reads what `json` wrote; nil for anything else.
  package init?(json: String) {
    guard let documents = try? YAML.parse(SourceText(name: "notice", bytes: Array(json.utf8))),
      let document = documents.first?.value,
      let kind = document["kind"]?.text.flatMap(Kind.init(rawValue:)),
      let at = document["at"]?.text.flatMap(Timestamp.date), let reason = document["reason"]?.text,
      let subject = document["subject"]?.text, let message = document["message"]?.text
    else { return nil }
    let host = document["host"]?.text.flatMap { try? HostName(text: $0) }
    self.init(kind: kind, host: host, at: at, reason: reason, subject: subject, message: message)
  }
}
