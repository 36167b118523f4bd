// `pobsync explain`: why things are as they are.

import ArgumentParser

struct Explain: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where a host's values come from, or why its snapshots are kept.",
    discussion: """
      EXAMPLE
        pobsync explain host web-1
        pobsync explain retention web-1
      """,
    subcommands: [ExplainHost.self, ExplainRetention.self])
}
