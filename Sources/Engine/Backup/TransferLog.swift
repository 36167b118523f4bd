// The log of one transfer: filled by two streams at a time, bounded, and kept in the snapshot's `meta/rsync.log`.

import Foundation

/// Collects what rsync prints. Its streams are read by different tasks, so it locks.
final class TransferLog: Sendable {
  private struct State {
    var command: [String] = []
    var output = RsyncOutput()
    var errors = BoundedText(limit: 256 << 10)
  }

  private let state = Locked(State())

  func begin(_ command: RsyncCommand) { begin(command.arguments) }

  func begin(_ arguments: [String]) { state.with { $0.command = arguments } }

  func takeOutput(_ bytes: UnsafeRawBufferPointer) -> TransferProgress? {
    state.with { $0.output.take(bytes) }
  }

  func takeError(_ bytes: UnsafeRawBufferPointer) { state.with { $0.errors.append(bytes) } }

  var messages: String { state.with { $0.errors.text } }
  var stats: SnapshotStats { state.with { $0.output.stats } }

  var text: String {
    state.with { state in
      guard !state.command.isEmpty else { return "" }
      return "command: \(state.command)\n\n\(state.errors.text)\n\(state.output.text)"
    }
  }
}
