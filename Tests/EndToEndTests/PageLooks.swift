// What holds for every page, looked at in a browser: nothing is refused, nothing sticks out, everything has its name.

import Foundation
import Support
import Testing

enum PageLooks {
  /// Looks at the page on which the browser is in every way there is, takes its pictures, and complains of what is wrong.
  static func check(_ path: String, in browser: Browser) async throws {
    for look in Browser.Look.allCases {
      try await browser.use(look)
      try await browser.screenshot("\(look.rawValue)/\(name(of: path))")
      let width = try await browser.script("return document.documentElement.scrollWidth", as: Int.self)
      #expect(width <= look.width, "\(path) is \(width) pixels wide, \(look.rawValue)")
    }
    try await browser.use(.light)
    let errors = try await browser.errors
    #expect(errors == [], "\(path)")
    let found = try await browser.script(Self.faults, as: [String].self)
    #expect(found == [], "\(path)")
  }

  /// One heading of the first order, a label for every field, and no name for two elements.
  private static let faults = """
    const all = (query) => [...document.querySelectorAll(query)];
    const faults = [];
    const heads = all("h1").length;
    if (heads !== 1) faults.push(heads + " elements h1");
    if (document.title === "") faults.push("no title");
    for (const field of all("input:not([type=hidden], [hidden]), select, textarea"))
      if (!field.labels?.length && !field.hasAttribute("aria-label") && !field.hasAttribute("aria-labelledby"))
        faults.push("no label: " + field.outerHTML.slice(0, 150));
    for (const button of all("button, a[href]"))
      if (button.textContent.trim() === "" && !button.hasAttribute("aria-label") && !button.closest("svg"))
        faults.push("no words: " + button.outerHTML.slice(0, 150));
    for (const image of all("img:not([alt])")) faults.push("no alt: " + image.outerHTML.slice(0, 150));
    const ids = all("[id]").map((element) => element.id);
    for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push("twice: id " + id);
    for (const field of all("[aria-describedby]"))
      for (const id of field.getAttribute("aria-describedby").split(" "))
        if (!document.getElementById(id)) faults.push("nothing has the id " + id);
    return faults;
    """

  /// Where the navigation leads.
  static func navigation(of browser: Browser) async throws -> [String] {
    try await browser.script(
      "return [...document.querySelectorAll('nav[aria-label=Main] a')].map((link) => link.getAttribute('href'))")
  }

  /// Where the page leads within the site, without places within a page.
  static func links(of browser: Browser) async throws -> [String] {
    try await browser.script(
      """
      return [...document.querySelectorAll("a[href]")].map((link) => new URL(link.getAttribute("href"), location.href))
        .filter((url) => url.origin === location.origin).map((url) => url.pathname + url.search);
      """)
  }

  /// The links at whose ends there is nothing.
  static func dead(_ links: Set<String>, in browser: Browser) async throws -> [String] {
    var dead: [String] = []
    for link in links.sorted() {
      let status = try await browser.script(
        "return fetch(arguments[0], { method: 'HEAD', redirect: 'manual' }).then((answer) => answer.status)", link,
        as: Int.self)
      if status >= 400 { dead.append("\(link): \(status)") }
    }
    return dead
  }

  /// A path as the name of a file.
  private static func name(of path: String) -> String {
    let words = path.split { !$0.isASCII || !($0.isLetter || $0.isNumber || $0 == "_") }
    return words.isEmpty ? "overview" : words.joined(separator: "-")
  }
}
