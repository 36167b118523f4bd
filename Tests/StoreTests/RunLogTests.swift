// Logs of runs, followed piece by piece, also where their beginning is left out.

import Testing

@testable import Store

@Suite struct RunLogTests {
  @Test func `a log is told piece by piece`() {
    let first = RunLog("one\ntwo é\n").slice(from: 0)
    #expect(first == RunLog.Slice(text: "one\ntwo é\n", next: 11))
    let grown = RunLog("one\ntwo é\nthree\n")
    #expect(grown.slice(from: first.next) == RunLog.Slice(text: "three\n", next: 17))
    #expect(grown.slice(from: 17) == RunLog.Slice(text: "", next: 17))
  }

  @Test(arguments: [
    (-5, "aé\n"), (Int.min, "aé\n"), (2, "\n"), (3, "\n"), (4, ""), (99, ""), (Int.max, ""),
  ])
  func `a place that nobody has told does no harm`(_ offset: Int, _ text: String) {
    #expect(RunLog("aé\n").slice(from: offset) == RunLog.Slice(text: text, next: 4))
  }

  @Test func `what is left out counts`() {
    let long = (0..<20_000).map { "line \($0)\n" }.joined()
    let log = RunLog(RunLog.kept(long))
    #expect(log.leftOut + log.text.utf8.count == long.utf8.count)
    #expect(log.slice(from: 0).text.hasPrefix("(\(log.leftOut) bytes before this are left out)\nline "))
    #expect(log.slice(from: log.leftOut).text == log.text)
    #expect(log.slice(from: log.leftOut - 7).text.hasPrefix("(7 bytes before this are left out)\n"))
    let place = long.utf8.count
    let grown = RunLog(RunLog.kept(long + "the end\n"))
    #expect(grown.slice(from: place).text == "the end\n")
  }

  @Test func `there may be none`() {
    #expect(RunLog(nil).slice(from: 0) == RunLog.Slice(text: "", next: 0))
    #expect(RunLog("").slice(from: 7) == RunLog.Slice(text: "", next: 0))
  }
}
