// A real browser without a window: Debian's Chromium, driven through its chromedriver.

import Foundation
import Glibc

/// A browser with one page, a profile of its own and a folder for downloads.
package struct Browser: Sendable {
  /// Where the site is: paths are looked for there.
  package let site: String
  /// Where downloads are put.
  package let downloads: String
  private let driver: WebDriver
  /// The path of the session in the protocol.
  private let session: String

  // As Debian's packages chromium and chromium-driver have them.
  fileprivate static let program = "/usr/bin/chromium"
  fileprivate static let driverProgram = "/usr/bin/chromedriver"

  /// Whether there is a browser, and a driver for it.
  package static let isInstalled = [program, driverProgram].allSatisfy { (path: String) in access(path, X_OK) == 0 }

  fileprivate init(_ driver: WebDriver, site: String, downloads: String) async throws {
    let made: SessionMade = try await driver.ask(
      "POST", "/session", NewSession(binary: Browser.program, downloads: downloads))
    self.driver = driver
    self.site = site
    self.downloads = downloads
    session = "/session/\(made.sessionId)"
  }

  fileprivate func end() async throws { try await driver.command("DELETE", session) }

  // MARK: - Going about

  /// Goes to a path of the site, and waits until the page is loaded.
  package func go(_ path: String) async throws {
    try await driver.command("POST", "\(session)/url", ["url": "\(site)\(path)"])
  }

  package func back() async throws { try await driver.command("POST", "\(session)/back") }

  package func reload() async throws { try await driver.command("POST", "\(session)/refresh") }

  /// The path and query of the page.
  package var path: String {
    get async throws {
      let url: String = try await driver.ask("GET", "\(session)/url")
      return url.hasPrefix(site) ? String(url.dropFirst(site.count)) : url
    }
  }

  package var title: String {
    get async throws { try await driver.ask("GET", "\(session)/title") }
  }

  // MARK: - Elements

  /// The first element of the page that fits.
  package func find(_ place: Place) async throws -> Element {
    let found: [String: String] = try await driver.ask("POST", "\(session)/element", place.query)
    guard let id = found.values.first else {
      throw WebDriverError(code: "no such element", message: "\(place)")
    }
    return Element(id: id)
  }

  package func has(_ place: Place) async throws -> Bool {
    let found: [[String: String]] = try await driver.ask("POST", "\(session)/elements", place.query)
    return !found.isEmpty
  }

  /// Clicks on what fits, as soon as it is there to be clicked on. The driver waits for a page to which that leads if
  /// the browser is quick to set out for it; on a busy machine it is not always.
  package func click(_ place: Place) async throws {
    try await retrying(place) { element in
      try await driver.command("POST", "\(session)/element/\(element.id)/click")
    }
  }

  /// Clicks on what leads to another page, or to the same one anew, and waits until that one is there. To go elsewhere
  /// before would be overtaken by the page that is still to come.
  package func follow(_ place: Place) async throws {
    try await driver.command(
      "POST", "\(session)/execute/sync", Script(script: "document.documentElement.dataset.left = 'soon'", args: []))
    try await click(place)
    try await wait(until: 30, "the page behind \(place)") {
      try await script(
        "return document.documentElement.dataset.left === undefined && document.readyState === 'complete'")
    }
  }

  /// Puts a text into a field in place of what is there, key by key.
  package func type(_ text: String, into place: Place) async throws {
    try await retrying(place) { element in
      try await driver.command("POST", "\(session)/element/\(element.id)/clear")
      try await driver.command("POST", "\(session)/element/\(element.id)/value", ["text": text])
    }
  }

  /// Sends the form in which an element is, as the button of the form would.
  package func submit(_ place: Place) async throws {
    try await retrying(place) { element in
      let script = "const form = arguments[0].form ?? arguments[0].closest('form'); form.requestSubmit();"
      try await driver.command(
        "POST", "\(session)/execute/sync", ScriptOn(script: script, args: [[Element.key: element.id]]))
    }
  }

  /// The text of an element as it is shown.
  package func text(of place: Place = "body") async throws -> String {
    let element = try await find(place)
    return try await driver.ask("GET", "\(session)/element/\(element.id)/text")
  }

  /// A property of an element, such as a field's `value`.
  package func property(_ name: String, of place: Place) async throws -> String {
    let element = try await find(place)
    return try await driver.ask("GET", "\(session)/element/\(element.id)/property/\(name)")
  }

  private func retrying(_ place: Place, _ body: (Element) async throws -> Void) async throws {
    var last: WebDriverError?
    do {
      try await poll(until: 15, every: 0.05, "\(place)") {
        do {
          try await body(try await find(place))
          return true
        } catch let error as WebDriverError where error.mayPass {
          last = error
          return false
        }
      }
    } catch let error as PollTimeout {
      throw ToolError(message: "\(error): \(last.map { "\($0)" } ?? "") on \(await whereabouts)")
    }
  }

  // MARK: - Waiting

  /// Waits until the page shows a text, without touching it: what comes by itself is seen, and nothing else.
  package func wait(
    for text: String, in place: String = "body", until limit: Double = 30, isolation: isolated (any Actor)? = #isolation
  ) async throws {
    try await wait(until: limit, "“\(text)” in \(place)") {
      try await script(
        "const place = document.querySelector(arguments[0]); return place !== null && place.textContent.includes(arguments[1]);",
        place, text)
    }
  }

  /// Waits until a condition of the page holds.
  package func wait(
    until limit: Double = 30, _ what: String, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
  ) async throws {
    do {
      try await poll(until: limit, every: 0.05, what) {
        do {
          return try await condition()
        } catch let error as WebDriverError where error.mayPass {
          return false
        }
      }
    } catch let error as PollTimeout {
      throw ToolError(message: "\(error); the page is \(await whereabouts)")
    }
  }

  /// Where the browser is and what it shows, for messages.
  private var whereabouts: String {
    get async {
      let place = (try? await self.path) ?? "unknown"
      let shown = (try? await self.text()) ?? ""
      return "\(place): \(shown.prefix(1500))"
    }
  }

  // MARK: - Scripts

  /// What a function's body gives; its arguments are `arguments[0]` and so on.
  package func script<Value: Decodable & Sendable>(
    _ source: String, _ arguments: String..., as type: Value.Type = Value.self
  ) async throws -> Value {
    try await driver.ask("POST", "\(session)/execute/sync", Script(script: source, args: arguments), as: type)
  }

  /// What has gone wrong in the page since the last call: errors of scripts, requests that failed, and whatever the
  /// Content-Security-Policy has kept from happening.
  package var errors: [String] {
    get async throws {
      let entries: [LogEntry] = try await driver.ask("POST", "\(session)/se/log", ["type": "browser"])
      return entries.filter { $0.level == "SEVERE" }.map(\.message)
    }
  }

  // MARK: - Cookies

  package struct Cookie: Decodable, Sendable {
    package let name: String
    package let value: String
    package let httpOnly: Bool
    package let secure: Bool
    package let sameSite: String?
  }

  package var cookies: [Cookie] {
    get async throws { try await driver.ask("GET", "\(session)/cookie") }
  }

  // MARK: - Looks

  /// How pages are looked at.
  package enum Look: String, Sendable, CaseIterable {
    case light, dark
    /// On a telephone.
    case narrow

    package var width: Int { self == .narrow ? 390 : 1280 }
    fileprivate var height: Int { self == .narrow ? 844 : 900 }
  }

  package func use(_ look: Look) async throws {
    try await develop("Emulation.setDeviceMetricsOverride", Metrics(width: look.width, height: look.height))
    let scheme = MediaFeature(name: "prefers-color-scheme", value: look == .dark ? "dark" : "light")
    // Buttons that are on their way from one colour to another are no sight.
    let stillness = MediaFeature(name: "prefers-reduced-motion", value: "reduce")
    try await develop("Emulation.setEmulatedMedia", Media(features: [scheme, stillness]))
  }

  /// Takes a picture of the whole page, and puts it among the artefacts.
  package func screenshot(_ name: String) async throws {
    let picture: Picture = try await driver.ask(
      "POST", "\(session)/goog/cdp/execute", Developing(cmd: "Page.captureScreenshot", params: CaptureOptions()))
    guard let data = Data(base64Encoded: picture.data) else {
      throw WebDriverError(code: "no picture", message: name)
    }
    try Artefacts.write(data, to: "screenshots/\(name).png")
  }

  private func develop(_ command: String, _ parameters: some Encodable & Sendable) async throws {
    try await driver.command("POST", "\(session)/goog/cdp/execute", Developing(cmd: command, params: parameters))
  }
}

/// Gives `body` a browser whose profile lies in a scratch directory, and ends it afterwards.
package func withBrowser(
  at site: String, in scratch: ScratchDirectory, isolation: isolated (any Actor)? = #isolation,
  _ body: (Browser) async throws -> Void
) async throws {
  guard Browser.isInstalled else { throw ToolError(message: "there is no browser: scripts/install-packages test") }
  var environment = ProcessInfo.processInfo.environment
  environment["TMPDIR"] = try scratch.makeDirectory("browser")
  environment["HOME"] = environment["TMPDIR"]
  let process = try RunningTool(Browser.driverProgram, ["--port=0"], environment: environment)
  defer { process.signal(SIGKILL, group: true) }
  var port: Int?
  try await poll(until: 30, "chromedriver") {
    let said = process.stdout.components(separatedBy: "successfully on port ").dropFirst().first
    port = said.flatMap { $0.contains(".") ? Int($0.prefix { $0 != "." }) : nil }
    return port != nil
  }
  let browser = try await Browser(
    WebDriver(port: port ?? 0), site: site, downloads: try scratch.makeDirectory("downloads"))
  do {
    try await body(browser)
  } catch {
    // What was on the screen tells more than most messages.
    try? await browser.screenshot("failed/\(UUID().uuidString.prefix(8))")
    try? await browser.end()
    throw error
  }
  try await browser.end()
}
