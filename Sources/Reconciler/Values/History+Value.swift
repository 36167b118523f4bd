// What has happened, for programs: events, purges and deliveries, as `-o json` and the API show them.

import Engine
import Foundation
package import Spec
package import Store

extension Event {
  package func value(for audience: Audience = .operators) -> YAMLValue {
    .map([
      YAMLPair("id", .int(id)),
      YAMLPair("host", .text(host?.description)),
      YAMLPair("severity", .string(severity.rawValue)),
      YAMLPair("reason", .string(reason)),
      YAMLPair("message", .text(audience.message(message, reason: reason))),
      YAMLPair("count", .int(Int64(count))),
      YAMLPair("first_at", .time(firstAt)),
      YAMLPair("last_at", .time(lastAt)),
    ])
  }
}

extension RecordedPurge {
  package var value: YAMLValue {
    .map([
      YAMLPair("id", .int(id)),
      YAMLPair("host", .string(purge.host.description)),
      YAMLPair("kind", .string(purge.kind.rawValue)),
      YAMLPair("name", .string(purge.name)),
      YAMLPair("path", .string(purge.path)),
      YAMLPair("reason", .string(purge.reason)),
      YAMLPair("action", .string(purge.action.rawValue)),
      YAMLPair("actor", .string(purge.actor)),
      YAMLPair("at", .time(purge.at)),
    ])
  }
}

extension Delivery {
  package var value: YAMLValue {
    .map([
      YAMLPair("id", .int(id)),
      YAMLPair("notification", .string(notification.description)),
      YAMLPair("host", .text(host?.description)),
      YAMLPair("state", .string(state.rawValue)),
      YAMLPair("attempts", .int(Int64(attempts))),
      YAMLPair("next_at", .time(nextAt)),
      YAMLPair("last_error", .text(lastError)),
      YAMLPair("created_at", .time(createdAt)),
      YAMLPair("finished_at", .time(finishedAt)),
      YAMLPair("notice", Notice(json: notice)?.document ?? .null),
    ])
  }
}
