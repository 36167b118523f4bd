// A screen that is drawn again and again: on a terminal it has a page of its own, which goes when the command ends.

import Foundation
import Glibc

enum Screen {
  /// The columns of the terminal; elsewhere as many as there is text, within reason, so that nothing is cut off.
  static var width: Int { size.map { Int($0.ws_col) } ?? 1000 }

  /// The lines of the terminal; nil elsewhere.
  static var height: Int? { size.map { Int($0.ws_row) } }

  private static var size: winsize? {
    var size = winsize()
    guard Terminal.isOutputTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20,
      size.ws_row > 4
    else { return nil }
    return size
  }

  /// Runs `operation`, which draws until it is cancelled: a signal to stop does so, and is no failure.
  /// - Parameter isOn: whether the terminal, if there is one, is given a page of its own.
  static func whileDrawing(isOn: Bool, _ operation: @escaping @Sendable () async throws -> Void) async throws {
    let hasPage = isOn && Terminal.isOutputTerminal
    if hasPage { Terminal.write("\u{1B}[?1049h\u{1B}[?25l") }
    defer { if hasPage { Terminal.write("\u{1B}[?25h\u{1B}[?1049l") } }
    try await stoppingOnSignals(operation)
  }

  /// Draws over what is there, line by line so that nothing flickers. A line is cleared before it is written: behind one
  /// that fills the width, the cursor is still on its last character.
  static func draw(_ lines: [String]) {
    let shown = lines.prefix((height ?? .max) - 1)
    Terminal.write("\u{1B}[H\u{1B}[K" + shown.joined(separator: "\n\u{1B}[K") + "\n\u{1B}[J")
  }
}
