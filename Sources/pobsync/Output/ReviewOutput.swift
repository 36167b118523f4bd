// What stands against applying a spec, as `diff` shows it: conflicts, what others have edited, and hosts that would go.

import Engine
import Foundation
import Spec
import Store

extension SpecReview {
  /// Who gets resources that were another's, and what `apply` would refuse.
  func printObjections() {
    for (id, owner) in takenOver.sorted(by: { $0.key < $1.key }) {
      Terminal.printLine("\(Terminal.paint("~ \(id)", .yellow)) is taken over from \(owner)")
    }
    for (id, edit) in restored.sorted(by: { $0.key < $1.key }) {
      Terminal.printLine("\(Terminal.paint("≠ \(id)", .yellow)) was deleted \(edit), and comes back")
    }
    for conflict in conflicts {
      let isAnothers = conflict.fields.allSatisfy { $0.edit == nil }
      let owner = isAnothers ? ", which belongs to \(conflict.owner)" : ""
      Terminal.printLine(Terminal.paint("! conflict: \(conflict.id)\(owner)", .red))
      for field in conflict.fields { Terminal.printLine("    \(field.words(of: conflict.id))") }
    }
    if !conflicts.isEmpty {
      Terminal.printLine("  apply refuses this, unless it is declared as it is, or --take-over is given")
    }
    if let complaint = removals.complaint(about: origin.source) {
      Terminal.printLine(
        "\(Terminal.paint("! apply refuses this", .red)): \(complaint.message); \(complaint.remedy)")
    }
  }

  /// The members of a report that tell of a review: the same ones, though empty, where there is none.
  static func objections(of review: SpecReview?) -> [YAMLPair] {
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
  /// One line a field.
  func print() {
    for resource in self {
      Terminal.printLine(Terminal.paint("≠ \(resource.id), declared by \(resource.owner)", .yellow))
      for field in resource.fields {
        let (declared, current) = field.masked(in: resource.id)
        let edit = field.edit.map { " \($0)" } ?? ""
        Terminal.printLine("    drift: \(field.path) \(declared.shownInDrift) → \(current.shownInDrift)\(edit)")
      }
    }
  }

  var value: YAMLValue {
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
  fileprivate func masked(in id: ResourceID) -> (declared: YAMLValue?, current: YAMLValue?) {
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

extension YAMLValue? {
  fileprivate var shownInDrift: String { self?.shown ?? "(not set)" }
}
