// Sending one notice by one target's route: a post, a mail, or a program.

import Engine
import Foundation
package import Spec

/// Sends notices. What goes wrong is told without any secret.
package struct NotificationSender: Sendable {
  private let environment: [String: String]
  private let timeLimit: Duration

  /// - Parameters:
  ///   - environment: where secrets are looked for that stand in variables.
  ///   - timeLimit: how long each service or program may take.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment, timeLimit: Duration = .seconds(15)
  ) {
    self.environment = environment
    self.timeLimit = timeLimit
  }

  /// Sends a notice once.
  ///
  /// - Parameters:
  ///   - id: tells this message from all others, and is the same each time that it is sent.
  ///   - withheld: the variables that hold any target's secrets, which programs are not given.
  /// - Returns: what came of it, in words.
  /// - Throws: `DeliveryFailure`, and nothing else.
  package func send(
    _ notice: Notice, by target: NotificationTarget, id: String, withholding withheld: [VariableName]
  ) async throws -> String {
    switch target.route {
    case .post(let shape, let source, let token): try await post(notice, shape: shape, to: source, token: token)
    case .ping(let source): try await ping(notice, source)
    case .mail(let route): try await mail(notice, route, id: id, withheld)
    case .command(let program, let arguments): try await run(notice, program, arguments, withheld)
    case nil: throw DeliveryFailure(.target, "the declaration lacks what its type needs; apply it anew")
    }
  }

  // MARK: - Over the web

  private func post(
    _ notice: Notice, shape: HookShape, to source: HookSource, token: SecretSource?
  ) async throws -> String {
    var url: HookURL
    switch source {
    case .spec(let address): url = try HookURL(parsing: address.description, from: "`url`")
    case .secret(let secret): url = try HookURL(parsing: secrets.read(secret), from: secret.description)
    }
    var topic: String?
    if shape == .ntfy { (topic, url) = try url.splittingTopic() }
    var headers = ["Content-Type": "application/json"]
    if let token { headers["Authorization"] = "Bearer \(try secrets.read(token))" }
    return try await send(HookBody.json(notice, shape: shape, topic: topic), to: url, headers: headers)
  }

  private func ping(_ notice: Notice, _ source: SecretSource) async throws -> String {
    var text = try secrets.read(source)
    if text.contains("{host}") {
      guard let host = notice.host else {
        throw DeliveryFailure(.target, "the URL has a place for a host's name; name a host for this test with `--host`")
      }
      text = text.replacing("{host}", with: host.description)
    }
    let url = try HookURL(parsing: text, from: source.description)
    let pinged =
      switch notice.kind {
      case .started: try url.appending("start")
      case .failed: try url.appending("fail")
      case .succeeded: url
      // It is written down there, and leaves the check as it is.
      default: try url.appending("log")
      }
    let headers = ["Content-Type": "text/plain; charset=utf-8"]
    return try await send("\(notice.subject)\n\(notice.message)\n", to: pinged, headers: headers)
  }

  private func send(_ body: String, to url: HookURL, headers: [String: String]) async throws -> String {
    let all = headers.merging(["User-Agent": "pobsync/\(PobsyncVersion.current)"]) { $1 }
    let status: Int
    do {
      status = try await WebPost.send(Data(body.utf8), to: url.url, headers: all, timeLimit: timeLimit)
    } catch let failure as WebFailure {
      throw DeliveryFailure(failure, at: url.shown, timeLimit: timeLimit)
    } catch {
      throw DeliveryFailure(.stopped, "pobsync was stopped before \(url.shown) had answered")
    }
    guard (200..<300).contains(status) else { throw DeliveryFailure(status: status, from: url.shown) }
    return "\(url.shown) took it (status \(status))"
  }

  // MARK: - Through programs

  private func mail(
    _ notice: Notice, _ route: MailRoute, id: String, _ withheld: [VariableName]
  ) async throws -> String {
    let message = MailMessage(notice: notice, route: route, id: id)
    let recipients = route.to.map(\.description)
    let command = [route.sendmail.description, "-i", "-f", route.from.description, "--"] + recipients
    let ended = try await run(command, input: message.text, process(withholding: withheld))
    guard ended.exit == .exited(0) else {
      let errors = ended.errors.split(separator: "\n").first.map { " (\(String($0).printable()))" } ?? ""
      throw DeliveryFailure(.failed, "\(route.sendmail) \(ended.exit.written)\(errors)")
    }
    return "\(route.sendmail) took it for \(recipients.joined(separator: ", "))"
  }

  private func run(
    _ notice: Notice, _ program: AbsolutePath, _ arguments: [CommandWord], _ withheld: [VariableName]
  ) async throws -> String {
    let process = process(
      adding: [
        "POBSYNC_KIND": notice.kind.rawValue, "POBSYNC_HOST": notice.host?.description ?? "",
        "POBSYNC_REASON": notice.reason, "POBSYNC_SUBJECT": notice.subject,
      ], withholding: withheld)
    let ended = try await run(
      [program.description] + arguments.map(\.description), input: notice.json + "\n", process)
    // What it printed may hold secrets of its own, and is not repeated.
    guard ended.exit == .exited(0) else {
      throw DeliveryFailure(.failed, "\(program) \(ended.exit.written); run it by hand to see what it says")
    }
    return "\(program) ended with status 0"
  }

  private func run(_ command: [String], input: String, _ process: FedProcess) async throws -> FedProcess.Ended {
    let program = command.first ?? ""
    let ended: FedProcess.Ended?
    do {
      ended = try await process.run(command, input: Data(input.utf8))
    } catch {
      throw DeliveryFailure(.cannotStart, "\(program) cannot be started; is it there, and may it be run?")
    }
    guard let ended else {
      throw DeliveryFailure(.timedOut, "\(program) took longer than \(timeLimit.components.seconds) s and was ended")
    }
    return ended
  }

  private func process(adding: [String: String] = [:], withholding withheld: [VariableName]) -> FedProcess {
    // The database's address may hold a password.
    let names =
      withheld.map(\.description)
      + ["POBSYNC_DATABASE", "POBSYNC_DATABASE_PASSWORD", "POBSYNC_DATABASE_PASSWORD_FILE"]
    return FedProcess(adding: adding, withholding: names, timeLimit: timeLimit)
  }

  private var secrets: SecretReader { SecretReader(environment: environment) }
}

extension ProcessExit {
  fileprivate var written: String {
    switch self {
    case .exited(let status): "ended with status \(status)"
    case .signalled(let signal): "was ended by signal \(signal)"
    }
  }
}
