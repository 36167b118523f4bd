// Watching leases: which of them are void, told by how long each has been silent as seen from here.

import Engine
package import Foundation
package import Store

/// Sees leases again and again, and tells those that were not renewed for their whole duration.
///
/// Silence is counted from sighting to sighting, and a long gap between two of them counts for little: a watcher that
/// was itself asleep, as all of a machine may be, does not take its own sleep for another's death.
package struct LeaseWatch: Sendable {
  private struct Sighting {
    var term: Int64
    var beat: Int64
    /// In seconds.
    var silence: Double
    var seenAt: Double
  }

  private var sightings: [String: Sighting] = [:]

  package init() {}

  /// Takes the leases as they are now.
  ///
  /// - Parameter elapsed: the time of the watcher's clock of elapsed time, in seconds.
  /// - Returns: those whose holder is known to have ended, or has been silent for too long.
  package mutating func void(among leases: [Lease], elapsed: Double) -> [Lease] {
    var seen: [String: Sighting] = [:]
    var void: [Lease] = []
    for lease in leases where lease.process != nil {
      var sighting = Sighting(term: lease.term, beat: lease.beat, silence: 0, seenAt: elapsed)
      if let last = sightings[lease.name], last.term == lease.term, last.beat == lease.beat {
        sighting.silence = last.silence + min(elapsed - last.seenAt, lease.duration / 3)
      }
      seen[lease.name] = sighting
      if sighting.silence >= lease.duration || lease.holderHasEnded { void.append(lease) }
    }
    sightings = seen
    return void
  }
}

extension Lease {
  /// True if the process that has the lease is known, from here, to have ended.
  package var holderHasEnded: Bool { process.flatMap(ProcessIdentity.init)?.hasEnded ?? false }

  /// True if the process that has the lease is known to live, or was heard of not long ago, as far as clocks agree.
  /// For choosing what to tell people; what may be done never rests on it.
  package func seemsAlive(at now: Date) -> Bool {
    guard let process else { return false }
    if let identity = ProcessIdentity(process) {
      if identity.isKnownToLive { return true }
      if identity.hasEnded { return false }
    }
    return abs(now.timeIntervalSince(renewedAt)) < 2 * duration
  }
}
