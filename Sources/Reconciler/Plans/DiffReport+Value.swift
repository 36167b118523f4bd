// What a difference, a review and a plan are to programs: the members of `diff -o json`, of plan files and of the API.

import Engine
import Foundation
package import Spec
package import Store

extension SpecDifference {
  package var value: YAMLValue {
    .list(
      changes.filter { $0.kind != .unchanged }.map(\.masked).map { change in
        .map([
          YAMLPair("resource", .string(change.id.description)),
          YAMLPair("change", .string(change.kind.rawValue)),
          YAMLPair(
            "fields",
            .list(
              change.fields.map {
                .map([
                  YAMLPair("path", .string($0.path)), YAMLPair("before", $0.before ?? .null),
                  YAMLPair("after", $0.after ?? .null),
                ])
              })),
        ])
      })
  }
}

extension SpecReview {
  /// The members of a report that tell of a review: the same ones, though empty, where there is none.
  package static func objections(of review: SpecReview?) -> [YAMLPair] {
    let taken = (review?.takenOver ?? [:]).sorted { $0.key < $1.key }.map { id, owner in
      YAMLValue.map([YAMLPair("resource", .string(id.description)), YAMLPair("from", .string(owner))])
    }
    let restored = (review?.restored ?? [:]).sorted { $0.key < $1.key }.map { id, edit in
      YAMLValue.map([
        YAMLPair("resource", .string(id.description)), YAMLPair("deleted_by", .string(edit.origin.actor)),
        YAMLPair("deleted_through", .string(edit.origin.source)),
        YAMLPair("deleted_at", .string(Timestamp.text(edit.at))),
      ])
    }
    let removed = (review?.removals.removed ?? []).map { YAMLValue.string($0.description) }
    return [
      YAMLPair("taken_over", .list(taken)), YAMLPair("restored", .list(restored)),
      YAMLPair("conflicts", .list((review?.conflicts ?? []).map(\.value))),
      YAMLPair(
        "removals",
        .map([
          YAMLPair("hosts", .list(removed)),
          YAMLPair("limit", review.map { .int(Int64($0.removals.limit)) } ?? .null),
        ])),
      YAMLPair("refused", (review?.refusal).map { .string($0.code.rawValue) } ?? .null),
    ]
  }
}

extension [ResourceDrift] {
  package var value: YAMLValue {
    .list(
      map { resource in
        .map([
          YAMLPair("resource", .string(resource.id.description)), YAMLPair("owner", .string(resource.owner)),
          YAMLPair(
            "fields",
            .list(
              resource.fields.map { field in
                let (declared, current) = field.masked(in: resource.id)
                return .map(
                  [
                    YAMLPair("path", .string(field.path)), YAMLPair("declared", declared ?? .null),
                    YAMLPair("current", current ?? .null),
                  ] + field.edit.value)
              })),
        ])
      })
  }
}

extension ResourceDrift.Field {
  /// The two values as they may be shown.
  package func masked(in id: ResourceID) -> (declared: YAMLValue?, current: YAMLValue?) {
    (SecretMask.value(declared, of: path, in: id), SecretMask.value(current, of: path, in: id))
  }
}

extension ResourceConflict {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("resource", .string(id.description)), YAMLPair("owner", .string(owner)),
      YAMLPair(
        "fields",
        .list(
          fields.map { field in
            .map(
              [
                YAMLPair("path", .string(field.path)),
                YAMLPair("current", SecretMask.value(field.current, of: field.path, in: id) ?? .null),
                YAMLPair("wanted", SecretMask.value(field.wanted, of: field.path, in: id) ?? .null),
              ] + field.edit.value)
          })),
    ])
  }
}

extension FieldEdit? {
  /// Who edited, by what way, and when; nulls where nobody is known to have.
  fileprivate var value: [YAMLPair] {
    [
      YAMLPair("edited_by", self.map { .string($0.origin.actor) } ?? .null),
      YAMLPair("edited_through", self.map { .string($0.origin.source) } ?? .null),
      YAMLPair("edited_at", self.map { .string(Timestamp.text($0.at)) } ?? .null),
    ]
  }
}

extension Plan {
  /// - Parameter freed: the most that each host's prune frees, where that can be told.
  package func value(freed: [HostName: Int64]) -> YAMLValue {
    .list(
      hosts.map { host in
        .map([
          YAMLPair("host", .string(host.host.description)),
          YAMLPair(
            "actions",
            .list(
              [host.action].compactMap(\.self).map { action in
                var pairs = [
                  YAMLPair("action", .string(action.kind.rawValue)), YAMLPair("reason", .string(action.reason)),
                ]
                if case .prune(let decisions, _) = action {
                  pairs.append(YAMLPair("snapshots", .list(decisions.map(\.value))))
                  pairs.append(YAMLPair("frees_up_to_bytes", freed[host.host].map(YAMLValue.int) ?? .null))
                }
                if case .emptyTrash(let entries, _) = action {
                  pairs.append(YAMLPair("trash", .list(entries.map { .string($0.fileName) })))
                }
                return .map(pairs)
              })),
          YAMLPair(
            "holds",
            .list(
              [host.hold].compactMap(\.self).map {
                .map([YAMLPair("code", .string($0.code.rawValue)), YAMLPair("message", .string($0.message))])
              })),
          YAMLPair("next_fire", host.nextFire.map { .string(Timestamp.text($0)) } ?? .null),
        ])
      })
  }
}

extension RetentionDecision {
  /// The snapshot and what retention says of it.
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("snapshot", .string(snapshot.id.description)),
      YAMLPair("reasons", .list(reasons.map(YAMLValue.string))),
    ])
  }
}

extension PlanSummary {
  var value: YAMLValue {
    let counts = RunKind.allCases.compactMap { kind in
      actions[kind].map { YAMLPair(kind.rawValue, .int(Int64($0))) }
    }
    return .map([
      YAMLPair("hosts", .int(Int64(hosts))), YAMLPair("actions", .map(counts)),
      YAMLPair("pruned_snapshots", .int(Int64(prunedSnapshots))),
      YAMLPair("frees_up_to_bytes", freedBytes.map(YAMLValue.int) ?? .null),
      YAMLPair("next_fire", nextFire.map { .string(Timestamp.text($0)) } ?? .null),
    ])
  }
}
