// Notifications: who is told when a host fails, recovers or grows stale, and by which way, as declared.

/// The ways of telling.
package enum NotificationType: String, Sendable, Hashable, CaseIterable {
  case webhook, slack, discord, ntfy, healthchecks, email, command
}

/// The changes of a host that are told.
package enum NotificationTrigger: String, Sendable, Hashable, CaseIterable {
  case failure, recovery, stale
}

/// One entry of the `notifications` section.
package struct NotificationTarget: Resource {
  package var type: NotificationType
  package var url: WebAddress?
  package var urlFile: AbsolutePath?
  package var urlEnv: VariableName?
  package var tokenFile: AbsolutePath?
  package var tokenEnv: VariableName?
  package var to: [MailAddress]?
  package var from: MailAddress?
  package var sendmail: AbsolutePath?
  package var command: [CommandWord]?
  package var on: [NotificationTrigger]?
  package var labels: Labels?
  package var suspended: Bool?

  package init(type: NotificationType) { self.type = type }

  package static let blank = NotificationTarget(type: .webhook)

  package static let fields: [Field<NotificationTarget>] = [
    Field(required: "type", \.type, .choice, "By which way to tell"),
    Field("url", \.url, .text, "Where to post, if that is no secret (webhook and ntfy)"),
    Field("url_file", \.urlFile, .text, "A file that holds the URL to post to"),
    Field("url_env", \.urlEnv, .text, "An environment variable that holds the URL to post to"),
    Field("token_file", \.tokenFile, .text, "A file that holds the token to log in with (webhook and ntfy)"),
    Field("token_env", \.tokenEnv, .text, "An environment variable that holds the token (webhook and ntfy)"),
    Field("to", \.to, .list(of: .text), "Who gets the mail (email)"),
    Field("from", \.from, .text, "Who the mail is from (email)"),
    Field("sendmail", \.sendmail, .text, "The program that takes the mail (/usr/sbin/sendmail unless told)"),
    Field(
      "command", \.command, .list(of: .text), "The program to run and its arguments; no shell reads them (command)"),
    Field("on", \.on, .list(of: .choice), "Which changes of a host to tell (all unless told)"),
    Field("labels", \.labels, .labels, "Only of hosts that have all these labels"),
    Field("suspended", \.suspended, .boolean, "Tell nothing for the time being"),
  ]

  /// True if the target is told of hosts with such labels.
  package func concerns(_ labels: Labels) -> Bool {
    suspended != true && (self.labels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
  }

  /// The changes of a host that the target is told of. Those that are pinged are told of runs instead.
  package var triggers: Set<NotificationTrigger> {
    type == .healthchecks ? [] : Set(on ?? NotificationTrigger.allCases)
  }

  func inconsistencies() -> [InvalidText] {
    let given = Self.fields.encode(self).map(\.key)
    let foreign = given.filter { !["type", "labels", "suspended"].contains($0) && !type.keys.contains($0) }
    return foreign.map(refusal) + urlProblems(given) + tokenProblems + ownProblems
  }

  private func refusal(of key: String) -> InvalidText {
    if key == "url" {
      return InvalidText(
        "is of type `\(type.rawValue)`, whose URL is a secret and may not stand in the spec as `url`",
        hint: "put the URL into a file that only pobsync can read, and name that with `url_file`")
    }
    return InvalidText(
      "is of type `\(type.rawValue)`, which has no use for `\(key)`",
      hint: "remove it; the type takes \(type.keys.joined(separator: ", "))")
  }

  private func urlProblems(_ given: [String]) -> [InvalidText] {
    let possible = type.keys.filter { $0.hasPrefix("url") }
    let found = possible.filter(given.contains)
    if found.count > 1 {
      return [
        InvalidText("gives its URL more than once: `\(found.joined(separator: "`, `"))`", hint: "keep one of them")
      ]
    }
    // The refused `url` has been complained about.
    guard !possible.isEmpty, found.isEmpty, url == nil else { return [] }
    return [InvalidText("lacks the URL to post to", hint: "name a file that holds it with `url_file`")]
  }

  private var tokenProblems: [InvalidText] {
    guard tokenFile != nil, tokenEnv != nil, type.keys.contains("token_file") else { return [] }
    return [InvalidText("gives its token twice: `token_file` and `token_env`", hint: "keep one of them")]
  }

  private var ownProblems: [InvalidText] {
    var problems: [InvalidText] = []
    if on?.isEmpty == true {
      problems.append(InvalidText("is told of no change", hint: "remove `on`, or write `suspended: true`"))
    }
    switch type {
    case .email:
      if (to ?? []).isEmpty {
        problems.append(InvalidText("lacks those who get the mail", hint: "write `to: [ops@example.net]`"))
      }
      if from == nil { problems.append(InvalidText("lacks its sender", hint: "write `from: pobsync@example.net`")) }
    case .command:
      guard let program = command?.first else {
        problems.append(InvalidText("lacks its command", hint: "write `command: [/usr/local/bin/tell]`"))
        break
      }
      if (try? AbsolutePath(text: program.description)) == nil {
        problems.append(
          InvalidText(
            "runs \(program.description.quoted), which is no absolute path",
            hint: "write the program's whole path; arguments are further items of the list"))
      }
    case .ntfy:
      if let url, url.lastComponent == nil {
        problems.append(InvalidText("has a `url` without a topic", hint: "write `https://ntfy.example.net/TOPIC`"))
      }
    case .webhook, .slack, .discord, .healthchecks: break
    }
    return problems
  }
}

extension NotificationType {
  /// The keys that the type takes besides those that all take.
  fileprivate var keys: [String] {
    switch self {
    case .webhook, .ntfy: ["url", "url_file", "url_env", "token_file", "token_env", "on"]
    case .slack, .discord: ["url_file", "url_env", "on"]
    case .healthchecks: ["url_file", "url_env"]
    case .email: ["to", "from", "sendmail", "on"]
    case .command: ["command", "on"]
    }
  }
}
