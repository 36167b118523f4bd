// `pobsync docs`: the reference pages of docs/, hidden because it is for those who work on pobsync (`make docs`).

import ArgumentParser
import Spec

struct Docs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print a reference page of the documentation, in Markdown.",
    discussion: """
      EXAMPLE
        pobsync docs spec > docs/spec-reference.md
        pobsync docs cli > docs/cli.md
      """,
    shouldDisplay: false)

  enum Page: String, ExpressibleByArgument, CaseIterable {
    case spec, cli
  }

  @Argument(help: "The keys of spec files, or the command line.")
  var page: Page

  func run() {
    switch page {
    case .spec: Terminal.write(SpecReference.page())
    case .cli: Terminal.write(CommandReference.page())
    }
  }
}
