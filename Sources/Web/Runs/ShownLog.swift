// A run's log as people and programs are shown it: what a remote printed is shown, and not obeyed.

import HTTPTypes
import Spec
import Store

struct ShownLog: Sendable, Hashable {
  let text: String
  let isEmpty: Bool
  /// Where it goes on.
  let offset: Int
  /// Where what comes is asked for; nil once the run has ended.
  let liveSource: String?

  init(_ run: Run) {
    let slice = RunLog(run.log).slice(from: 0)
    text = slice.text.printableLines
    isEmpty = text.isEmpty
    offset = slice.next
    liveSource = run.state.isFinished ? nil : "/api/runs/\(run.id)/log"
  }
}

extension WebResponse {
  /// What has come of a run's log after a place, which an earlier answer gave; 0 for all there is. Its header tells the
  /// place where the next piece begins, and whether this was the last.
  static func log(of run: Run, from offset: Int) -> WebResponse {
    let slice = RunLog(run.log).slice(from: offset)
    var response = text(slice.text.printableLines)
    response.headers[.cacheControl] = "no-store"
    response.headers[.xLogOffset] = "\(slice.next)"
    response.headers[.xLogEnded] = "\(run.state.isFinished)"
    return response
  }
}

extension HTTPField.Name {
  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no name of a header field") }
    return name
  }

  fileprivate static let xLogOffset = known("X-Log-Offset")
  fileprivate static let xLogEnded = known("X-Log-Ended")
}

extension String {
  /// The text line by line, each fit to be shown.
  var printableLines: String {
    utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        String(decoding: line, as: UTF8.self).replacing("\t", with: "    ").printable(limit: 10_000)
      }
      .joined(separator: "\n")
  }
}
