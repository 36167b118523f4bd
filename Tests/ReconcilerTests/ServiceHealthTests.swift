// The health of services: the leases of processes that live here, renewed in time.

import Engine
import Foundation
import Testing

@testable import Reconciler
@testable import Store

struct ServiceHealthTests {
  private static let here = ProcessIdentity.current.description
  private static let now = Date(timeIntervalSince1970: 1_779_192_000)

  private func lease(_ kind: Lease.Kind, _ process: String?, silence: Double = 0) -> Lease {
    Lease(
      name: kind.rawValue, kind: kind, term: 1, beat: 0, process: process, duration: 15, acquiredAt: .distantPast,
      renewedAt: Self.now.addingTimeInterval(-silence))
  }

  private func isWell(_ role: ServiceHealth.Role?, _ leases: Lease...) -> Bool {
    ServiceHealth.problem(of: role, among: leases, at: Self.now) == nil
  }

  @Test func `a process of this place has to keep the lease of its role`() {
    let (controller, worker) = (lease(.controller, Self.here), lease(.worker, Self.here))
    #expect(isWell(.controller, controller) && isWell(nil, controller) && !isWell(.worker, controller))
    #expect(isWell(.worker, worker) && isWell(nil, worker) && !isWell(.controller, worker))
    #expect(!isWell(nil) && !isWell(.controller) && !isWell(.worker))
    #expect(!isWell(nil, lease(.command, Self.here)), "a command is no service")
  }

  @Test(arguments: [(0.0, true), (14, true), (15, false), (-14, true), (-15, false)])
  func `a lease counts for its duration`(silence: Double, isWell: Bool) {
    for kind in [Lease.Kind.controller, .worker] {
      #expect(self.isWell(nil, lease(kind, Self.here, silence: silence)) == isWell)
    }
  }

  @Test func `what has ended, or is elsewhere, does not speak for this place`() {
    #expect(!isWell(nil, lease(.worker, ProcessIdentity.ended), lease(.controller, ProcessIdentity.ended)))
    #expect(!isWell(.worker, lease(.worker, "somewhere else")))
    #expect(!isWell(nil, lease(.controller, "somewhere else")))
    #expect(!isWell(nil, lease(.controller, nil)))
  }

  @Test func `a controller may stand by behind another that is heard of, but not behind its own silence`() {
    #expect(isWell(.controller, lease(.controller, "somewhere else")))
    #expect(!isWell(.controller, lease(.controller, "somewhere else", silence: 30)))
    #expect(!isWell(.controller, lease(.controller, Self.here, silence: 20)))
    let problem = ServiceHealth.problem(
      of: .controller, among: [lease(.controller, Self.here, silence: 20)], at: Self.now)
    #expect(problem == "the controller here is silent: controller was not renewed in time")
  }
}
