// The route of a notification: what its type needs to tell, with nothing that it has no use for.

/// Where a message goes.
package enum NotificationRoute: Sendable, Hashable {
  /// Posted as JSON of a shape.
  case post(HookShape, to: HookSource, token: SecretSource?)
  /// A URL that is fetched when a backup starts and ends.
  case ping(SecretSource)
  case mail(MailRoute)
  case command(program: AbsolutePath, arguments: [CommandWord])
}

/// The shapes of JSON that services understand.
package enum HookShape: Sendable, Hashable, CaseIterable {
  case webhook, slack, discord, ntfy
}

/// Where the URL of a hook stands.
package enum HookSource: Sendable, Hashable {
  case spec(WebAddress)
  case secret(SecretSource)
}

/// What sending mail takes.
package struct MailRoute: Sendable, Hashable {
  package let to: [MailAddress]
  package let from: MailAddress
  package let sendmail: AbsolutePath
}

extension NotificationTarget {
  /// The route; nil for a declaration that reading a spec would have refused.
  package var route: NotificationRoute? {
    switch type {
    case .webhook: post(.webhook)
    case .slack: post(.slack)
    case .discord: post(.discord)
    case .ntfy: post(.ntfy)
    case .healthchecks: secretURL.map(NotificationRoute.ping)
    case .email: mail
    case .command: program
    }
  }

  /// The environment variables that hold the target's secrets.
  package var secretVariables: [VariableName] { [urlEnv, tokenEnv].compactMap(\.self) }

  private func post(_ shape: HookShape) -> NotificationRoute? {
    let source = url.map(HookSource.spec) ?? secretURL.map(HookSource.secret)
    return source.map { .post(shape, to: $0, token: SecretSource(tokenFile, tokenEnv)) }
  }

  private var secretURL: SecretSource? { SecretSource(urlFile, urlEnv) }

  private var mail: NotificationRoute? {
    guard let to, !to.isEmpty, let from else { return nil }
    return .mail(MailRoute(to: to, from: from, sendmail: sendmail ?? .sendmail))
  }

  private var program: NotificationRoute? {
    guard let words = command, let first = words.first, let program = try? AbsolutePath(text: first.description) else {
      return nil
    }
    return .command(program: program, arguments: Array(words.dropFirst()))
  }
}

extension SecretSource {
  fileprivate init?(_ file: AbsolutePath?, _ variable: VariableName?) {
    guard let source = file.map(SecretSource.file) ?? variable.map(SecretSource.variable) else { return nil }
    self = source
  }
}
