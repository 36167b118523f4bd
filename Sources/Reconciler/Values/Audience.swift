// For whom values are made: what the command line and operators see whole, and what those see who may only watch.

/// Who reads a value.
package struct Audience: Sendable {
  /// Whether they may see what is declared, and what may hold a path, an address or the words of a remote machine.
  package let mayOperate: Bool
  private let words: @Sendable (_ message: String, _ reason: String?) -> String?

  /// - Parameter words: a message as far as they may see it, by the code of its reason; nil for nothing.
  private init(mayOperate: Bool, words: @escaping @Sendable (_ message: String, _ reason: String?) -> String?) {
    self.mayOperate = mayOperate
    self.words = words
  }

  /// They see everything.
  package static let operators = Audience(mayOperate: true) { message, _ in message }

  /// They see how things are, and nothing of why but what `words` lets through.
  package static func limited(
    words: @escaping @Sendable (_ message: String, _ reason: String?) -> String?
  ) -> Audience {
    Audience(mayOperate: false, words: words)
  }

  /// A message as far as they may see it.
  package func message(_ text: String?, reason: String? = nil) -> String? { text.flatMap { words($0, reason) } }
}
