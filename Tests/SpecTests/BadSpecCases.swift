// Specs that are refused, each with all that is said about it; the cases are in the files beside this one.

import Testing

@testable import Spec

/// One file of a spec.
struct SpecFile: Sendable {
  let name: String
  let text: String

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  var source: SourceText { SourceText(name: name, text + "\n") }
}

/// A spec that is refused.
struct BadSpec: Sendable, CustomTestStringConvertible {
  /// What is wrong with it, in words.
  let title: String
  let files: [SpecFile]
  /// All complaints: their first lines only, or with the lines of the file below them.
  let errors: String
  let showsExcerpts: Bool

  var testDescription: String { title }

  init(_ title: String, showsExcerpts: Bool = false, files: [SpecFile], errors: String) {
    self.title = title
    self.files = files
    self.errors = errors
    self.showsExcerpts = showsExcerpts
  }

  init(_ title: String, showsExcerpts: Bool = false, _ text: String, errors: String) {
    self.init(title, showsExcerpts: showsExcerpts, files: [SpecFile("hosts.yaml", text)], errors: errors)
  }

  static let all = keysAndTypes + values + windows + transfer + contract + notifications + references + moved + yaml
}
