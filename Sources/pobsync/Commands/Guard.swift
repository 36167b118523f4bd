// `pobsync guard`: the hidden process between pobsync and its children (see Engine's ProcessGuard).

import ArgumentParser
import Engine
import Foundation

struct Guard: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: ProcessGuard.commandName, abstract: "Run a child that ends when pobsync does.", shouldDisplay: false)

  @Option var parent: Int32?
  @Flag var conversing = false

  @Argument(parsing: .postTerminator)
  var command: [String]

  func run() { Foundation.exit(ProcessGuard.run(command, parent: parent, isConversing: conversing)) }
}
