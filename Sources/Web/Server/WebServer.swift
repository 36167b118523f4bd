// The web server: the site on an address, until the process is told to stop.

import Glibc
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import Reconciler
import ServiceLifecycle

/// Serves the dashboard and the API.
package struct WebServer: Service {
  package struct Options: Sendable {
    package var listen = ListenAddress.usual
    /// Who may say for whom they speak, and whether that one's connection is encrypted.
    package var trustedProxies: Set<NetworkAddress> = []
    /// Whether every reader's connection is encrypted, whatever their requests say.
    package var hasSecureCookies = false
    /// How many connections there are at most; further ones wait to be accepted. Each takes a descriptor, of which a process
    /// usually has 1024, and backups may be made in the same one.
    package var connections = 256
    /// In seconds: after which a connection is closed on which no request is under way, or none gets to its end.
    package var idleSeconds = 30.0
    /// In seconds: how long the body of a request may take to arrive.
    package var bodySeconds = 60.0
    /// In seconds: how long an answer may take to be found. Streams go on for longer.
    package var handlingSeconds = 60.0
    /// In seconds: for how long a reader may take nothing of what is sent.
    package var stalledSeconds = 60.0
    /// Whether the metrics are for those only who are signed in or have a token.
    package var metricsNeedToken = true
    /// The figures of the control loop, if it is in this process.
    package var ticks: TickFigures?

    package init() {}
  }

  private let site: Site
  private let routes: [Route]
  private let onListening: @Sendable (Int) async -> Void

  /// - Parameter onListening: told the port once requests are answered.
  package init(
    _ environment: Reconciler.Environment, options: Options, logger: Logger,
    onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) throws {
    self.init(
      try Site(environment: environment, options: options, logger: logger), routes: Route.all,
      onListening: onListening)
  }

  init(_ site: Site, routes: [Route], onListening: @escaping @Sendable (_ port: Int) async -> Void) {
    self.site = site
    self.routes = routes
    self.onListening = onListening
  }

  /// - Throws: `CannotListen`.
  package func run() async throws {
    let (options, logger, onListening) = (site.options, site.logger, onListening)
    // What starts and stops is said here, in pobsync's own words.
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .warning)
    let application = Application(
      responder: FrontDesk(routes, of: site),
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [StalledWrites(limit: .seconds(options.stalledSeconds))],
          idleTimeout: .seconds(options.idleSeconds),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(options.listen.host, port: options.listen.port), serverName: nil,
        availableConnectionsDelegate: MaximumAvailableConnections(options.connections, logger: quiet)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? options.listen.port
        logger.info("serving", metadata: ["url": "http://\(ListenAddress(host: options.listen.host, port: port))/"])
        await onListening(port)
      },
      logger: quiet)
    do {
      try await application.run()
    } catch let error as IOError {
      throw CannotListen(options.listen, String(cString: strerror(error.errnoCode)))
    } catch let error as SocketAddressError.UnknownHost {
      throw CannotListen(options.listen, "\(error.host) is not known")
    }
  }
}

extension TimeAmount {
  fileprivate static func seconds(_ seconds: Double) -> TimeAmount { .nanoseconds(Int64(seconds * 1e9)) }
}

/// The server could not begin.
package struct CannotListen: Error, Sendable, CustomStringConvertible {
  package let description: String

  init(_ address: ListenAddress, _ reason: String) {
    description =
      "cannot listen on \(address): \(reason); choose another address with --listen, or end the program that has it"
  }
}
