// What is left of a trash that is being emptied, in words, as far as can be told.

import Engine
import Foundation
import Spec
import Store

/// Estimates from the progress of a run.
struct TrashLeft {
  /// `3 snapshots`, or nothing.
  let snapshots: String
  /// `about 1.2 million files`, or nothing.
  let files: String
  /// `40m 00s left`, or nothing.
  let time: String

  /// - Parameter now: the time of the report.
  init(_ run: Run, at now: Date) {
    snapshots = run.progress?.remainingSnapshots.map { "\($0) \($0 == 1 ? "snapshot" : "snapshots")" } ?? ""
    guard let left = run.progress?.remainingFiles, let known = run.progress?.knownFiles else {
      files = ""
      time = ""
      return
    }
    files = "about \(Self.rounded(left)) files"
    let took = run.startedAt.map { now.timeIntervalSince($0) } ?? 0
    let done = known - left
    // At the start there is nothing to tell it by.
    guard done > 0, took >= 5 else {
      time = ""
      return
    }
    time = "\((took * Double(left) / Double(done)).shownAsAge) left"
  }

  /// A number as one says it.
  static func rounded(_ count: Int64) -> String {
    switch count {
    case ..<10_000: "\(count)"
    case ..<1_000_000: "\(count / 1000) thousand"
    default: "\((Double(count) / 1_000_000).shown(digits: 1)) million"
    }
  }
}
