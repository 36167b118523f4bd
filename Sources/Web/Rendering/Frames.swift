// Frames: the layout around pages, rendered once for each reader and part of the site, for it is the same around many pages.

import Engine
import Foundation
import Store

/// One for each server.
final class Frames: Sendable {
  private struct Key: Hashable {
    let section: Section
    let name: String?
    let role: Role?
  }

  /// The layout, cut where the title and the content of a page belong.
  private struct Frame {
    let head: Substring
    let middle: Substring
    let tail: Substring
  }

  private let kept = Locked([Key: Frame]())
  private let renderer: Renderer
  /// Readers are whoever has an account.
  private static let most = 512
  /// Control characters stand in no page but where something is put in.
  private static let (titleMark, contentMark) = ("\u{2}", "\u{3}")

  init(_ renderer: Renderer) { self.renderer = renderer }

  /// A page's HTML with the layout around it.
  ///
  /// - Parameter notice: a sentence that is shown once.
  func html(_ page: Page, for identity: Identity?, notice: String?) throws -> String {
    let content = try renderer.content(of: page)
    guard notice == nil else {
      return try renderer.html(
        .layout, LayoutView(page.section, title: page.title, content: content, for: identity, notice: notice))
    }
    let frame = try frame(around: page.section, for: identity)
    let title = SVG.escaped(page.title)
    var html = ""
    html.reserveCapacity(
      frame.head.utf8.count + frame.middle.utf8.count + frame.tail.utf8.count + title.utf8.count + content.utf8.count)
    for part in [frame.head, title[...], frame.middle, content[...], frame.tail] { html += part }
    return html
  }

  private func frame(around section: Section, for identity: Identity?) throws -> Frame {
    let key = Key(section: section, name: identity?.name, role: identity?.role)
    if let frame = kept.with({ $0[key] }) { return frame }
    let layout = try renderer.html(
      .layout,
      LayoutView(section, title: Self.titleMark, content: Self.contentMark, for: identity, notice: nil))
    guard let title = layout.range(of: Self.titleMark),
      let content = layout.range(of: Self.contentMark, range: title.upperBound..<layout.endIndex)
    else { throw TemplateError(Template.layout.name, "shows no title before its content") }
    let frame = Frame(
      head: layout[..<title.lowerBound], middle: layout[title.upperBound..<content.lowerBound],
      tail: layout[content.upperBound...])
    kept.with { kept in
      if kept.count >= Self.most { kept = [:] }
      kept[key] = frame
    }
    return frame
  }
}
