// Pages of snapshots that hold whatever a machine may have put there: nothing leads out of them, nothing of a name gets
// into a page or a header field, and files come as they are.

import Dispatch
import Engine
import Foundation
import HTTPTypes
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct BrowsePageTests {
  private static let name = "20260518-021500Z__AAAAAAAA"
  private static let top = "web-1/scheduled/\(name)"
  private static let address = "root@127.0.0.1"
  private static let secret = "not for anybody's eyes"

  /// A site with one snapshot, of which the tree is built by `build`.
  private func withSnapshot(
    _ build: (TreeBuilder) throws -> Void,
    _ body: @escaping @Sendable (WebFixture, ScratchDirectory) async throws -> Void
  ) async throws {
    try await withScratchDirectory("browse") { scratch in
      let tree = try TreeBuilder(at: scratch.path("backups/\(Self.top)/data"))
      try tree.write("hello", to: "greeting")
      try scratch.write(Self.secret, to: "secret")
      try scratch.write(Self.secret, to: "backups/web-1/secret")
      try build(tree)
      try await withWeb(routes: Route.snapshotPages + Route.restorePages) { web in
        try await web.apply(
          """
          settings: {backup_root: \(scratch.path("backups"))}
          hosts:
            web-1: {address: 127.0.0.1}

          """)
        try await body(web, scratch)
      }
    }
  }

  private func record(_ count: Int, in store: Store) async throws {
    let host = try HostName(text: "web-1")
    let start = try #require(Timestamp.date("2026-05-01 02:15:00Z"))
    for number in 0..<count {
      let date = start.addingTimeInterval(Double(number) * 3600)
      let name = try #require(SnapshotName("\(Timestamp.compact(date))__AAAAAAAA"))
      let kind: SnapshotKind = number.isMultiple(of: 2) ? .scheduled : .manual
      let snapshot = Snapshot(
        host: host, id: SnapshotID(kind: kind, name: name), status: number == 0 ? .partial : .success, startedAt: date,
        note: number == 0 ? "cannot read /home/ann/<secret>" : nil)
      try await store.record(snapshot, at: date)
    }
  }

  // MARK: - The list

  @Test func `all snapshots are listed page by page, and filtered`() async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      try await record(120, in: web.store)
      let reader = try await web.reader(.operator)
      let first = try await reader.get("/snapshots")
      #expect(first.status == 200)
      #expect(first.text.components(separatedBy: "<tr>").count - 2 == 100)
      let next = try #require(first.text.range(of: #"rel="next" href="[^"]*""#, options: .regularExpression))
      let link = String(first.text[next].dropFirst(#"rel="next" href=""#.count).dropLast())
      let second = try await reader.get(link)
      #expect(second.text.components(separatedBy: "<tr>").count - 2 == 20)
      #expect(second.text.contains("20260501-021500Z__AAAAAAAA") && !second.text.contains(#"rel="next""#))
      let partial = try await reader.get("/snapshots?host=web-1&status=partial&kind=scheduled")
      #expect(partial.text.components(separatedBy: "<tr>").count - 2 == 1)
      #expect(partial.text.contains("cannot read /home/ann/&lt;secret&gt;"))
      #expect(try await reader.get("/snapshots?host=web-2").text.contains("No snapshots"))
      for query in ["status=odd", "kind=odd", "host=..%2F", "after=x", "after=2026-05-01T02:15:00.000000Z~x"] {
        #expect(try await reader.get("/snapshots?\(query)").status == 400, "\(query)")
      }
      // Those who may not look into snapshots see neither the way nor what names files.
      let viewer = try await web.reader(.viewer).get("/snapshots")
      #expect(viewer.status == 200 && !viewer.text.contains("/snapshots/web-1/") && !viewer.text.contains("secret"))
    }
  }

  @Test(arguments: ["snapshots", "download", "tar", "restore"])
  func `what is in a snapshot is for operators`(_ verb: String) async throws {
    try await withSnapshot { _ in
    } _: { (web, _) async throws in
      let target = "/\(verb)/\(Self.top)/greeting"
      #expect(try await web.stranger.get(target).status == 303)
      #expect(try await web.reader(.viewer).get(target).status == 403)
      #expect(try await web.reader(.operator).get(target).status != 403)
    }
  }

  // MARK: - Names

  @Test func `every name is shown as text, and leads to its file`() async throws {
    let names =
      TreeBuilder.oddNames + ["<img src=x onerror=alert(1)>", "\"><u id=x>", "a\r\nSet-Cookie: x=y", "%2e%2e", "%00"]
    try await withSnapshot { tree in
      for name in names { try tree.write(Array("in ".utf8) + name.bytes, to: name) }
    } _: { web, _ in
      let reader = try await web.reader(.operator)
      let page = try await reader.get("/snapshots/\(Self.top)/")
      #expect(page.status == 200)
      #expect(!page.text.contains("<img src=x") && !page.text.contains("<u id=x>"))
      #expect(page.text.contains("&lt;img src=x"))
      for name in names {
        let path = PercentEncoding.encoded(name.bytes)
        #expect(page.text.contains("href=\"/download/\(Self.top)/\(path)\""), "\(name)")
        let file = try await reader.get("/download/\(Self.top)/\(path)")
        #expect(file.status == 200 && file.body == Array("in ".utf8) + name.bytes, "\(name)")
        #expect(file.header("content-type") == "application/octet-stream")
        #expect(file.header("x-content-type-options") == "nosniff")
        #expect(file.header("set-cookie") == nil)
        let disposition = try #require(file.header("content-disposition"))
        #expect(disposition.hasPrefix("attachment; filename=\""))
        #expect(disposition.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(disposition)")
        #expect(disposition.filter { $0 == "\"" }.count == 2, "\(disposition)")
        let entry = try await reader.get("/snapshots/\(Self.top)/\(path)")
        #expect(entry.status == 200 && !entry.text.contains("<img src=x"))
      }
    }
  }

  @Test(arguments: [
    ("fstab", #"attachment; filename="fstab"; filename*=UTF-8''fstab"#),
    ("a\"b;c", #"attachment; filename="a_b_c"; filename*=UTF-8''a%22b%3Bc"#),
    ("a\r\nb", #"attachment; filename="a__b"; filename*=UTF-8''a__b"#),
    ("é", #"attachment; filename="_"; filename*=UTF-8''%C3%A9"#),
    ("\u{202e}txt.exe", #"attachment; filename="_txt.exe"; filename*=UTF-8''_txt.exe"#),
    ("a\\b", #"attachment; filename="a_b"; filename*=UTF-8''a_b"#),
    ("", #"attachment; filename="download"; filename*=UTF-8''download"#),
  ])
  func `a file is called as far as a header field and a disk can bear`(_ name: String, _ shown: String) {
    #expect(Attachment.disposition(of: Array(name.utf8)) == shown)
  }

  // MARK: - Ways out

  @Test(arguments: [
    "..", "%2e%2e", "%2E%2e/%2e%2e/%2e%2e/secret", "../../../secret", "a/..%2f..%2fsecret", "greeting%2f..", "%2e",
    "./greeting", "/greeting", "a//b", "greeting%00", "%00", "%252e%252e", "%252e%252e%252fsecret", "%c0%ae%c0%ae",
    "link/secret", "link", "directory/link/secret", "greeting/secret", "%5c..%5csecret",
  ])
  func `no path leads out of a snapshot`(_ path: String) async throws {
    try await withSnapshot { tree in
      try tree.makeDirectory("directory")
      try tree.makeLink("link", to: "../../../..")
      try tree.makeLink("directory/link", to: "../../../../..")
    } _: { web, _ in
      let reader = try await web.reader(.admin)
      for verb in ["snapshots", "download", "tar", "restore", "restore-original"] {
        let answer = try await reader.get("/\(verb)/\(Self.top)/\(path)")
        // The link itself may be shown, and restored as a link.
        let isShown = path == "link" && ["snapshots", "restore", "restore-original"].contains(verb)
        #expect(isShown ? answer.status == 200 : [400, 404, 409].contains(answer.status), "\(verb): \(answer.status)")
        #expect(!answer.text.contains(Self.secret))
      }
    }
  }

  @Test(arguments: [
    "web-1/scheduled/%2e%2e", "web-1/../scheduled", "%2e%2e/scheduled/\(name)", "web-1/odd/\(name)",
    "web-1/scheduled/20260518-021500Z%2f..", "web-1/scheduled/20260518-021500Z__BBBBBBBB", "web-2/scheduled/\(name)",
    "web-1/%2e%2e/\(name)", "web-1/scheduled/\(name)%00",
  ])
  func `no name of a host or a snapshot leads elsewhere`(_ place: String) async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      let reader = try await web.reader(.operator)
      for verb in ["snapshots", "tar"] {
        let answer = try await reader.get("/\(verb)/\(place)")
        #expect([400, 404].contains(answer.status) && !answer.text.contains(Self.secret), "\(answer.status)")
      }
    }
  }

  // MARK: - Downloads

  @Test(
    arguments: [
      (nil, .whole), ("bytes=0-4", .part(0..<5)), ("bytes=2-3", .part(2..<4)), ("bytes=2-", .part(2..<10)),
      ("bytes=-3", .part(7..<10)), ("bytes=-30", .part(0..<10)), ("bytes=0-99", .part(0..<10)),
      ("BYTES=9-9", .part(9..<10)), ("bytes=10-", .beyond), ("bytes=10-11", .beyond), ("bytes=-0", .beyond),
      ("bytes=99999999999999999999-", .beyond), ("bytes=0-99999999999999999999", .part(0..<10)),
      ("bytes=3-2", .whole), ("bytes=0-1,3-4", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=a-b", .whole),
      ("items=0-1", .whole), ("bytes=+1-2", .whole), ("bytes=1-2-3", .whole), ("bytes= 1-2", .whole),
    ] as [(String?, ByteRange)])
  func `a single range is read, and anything else is the whole`(_ field: String?, _ range: ByteRange) {
    #expect(ByteRange(field, of: 10) == range)
  }

  @Test func `an empty file has no part`() {
    for field in ["bytes=0-", "bytes=-1", "bytes=0-0"] { #expect(ByteRange(field, of: 0) == .beyond) }
    #expect(ByteRange(nil, of: 0) == .whole)
  }

  @Test func `a download is taken up where it broke off, of the same file only`() async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      let reader = try await web.reader(.operator)
      let target = "/download/\(Self.top)/greeting"
      let whole = try await reader.get(target)
      #expect(whole.status == 200 && whole.text == "hello" && whole.header("content-length") == "5")
      #expect(whole.header("accept-ranges") == "bytes")
      let tag = try #require(whole.header("etag"))
      let rest = try await reader.get(target, headers: ["Range": "bytes=2-", "If-Range": tag])
      #expect(rest.status == 206 && rest.text == "llo" && rest.header("content-range") == "bytes 2-4/5")
      let other = try await reader.get(target, headers: ["Range": "bytes=2-", "If-Range": "\"other\""])
      #expect(other.status == 200 && other.text == "hello")
      let beyond = try await reader.get(target, headers: ["Range": "bytes=5-"])
      #expect(beyond.status == 416 && beyond.header("content-range") == "bytes */5" && beyond.body.isEmpty)
      let head = try await reader.head(target)
      #expect(head.status == 200 && head.body.isEmpty && head.header("content-length") == "5")
      let audited = try await web.store.audit(limit: 10).filter { $0.action == "snapshot.download" }
      #expect(audited.count == 2)
    }
  }

  @Test func `a large file comes whole, piece by piece`() async throws {
    let bytes = (0..<(24 << 20) + 1).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    try await withSnapshot {
      try $0.write(bytes, to: "large")
    } _: { web, _ in
      let answer = try await web.reader(.operator).get("/download/\(Self.top)/large")
      #expect(answer.header("content-length") == "\(bytes.count)")
      #expect(answer.body == bytes)
    }
  }

  @Test func `a directory comes as an archive that tar takes`() async throws {
    try await withSnapshot { tree in
      try tree.makeDirectory("etc/inner")
      try tree.write("x", to: "etc/inner/fstab")
      try tree.makeFifo("etc/fifo")
      try tree.makeLink("etc/link", to: "/etc/passwd")
    } _: { web, scratch in
      let reader = try await web.reader(.operator)
      let answer = try await reader.get("/tar/\(Self.top)/etc")
      #expect(answer.status == 200 && answer.header("content-type") == "application/x-tar")
      #expect(answer.header("content-disposition")?.contains("filename=\"etc.tar\"") ?? false)
      try Data(answer.body).write(to: scratch.url("etc.tar"))
      let listed = try await runTool("tar", ["-t", "-f", scratch.path("etc.tar")]).check()
      #expect(
        Set(listed.stdout.split(separator: "\n")) == ["etc/", "etc/inner/", "etc/inner/fstab", "etc/fifo", "etc/link"])
      let whole = try await reader.get("/tar/\(Self.top)")
      #expect(whole.header("content-disposition")?.contains("web-1-20260518-021500Z.tar") ?? false)
      #expect(try await reader.get("/tar/\(Self.top)/greeting").status == 404)
    }
  }

  @Test func `versions of a file are shown`() async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      let id = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(Self.name)))
      let host = try HostName(text: "web-1")
      try await web.store.record(
        Snapshot(host: host, id: id, status: .success, startedAt: id.name.startedAt), at: web.now)
      let reader = try await web.reader(.operator)
      let page = try await reader.get("/snapshots/\(Self.top)/greeting?versions")
      #expect(page.status == 200 && page.text.contains("1 snapshot") && page.text.contains("/download/\(Self.top)/"))
      let none = try await reader.get("/snapshots/\(Self.top)/none?versions")
      #expect(none.status == 200 && none.text.contains("No snapshot of web-1 holds it."))
    }
  }

  // MARK: - Restoring

  @Test func `a restore is asked for as a run, beside what is there`() async throws {
    try await withSnapshot {
      try $0.write("x", to: RawPath(bytes: [0xff]))
    } _: { web, _ in
      let reader = try await web.reader(.operator)
      let target = "/restore/\(Self.top)/%FF"
      let page = try await reader.get(target)
      #expect(page.status == 200 && page.text.contains("/var/lib/pobsync-restore-20260518-021500Z/"))
      #expect(!page.text.contains("/restore-original/"))
      let asked = try await reader.post(target, ["address": Self.address])
      #expect(asked.status == 303)
      let run = try #require(try await web.store.runs(limit: 1).first)
      #expect(asked.header("location") == "/runs/\(run.id)")
      #expect(run.kind == .restore && run.request.requestedBy == "operator" && run.trigger == .web)
      let id = try #require(SnapshotID("scheduled/\(Self.name)"))
      let side = try AbsolutePath(text: "/var/lib/pobsync-restore-20260518-021500Z")
      #expect(run.request.parameters == .restore(RestoreOrder(snapshot: id, path: [0xff], target: .remote(side))))
      #expect(try await web.store.audit(limit: 10).contains { $0.action == "snapshot.restore" })
      // The same again joins it; something else has to wait.
      #expect(try await reader.post(target, ["address": Self.address]).status == 303)
      #expect(try await reader.post("/restore/\(Self.top)/greeting", ["address": Self.address]).status == 409)
      #expect(try await reader.post("/restore/\(Self.top)/none").status == 404)
    }
  }

  @Test func `over what is there now an administrator restores who types the host's name`() async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      let target = "/restore-original/\(Self.top)/greeting"
      let operating = try await web.reader(.operator)
      #expect(try await operating.get(target).status == 403)
      #expect(try await operating.post(target, ["name": "web-1"]).status == 403)
      let reader = try await web.reader(.admin)
      #expect(try await reader.get("/restore/\(Self.top)/greeting").text.contains(target))
      #expect(try await reader.get(target).text.contains("Type <code>web-1</code>"))
      for fields in [[:], ["name": "web-2"], ["name": ""]] {
        let wrong = fields.merging(["address": Self.address]) { $1 }
        #expect(try await reader.post(target, wrong).status == 422)
      }
      #expect(try await web.store.runs(limit: 1).isEmpty)
      #expect(try await reader.post(target, ["name": "web-1", "address": Self.address]).status == 303)
      let run = try #require(try await web.store.runs(limit: 1).first)
      guard case .restore(let order) = run.request.parameters else {
        Issue.record("it is no restore")
        return
      }
      #expect(order.target == .original && !order.isRehearsal)
    }
  }

  @Test func `nothing is restored to another address than the page has shown`() async throws {
    try await withSnapshot { _ in
    } _: { web, _ in
      let reader = try await web.reader(.operator)
      let target = "/restore/\(Self.top)/greeting"
      #expect(try await reader.get(target).text.contains(#"name="address" value="\#(Self.address)""#))
      try await web.apply("hosts:\n  web-1: {address: 127.0.0.2}")
      let answer = try await reader.post(target, ["address": Self.address])
      #expect(answer.status == 409 && answer.text.contains("root@127.0.0.2"))
      #expect(try await web.store.runs(limit: 1).isEmpty)
      #expect(try await reader.post(target, ["address": "root@127.0.0.2"]).status == 303)
    }
  }

  @Test func `a disk that does not answer holds nobody up for ever`() async throws {
    let disk = DiskReaders(patience: 0.05, limit: 2)
    let hanging = DispatchSemaphore(value: 0)
    for _ in 0..<2 {
      let problem = await #expect(throws: WebProblem.self) { try await disk.read { hanging.wait() } }
      #expect(problem?.status == .serviceUnavailable && problem?.code == "disk_slow")
    }
    // Both still hang: nobody else is made to wait as well.
    await #expect(throws: WebProblem.self) { try await disk.read {} }
    for _ in 0..<2 { hanging.signal() }
    try await poll(until: 30, "the disk to be free again") { (try? await disk.read { 7 }) == 7 }
  }

  @Test func `a host that is not declared any more is not restored to`() async throws {
    try await withSnapshot { _ in
    } _: { web, scratch in
      try FileManager.default.copyItem(atPath: scratch.path("backups/web-1"), toPath: scratch.path("backups/web-2"))
      let reader = try await web.reader(.operator)
      #expect(try await reader.get("/snapshots/web-2/scheduled/\(Self.name)").status == 200)
      #expect(try await reader.get("/restore/web-2/scheduled/\(Self.name)").status == 409)
    }
  }
}
