// Where a host is and who logs in there: addresses and user names that can never be taken for an ssh option.

/// The address that ssh connects to: a DNS name, an alias from the operator's ssh configuration, an IPv4 or an IPv6
/// address (without brackets; a zone such as `%eth0` is allowed).
package struct HostAddress: TextValue {
  package static let noun = "an address"
  package static let example = "web-1.example.net"

  package let description: String

  package init(text: String) throws(InvalidText) {
    // A DNS name or an IPv4 address, as most are.
    if text.utf8.first?.isASCIILetterOrDigit ?? false, text.utf8.count <= 253,
      text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "._-".utf8.contains($0) })
    {
      description = text
      return
    }
    guard let first = text.first else { throw InvalidText("an address must not be empty") }
    if first == "-" {
      throw InvalidText("\(text.quoted) begins with `-`, which ssh would take for an option")
    }
    if text.contains("@") {
      throw InvalidText("\(text.quoted) holds a user name", hint: "write the user as `ssh: {user: …}`")
    }
    if first == "[" { throw InvalidText("\(text.quoted) has brackets", hint: "write an IPv6 address without them") }
    guard first.isASCIILetterOrDigit || first == ":" || first == "_" else {
      throw InvalidText("\(text.quoted) must begin with a letter or a digit")
    }
    for (offset, character) in text.enumerated()
    where !(character.isASCIILetterOrDigit || "._-:%".contains(character)) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted), which no host name or IP address has", offset: offset)
    }
    if text.contains(":"), text.filter({ $0 == ":" }).count == 1 {
      throw InvalidText("\(text.quoted) holds a port", hint: "write the port as `ssh: {port: …}`")
    }
    guard text.count <= 253 else { throw InvalidText("\(text.quoted) is longer than 253 characters") }
    description = text
  }

  /// A host's name is its address when the spec gives none.
  package init(_ name: HostName) { description = name.description }

  /// The address as rsync wants it before `:path`: an IPv6 address in brackets.
  package var forRsync: String { description.contains(":") ? "[\(description)]" : description }
}

/// The remote account that ssh logs in to.
package struct UserName: TextValue {
  package static let noun = "a user name"
  package static let example = "root"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard let first = text.first else { throw InvalidText("a user name must not be empty") }
    guard first.isASCIILetterOrDigit || first == "_" else {
      throw InvalidText("\(text.quoted) must begin with a letter, a digit or `_`")
    }
    for (offset, character) in text.enumerated()
    where !(character.isASCIILetterOrDigit || "._-".contains(character)) {
      throw InvalidText("\(text.quoted) holds \(String(character).quoted), which no user name has", offset: offset)
    }
    guard text.count <= 64 else { throw InvalidText("\(text.quoted) is longer than 64 characters") }
    description = text
  }
}

extension UserName {
  private init(known: String) { description = known }
  package static let root = UserName(known: "root")
}
