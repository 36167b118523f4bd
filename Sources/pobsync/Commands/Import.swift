// `pobsync import`: the configuration of other programs becomes the desired state.

import ArgumentParser

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take over the configuration of another program.", subcommands: [ImportLegacy.self])
}
