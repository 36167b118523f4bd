// SSH keys by page: public halves only, and nothing that is replaced without a word.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct CredentialPageTests {
  private static let key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl pobsync@backup"

  @Test func `a public key is told from everything else, and has ssh's fingerprint`() throws {
    let key = try #require(PublicKey(Self.key + "\n"))
    #expect(key.algorithm == "ssh-ed25519")
    #expect(key.line == Self.key)
    #expect(key.fingerprint == "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU")
    for other in [
      "", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n", "ssh-ed25519", "ssh-ed25519 AAAA",
      "ssh-dss AAAAC3NzaC1lZDI1NTE5AAAAIOMq", Self.key + "\u{1B}[31m",
    ] {
      #expect(PublicKey(other) == nil, "\(other)")
    }
  }

  @Test func `only the public half is read`() async throws {
    try await withScratchDirectory("keys") { scratch in
      let path = scratch.path("id_ed25519")
      guard case .nothing = await PublicKey.beside(path) else {
        Issue.record("there is no key")
        return
      }
      // A private half that cannot be opened at all.
      try scratch.makeDirectory("id_ed25519")
      guard case .unreadable(let why) = await PublicKey.beside(path) else {
        Issue.record("there is no public half")
        return
      }
      #expect(why.contains("id_ed25519.pub is not there"))
      try scratch.write(Self.key + "\n", to: "id_ed25519.pub")
      guard case .key(let key) = await PublicKey.beside(path) else {
        Issue.record("there is a public half")
        return
      }
      #expect(key.line == Self.key)
    }
  }

  @Test func `known hosts are read, but for authorities and noise`() throws {
    let words = Self.key.split(separator: " ").prefix(2).joined(separator: " ")
    let line = try #require(KnownHostLine("[web-1.example.net]:2222 \(words)"))
    #expect(line.names == "[web-1.example.net]:2222" && !line.isRevoked)
    #expect(KnownHostLine("@revoked web-1 \(words)")?.isRevoked == true)
    #expect(KnownHostLine("|1|abc=|def= \(words)")?.names == "(hashed)")
    for other in ["# web-1 \(words)", "@cert-authority * \(words)", "web-1 ssh-ed25519 AAAA", "web-1"] {
      #expect(KnownHostLine(Substring(other)) == nil, "\(other)")
    }
  }

  @Test func `pages say that there is no key, and who may make one`() async throws {
    try await withWeb(routes: Route.credentialPages) { web in
      try await web.apply("hosts:\n  web-1: {ssh: {identity_file: /etc/pobsync/other}}\n  web-2: {}")
      let page = try await web.reader(.operator).get("/ssh-keys")
      #expect(page.status == 200)
      #expect(page.text.contains("There is no key yet") && !page.text.contains("Make a key</button>"))
      #expect(page.text.contains("/etc/pobsync/other") && page.text.contains(#"href="/ssh-keys/web-1""#))
      #expect(page.text.contains("Used by 1 host."))
      #expect(try await web.reader(.admin).get("/ssh-keys").text.contains("Make a key</button>"))
      #expect(try await web.reader(.viewer).get("/ssh-keys").status == 403)
      #expect(try await web.reader(.operator).post("/ssh-keys").status == 403)
      let host = try await web.reader(.operator).get("/ssh-keys/web-1")
      #expect(host.status == 200)
      #expect(host.text.contains("nothing is transferred from it until one is trusted"))
      #expect(try await web.reader(.operator).get("/ssh-keys/web-9").status == 404)
      #expect(try await web.reader(.admin).post("/ssh-keys/web-9/generate").status == 404)
      #expect(try await web.reader(.operator).post("/ssh-keys/web-2/use").status == 409, "there is none to use")
    }
  }
}
