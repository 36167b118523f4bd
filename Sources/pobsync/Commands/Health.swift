// `pobsync health`: whether the service of this container or machine does its work, for HEALTHCHECK and the like.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Store

struct Health: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether the services that run here do their work.",
    discussion: """
      Looks at the leases that controller and worker keep, and exits with 1 if none is kept by a process of this
      machine, or of this container when run inside one. Backups that fail do not count: `pobsync status --check` tells
      of those.

      EXAMPLE
        pobsync health
        pobsync health --controller
        pobsync health --worker
        pobsync health --web http://127.0.0.1:8000
      """)

  @Flag(help: "A controller has to run here; it may stand by while another leads elsewhere.")
  var controller = false

  @Flag(help: "A worker has to run here.")
  var worker = false

  @Option(
    help: ArgumentHelp(
      "Ask the dashboard at this address whether it answers; nothing else is looked at.", valueName: "url"),
    transform: { text in
      guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil else {
        throw ValidationError("--web takes an address such as http://127.0.0.1:8000")
      }
      return url
    })
  var web: URL?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if web != nil, controller || worker {
      throw ValidationError("--web asks the dashboard alone: without --controller and --worker")
    }
  }

  func run() async throws {
    if let web { return try await ask(web) }
    guard let store = try await storage.openIfThere() else {
      throw CommandFailure("there is no database yet: has the service been started?")
    }
    let leases = try await store.leases()
    let now = WallClock.system.now
    for role in roles {
      if let problem = ServiceHealth.problem(of: role, among: leases, at: now) { throw CommandFailure(problem) }
    }
    Terminal.printLine("OK")
  }

  private func ask(_ site: URL) async throws {
    let reply: WebReply
    do {
      reply = try await WebExchange.send(
        "GET", site.appending(path: "healthz"), headers: [:], body: nil, answerLimit: 1024, timeLimit: .seconds(5))
    } catch {
      throw CommandFailure("the dashboard does not answer at \(site): \(error)")
    }
    guard reply.status == 200 else {
      throw CommandFailure("the dashboard at \(site) answers with status \(reply.status)")
    }
    Terminal.printLine("OK")
  }

  private var roles: [ServiceHealth.Role?] {
    var named: [ServiceHealth.Role] = []
    if controller { named.append(.controller) }
    if worker { named.append(.worker) }
    return named.isEmpty ? [nil] : named
  }
}
