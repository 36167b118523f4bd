// The log of one backup or restore: of a command or several, each filled by two streams at a time and bounded. That of a
// backup is kept in the snapshot's `meta/rsync.log`.

import Foundation

/// Collects what rsync prints. Its streams are read by different tasks, so it locks.
package final class TransferLog: Sendable {
  fileprivate struct State {
    /// What commands before this one have said, as it is in the whole.
    var earlier = ""
    var command: [String] = []
    var output = RsyncOutput()
    var errors = BoundedText(limit: 256 << 10)
    /// How many bytes of errors have come.
    var length = 0
    /// What pobsync has to say of the command, a sentence each.
    var remarks: [String] = []
  }

  private let state = Locked(State())

  package init() {}

  /// Begins with another command. Messages and statistics are from now on those of this one.
  func begin(_ arguments: [String]) {
    state.with { state in
      let earlier = state.whole.map { $0 + "\n" } ?? ""
      state = State()
      state.earlier = earlier
      state.command = arguments
    }
  }

  /// Adds a sentence of ours to what the command has said.
  func remark(_ sentence: String) { state.with { $0.remarks.append(sentence) } }

  func takeOutput(_ bytes: UnsafeRawBufferPointer) -> TransferProgress? {
    state.with { $0.output.take(bytes) }
  }

  /// Adds figures in rsync's own words.
  func takeFigures(_ lines: String) { _ = Array(lines.utf8).withUnsafeBytes { takeOutput($0) } }

  func takeError(_ bytes: UnsafeRawBufferPointer) {
    state.with { state in
      state.errors.append(bytes)
      state.length += bytes.count
    }
  }

  /// Adds a line of its own to the errors, whatever another stream is in the middle of.
  func takeSentence(_ text: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    let line = (isAtLineStart ? [] : [newline]) + text + (text.last == newline ? [] : [newline])
    line.withUnsafeBytes { takeError($0) }
  }

  private var isAtLineStart: Bool { state.with { $0.errors.endsLine } }

  var messages: String { state.with { $0.errors.text } }
  var stats: SnapshotStats { state.with { $0.output.stats } }

  var text: String { state.with { $0.whole ?? "" } }
}

extension TransferLog {
  /// What there is of the log while the transfer goes on, for whoever watches it: the beginning of what the whole will
  /// be, up to the end of a line. Only the statistics of the last command, which rsync prints last, are not among it.
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
  /// How the log goes up to what the command says; nil before there is one.
  fileprivate var heading: String? { command.isEmpty ? nil : "\(earlier)command: \(command)\n\n" }

  /// The log, should nothing more come; nil before there is anything.
  fileprivate var whole: String? {
    let said = heading.map { "\($0)\(errors.text)\n\(output.text)" }
    guard !remarks.isEmpty else { return said }
    return (said ?? "") + remarks.map { "pobsync: \($0)\n" }.joined()
  }
}
