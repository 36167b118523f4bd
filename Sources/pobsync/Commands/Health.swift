// `pobsync health`: whether the service of this container or machine does its work, for HEALTHCHECK and the like.

import ArgumentParser
import Engine
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
      """)

  @Flag(help: "A controller has to run here; it may stand by while another leads elsewhere.")
  var controller = false

  @Flag(help: "A worker has to run here.")
  var worker = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
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

  private var roles: [ServiceHealth.Role?] {
    var named: [ServiceHealth.Role] = []
    if controller { named.append(.controller) }
    if worker { named.append(.worker) }
    return named.isEmpty ? [nil] : named
  }
}
