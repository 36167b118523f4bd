// What a command could not do, in words for the operator.

/// Ends a command with exit status 1 and a message.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
