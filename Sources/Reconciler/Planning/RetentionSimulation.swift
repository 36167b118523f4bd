// Retention played over years: a policy applied after each snapshot of a made-up history, by the same code as always.

import Engine
package import Foundation
package import Spec
import Store

package struct RetentionSimulation: Sendable, Hashable {
  /// How many snapshots there are once one is made and the policy applied.
  package struct Count: Sendable, Hashable {
    package let at: Date
    package let kept: Int
  }

  package let policy: EffectiveRetention
  /// Step by step, a step a snapshot.
  package let counts: [Count]
  /// What is there at the end, the newest first.
  package let kept: [RetentionDecision]

  /// - Parameter times: when snapshots are made, in order. All of them are good.
  package init(of policy: EffectiveRetention, times: [Date]) {
    var present: [RetentionDecision] = []
    var counts: [Count] = []
    for time in times {
      let snapshots = present.map(\.snapshot) + [SnapshotRecord(simulatedAt: time)].compactMap(\.self)
      present = RetentionPlan(snapshots, policy: policy, now: time).kept
      counts.append(Count(at: time, kept: present.count))
    }
    self.policy = policy
    self.counts = counts
    kept = present
  }

  /// The first step at which most snapshots were there.
  package var most: Count? { counts.max { ($0.kept, $1.at) < ($1.kept, $0.at) } }
}

extension SnapshotRecord {
  /// Gives nil for times that no snapshot's name can tell.
  fileprivate init?(simulatedAt time: Date) {
    guard let name = SnapshotName(Timestamp.compact(time) + "__simulate") else { return nil }
    self.init(id: SnapshotID(kind: .scheduled, name: name), status: .success, startedAt: time)
  }
}
