// The pages as people use them: in a real browser, against the program, a real sshd and a real rsync.

import Foundation
import Support
import Testing

@Suite(.serialized, .enabled(if: Browser.isInstalled)) struct BrowserTests {
  /// A schedule that is never due by itself, once there is a snapshot.
  private static let never = "{cron: '0 0 29 2 *'}"

  // MARK: - Signing in and out

  @Test func `signing in and out, after which going back shows nothing`() async throws {
    try await withBrowserScene { scene in
      let browser = scene.browser
      try await browser.go("/hosts?q=web")
      #expect(try await browser.path.hasPrefix("/login?next="))
      try await scene.signIn("not that one")
      try await browser.wait(for: "The name or the password is wrong.")

      try await browser.go("/hosts?q=web")
      try await browser.type("ann", into: "#name")
      try await browser.type(BrowserScene.account.password, into: "#password")
      try await browser.click(.words("Sign in"))
      try await browser.wait(for: "Hosts", in: "h1")
      #expect(try await browser.path == "/hosts?q=web", "where one wanted to go")
      #expect(try await browser.property("value", of: "input[name=q]") == "web")
      let cookies = try await browser.cookies
      #expect(cookies.map(\.name) == ["pobsync_session"])
      #expect(cookies.allSatisfy { $0.httpOnly && $0.sameSite == "Lax" })
      #expect(try await browser.script("return document.cookie === ''", as: Bool.self), "no script sees it")

      try await browser.click("details.account summary")
      try await browser.click(.words("Sign out"))
      try await browser.wait(for: "Sign in", in: "h1")
      #expect(try await browser.cookies.allSatisfy { $0.name != "pobsync_session" })
      try await browser.back()
      try await browser.wait(for: "Sign in", in: "h1")
      #expect(try await !browser.has("nav[aria-label=Main]"))
    }
  }

  // MARK: - From a spec to a file

  @Test func `a spec is applied, a host backed up while one watches, and a file got back`() async throws {
    try await withBrowserScene { scene in
      let (installation, browser) = (scene.installation, scene.browser)
      let held = try HeldRsync(in: installation.scratch)
      try held.release()
      try await scene.signIn()
      try await scene.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      // The first backup is the loop's own doing.
      try await scene.waitUntilIdle(after: 1)
      #expect(try await installation.runStates() == ["succeeded"])

      held.reset()
      try await browser.go("/hosts/web-1")
      try await browser.click(.words("Back up now"))
      try await browser.wait(for: "backup of web-1", in: "h1")
      let page = try await browser.path
      try await held.waitUntilHolding()
      try await browser.wait(for: "running", in: "#live")
      _ = try await browser.script("window.isUntouched = true; return true", as: Bool.self)
      try held.release()
      try await browser.wait(until: 60, "the end of the run to be shown") {
        try await browser.script(
          "return document.querySelector('#live h1 .badge')?.textContent === 'succeeded'", as: Bool.self)
      }
      try await browser.wait(for: "manual/", in: "#live")
      #expect(
        try await browser.script("return window.isUntouched === true", as: Bool.self), "the page was not loaded again")
      #expect(try await browser.path == page)
      #expect(try await browser.errors == [])

      try await browser.click("#live a.mono[href*='/snapshots/manual/']")
      try await browser.click(.words("Browse"))
      try await browser.wait(for: "documents/", in: "main")
      try await browser.click(.words("documents/"))
      try await browser.wait(for: "photo", in: "main table")
      try await browser.click(".acts a[href$='/documents/photo']")
      // Chromium takes the name with an empty file first, and fills it when the download has ended.
      try await poll(until: 30, "the download, whole") {
        FileManager.default.contentsEqual(
          atPath: "\(browser.downloads)/photo", andPath: "\(installation.source)/documents/photo")
      }
      #expect(try await browser.errors == [])
    }
  }

  @Test func `a spec that is wrong is not applied, and told with the place`() async throws {
    try await withBrowserScene { scene in
      let browser = scene.browser
      try await scene.signIn()
      try await browser.go("/spec")
      try await browser.type("version: 1\nhosts:\n  web-1:\n    adress: web-1.example.net\n", into: "#text")
      try await browser.click(.words("Show the difference"))
      try await browser.wait(for: "hosts.yaml:4:5", in: ".diagnostic")
      #expect(try await browser.text(of: ".diagnostic").contains("did you mean `address`?"))
      #expect(try await browser.property("value", of: "#text").contains("adress"), "what was written is still there")
      #expect(try await scene.installation.list("hosts").isEmpty)
    }
  }

  // MARK: - Retention

  @Test func `retention is planned and applied, and what goes is named before`() async throws {
    try await withBrowserScene(after: { installation in
      try await installation.apply(installation.spec(schedule: Self.never))
      try await installation.backUp(times: 5)
    }) { scene in
      let (installation, browser) = (scene.installation, scene.browser)
      let before = installation.snapshots()
      let going = Array(before.prefix(2))
      try await scene.signIn()
      try await browser.go("/hosts/web-1")
      try await browser.click(".page-head a[href='/hosts/web-1/retention']")
      try await browser.wait(for: "Retention of web-1", in: "h1")
      for snapshot in before { #expect(try await browser.text(of: "main").contains(snapshot)) }
      #expect(installation.snapshots() == before, "looking removes nothing")

      try await browser.click(.words("Apply…"))
      try await browser.wait(for: "Remove 2 snapshots of web-1?", in: "main")
      let named = try await browser.script(
        "return [...document.querySelectorAll('ul.names .mono')].map((name) => name.textContent)", as: [String].self)
      #expect(named.sorted() == going)
      #expect(installation.snapshots() == before, "asking removes nothing")

      // Two are within what may go at once; a smaller limit would have it typed.
      if try await browser.has("#max_delete") { try await browser.type("2", into: "#max_delete") }
      try await browser.click(.words("Remove 2 snapshots"))
      try await browser.wait(for: "prune of web-1", in: "h1")
      try await browser.wait(for: "succeeded", in: "#live h1", until: 60)
      #expect(installation.snapshots() == Array(before.dropFirst(2)))
      try await browser.go("/purges")
      for snapshot in going { #expect(try await browser.text(of: "main").contains(snapshot)) }
      #expect(try await browser.errors == [])
    }
  }

  // MARK: - Editing

  @Test func `a schedule is edited by form and as YAML`() async throws {
    try await withBrowserScene(after: { installation in
      try await installation.apply(installation.spec(schedule: Self.never))
    }) { scene in
      let (installation, browser) = (scene.installation, scene.browser)
      func exported() async throws -> String { try await installation.pobsync("export").check().stdout }
      try await scene.signIn()
      try await browser.go("/spec")
      try await browser.click(.words("often"))
      try await browser.wait(for: "Edit schedule often", in: "h1")
      #expect(try await browser.property("value", of: "[name='value.cron']") == "0 0 29 2 *")
      try await browser.type("0 25 29 2 *", into: "[name='value.cron']")
      try await browser.click(.words("Review changes"))
      try await browser.wait(for: "25", in: ".field.invalid .wrong")
      try await browser.type("15 3 29 2 *", into: "[name='value.cron']")
      try await browser.click(.words("Review changes"))
      try await browser.wait(for: "15 3 29 2 *", in: "pre.diff")
      #expect(try await exported().contains("0 0 29 2 *"), "reviewing changes nothing")
      try await browser.click(.words("Save"))
      try await browser.wait(for: "schedule/often is changed", in: "main")
      #expect(try await exported().contains("15 3 29 2 *"))

      try await browser.go("/edit/schedule/often")
      try await browser.click(.words("YAML"))
      try await browser.wait(for: "YAML", in: ".tabs [aria-current]")
      let text = try await browser.property("value", of: "#text")
      #expect(text.contains("15 3 29 2 *"))
      try await browser.type(text.replacing("15 3 29 2 *", with: "45 4 29 2 *"), into: "#text")
      try await browser.click(.words("Review changes"))
      try await browser.wait(for: "45 4 29 2 *", in: "pre.diff")
      try await browser.click(.words("Save"))
      try await browser.wait(for: "schedule/often is changed", in: "main")
      #expect(try await exported().contains("45 4 29 2 *"))
      #expect(try await browser.errors.allSatisfy { $0.contains("422") }, "but for the answer to what was wrong")
    }
  }

  // MARK: - Every page

  @Test func `every page is whole: in light, in dark and on a telephone`() async throws {
    try await withBrowserScene(after: { installation in
      try await installation.apply(installation.spec(schedule: Self.never))
      try await installation.backUp(times: 4)
      try await installation.pobsync("pin", "web-1", installation.snapshots()[0]).check()
    }) { scene in
      let browser = scene.browser
      try await browser.go("/login")
      try await PageLooks.check("/login", in: browser)
      try await scene.signIn()
      try await browser.wait(for: "Overview", in: "h1")
      var paths = try await PageLooks.navigation(of: browser)
      #expect(paths.count >= 12)
      let snapshot = scene.installation.snapshots()[1]
      let more = [
        "/hosts/web-1", "/hosts/web-1/values", "/hosts/web-1/edit", "/hosts/web-1/edit?as=yaml", "/hosts/new",
        "/hosts/web-1/preflight", "/hosts/web-1/dry-run", "/hosts/web-1/retention", "/hosts/web-1/delete",
        "/hosts/web-1/snapshots/\(snapshot)", "/hosts/web-1/snapshots/\(snapshot)/remove", "/snapshots",
        "/snapshots/web-1/\(snapshot)", "/snapshots/web-1/\(snapshot)/greeting",
        "/snapshots/web-1/\(snapshot)/greeting?versions", "/restore/web-1/\(snapshot)/greeting",
        "/restore-original/web-1/\(snapshot)/greeting", "/runs/1", "/runs?state=failed", "/deliveries",
        "/retention?policy=standard&years=5", "/spec?current=1", "/spec/changes", "/edit/settings/global",
        "/edit/schedule/often", "/edit/schedule/often/delete", "/new/retention", "/ssh-keys/web-1", "/users/ann",
        "/settings/account",
      ]
      paths += more
      var links: Set<String> = []
      for path in paths {
        try await browser.go(path)
        try await PageLooks.check(path, in: browser)
        links.formUnion(try await PageLooks.links(of: browser))
      }
      let dead = try await PageLooks.dead(links.subtracting(paths), in: browser)
      #expect(dead == [], "links that lead nowhere")
    }
  }

  @Test func `a page that is not there says so, in the site's own look`() async throws {
    try await withBrowserScene { scene in
      let browser = scene.browser
      try await scene.signIn()
      try await browser.go("/hosts/no-such-host")
      try await browser.wait(for: "404", in: "main")
      #expect(try await browser.has("nav[aria-label=Main]"))
      #expect(try await browser.errors.allSatisfy { $0.contains("404") })
    }
  }
}
