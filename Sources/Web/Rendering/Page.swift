// Pages: what is shown to a person, before the layout around it and the reader's own parts in it.

import HTTPTypes

/// One page, not yet rendered or already so.
struct Page: Sendable {
  enum Content: Sendable {
    case view(Template, any Sendable)
    /// HTML, in which the mark stands for the reader's form token.
    case rendered(String)
  }

  let title: String
  let section: Section
  let status: HTTPResponse.Status
  let content: Content

  /// - Parameter view: a plain struct; Mustache reads its stored members by reflection.
  init(
    _ title: String, in section: Section, _ template: Template, _ view: some Sendable,
    status: HTTPResponse.Status = .ok
  ) {
    self.init(title: title, section: section, status: status, content: .view(template, view))
  }

  private init(title: String, section: Section, status: HTTPResponse.Status, content: Content) {
    self.title = title
    self.section = section
    self.status = status
    self.content = content
  }

  /// The same page with its content rendered, which readers may share.
  func rendered(by renderer: Renderer) throws -> Page {
    Page(title: title, section: section, status: status, content: .rendered(try renderer.content(of: self)))
  }
}

/// The parts of the site: which entry of the navigation is lit.
enum Section: String, Sendable, CaseIterable {
  case overview, hosts, runs, snapshots, events, spec, retention, credentials, purges, audit, users, tokens, settings
  case none
}
