// The real server on a port of loopback, with a store of its own, an account and a token of each role, and a clock that
// tests move.

import Engine
import Foundation
import Logging
import Reconciler
import ServiceLifecycle
import Spec
import Store
import Support

@testable import Web

struct WebFixture: Sendable {
  let site: Site
  let client: WebClient
  private let time: Locked<(date: Date, elapsed: Double)>
  private let tokens: [Role: String]

  static let password = "correct horse battery staple"

  var store: Store { site.store }
  var now: Date { site.now }

  /// Lets time pass.
  func advance(_ seconds: Double) {
    time.with { time in
      time.date = time.date.addingTimeInterval(seconds)
      time.elapsed += seconds
    }
  }

  /// Applies a spec, by its YAML without the version.
  func apply(_ yaml: String) async throws {
    let spec = try SpecReader.read([SourceText(name: "spec.yaml", "version: 1\n\(yaml)\n")]).spec
    _ = try await store.apply(spec, as: ChangeOrigin(source: "tests", actor: "tests"), prune: false, at: now)
  }

  /// Somebody with this role, signed in without the sign-in page.
  func reader(_ role: Role, address: String = "127.0.0.1") async throws -> WebReader {
    let (name, token, csrf) = (try Self.account(role), Secret.random(), Secret.random())
    guard let hash = try await store.passwordHash(of: name), let digest = Secret.digest(token) else {
      throw ToolError(message: "there is no account \(name)")
    }
    try await store.createSession(digest, of: name, checked: hash, csrf: csrf, address: address, at: now)
    return WebReader(client: client, headers: ["Cookie": "\(SiteCookie.session.name)=\(token)"], csrf: csrf)
  }

  /// A program that has a token of this role.
  func program(_ role: Role) -> WebReader {
    WebReader(client: client, headers: ["Authorization": "Bearer \(tokens[role] ?? "")"], csrf: nil)
  }

  /// Somebody of whom nothing is known.
  var stranger: WebReader { WebReader(client: client, headers: [:], csrf: nil) }

  /// The account of each role has the role's name.
  static func account(_ role: Role) throws -> AccountName { try AccountName(text: role.rawValue) }

  fileprivate init(port: Int, site: Site, time: Locked<(date: Date, elapsed: Double)>, tokens: [Role: String]) {
    self.site = site
    self.time = time
    self.tokens = tokens
    client = WebClient(port: port)
  }
}

/// Somebody, or some program, that asks.
struct WebReader: Sendable {
  let client: WebClient
  let headers: [String: String]
  /// The token of the session's forms.
  let csrf: String?

  func get(_ target: String, headers more: [String: String] = [:]) async throws -> WebAnswer {
    try await client.send("GET", target, headers: headers.merging(more) { $1 })
  }

  func head(_ target: String) async throws -> WebAnswer { try await client.send("HEAD", target, headers: headers) }

  /// Posts a form, with the session's token unless another is given.
  func post(
    _ target: String, _ fields: [String: String] = [:], csrf other: String? = nil, headers more: [String: String] = [:]
  ) async throws -> WebAnswer {
    var fields = fields
    if let token = other ?? csrf { fields["csrf"] = token }
    return try await post(target, form: fields, headers: more)
  }

  /// Posts a form as it is.
  func post(_ target: String, form: [String: String], headers more: [String: String] = [:]) async throws -> WebAnswer {
    let body = form.map { "\(PercentEncoding.encoded($0.key))=\(PercentEncoding.encoded($0.value))" }
      .joined(separator: "&")
    return try await post(target, body: body, type: "application/x-www-form-urlencoded", headers: more)
  }

  func post(
    _ target: String, body: String, type: String, headers more: [String: String] = [:]
  ) async throws -> WebAnswer {
    let all = headers.merging(more.merging(["Content-Type": type]) { first, _ in first }) { $1 }
    return try await client.send("POST", target, headers: all, body: Array(body.utf8))
  }
}

/// Runs the whole site with options that `change` sets.
func withWeb(
  _ change: (inout WebServer.Options) -> Void, _ body: (WebFixture) async throws -> Void
) async throws {
  var options = WebServer.Options()
  change(&options)
  try await withWeb(options, body)
}

/// Runs the server for as long as `body` goes on.
///
/// - Parameters:
///   - routes: the whole site, if no others are given.
///   - options: where they say to listen does not count.
///   - database: an empty one, if it is not to be that of all tests.
func withWeb(
  routes: [Route] = Route.all, _ options: WebServer.Options = WebServer.Options(),
  on database: (any SQLDatabase)? = nil, _ body: (WebFixture) async throws -> Void
) async throws {
  var options = options
  options.listen = ListenAddress(host: "127.0.0.1", port: 0)
  guard let start = Timestamp.date("2026-05-19 12:00:00Z") else { throw ToolError(message: "no such time") }
  let time = Locked((date: start, elapsed: 1000.0))
  let empty = if let database { database } else { try await TestDatabase.fresh() }
  let store = try await Store.open(on: empty, at: start)
  let environment = Reconciler.Environment(
    store: store, clock: WallClock { time.with { $0.date } }, elapsed: ElapsedClock { time.with { $0.elapsed } },
    runner: ProcessRunner(executable: Product.pobsync),
    sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/nowhere/known_hosts"), identityFile: nil),
    actor: "tests")
  let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
  let site = try Site(environment: environment, options: options, logger: logger)
  let tokens = try await makeAccounts(in: store, at: start)

  let (ports, port) = AsyncStream.makeStream(of: Int.self)
  let server = WebServer(site, routes: routes) { port.yield($0) }
  let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
  try await withThrowingTaskGroup(of: Void.self) { tasks in
    tasks.addTask {
      defer { port.finish() }
      try await group.run()
    }
    for await number in ports {
      let fixture = WebFixture(port: number, site: site, time: time, tokens: tokens)
      do {
        try await body(fixture)
      } catch {
        await group.triggerGracefulShutdown()
        throw error
      }
      await group.triggerGracefulShutdown()
      break
    }
    try await tasks.waitForAll()
  }
}

/// An account of each role, named after it, and a token of each.
private func makeAccounts(in store: Store, at now: Date) async throws -> [Role: String] {
  let hash = try await PasswordHash.make(WebFixture.password, cost: .least)
  var tokens: [Role: String] = [:]
  for role in Role.allCases {
    try await store.createUser(try WebFixture.account(role), role: role, passwordHash: hash, at: now)
    let token = Secret.random()
    guard let digest = Secret.digest(token) else { continue }
    _ = try await store.createToken(
      try ResourceName(text: "token-\(role.rawValue)"), digest: digest, role: role, by: ApiToken.commandLine,
      expiresAt: nil, at: now)
    tokens[role] = token
  }
  return tokens
}
