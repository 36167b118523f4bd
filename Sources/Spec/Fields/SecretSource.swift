// Where secrets are: a spec names the place and never holds the secret.

/// The name of an environment variable.
package struct VariableName: TextValue {
  package static let noun = "the name of an environment variable"
  package static let example = "POBSYNC_SLACK_URL"

  package let description: String

  package init(text: String) throws(InvalidText) {
    // What is refused may be the secret itself, so it is not repeated.
    guard let first = text.first, first.isASCII, first.isLetter || first == "_",
      text.allSatisfy({ $0.isASCIILetterOrDigit || $0 == "_" }), text.count <= 200
    else {
      throw InvalidText(
        "such a name is made of letters, digits and `_`, and begins with no digit",
        hint: "write the variable's name here, not the secret")
    }
    description = text
  }
}

/// The place of a secret.
package enum SecretSource: Sendable, Hashable, CustomStringConvertible {
  case file(AbsolutePath)
  /// In the environment of the process that needs it.
  case variable(VariableName)

  /// The place in words.
  package var description: String {
    switch self {
    case .file(let path): "the file \(path)"
    case .variable(let name): "the environment variable \(name)"
    }
  }
}
