// Attacks by what is in snapshots: a hostile remote decides about the names, links and contents of files.

import Engine
import Foundation
import Glibc
import Store
import Support
import Testing

@testable import Web

extension AttackTests {
  private static let canary = "the canary in the coal mine"
  private static let top = "web-1/scheduled/\(WebFixture.snapshotName)"

  /// Gives `body` a site and the data of a snapshot on a real disk, beside which lies what nobody may get to see.
  private static func withSnapshot(_ body: (WebFixture, TreeBuilder) async throws -> Void) async throws {
    try await withScratchDirectory("attacks") { scratch in
      try scratch.write(canary, to: "secret/canary")
      try scratch.write("id: AAAAAAAA\nname: web-1\n", to: "backups/web-1/host.yaml")
      try scratch.write(canary, to: "backups/\(top)/meta/canary")
      let tree = try TreeBuilder(at: scratch.makeDirectory("backups/\(top)/data"))
      try tree.write("hello", to: "greeting")
      try await withWeb { web in
        try await web.fill(SiteContent(backupRoot: scratch.path("backups")))
        try await body(web, tree)
      }
    }
  }

  /// What is answered to whoever looks at a path in the snapshot, encoded as given, or wants it.
  private static func answers(_ web: WebFixture, _ path: String) async throws -> [WebAnswer] {
    let reader = try await web.reader(.admin)
    var answers: [WebAnswer] = []
    for verb in ["snapshots", "download", "tar", "restore", "restore-original"] {
      answers.append(try await reader.get("/\(verb)/\(top)/\(path)"))
    }
    return answers
  }

  @Test func `a snapshot can be looked into at all`() async throws {
    try await Self.withSnapshot { web, _ in
      let reader = try await web.reader(.operator)
      #expect(try await reader.get("/snapshots/\(Self.top)").text.contains("greeting"))
      #expect(try await reader.get("/download/\(Self.top)/greeting").text == "hello")
    }
  }

  @Test(
    "no path leads out of a snapshot",
    arguments: [
      "../meta/canary", "..%2Fmeta%2Fcanary", "%2e%2e/meta/canary", "%2E%2E%2Fmeta%2Fcanary", "..%5Cmeta%5Ccanary",
      "%252e%252e/meta/canary", "%c0%ae%c0%ae/meta/canary", "./../meta/canary", "a/../../meta/canary", "%00/canary",
      "..%00/meta/canary", "//etc/passwd", "%2Fetc%2Fpasswd", "....//meta/canary", "..;/meta/canary", "~root/.ssh",
      "..%ef%bc%8fmeta%ef%bc%8fcanary", "...",
    ])
  func traversal(path: String) async throws {
    try await Self.withSnapshot { web, _ in
      for answer in try await Self.answers(web, path) {
        #expect((400..<500).contains(answer.status), "\(answer.status)")
        #expect(!answer.text.contains(Self.canary))
      }
      let versions = try await web.reader(.admin).get("/snapshots/\(Self.top)/\(path)?versions")
      #expect(versions.status < 500)
      #expect(!versions.text.contains("/download/"), "there is nothing to be had")
    }
  }

  @Test(
    "the names of host, kind and snapshot lead nowhere either",
    arguments: [
      "..%2Fsecret/scheduled/20260518-021500Z__AAAAAAAA", "web-1/..%2F..%2Fsecret/20260518-021500Z__AAAAAAAA",
      "web-1/scheduled/..", "web-1/scheduled/20260518-021500Z__AAAAAAAA%2F..%2Fcanary", "web-1/.incomplete/x",
      "web-1/scheduled/.", "../secret/canary", "web-1/.trash/20260518-021500Z__AAAAAAAA", "web-1/scheduled/%00",
    ])
  func traversal(top: String) async throws {
    try await Self.withSnapshot { web, _ in
      let reader = try await web.reader(.admin)
      for target in ["/snapshots/\(top)", "/download/\(top)/canary", "/tar/\(top)", "/hosts/web-1/snapshots/\(top)"] {
        let answer = try await reader.get(target)
        #expect((400..<500).contains(answer.status), "\(target): \(answer.status)")
        #expect(!answer.text.contains(Self.canary))
      }
    }
  }

  @Test func `links are shown and not followed`() async throws {
    try await Self.withSnapshot { web, tree in
      let links: [(RawPath, RawPath)] = [
        ("absolute", "/etc"), ("relative", "../../../../../secret"), ("up", ".."), ("file", "../meta/canary"),
        ("passwd", "/etc/passwd"), ("loop", "loop"), ("proc", "/proc/self/environ"),
      ]
      for (link, target) in links { try tree.makeLink(link, to: target) }
      let reader = try await web.reader(.admin)
      let listing = try await reader.get("/snapshots/\(Self.top)")
      #expect(listing.status == 200)
      #expect(listing.text.contains("../../../../../secret"), "where it would lead is told")
      for (link, _) in links {
        let name = String(decoding: link.bytes, as: UTF8.self)
        let download = try await reader.get("/download/\(Self.top)/\(name)")
        #expect((400..<500).contains(download.status), "\(name): \(download.status)")
        for below in ["canary", "passwd", "meta", "data"] {
          for verb in ["snapshots", "download", "tar"] {
            let answer = try await reader.get("/\(verb)/\(Self.top)/\(name)/\(below)")
            #expect((400..<500).contains(answer.status), "\(verb) of \(name)/\(below): \(answer.status)")
            #expect(!answer.text.contains(Self.canary))
          }
        }
      }
      let archive = try await reader.get("/tar/\(Self.top)")
      #expect(archive.status == 200)
      #expect(!archive.text.contains(Self.canary))
      #expect(!archive.text.contains("root:x:0:0"))
    }
  }

  @Test func `a snapshot whose data is a link is not looked into`() async throws {
    try await Self.withSnapshot { web, tree in
      let data = String(decoding: tree.root.bytes, as: UTF8.self)
      try tree.remove("greeting")
      guard rmdir(data) == 0, symlink("../../../../secret", data) == 0 else {
        throw ToolError(message: "the link was not made")
      }
      for answer in try await Self.answers(web, "canary") {
        #expect((400..<500).contains(answer.status), "\(answer.status)")
        #expect(!answer.text.contains(Self.canary))
      }
      let reader = try await web.reader(.admin)
      for verb in ["snapshots", "tar"] {
        #expect(try await !reader.get("/\(verb)/\(Self.top)").text.contains("canary"))
      }
    }
  }

  @Test func `what is neither file nor directory is not opened`() async throws {
    try await Self.withSnapshot { web, tree in
      // Whoever opened it for reading would wait for ever.
      try tree.makeFifo("pipe")
      for answer in try await Self.answers(web, "pipe") { #expect(answer.status < 500) }
      #expect(try await web.reader(.admin).get("/download/\(Self.top)/pipe").status == 409)
    }
  }

  // MARK: - Names

  private static let fileNames: [RawPath] = [
    RawPath("a\r\nSet-Cookie: evil=1\r\n\r\n<script>"), RawPath("\"; filename=\"evil.exe"), RawPath("a\nb"),
    RawPath("<xss-file>\"onx=\"'onx='&{{xss}}"), RawPath("\u{202E}txt.exe"), RawPath("%0d%0aSet-Cookie:%20evil=1"),
    RawPath(bytes: [0xFF, 0xFE, 0x0D, 0x0A, 0x3C]), RawPath("a;b,c=d"), RawPath("C:\\evil"), RawPath(" "),
    RawPath("-rf"),
  ]

  @Test func `the name of a file leaves no header and begins no element`() async throws {
    try await Self.withSnapshot { web, tree in
      for name in Self.fileNames { try tree.write("content", to: name) }
      let reader = try await web.reader(.admin)
      let listing = try await reader.get("/snapshots/\(Self.top)")
      #expect(listing.status == 200)
      #expect(Self.markup(in: listing) == nil)
      #expect(listing.text.contains("&lt;xss-file&gt;"))
      for name in Self.fileNames {
        let path = PercentEncoding.encoded(name.bytes)
        #expect(listing.text.contains(path), "\(name) can be reached")
        for answer in try await Self.answers(web, path) {
          #expect(answer.status < 500, "\(name): \(answer.status)")
          #expect(answer.headers("set-cookie").isEmpty, "\(name)")
          #expect(Self.markup(in: answer) == nil, "\(name)")
        }
        let download = try await reader.get("/download/\(Self.top)/\(path)")
        #expect(download.text == "content", "\(name)")
        #expect(download.header("content-type") == "application/octet-stream")
        #expect(download.header("x-content-type-options") == "nosniff")
        let disposition = download.header("content-disposition") ?? ""
        #expect(disposition.hasPrefix("attachment; filename=\""), "\(name)")
        #expect(disposition.split(separator: "\"", omittingEmptySubsequences: false).count == 3, "\(disposition)")
        #expect(disposition.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(disposition)")
        #expect(!disposition.contains("%0D") && !disposition.contains("%0A") && !disposition.contains("%E2%80%AE"))
      }
    }
  }

  @Test func `what a page of another site would be is downloaded, and never shown`() async throws {
    try await Self.withSnapshot { web, tree in
      try tree.write("<script>alert(1)</script>", to: "index.html")
      try tree.write("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", to: "evil.svg")
      let reader = try await web.reader(.admin)
      for name in ["index.html", "evil.svg"] {
        let answer = try await reader.get("/download/\(Self.top)/\(name)")
        #expect(answer.header("content-type") == "application/octet-stream")
        #expect(answer.header("content-disposition")?.hasPrefix("attachment") ?? false)
        #expect(answer.header("content-security-policy")?.contains("default-src 'none'") ?? false)
      }
    }
  }
}
