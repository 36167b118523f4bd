// `pobsync schema`: the JSON Schema of spec files.

import ArgumentParser
import Spec

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of spec files, for editors.",
    discussion: """
      EXAMPLE
        pobsync schema > pobsync.schema.json
      """)

  func run() { Terminal.printLine(JSONWriter.pretty(SpecSchema.document())) }
}
