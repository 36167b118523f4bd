// libyaml's complaints, put so that someone who never read the YAML specification knows what to change.

extension YAMLFailure {
  /// The failure as a complaint about `source`.
  func diagnostic(in source: SourceText) -> Diagnostic {
    switch kind {
    case .memory:
      return Diagnostic(.error, "there is not enough memory to read the file", in: source, at: .fileStart)
    case .reading(let offset, let value):
      let (message, hint) = readingWords(value: value)
      return Diagnostic(.error, message, hint: hint, in: source, at: SourceRange(at: source.position(ofByte: offset)))
    case .syntax:
      let words = syntaxWords(in: source)
      let range = SourceRange(at: words.isAtStart ? contextPlace : place)
      return Diagnostic(.error, words.message, hint: words.hint, in: source, at: range)
    }
  }

  private func readingWords(value: Int) -> (message: String, hint: String?) {
    if problem.contains("UTF-8") {
      let byte = (0...0xFF).contains(value) ? ": byte 0x\(hexadecimal(value, digits: 2))" : ""
      return ("invalid UTF-8\(byte)", "save the file as UTF-8")
    }
    if value == 0 { return ("NUL byte", "the file is not text, or not UTF-8") }
    return (
      "control character U+\(hexadecimal(value, digits: 4)) is not allowed",
      "remove it, or write it as an escape in double quotes"
    )
  }

  private struct Words {
    let message: String
    var hint: String?
    /// True if the place to look at is where the construct begins, not where libyaml noticed.
    var isAtStart = false
  }

  private static let tabs = Words(message: "tab used for indentation", hint: "YAML is indented with blanks, not tabs")

  private func syntaxWords(in source: SourceText) -> Words {
    let isAtEnd = place >= source.position(ofByte: source.bytes.count)
    let began = contextPlace.line == place.line ? "" : " that begins at line \(contextPlace.line)"
    switch problem {
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return Self.tabs
    case "found character that cannot start any token":
      let character = source.scalar(at: place)
      if character == "\t" { return Self.tabs }
      let named = character.map { $0 == "`" ? "a back-quote" : String($0).quoted } ?? "this character"
      return Words(message: "unquoted text cannot begin with \(named)", hint: "put the text in quotes")
    case "mapping values are not allowed in this context":
      return Words(message: "unexpected `:`", hint: "put text that holds `: ` in quotes, or check the indentation")
    case "mapping keys are not allowed in this context":
      return Words(message: "a key is not allowed here", hint: "check the indentation")
    case "block sequence entries are not allowed in this context":
      return Words(message: "a list entry is not allowed here", hint: "begin the list on a line of its own")
    case "could not find expected ':'":
      return Words(
        message: "expected `:` after this key", hint: "check the line, and the indentation of those below it",
        isAtStart: true)
    case "did not find expected key":
      return Words(message: "expected a key of the map\(began)", hint: "check the indentation")
    case "did not find expected '-' indicator":
      return Words(message: "expected an entry `- ` of the list\(began)", hint: "check the indentation")
    case "did not find expected ',' or ']'":
      return isAtEnd
        ? Words(message: "`[` without its closing `]`", isAtStart: true)
        : Words(message: "expected `,` or `]` in the list\(began)")
    case "did not find expected ',' or '}'":
      return isAtEnd
        ? Words(message: "`{` without its closing `}`", isAtStart: true)
        : Words(message: "expected `,` or `}` in the map\(began)")
    case "did not find expected node content":
      return Words(message: isAtEnd ? "the file ends where a value is expected" : "expected a value")
    case "found unexpected end of stream", "found unexpected document indicator":
      return Words(message: "quoted text without its closing quote", isAtStart: true)
    case "found unknown escape character", "did not find expected hexdecimal number",
      "found invalid Unicode character escape code":
      return Words(
        message: "invalid escape in double quotes", hint: "write `\\\\` for a backslash, or use single quotes")
    case "did not find expected alphabetic or numeric character":
      let (sign, meaning) = context == "while scanning an alias" ? ("*", "an alias") : ("&", "an anchor")
      return Words(
        message: "`\(sign)` begins \(meaning) and needs a name", hint: "put text that begins with `\(sign)` in quotes",
        isAtStart: true)
    case "found undefined tag handle":
      return Words(message: "unknown tag", hint: "put text that begins with `!` in quotes")
    case "found incompatible YAML document":
      return Words(message: "the file is of a YAML version other than 1")
    case "did not find expected <document start>":
      return Words(message: "unexpected text after the document's end", hint: "check the indentation")
    default:
      return Words(message: context.map { "\(problem), \($0)" } ?? problem)
    }
  }
}

private func hexadecimal(_ value: Int, digits: Int) -> String {
  let text = String(value, radix: 16, uppercase: true)
  return String(repeating: "0", count: max(digits - text.count, 0)) + text
}

extension SourceText {
  fileprivate func scalar(at place: SourcePosition) -> Unicode.Scalar? {
    line(place.line)?.unicodeScalars.dropFirst(place.column - 1).first
  }
}
