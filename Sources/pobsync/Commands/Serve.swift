// `pobsync serve`: the dashboard and the API, in a process of their own.

import ArgumentParser
import Engine
import Foundation
import Logging
import Reconciler
import Spec
import Store
import Web

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the dashboard and the API.",
    discussion: """
      What is asked for there is queued, and carried out by whatever worker runs; `pobsync run --listen` is all in one.
      The server speaks plain HTTP: let others reach it through a proxy that speaks TLS, and name that with
      --trusted-proxy, so that it is believed for whom it speaks and that cookies are marked as secure.

      EXAMPLE
        pobsync serve
        pobsync serve --listen 0.0.0.0:8000 --trusted-proxy 192.0.2.80
      """, aliases: ["runserver"])

  @Option(
    help: ArgumentHelp("Where to listen.", valueName: "address:port"), transform: ListenAddress.fromCommandLine)
  var listen = ListenAddress.usual

  @OptionGroup var web: WebOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    var services = Services(environment, logger: log.logger)
    try services.addWeb(web.options(listen))
    try await Self.sayIfNobodyCanSignIn(environment.store, log.logger)
    try await services.run()
    log.logger.info("stopped")
  }

  static func sayIfNobodyCanSignIn(_ store: Store, _ logger: Logger) async throws {
    guard try await store.users().allSatisfy(\.isDisabled) else { return }
    logger.warning("nobody can sign in yet: make an account with `pobsync createsuperuser`")
  }
}

/// Options of whatever serves the web.
struct WebOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A proxy that is believed for whom it speaks (X-Forwarded-For, -Proto, -Host); may be repeated.",
      valueName: "address"),
    transform: NetworkAddress.fromCommandLine)
  var trustedProxy: [NetworkAddress] = []

  @Flag(help: "Mark cookies as secure whatever the proxy says: every reader comes over TLS.")
  var secureCookies = false

  @Flag(help: "Give /metrics to anyone who asks, without a token: for a scraper on a network of its own.")
  var metricsOpen = false

  func options(_ listen: ListenAddress) -> WebServer.Options {
    var options = WebServer.Options()
    options.listen = listen
    options.trustedProxies = Set(trustedProxy)
    options.hasSecureCookies = secureCookies
    options.metricsNeedToken = !metricsOpen
    return options
  }

  /// Whether none was given.
  var areUsual: Bool { trustedProxy.isEmpty && !secureCookies && !metricsOpen }
}

extension ListenAddress {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> ListenAddress {
    guard let address = ListenAddress(text) else {
      throw ValidationError("\(text.quoted) is no address to listen on; give one as in 127.0.0.1:8000 or [::1]:8000")
    }
    return address
  }
}

extension NetworkAddress {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> NetworkAddress {
    guard let address = NetworkAddress(text) else {
      throw ValidationError("\(text.quoted) is no IP address; give one as in 192.0.2.80")
    }
    return address
  }
}
