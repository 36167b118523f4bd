// Whether the services of this machine, or of this container, do their work: told by the leases that they keep.

import Engine
package import Foundation
package import Store

package enum ServiceHealth {
  package enum Role: Sendable, Hashable {
    case controller, worker
  }

  /// What is wrong, in words; nil if all is well.
  ///
  /// A process of this machine (in a container: of this container) has to keep a lease. A controller that stands by has
  /// none; it is well while another's, elsewhere, is kept.
  /// - Parameter role: which of the services has to be well; nil is content with either.
  package static func problem(of role: Role?, among leases: [Lease], at now: Date) -> String? {
    let here = leases.filter { $0.isHere }
    let kept = here.filter { $0.isRenewed(at: now) }
    let controls = kept.contains { $0.kind == .controller }
    let works = kept.contains { $0.servesQueue }
    switch role {
    case .controller:
      let leadsElsewhere = leases.contains { $0.kind == .controller && !$0.isHere && $0.seemsAlive(at: now) }
      guard !controls, !leadsElsewhere else { return nil }
      return silence(of: "controller", among: here.filter { $0.kind == .controller })
    case .worker: return works ? nil : silence(of: "worker", among: here.filter(\.servesQueue))
    case nil:
      return controls || works ? nil : silence(of: "controller or worker", among: here.filter { $0.kind != .command })
    }
  }

  private static func silence(of what: String, among here: [Lease]) -> String {
    here.isEmpty
      ? "no \(what) is running here"
      : "the \(what) here is silent: \(here.map(\.name).joined(separator: ", ")) was not renewed in time"
  }
}

extension Lease {
  /// True if a process that lives here has it.
  fileprivate var isHere: Bool { process.flatMap(ProcessIdentity.init)?.isKnownToLive ?? false }

  /// True if it was renewed within its duration, by the clock that this machine and its holder share.
  fileprivate func isRenewed(at now: Date) -> Bool { abs(now.timeIntervalSince(renewedAt)) < duration }
}
