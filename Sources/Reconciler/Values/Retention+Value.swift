// What retention says of each snapshot, for programs: the value that `retention -o json` and the API show.

import Engine
package import Spec
import Store

extension RetentionPlan {
  package var value: YAMLValue {
    .list(
      decisions.map { decision in
        .map([
          YAMLPair("snapshot", .string(decision.snapshot.id.description)),
          YAMLPair("status", .string(decision.snapshot.status.rawValue)), YAMLPair("keep", .bool(decision.keep)),
          YAMLPair("reasons", .texts(decision.reasons)),
        ])
      })
  }
}
