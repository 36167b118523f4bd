// How a host stands, in one word: the sort that the status report counts it as, for lists that show each host.

package import Foundation
import Store

/// What a host is, the first that fits.
package enum HostState: String, Sendable, Hashable, CaseIterable {
  case suspended, paused
  /// Its last backup failed, or it cannot be backed up at all.
  case failed
  /// Not fresh, and nothing that is in order keeps it so.
  case late
  /// Something goes on only when a person has looked at it.
  case waiting
  /// Not ready, but in order: something is queued, runs, or waits for its window.
  case due
  case ready
  /// The controller has not looked at it yet.
  case unknown
  /// Declared no more.
  case retained
}

/// How a host stands, and what tells so.
package struct HostStanding: Sendable, Hashable {
  package let state: HostState
  /// A stable code in words run together, as conditions have it; nil where there is nothing to say.
  package let reason: String?
  package let message: String?
  package let since: Date?

  package init(_ state: HostState, reason: String? = nil, message: String? = nil, since: Date? = nil) {
    self.state = state
    self.reason = reason
    self.message = message
    self.since = since
  }

  init(_ state: HostState, by condition: Condition) {
    self.init(state, reason: condition.reason, message: condition.message, since: condition.changedAt)
  }

  init(_ host: RetainedHost) {
    self.init(
      .retained, reason: "DeclaredNoMore", message: "declared no more; its snapshots \(host.outlook)",
      since: host.removedAt)
  }
}
