// ssh's option words in the predecessor's files, and what they mean here: a field, nothing new, or nothing at all.

/// What some words of ssh's command line come to. Of options given twice the first holds, as with ssh.
struct LegacySSHWords {
  private(set) var options = SSHOptions()
  /// Why words were left out, each as a sentence.
  private(set) var leftOut: [String] = []

  init(_ ssh: LegacySSH) {
    options.user = ssh.user
    options.port = ssh.port
    if let file = ssh.identityFile?.description { take("IdentityFile", file, as: "identity_file") }
    var rest = (ssh.options ?? []).map(\.description)[...]
    while let word = rest.popFirst() { take(word, from: &rest) }
  }

  private mutating func take(_ word: String, from rest: inout ArraySlice<String>) {
    guard word.hasPrefix("-"), let letter = word.dropFirst().first else {
      // Some lists leave the `-o` to the program that uses them.
      takeAssignment(word, as: word)
      return
    }
    guard let name = Self.valuedLetters[letter] else {
      // The letters that only restate what is off anyway.
      for letter in word.dropFirst() where !Self.ourLetters.contains(letter) {
        leave("-\(letter)", because: Self.advice(on: "-\(letter)"))
      }
      return
    }
    var value = String(word.dropFirst(2)).trimmed
    if value.isEmpty, let next = rest.popFirst() { value = next }
    let shown = word.count > 2 ? word : "\(word) \(value)"
    if let name { take(name, value, as: shown) } else { takeAssignment(value, as: shown) }
  }

  /// `Key=Value`, or with blanks between them, as in ssh_config(5).
  private mutating func takeAssignment(_ text: String, as shown: String) {
    let key = text.prefix { $0 != "=" && !$0.isWhitespace }
    let value = text.dropFirst(key.count).drop { $0 == "=" || $0.isWhitespace }
    take(String(key), String(value).trimmed, as: shown)
  }

  private mutating func take(_ key: String, _ value: String, as shown: String) {
    let name = key.lowercased()
    if Self.ours[name] == value.lowercased() { return }
    do throws(InvalidText) {
      switch name {
      case "user": try give(\.user, UserName(text: value))
      case "port": try give(\.port, Self.number(value, within: 1...65535))
      case "identityfile": try give(\.identityFile, SSHFilePath(text: value))
      case "userknownhostsfile": try give(\.knownHostsFile, SSHFilePath(text: value))
      case "connecttimeout": try give(\.connectTimeout, Self.seconds(value))
      case "serveraliveinterval": try give(\.keepAlive, Self.seconds(value))
      case "ciphers": try give(\.ciphers, Self.ciphers(value))
      default: leave(shown, because: Self.advice(on: name))
      }
    } catch {
      leave(shown, because: error.description)
    }
  }

  private mutating func give<Value: Equatable>(
    _ field: WritableKeyPath<SSHOptions, Value?>, _ value: Value
  ) throws(InvalidText) {
    if let first = options[keyPath: field], first != value { throw InvalidText("it is \(first) already") }
    options[keyPath: field] = value
  }

  private static func number(_ text: String, within bounds: ClosedRange<Int>) throws(InvalidText) -> Int {
    guard let number = Int(text), bounds.contains(number) else {
      throw InvalidText("its value must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return number
  }

  private static func seconds(_ text: String) throws(InvalidText) -> TimeSpan {
    .seconds(try number(text, within: 1...3600))
  }

  private static func ciphers(_ text: String) throws(InvalidText) -> [SSHCipher] {
    var ciphers: [SSHCipher] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      ciphers.append(try SSHCipher(text: String(name)))
    }
    return ciphers
  }

  private mutating func leave(_ word: String, because reason: String) {
    leftOut.append("ssh option \(word.quoted) is left out: \(reason)")
  }

  // MARK: - The tables

  /// Letters that take a value, with the options of ssh_config(5) that they stand for; nil for any of them.
  private static let valuedLetters: [Character: String?] = [
    "o": String?.none, "i": "IdentityFile", "p": "Port", "l": "User", "J": "ProxyJump", "F": "ConfigFile",
    "c": "Ciphers", "m": "MACs", "S": "ControlPath", "L": "LocalForward", "R": "RemoteForward",
    "D": "DynamicForward", "b": "BindAddress", "W": "StdioForward", "E": "LogFile",
  ]

  /// No agent, no X11, no terminal; and how much ssh says.
  private static let ourLetters: Set<Character> = ["a", "x", "T", "q", "v"]

  /// What pobsync sets for every connection.
  private static let ours = [
    "batchmode": "yes", "stricthostkeychecking": "yes", "globalknownhostsfile": "/dev/null",
    "serveralivecountmax": "4", "forwardagent": "no", "forwardx11": "no", "clearallforwardings": "yes",
    "permitlocalcommand": "no", "requesttty": "no", "controlmaster": "no", "controlpath": "none",
    "identitiesonly": "yes",
  ]

  private static func advice(on name: String) -> String {
    switch name {
    case "stricthostkeychecking":
      "pobsync connects only to hosts whose key it knows; put the key into the file of known hosts"
    case "globalknownhostsfile": "pobsync reads one file of known hosts; name it by `known_hosts_file`"
    case "batchmode", "requesttty": "nobody is there to answer what ssh might ask"
    case "controlmaster", "controlpath", "controlpersist": "pobsync shares no connections between transfers"
    case "serveralivecountmax": "it is always 4; set `keep_alive`"
    default:
      "there is no field for it; write it into ssh_config of the account that runs pobsync, for this address"
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
