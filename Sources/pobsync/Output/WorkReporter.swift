// Work that is under way: one line that is drawn over on a terminal, plain lines elsewhere.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Prints what workers report. It is called from several tasks, so it locks.
final class WorkReporter: Sendable {
  private struct State {
    var progress: [HostName: TransferProgress] = [:]
    /// Files checked, of how many: rsync tells it only between files, so the last word stays.
    var files: [HostName: String] = [:]
    var isLineDrawn = false
    var lastDrawn = ContinuousClock.now - .seconds(1)
  }

  private let state = Locked(State())
  private let showsTimes: Bool

  /// - Parameter showsTimes: begin each line with the time, as logs do.
  init(showsTimes: Bool = false) { self.showsTimes = showsTimes }

  private func line(_ text: String) {
    Terminal.writeError(showsTimes ? "\(Timestamp.short(WallClock.system.now)) \(text)" : text)
  }

  private static let redrawInterval = Duration.milliseconds(200)

  func report(_ event: WorkEvent) {
    state.with { state in
      switch event {
      case .started(let run):
        erase(&state)
        line("\(run.host): \(run.kind.rawValue): \(run.reason)")
      case .waiting(let run, let reason):
        erase(&state)
        line("\(run.host): \(run.kind.rawValue) waits: \(reason)")
      case .progress(_, let progress) where progress.remainingSnapshots != nil:
        // The line is for transfers; `status` shows how far the emptying of a trash is.
        break
      case .progress(let host, let progress):
        state.progress[host] = progress
        if let known = progress.knownFiles, let remaining = progress.remainingFiles {
          state.files[host] = "\(known - remaining)/\(known) files"
        }
        draw(&state)
      case .finished(let outcome):
        let run = outcome.run
        if run.kind.occupiesHost {
          state.progress[run.host] = nil
          state.files[run.host] = nil
        }
        erase(&state)
        line(
          "\(run.host): \(run.kind.rawValue) \(outcome.result.state.rawValue): \(outcome.summary.printable(limit: 2000))"
        )
      }
    }
  }

  /// Says something besides what workers report.
  func note(_ text: String) {
    state.with { state in
      erase(&state)
      line(text)
    }
  }

  private func draw(_ state: inout State) {
    guard Terminal.isErrorTerminal, ContinuousClock.now - state.lastDrawn >= Self.redrawInterval else { return }
    state.lastDrawn = .now
    state.isLineDrawn = true
    let parts = state.progress.sorted { $0.key < $1.key }.map { host, progress in
      "\(host) \(progress.percent)% \(progress.bytes.shownAsSize) \(progress.rate) \(state.files[host] ?? "")"
    }
    Terminal.redrawErrorLine(String(parts.joined(separator: " | ").prefix(Self.width)))
  }

  private func erase(_ state: inout State) {
    guard state.isLineDrawn else { return }
    state.isLineDrawn = false
    Terminal.redrawErrorLine("")
  }

  /// One less than the terminal's columns, so that the line never wraps.
  private static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 10 else { return 79 }
    return Int(size.ws_col) - 1
  }
}

extension RunOutcome {
  /// The message, with the figures of a snapshot that was made.
  var summary: String {
    let message = result.message ?? ""
    guard let stats = result.stats else { return message }
    let figures =
      "\(stats.files.map(String.init) ?? "-") files, \(stats.apparentSizeBytes.shownAsSize), "
      + "\(stats.literalDataBytes.shownAsSize) transferred, \(stats.durationSeconds.shownAsDuration)"
    return "\(message) (\(figures))"
  }
}
