// The log of one transfer: filled by two streams at a time, bounded, and kept in the snapshot's `meta/rsync.log`.

import Foundation

/// Collects what rsync prints. Its streams are read by different tasks, so it locks.
package final class TransferLog: Sendable {
  fileprivate struct State {
    var command: [String] = []
    var output = RsyncOutput()
    var errors = BoundedText(limit: 256 << 10)
    /// How many bytes of errors have come.
    var length = 0
  }

  private let state = Locked(State())

  package init() {}

  func begin(_ command: RsyncCommand) { begin(command.arguments) }

  func begin(_ arguments: [String]) { state.with { $0.command = arguments } }

  func takeOutput(_ bytes: UnsafeRawBufferPointer) -> TransferProgress? {
    state.with { $0.output.take(bytes) }
  }

  func takeError(_ bytes: UnsafeRawBufferPointer) {
    state.with { state in
      state.errors.append(bytes)
      state.length += bytes.count
    }
  }

  var messages: String { state.with { $0.errors.text } }
  var stats: SnapshotStats { state.with { $0.output.stats } }

  var text: String {
    state.with { state in
      guard let heading = state.heading else { return "" }
      return "\(heading)\(state.errors.text)\n\(state.output.text)"
    }
  }
}

extension TransferLog {
  /// What there is of the log while the transfer goes on, for whoever watches it: the beginning of what the whole will
  /// be, up to the end of a line. Only the statistics, which rsync prints last, are not among it.
  /// - Parameter length: how long it was when it was last asked for; 0 at first.
  /// - Returns: nil if nothing has come since.
  package func soFar(since length: inout Int) -> String? {
    state.with { state in
      guard let heading = state.heading else { return nil }
      let grown = heading.utf8.count + state.length
      guard grown != length else { return nil }
      length = grown
      let text = heading + state.errors.text
      return text.utf8.lastIndex(of: UInt8(ascii: "\n")).map { String(text[..<text.utf8.index(after: $0)]) }
    }
  }
}

extension TransferLog.State {
  /// How the log begins; nil before the transfer does.
  fileprivate var heading: String? { command.isEmpty ? nil : "command: \(command)\n\n" }
}
