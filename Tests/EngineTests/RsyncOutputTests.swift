// rsync's output as it comes: in any pieces, of any length, with anything in it.

import Foundation
import Support
import Testing

@testable import Engine

@Suite("rsync output")
struct RsyncOutputTests {
  /// What rsync 3.5.0 printed for 1,500 files, with most progress lines left out.
  static let page = """
    \r              0   0%    0.00kB/s    0:00:00 (xfr#1, to-chk=1499/1501)\r           1000   0%    0.00kB/s    0:00:00  \
    \r         102400   2%   11.90MB/s    0:00:10 (xfr#99, ir-chk=1402/1600)\r        4495000 100%   11.94MB/s    0:00:00 \
    (xfr#1500, to-chk=0/1501)\r        4495000 100%   11.55MB/s    0:00:00 (xfr#1500, to-chk=0/1501)

    Number of files: 1501 (reg: 1500, dir: 1)
    Number of created files: 1500 (reg: 1500)
    Number of deleted files: 0
    Number of regular files transferred: 1499
    Total file size: 4495000 bytes
    Total transferred file size: 4494000 bytes
    Literal data: 4493000 bytes
    Matched data: 1000 bytes
    File list size: 0
    File list generation time: 0.008 seconds
    File list transfer time: 0.000 seconds
    Total bytes sent: 28530
    Total bytes received: 4584505

    sent 28530 bytes  received 4584505 bytes  3075356.67 bytes/sec
    total size is 4495000  speedup is 0.97

    """

  static let stats: SnapshotStats = {
    var stats = SnapshotStats()
    stats.files = 1501
    stats.createdFiles = 1500
    stats.transferredFiles = 1499
    stats.apparentSizeBytes = 4_495_000
    stats.uniqueApparentSizeBytes = 4_494_000
    stats.literalDataBytes = 4_493_000
    stats.matchedDataBytes = 1000
    stats.sentBytes = 28530
    stats.receivedBytes = 4_584_505
    return stats
  }()

  @Test(
    "progress lines",
    arguments: [
      ("      32768  45%   10.52MB/s    0:00:10 (xfr#5, ir-chk=1041/1068)", 32768, 45, "10.52MB/s", 1041, 1068),
      ("     4495000 100%   11.55MB/s    0:00:00 (xfr#1500, to-chk=0/1501)", 4_495_000, 100, "11.55MB/s", 0, 1501),
      ("1000   0%    0.00kB/s    0:00:00  ", 1000, 0, "0.00kB/s", nil, nil),
      (
        "9000000000000000000 101%   0.00kB/s 0:00:00 (xfr#1, to-chk=1/2)", 9_000_000_000_000_000_000, 100, "0.00kB/s",
        1, 2
      ),
      ("1 -5%   0.00kB/s 0:00:00 (xfr#1, to-chk=x/2)", 1, 0, "0.00kB/s", 2, nil),
    ] as [(String, Int64, Int, String, Int64?, Int64?)])
  func progress(line: String, bytes: Int64, percent: Int, rate: String, remaining: Int64?, known: Int64?) throws {
    let progress = try #require(TransferProgress(line: line))
    #expect(progress.bytes == bytes)
    #expect(progress.percent == percent)
    #expect(progress.rate == rate)
    #expect(progress.remainingFiles == remaining)
    #expect(progress.knownFiles == known)
  }

  @Test(
    "lines that are no progress",
    arguments: [
      "", " ", "Number of files: 3", "x 1% 1MB/s 0:00:00", "1 x% 1MB/s 0:00:00", "1 1% 1MB 0:00:00", "1 1% 1MB/s",
      "99999999999999999999 1% 1MB/s 0:00:00", "sent 1 bytes  received 2 bytes  3.00 bytes/sec",
    ])
  func noProgress(line: String) { #expect(TransferProgress(line: line) == nil) }

  @Test("a page of statistics is read, and kept without the progress")
  func statistics() throws {
    var output = RsyncOutput()
    let last = output.take(Self.page.utf8)
    let newest = try #require(last)
    #expect(newest.bytes == 4_495_000)
    #expect(newest.rate == "11.55MB/s")
    #expect(output.stats == Self.stats)
    let kept = try #require(Self.page.range(of: "Number of files"))
    #expect(output.text == Self.page[kept.lowerBound...])
  }

  @Test("cut into two at every byte, and byte by byte, the output is the same")
  func pieces() {
    let bytes = Array(Self.page.utf8)
    var whole = RsyncOutput()
    _ = whole.take(bytes)
    for cut in bytes.indices {
      var output = RsyncOutput()
      _ = output.take(bytes[..<cut])
      _ = output.take(bytes[cut...])
      #expect(output.stats == whole.stats)
      #expect(output.text == whole.text)
    }
    var single = RsyncOutput()
    var newest: TransferProgress?
    for byte in bytes { newest = single.take(CollectionOfOne(byte)) ?? newest }
    #expect(single.stats == whole.stats)
    #expect(single.text == whole.text)
    #expect(newest?.percent == 100)
  }

  @Test("rsync itself prints what is read here")
  func realRsync() async throws {
    try await withScratchDirectory { scratch in
      for number in 1...1200 { try scratch.write(String(repeating: "x", count: number), to: "source/\(number)") }
      let flags = [
        "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2",
        "--no-human-readable", "--timeout=600",
      ]
      let result = try await runTool(
        "rsync", flags + [scratch.path("source/"), scratch.path("copy/")],
        environment: ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]
      ).check()
      var output = RsyncOutput()
      let last = output.take(result.output)
      let progress = try #require(last)
      #expect(progress.percent == 100)
      #expect(progress.remainingFiles == 0)
      #expect(progress.knownFiles == 1201)
      #expect(output.stats.files == 1201)
      #expect(output.stats.createdFiles == 1201)
      #expect(output.stats.transferredFiles == 1200)
      #expect(output.stats.apparentSizeBytes == 720_600)
      #expect(output.stats.uniqueApparentSizeBytes == 720_600)
      #expect(output.stats.literalDataBytes == 720_600)
      #expect(output.stats.matchedDataBytes == 0)
      #expect(try #require(output.stats.sentBytes) > 720_600)
      #expect(try #require(output.stats.receivedBytes) > 0)
      #expect(output.text.hasPrefix("Number of files: 1201 "))
    }
  }

  @Test("garbage and endless lines are bounded")
  func garbage() {
    var output = RsyncOutput()
    let progress = output.take(repeatElement(UInt8(ascii: "x"), count: 10 << 20))
    #expect(progress == nil)
    #expect(output.text.isEmpty)
    _ = output.take("\n".utf8)
    #expect(output.text.utf8.count == (8 << 10) + 1)
    for _ in 0..<30 { _ = output.take(repeatElement(UInt8(ascii: "y"), count: 9000) + [0x0a]) }
    #expect(output.text.utf8.count < (64 + 9) << 10)
    _ = output.take(Array("Number of files: 12x\nNumber of files: 99999999999999999999\n".utf8))
    #expect(output.stats.files == nil)
    _ = output.take(Self.page.utf8)
    #expect(output.stats == Self.stats, "the figures are read though no more text is kept")

    var generator = SeededGenerator(seed: freshSeed("RsyncOutputTests.garbage"))
    var noise = RsyncOutput()
    for _ in 0..<2000 { _ = noise.take((0..<64).map { _ in UInt8.random(in: .min ... .max, using: &generator) }) }
    #expect(noise.text.utf8.count < 300 << 10)
  }

  // MARK: - Bounded text

  @Test("a short text is kept whole, a long one at both ends")
  func boundedText() {
    var text = BoundedText(limit: 10)
    #expect(text.text.isEmpty)
    text.append("0123456789".utf8)
    text.append("abcdefghij".utf8)
    #expect(text.text == "0123456789abcdefghij")
    text.append("ABCDEFGHIJ".utf8)
    #expect(text.text == "0123456789abcdefghijABCDEFGHIJ")
    text.append("!".utf8)
    #expect(text.text == "0123456789\n… 11 bytes left out …\nBCDEFGHIJ!")
    text.append(repeatElement(UInt8(ascii: "z"), count: 1000))
    #expect(text.text == "0123456789\n… 1011 bytes left out …\nzzzzzzzzzz")
  }

  @Test("a text that is cut within a character, or is none, is still text")
  func boundedBytes() {
    var text = BoundedText(limit: 3)
    text.append("éé".utf8)
    #expect(text.text == "é\u{FFFD}\u{FFFD}")
    var binary = BoundedText(limit: 100)
    binary.append([0x41, 0xff, 0xfe, 0x42])
    #expect(binary.text == "A\u{FFFD}\u{FFFD}B")
  }
}
