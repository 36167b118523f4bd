// Values that may be missing, in documents for programs: null stands for what is not known or not set.

import Engine
package import Foundation
package import Spec

extension YAMLValue {
  package static func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }

  package static func text(_ text: String?) -> YAMLValue { text.map { .string($0) } ?? .null }

  package static func number(_ number: (some BinaryInteger)?) -> YAMLValue { number.map { .int(Int64($0)) } ?? .null }

  package static func texts(_ texts: some Sequence<String>) -> YAMLValue { .list(texts.map { .string($0) }) }
}

// The same read back, by whoever asks another pobsync.
extension YAMLValue {
  /// A time, as timestamps write it.
  package var time: Date? { text.flatMap(Timestamp.date) }

  package var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }

  /// A list's items; none of what is no list.
  package var items: [YAMLValue] { if case .list(let items) = self { items } else { [] } }

  /// A map's members; none of what is no map.
  package var members: [YAMLPair] { if case .map(let members) = self { members } else { [] } }
}
