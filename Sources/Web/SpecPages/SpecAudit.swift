// What the audit log is told of an applied spec: every resource that changed, as it was and as it is.

import Reconciler
import Spec
import Store

extension NewAuditEntry {
  /// - Parameter stored: what was declared before.
  init(applying proposal: SpecProposal, by request: WebRequest, _ review: SpecReview, from stored: Spec) {
    let options = proposal.options
    var (before, after) = ([YAMLPair](), [YAMLPair]())
    for move in review.difference.moves {
      before.append(YAMLPair("host/\(move.to).name", .string(move.from.description)))
      after.append(YAMLPair("host/\(move.to).name", .string(move.to.description)))
    }
    var room = Self.mostBytes
    var left = 0
    for change in review.difference.changes where change.kind != .unchanged {
      let former = Self.shown(change.id, of: stored)
      let latter = change.kind == .deleted ? nil : Self.shown(change.id, of: proposal.wanted)
      room -= [former, latter].compactMap(\.self).reduce(0) { $0 + JSONWriter.compact($1).utf8.count }
      guard room >= 0 else {
        left += 1
        continue
      }
      if let former { before.append(YAMLPair("\(change.id)", former)) }
      if let latter { after.append(YAMLPair("\(change.id)", latter)) }
    }
    if left > 0 { after.append(YAMLPair("left_out", .int(Int64(left)))) }
    let summary = [
      YAMLPair("result", .string(review.difference.counts)), YAMLPair("prune", .bool(options.prune)),
      YAMLPair("take_over", .bool(options.takeOver)),
    ]
    self.init(
      by: request, "spec.apply", on: "spec/\(proposal.origin.source)", before: before.isEmpty ? nil : .map(before),
      after: .map(summary + after))
  }

  /// A spec may be of ten thousand hosts; all of its changes are in the history of each.
  private static let mostBytes = 48 << 10

  private static func shown(_ id: ResourceID, of spec: Spec) -> YAMLValue? {
    spec.values(of: id).map { .map(SecretMask.values($0, in: id)) }
  }
}
