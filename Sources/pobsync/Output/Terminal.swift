// Writing to people: colour only on a terminal and never with NO_COLOR, errors on standard error.

import Engine
import Foundation
import Glibc
import Spec

enum Terminal {
  static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
  static let isErrorTerminal = isatty(STDERR_FILENO) == 1
  static let isInputTerminal = isatty(STDIN_FILENO) == 1
  private static let mayColour =
    (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  static let coloursOutput = isOutputTerminal && mayColour
  static let coloursErrors = isErrorTerminal && mayColour

  enum Colour: String {
    case red = "31", green = "32", yellow = "33", dim = "2", bold = "1"
  }

  /// The text in a colour, where standard output shows colours.
  static func paint(_ text: String, _ colour: Colour) -> String {
    coloursOutput ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Writes a line to standard output at once, so that it stands in the right order beside standard error.
  static func printLine(_ line: String = "") { write(line + "\n", to: STDOUT_FILENO) }

  /// Writes to standard output, as it is.
  static func write(_ text: String) { write(text, to: STDOUT_FILENO) }

  static func printError(_ error: any Error) {
    switch error {
    case let diagnostics as Diagnostics: writeError(diagnostics.rendered(colour: coloursErrors))
    default: writeError("pobsync: \(error)")
    }
  }

  static func writeError(_ text: String) {
    write(text.hasSuffix("\n") ? text : text + "\n", to: STDERR_FILENO)
  }

  /// Asks on the terminal; nil at the end of input.
  static func ask(_ question: String) -> String? {
    write("\(question) ", to: STDERR_FILENO)
    return readLine()
  }

  /// Draws over the line that the cursor is in.
  static func redrawErrorLine(_ text: String) { write("\r\u{1B}[K\(text)", to: STDERR_FILENO) }

  /// Set when standard output could not be written, other than for want of a reader.
  private static let lostOutput = Locked(false)

  /// True if what the command was to print has been lost, on a full disk for example.
  static var hasLostOutput: Bool { lostOutput.with { $0 } }

  /// Writes all of a text. Where nobody reads any more, or the disk behind a log is full, the text is lost and the work
  /// goes on.
  private static func write(_ text: String, to descriptor: Int32) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      if errno == EINTR { continue }
      if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
        continue
      }
      if descriptor == STDOUT_FILENO, errno != EPIPE { lostOutput.with { $0 = true } }
      return
    }
  }
}
