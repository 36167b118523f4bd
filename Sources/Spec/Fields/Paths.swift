// Paths and programs that a spec names: on the backup server, on the remote host, and in ssh's and rsync's hands.

/// An absolute path, without `..`, control characters, or doubled and trailing slashes.
package struct AbsolutePath: TextValue, Comparable {
  package static let noun = "an absolute path"
  package static let example = "/mnt/backups/pobsync"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard text.hasPrefix("/") else {
      throw InvalidText("\(text.quoted) does not begin with `/`", hint: "write the whole path")
    }
    guard !text.hasControlCharacters else { throw InvalidText("\(text.quoted) holds a control character") }
    let components = text.split(separator: "/")
    guard !components.contains("..") else {
      throw InvalidText("\(text.quoted) holds `..`", hint: "write the path without it")
    }
    guard text.utf8.count <= 4000 else { throw InvalidText("\(text.quoted) is longer than 4000 bytes") }
    description = "/" + components.filter { $0 != "." }.joined(separator: "/")
  }

  package static func < (left: AbsolutePath, right: AbsolutePath) -> Bool { left.description < right.description }
}

/// A path that is handed to ssh inside an `-o` option, where blanks, quotes, `%` and `$` have meanings of their own:
/// those characters are refused.
package struct SSHFilePath: TextValue {
  package static let noun = "a path for ssh"
  package static let example = "/etc/pobsync/id_ed25519"

  package let description: String

  package init(text: String) throws(InvalidText) {
    let path = try AbsolutePath(text: text).description
    for (offset, character) in text.enumerated() where character.isWhitespace || "\"'\\%$#".contains(character) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted), which ssh would interpret",
        hint: "use a path without blanks, quotes, `\\`, `%`, `$` and `#`", offset: offset)
    }
    description = path
  }
}

/// A program on the backup server: an absolute path, or a name that is looked up in `PATH`.
package struct ProgramPath: TextValue {
  package static let noun = "a program"
  package static let example = "/usr/bin/rsync"

  package let description: String

  package init(text: String) throws(InvalidText) {
    if text.hasPrefix("/") {
      description = try AbsolutePath(text: text).description
      return
    }
    guard let first = text.first, first.isASCIILetterOrDigit,
      text.allSatisfy({ $0.isASCIILetterOrDigit || "._-+".contains($0) })
    else {
      throw InvalidText(
        "\(text.quoted) is neither an absolute path nor the plain name of a program", hint: "leave out arguments")
    }
    description = text
  }
}

/// One word of a command that is run on the backup server without a shell: a program, or an argument for it.
package struct CommandWord: TextValue {
  package static let noun = "a word of a command"
  package static let example = "/usr/local/bin/tell"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard !text.hasControlCharacters else { throw InvalidText("\(text.quoted) holds a control character") }
    guard text.utf8.count <= 4000 else { throw InvalidText("\(text.quoted) is longer than 4000 bytes") }
    description = text
  }

  /// A word put together from values that are known to fit.
  init(made text: String) { description = text }
}

/// The command that starts rsync on the remote host: a program, or a few plain words such as `sudo -n rsync`.
///
/// The remote's login shell reads it, so only characters that no shell interprets are allowed.
package struct RemoteCommand: TextValue {
  package static let noun = "a remote command"
  package static let example = "sudo -n rsync"

  package let description: String

  package init(text: String) throws(InvalidText) {
    let words = text.split(separator: " ")
    guard let first = words.first, !first.hasPrefix("-") else {
      throw InvalidText("\(text.quoted) must begin with a program")
    }
    for (offset, character) in text.enumerated()
    where !(character.isASCIILetterOrDigit || " ._-+/:@,".contains(character)) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted), which the remote's shell could interpret",
        hint: "put the command into a script on the remote host and name that", offset: offset)
    }
    description = words.joined(separator: " ")
  }
}

extension AbsolutePath {
  private init(known: String) { description = known }
  package static let root = AbsolutePath(known: "/")
  package static let sendmail = AbsolutePath(known: "/usr/sbin/sendmail")
}

extension ProgramPath {
  private init(known: String) { description = known }
  package static let rsync = ProgramPath(known: "rsync")
}
