// What tests of pages have in front of them: a service that serves its pages, an admin, and a browser.

import Foundation
import Glibc
import Support
import Testing

struct BrowserScene: Sendable {
  let installation: Installation
  let browser: Browser

  static let account = (name: "ann", password: "canary in the coal mine")

  func signIn(_ password: String = account.password) async throws {
    try await browser.go("/login")
    try await browser.type(Self.account.name, into: "#name")
    try await browser.type(password, into: "#password")
    try await browser.follow(.words("Sign in"))
  }

  /// Applies a spec by the page.
  func apply(_ spec: String) async throws {
    try await browser.go("/spec")
    try await browser.type(spec, into: "#text")
    try await browser.click(.words("Show the difference"))
    try await browser.wait(for: "What the loop does then", in: "main")
    try await browser.click(.words("Apply"))
    try await browser.wait(for: "The spec is applied", in: "main")
  }

  /// Waits until all runs have come to their ends.
  func waitUntilIdle(after count: Int) async throws {
    try await poll(until: 60, every: 0.2, "\(count) runs to end") {
      let states = try await installation.runStates()
      return states.count >= count && states.allSatisfy { $0 != "queued" && $0 != "running" }
    }
  }
}

/// Gives `body` a service with its pages and a browser.
///
/// - Parameter prepare: what is done before the service is started.
func withBrowserScene(
  after prepare: (Installation) async throws -> Void = { _ in }, _ body: (BrowserScene) async throws -> Void
) async throws {
  try await withInstallation { installation in
    let account = BrowserScene.account
    let password = try installation.scratch.write("\(account.password)\n", to: "password", mode: 0o600)
    try await installation.pobsync("createsuperuser", account.name, "--password-file", password).check()
    try await prepare(installation)
    let service = try installation.start("run", "--listen", "127.0.0.1:0")
    defer { service.signal(SIGKILL) }
    var site: String?
    try await poll(until: 30, "the service to serve pages") {
      site = service.stderr.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.output) }
      return site != nil
    }
    try await withBrowser(at: try #require(site), in: installation.scratch) { browser in
      try await body(BrowserScene(installation: installation, browser: browser))
    }
    service.signal(SIGTERM)
    #expect(try await service.wait(timeout: 30).status == 0, "\(service.stderr)")
  }
}
