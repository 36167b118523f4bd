// How many snapshots may be removed at once without a person's word.

import Engine
import Foundation
package import Spec
import Store

/// The lower of the policy's `max_delete` and its share of the host's scheduled snapshots; one at least, if `max_delete`
/// allows any.
package struct PruneLimit: Sendable, Hashable, CustomStringConvertible {
  package let count: Int
  /// What sets it, in words.
  package let description: String

  package static let defaultMaxDelete = 10
  /// One in so many of the host's scheduled snapshots, without `max_delete_ratio`.
  private static let defaultShare = 2

  package init(_ policy: RetentionPolicy, of plan: RetentionPlan) {
    let maxDelete = policy.maxDelete ?? Self.defaultMaxDelete
    let total = plan.decisions.count { $0.snapshot.id.kind == .scheduled }
    let share = max(1, policy.maxDeleteRatio?.of(total) ?? total / Self.defaultShare)
    if share < maxDelete {
      count = share
      let ratio = policy.maxDeleteRatio?.description ?? "\(100 / Self.defaultShare)%"
      description = "\(share): `max_delete_ratio` is \(ratio), and there are \(total)"
    } else {
      count = maxDelete
      description = "\(maxDelete) at a time, as `max_delete` says"
    }
  }
}
