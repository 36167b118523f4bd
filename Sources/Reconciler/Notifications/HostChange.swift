// Changes of a host, or of the backup server, that people are told of, from what they know and what is found. It is asked at every look and
// answers once a change, since what was told is remembered.

import Engine
package import Foundation
package import Spec
package import Store

/// What is new about a host for people.
package struct HostChange: Sendable, Hashable {
  /// nil for the backup server as a whole.
  package let host: HostName?
  package let at: Date
  /// Troubles that are to be told.
  package let begun: [Trouble]
  /// Troubles that were told and are over.
  package let ended: [Trouble]
  /// Troubles that were told and go on.
  package let lasting: [Trouble]

  /// Compares what people have been told with the conditions.
  ///
  /// What a condition does not decide stays as it was told: an interrupted backup is neither a failure nor a recovery,
  /// and a suspended host is left in peace.
  ///
  /// - Returns: nil if there is nothing to tell.
  package init?(of host: HostName?, told: [Trouble], conditions: [Condition], at now: Date) {
    guard !conditions.contains(where: \.isSuspension) else { return nil }
    let judged = Condition.Kind.allCases.map { type in
      let condition = conditions.first { $0.type == type }
      // The backup root is no matter of one host.
      let isOfServer = host != nil && condition?.reason == Condition.rootReason
      return (told: told.first { $0.type == type }, verdict: isOfServer ? .undecided : condition?.verdict ?? .undecided)
    }
    let reach = conditions.first { $0.type == .reachable && $0.status == .false }
    begun = judged.compactMap { known, verdict in
      guard known == nil, case .trouble(let condition) = verdict else { return nil }
      // Why a host cannot be reached says more than that its backup failed.
      let reason = condition.type == .ready ? reach?.reason : nil
      return Trouble(type: condition.type, reason: reason ?? condition.reason, message: condition.message, since: now)
    }
    ended = judged.compactMap { known, verdict in verdict == .well ? known : nil }
    lasting = judged.compactMap { known, verdict in verdict == .well ? nil : known }
    guard !begun.isEmpty || !ended.isEmpty else { return nil }
    self.host = host
    self.at = now
  }

  /// What people know once they have been told.
  package var told: [Trouble] {
    Condition.Kind.allCases.flatMap { type in (begun + lasting).filter { $0.type == type } }
  }

  /// One message with all that has changed, for a target that is told of some changes only; nil if it is told of none
  /// of these. It names what lasts as well, so that the newest message is enough to know how things are.
  package func notice(on triggers: Set<NotificationTrigger>) -> Notice? {
    let kinds = (begun.map(\.trigger) + (ended.isEmpty ? [] : [.recovery])).filter(triggers.contains)
    guard let trigger = [NotificationTrigger.failure, .stale, .recovery].first(where: kinds.contains) else {
      return nil
    }
    let first = begun.first { $0.trigger == trigger }
    let sections =
      begun.map(\.message) + ended.map { "Over: \($0.title(of: host)) (since \($0.since.written))." }
      + lasting.map { "Still, since \($0.since.written): \($0.title(of: host)). \($0.message)" }
    let subject = host?.description ?? "the backup server"
    let whole = lasting.isEmpty && begun.isEmpty ? "\(subject) is well again" : "\(subject) has recovered in part"
    return Notice(
      kind: Notice.Kind(trigger), host: host, at: at, reason: first?.reason ?? "Recovered",
      subject: "pobsync: \(first?.title(of: host) ?? whole)", message: sections.joined(separator: "\n"))
  }
}

/// What one condition says to people.
private enum Verdict: Equatable {
  case trouble(Condition)
  case well
  case undecided
}

extension Condition {
  fileprivate var isSuspension: Bool { type == .ready && (reason == "Suspended" || reason == "Paused") }

  fileprivate var verdict: Verdict {
    switch (type, status, reason) {
    case (_, .unknown, _): .undecided
    case (.ready, .false, "LastBackupFailed"), (.ready, .false, "NeedsPerson"), (.ready, .false, "LastBackupPartial"),
      (.ready, .false, Self.rootReason):
      .trouble(self)
    case (.ready, .false, "LastBackupInterrupted"), (.ready, .false, "Cancelled"): .undecided
    // It is due, or another condition is false, which speaks for itself.
    case (.ready, _, _): .well
    case (.fresh, .true, _): .well
    case (.fresh, .false, "Stale"), (.fresh, .false, "Overdue"): .trouble(self)
    // Not fresh, but not for so long that somebody should look.
    case (.fresh, _, _): .undecided
    case (.retained, .false, "TooManyDeletions"), (.retained, .false, "Suspicious"): .trouble(self)
    case (.retained, .false, "LastBackupFailed"), (.retained, .false, "Stale"), (.retained, .false, "ClockSuspect"),
      (.retained, .false, "NotAdopted"):
      .undecided
    case (.retained, _, _): .well
    // Told with the failed backup that found it out.
    case (.reachable, _, _): .undecided
    }
  }
}

extension Trouble {
  fileprivate var trigger: NotificationTrigger { type == .fresh ? .stale : .failure }

  fileprivate func title(of host: HostName?) -> String {
    guard let host else { return "nothing is backed up" }
    return switch type {
    case .ready: "the backup of \(host) failed"
    case .fresh: "\(host) has no fresh backup"
    case .retained: "pruning of \(host) waits for you"
    case .reachable: "\(host) cannot be reached"
    }
  }
}

extension Notice.Kind {
  init(_ trigger: NotificationTrigger) {
    self =
      switch trigger {
      case .failure: .failure
      case .recovery: .recovery
      case .stale: .stale
      }
  }
}

extension Date {
  fileprivate var written: String { Timestamp.short(self) }
}
