// Rendering: all templates, parsed once, and what is made with them.

import Mustache

/// Makes HTML of templates and views.
struct Renderer: Sendable {
  private let library: MustacheLibrary

  /// - Throws: `TemplateError` for a template that is not Mustache, or a name that two have.
  init(_ templates: [Template]) throws {
    PageText.register()
    var parsed: [String: MustacheTemplate] = [:]
    for template in templates {
      guard parsed[template.name] == nil else { throw TemplateError(template.name, "is there twice") }
      do {
        parsed[template.name] = try MustacheTemplate(string: PageText.pragma + template.source)
      } catch {
        throw TemplateError(template.name, "cannot be read: \(error)")
      }
    }
    library = MustacheLibrary(templates: parsed)
  }

  func html(_ template: Template, _ view: Any) throws -> String {
    guard let html = library.render(ReflectedView.of(view) ?? view, withTemplate: template.name) else {
      throw TemplateError(template.name, "is not among those that were read at the start")
    }
    return html
  }

  /// What stands within the layout.
  func content(of page: Page) throws -> String {
    switch page.content {
    case .view(let template, let view): try html(template, view)
    case .rendered(let html): html
    }
  }
}

/// A mistake in the program's own templates.
struct TemplateError: Error, Sendable, CustomStringConvertible {
  let description: String

  init(_ name: String, _ problem: String) { description = "the template \(name) \(problem)" }
}
