// A page of the documentation, played: its blocks are run in their order as an operator would type them.
//
// What stands for what the pages speak of:
//
//   /etc/pobsync, /mnt/backups, …       directories of the same names in a scratch directory, as is the home directory
//   web-1.example.net and its like      one sshd on loopback, to which an `ssh` in front of the real one leads;
//                                       sessions are confined to a tree of their own by rrsync
//   ssh-copy-id, ssh-keyscan            put the key into that sshd's authorized_keys, and give its host key
//   the state directory of root         POBSYNC_DATABASE
//   names of snapshots                  those that were made when the page showed them
//
// Blocks are shell text. Of those marked `sh` each command must succeed. The commands of a `console` may fail, and what
// they print is compared with what is shown. Blocks marked `not-run: REASON` besides are not run, and a block of
// another language with the name of a file behind it becomes that file in the current directory.

import Foundation
import Support

struct PlayedPage {
  let page: MarkdownPage
  let scratch: ScratchDirectory
  let server: SSHServer
  /// The directory that the next command runs in.
  private var directory: String
  private var shown = ShownOutput()

  private var root: String { scratch.path("root") }

  /// Plays one page on a machine of its own.
  /// - Throws: `PageDeviates` at the first block that does not do what the page says.
  static func play(_ page: MarkdownPage) async throws {
    try await withScratchDirectory("docs") { scratch in
      let machine = try scratch.makeDirectory("machine")
      var options = SSHServer.Options()
      // Without its lock, for several hosts of a page are this one machine.
      options.forcedCommand = "/usr/bin/rrsync -no-lock \(machine)"
      try await withSSHServer(in: scratch, options) { server in
        var played = PlayedPage(page: page, scratch: scratch, server: server)
        try played.setUp()
        if let scene = DocumentationScene.before[page.name] {
          try await played.shell(scene, "what is there before \(page.name)")
        }
        for block in page.blocks where block.notRunReason == nil { try await played.play(block) }
      }
    }
  }

  private init(page: MarkdownPage, scratch: ScratchDirectory, server: SSHServer) {
    self.page = page
    self.scratch = scratch
    self.server = server
    directory = scratch.path("root/root")
  }

  // MARK: - Blocks

  private mutating func play(_ block: MarkdownPage.Block) async throws {
    switch block.language {
    case "sh": try await shell(block.text, block.place)
    case "console":
      for step in block.dialogue {
        let result = try await run("set +e", step.command)
        let text = result.stdout.replacing(root, with: "").replacing("by \(server.user)", with: "by root")
        let printed = text.split(separator: "\n").map(String.init)
        if let difference = shown.difference(shown: step.output, printed: printed) {
          throw PageDeviates(
            description: "\(block.place): \(step.command)\n\(difference)\nall that was printed:\n\(result.stdout)")
        }
      }
    default:
      guard !block.remark.isEmpty else { return }
      let file = URL(fileURLWithPath: directory).appendingPathComponent(block.remark)
      try relocated(block.text).write(to: file, atomically: true, encoding: .utf8)
    }
  }

  /// Runs shell text of which every command must succeed.
  private mutating func shell(_ text: String, _ place: String) async throws {
    let result = try await run("set -e", text)
    guard result.succeeded else {
      throw PageDeviates(description: "\(place): status \(result.status)\n\(result.stdout)\(result.stderr)")
    }
  }

  /// Runs shell text in the current directory, and takes note of where it ends. Both streams come in one, as on a
  /// terminal.
  private mutating func run(_ mode: String, _ text: String) async throws -> ToolResult {
    let place = scratch.path("place")
    let script = """
      exec 2>&1
      cd '\(directory)'
      \(mode)
      \(relocated(shown.withNames(text)))
      pwd >'\(place)'
      """
    let path = try scratch.write(script, to: "script")
    let result = try await runTool("/bin/sh", [path], environment: environment, timeout: 120)
    if let ended = try? String(contentsOfFile: place, encoding: .utf8) {
      directory = ended.trimmingCharacters(in: .newlines)
    }
    return result
  }

  // MARK: - The machine

  private var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = "\(scratch.path("bin")):\(environment["PATH"] ?? "/usr/bin:/bin")"
    environment["HOME"] = "\(root)/root"
    environment["POBSYNC_DATABASE"] = "\(root)/var/lib/pobsync/pobsync.sqlite3"
    environment["NO_COLOR"] = "1"
    environment["LC_ALL"] = "C.UTF-8"
    return environment
  }

  /// Directories that pages name, which here are below the scratch directory.
  private static let places = [
    "/etc/pobsync", "/etc/rsnapshot.conf", "/mnt/backups", "/mnt/spare", "/opt/pobsync", "/root", "/srv/dirvish",
    "/var/cache/rsnapshot", "/var/lib/pobsync",
  ]

  /// The text with such directories where they are here. What follows a `:` or stands within a longer path is none.
  private func relocated(_ text: String) -> String {
    var result = ""
    // Nobody is there to be asked, or to put a line into a file on the host.
    let unattended = text.replacing("pobsync ssh-key trust web-1", with: "pobsync ssh-key trust web-1 --yes")
      .replacing(
        "pobsync ssh-key show", with: "pobsync ssh-key show | tail -n 1 >>'\(server.directory)/authorized_keys'")
    var rest = unattended[...]
    while let slash = rest.firstIndex(of: "/") {
      result += rest[..<slash]
      let path = rest[slash...]
      let place = Self.places.first { place in
        path.hasPrefix(place) && !Self.isOfPath(path.dropFirst(place.count).first, besides: "/")
      }
      if let place, !Self.isOfPath(result.last) {
        result += root + place
        rest = path.dropFirst(place.count)
      } else {
        result += "/"
        rest = path.dropFirst()
      }
    }
    return result + rest
  }

  private static func isOfPath(_ character: Character?, besides other: Character? = nil) -> Bool {
    guard let character, character != other else { return false }
    return character.isLetter || character.isNumber || "_:/.-".contains(character)
  }

  /// Makes the directories, the files of the machine to back up, and the programs that lead to it.
  private func setUp() throws {
    for path in ["root", "etc", "mnt", "opt", "srv", "var/cache", "var/lib"] {
      try scratch.makeDirectory("root/\(path)")
    }
    try scratch.write("web-1\n", to: "machine/etc/hostname")
    try scratch.write("# nothing is mounted\n", to: "machine/etc/fstab")
    try scratch.write("<p>hello</p>\n", to: "machine/srv/www/index.html")
    for path in ["machine/root", "machine/mnt"] { try scratch.makeDirectory(path) }
    try scratch.makeDirectory("bin")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("bin/pobsync"), withDestinationPath: Product.pobsync)

    let hosts = DocumentationScene.hosts.map {
      "Host \($0)\n  HostName \(server.address)\n  HostKeyAlias \($0)\n"
    }
    let configuration = try scratch.write(hosts.joined(), to: "ssh_config")
    try program("ssh", #"exec /usr/bin/ssh -F '\#(configuration)' -p \#(server.port) -l '\#(server.user)' "$@""#)
    try program("ssh-copy-id", #"cat "$2" >>'\#(server.directory)/authorized_keys'"#)
    try program("ssh-keyscan", #"for name; do :; done; sed "s/^[^ ]*/$name/" '\#(server.knownHostsFile)'"#)
  }

  private func program(_ name: String, _ text: String) throws {
    try scratch.write("#!/bin/sh\n\(text)\n", to: "bin/\(name)", mode: 0o755)
  }
}

/// A page says something else than what happens.
private struct PageDeviates: Error, CustomStringConvertible {
  let description: String
}
