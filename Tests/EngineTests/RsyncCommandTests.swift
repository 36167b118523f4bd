// The argument vectors of rsync, word by word.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite("rsync command")
struct RsyncCommandTests {
  private func command(
    _ host: EffectiveHost, links: [String] = [], identity: String? = nil, ciphers: [String] = [],
    destination: String = "/b/web-1/data", at time: Date = Date(timeIntervalSince1970: 0)
  ) throws -> RsyncCommand {
    RsyncCommand(
      host: host, sshDefaults: try sshDefaults(identity: identity, ciphers: ciphers), linkDestinations: links,
      bandwidthLimit: host.rsync.bandwidthLimit(at: time), includesFile: "/b/includes",
      excludesFile: "/b/excludes", destination: destination, rsyncBinary: "/usr/bin/rsync")
  }

  /// How rsync splits the value of `--rsh` (main.c, do_cmd): at blanks outside of quotes; a quote within quotes of its own
  /// kind is doubled.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      if let open = quote {
        if character != open {
          word = (word ?? "") + String(character)
        } else if rest.first == open {
          rest.removeFirst()
          word = (word ?? "") + String(open)
        } else {
          quote = nil
        }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character == " " {
        if let complete = word { words.append(complete) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }

  private static let sshWords = [
    "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/etc/pobsync/known_hosts", "-o",
    "GlobalKnownHostsFile=/dev/null", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=30", "-o",
    "ServerAliveCountMax=4", "-o", "ForwardAgent=no", "-o", "ForwardX11=no", "-o", "ClearAllForwardings=yes", "-o",
    "PermitLocalCommand=no", "-o", "RequestTTY=no", "-o", "ControlMaster=no", "-o", "ControlPath=none",
  ]

  @Test("a host that declares nothing")
  func minimal() throws {
    let arguments = try command(declaredHost()).arguments
    #expect(
      arguments == [
        "/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats",
        "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/b/includes",
        "--exclude-from=/b/excludes",
        "--rsh=ssh -p 22 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/etc/pobsync/known_hosts "
          + "-o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 "
          + "-o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no "
          + "-o ControlMaster=no -o ControlPath=none",
        "--", "root@web-1.example.net:/", "/b/web-1/data/",
      ])
  }

  @Test("a host that declares everything")
  func everything() throws {
    let host = try declaredHost(
      "source_root: /srv/www",
      "ssh: {user: backup, port: 2222, identity_file: /k/id, known_hosts_file: /k/known, connect_timeout: 5s, keep_alive: 7s}",
      "rsync: {remote_binary: sudo -n rsync, timeout: 90s, bandwidth_limit: 10MiB, one_file_system: true, compress: true, "
        + "extra_args: [--checksum, --max-size=1G, -S]}")
    let arguments = try command(host, links: ["/b/one/data", "/b/two/data"], identity: "/default/id").arguments
    #expect(
      arguments == [
        "/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats",
        "--info=progress2", "--no-human-readable", "--timeout=90", "--bwlimit=10240", "--one-file-system", "--compress",
        "--rsync-path=sudo -n rsync", "--checksum", "--max-size=1G", "-S", "--include-from=/b/includes",
        "--exclude-from=/b/excludes", "--link-dest=/b/one/data", "--link-dest=/b/two/data",
        "--rsh=ssh -p 2222 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/k/known "
          + "-o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=5 -o ServerAliveInterval=7 -o ServerAliveCountMax=4 "
          + "-o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no "
          + "-o ControlMaster=no -o ControlPath=none "
          + "-o IdentityFile=/k/id -o IdentitiesOnly=yes",
        "--", "backup@web-1.example.net:/srv/www/", "/b/web-1/data/",
      ])
  }

  @Test("a survey is asked with all that a transfer is, and writes nothing")
  func survey() throws {
    let host = try declaredHost("rsync: {compress: true, timeout: 90s, extra_args: [--checksum]}")
    let command = try command(host, links: ["/b/one/data"])
    let transfer = command.arguments.filter { $0 != "--info=progress2" && !$0.hasPrefix("--link-dest=") }
    let survey = command.surveyArguments(base: "/b/one/data")
    let own = ["--dry-run", "--out-format=%i %n//%L", "--8-bit-output"]
    let shared = survey.filter { !own.contains($0) }
    #expect(shared == transfer.dropLast() + ["/b/one/data/"])
    #expect(survey.filter { own.contains($0) } == own)
    #expect(!command.surveysEverything)

    let plain = command.surveyArguments(base: "/b/one/data", hardLinks: false)
    #expect(plain.filter { $0 != "--no-hard-links" } == survey)
    #expect(plain.count == survey.count + 1)
  }

  @Test("a host is asked for its list in the words of rsync's own dry run")
  func listing() throws {
    let host = try declaredHost(
      "rsync: {compress: true, one_file_system: true, timeout: 90s, remote_binary: sudo -n rsync, extra_args: [--sparse]}"
    )
    let arguments = try #require(try command(host).listingArguments(fetching: false))
    let command = try command(host)
    #expect(Array(arguments.prefix(command.sshArguments.count)) == command.sshArguments)
    #expect(
      Array(arguments.dropFirst(command.sshArguments.count))
        == [
          "-l", "\(host.ssh.user)", "\(host.address)", "sudo -n rsync", "--server", "--sender",
          "-nlHogDtpAXrxe.iLsfxC", "--timeout=90", "--numeric-ids", ".",
          RsyncCommand.source(of: host).split(separator: ":").last.map(String.init),
        ].compactMap(\.self))
  }

  @Test(
    "with options that concern the list or the connection rsync surveys",
    arguments: [
      "--checksum", "-c", "-4", "--ipv6", "--no-inc-recursive", "-x", "-xx", "-X", "--xattrs", "--max-size=1G",
    ])
  func noListing(argument: String) throws {
    let host = try declaredHost("rsync: {extra_args: ['\(argument)']}")
    #expect(try command(host).listingArguments(fetching: false) == nil)
  }

  @Test("to fetch files as they are listed, the host's rsync is not told that it is a dry run")
  func fetching() throws {
    let (listing, fetching) = (
      try command(declaredHost()).listingArguments(fetching: false),
      try command(declaredHost()).listingArguments(fetching: true)
    )
    #expect(fetching == listing.map { $0.map { $0 == "-nlHogDtpAXre.iLsfxC" ? "-lHogDtpAXre.iLsfxC" : $0 } })
    #expect(fetching != listing)
  }

  @Test(
    "files that not everybody may read are asked for where rsync is root's",
    arguments: [
      (["ssh: {user: root}"], true), (["ssh: {user: backup}"], false),
      (["ssh: {user: backup}", "rsync: {remote_binary: sudo -n rsync}"], true),
      (["ssh: {user: backup}", "rsync: {remote_binary: /usr/bin/doas rsync}"], true),
      (["ssh: {user: backup}", "rsync: {remote_binary: /opt/bin/rsync}"], false),
    ])
  func reading(lines: [String], readsAll: Bool) throws {
    #expect(try command(declaredHost(lines.joined(separator: "\n    "))).readsAll == readsAll)
  }

  @Test("a source root that a shell could take for something else is left to rsync")
  func noListingOfOddRoots() throws {
    #expect(try command(declaredHost("source_root: /srv/it's")).listingArguments(fetching: false) == nil)
    #expect(try command(declaredHost("source_root: /")).listingArguments(fetching: false)?.last == "/")
  }

  @Test(
    "on one file system a survey lists everything",
    arguments: ["one_file_system: true", "extra_args: [-zx]", "extra_args: [--one-file-system]"])
  func surveyOfOneFileSystem(keys: String) throws {
    let command = try command(declaredHost("rsync: {\(keys)}"))
    #expect(command.surveysEverything)
    #expect(command.surveyArguments(base: "/b/data").count { $0 == "--itemize-changes" } == 2)
  }

  @Test("a transfer of what a survey has told takes a list, and leaves out and deletes nothing")
  func listed() throws {
    let host = try declaredHost("source_root: /srv/www", "rsync: {bandwidth_limit: 10MiB, extra_args: [--sparse]}")
    let command = try command(host, links: ["/b/one/data", "/b/two/data"])
    let expected = [
      "/usr/bin/rsync", "-aHAX", "--numeric-ids", "--modify-window=-1", "--stats", "--info=progress2",
      "--no-human-readable", "--timeout=600", "--bwlimit=10240", "--sparse", "--from0", "--files-from=/b/differing",
      "--ignore-missing-args", "--link-dest=/b/one/data", "--link-dest=/b/two/data",
    ]
    let arguments = command.transferArguments(of: "/b/differing", linking: command.linkDestinations, version: nil)
    #expect(Array(arguments.prefix(expected.count)) == expected)
    #expect(arguments.suffix(3) == ["--", "root@web-1.example.net:/srv/www/", "/b/web-1/data/"])
    let other = command.transferArguments(of: "/b/differing", linking: ["/b/former"], version: nil)
    #expect(other.filter { $0.hasPrefix("--link-dest=") } == ["--link-dest=/b/former"])
  }

  @Test(
    "rsync is kept from holding each name against all that was asked for, where it would",
    arguments: [("3.1.0", false), ("3.2.4", false), ("3.2.5", true), ("3.2.7", true), ("3.5.0", true)])
  func trusting(version: String, isTold: Bool) throws {
    let arguments = try command(declaredHost("source_root: /srv/www"), links: [])
      .transferArguments(of: "/b/differing", linking: [], version: RsyncVersion(version))
    #expect(arguments.contains("--trust-sender") == isTold)
  }

  @Test(
    "a survey is exact with options that change nothing of the tree",
    arguments: [
      ("--checksum", true), ("-zW", true), ("-c", true), ("-S", true), ("--no-compress", true),
      ("--block-size=4096", true),
      ("--no-inc-recursive", true), ("--one-file-system", true), ("--acls", true), ("--no-acls", false), ("-L", false),
      ("-zL", false), ("-U", false), ("-I", false), ("--max-size=1G", false), ("--fuzzy", false),
      ("--iconv=utf8", false),
      ("--munge-links", false), ("--no-perms", false), ("--no-hard-links", false), ("--omit-dir-times", false),
      ("--cvs-exclude", false), ("--chmod=g+w", false), ("--protocol=30", false), ("--fake-super", false),
    ])
  func exactSurveys(argument: String, isExact: Bool) throws {
    #expect(try RsyncArgument(text: argument).keepsSurveyExact == isExact)
  }

  @Test("known hosts and identity are the host's, else the settings', else pobsync's own")
  func sshFiles() throws {
    func files(_ host: EffectiveHost, identity: String?) throws -> [String] {
      try command(host, identity: identity).sshArguments.filter {
        $0.hasPrefix("UserKnown") || $0.hasPrefix("Identit")
      }
    }
    #expect(try files(declaredHost(), identity: nil) == ["UserKnownHostsFile=/etc/pobsync/known_hosts"])
    #expect(
      try files(declaredHost(), identity: "/d/id") == [
        "UserKnownHostsFile=/etc/pobsync/known_hosts", "IdentityFile=/d/id", "IdentitiesOnly=yes",
      ])
    let settings = "{ssh: {identity_file: /s/id, known_hosts_file: /s/known}}"
    #expect(
      try files(declaredHost(settings: settings), identity: "/d/id") == [
        "UserKnownHostsFile=/s/known", "IdentityFile=/s/id", "IdentitiesOnly=yes",
      ])
    #expect(
      try files(
        declaredHost(settings: settings, "ssh: {identity_file: /h/id, known_hosts_file: /h/known}"), identity: "/d/id")
        == ["UserKnownHostsFile=/h/known", "IdentityFile=/h/id", "IdentitiesOnly=yes"])
    #expect(try command(declaredHost()).sshArguments == ["ssh", "-p", "22"] + Self.sshWords)
  }

  @Test(
    "ciphers are those that are declared, else those that suit this machine, else ssh's own choice",
    arguments: [
      ("{}", "{}", [], nil),
      ("{}", "{}", ["aes128-gcm@openssh.com", "aes128-ctr"], "aes128-gcm@openssh.com,aes128-ctr"),
      ("{}", "{ciphers: [aes256-ctr, aes128-ctr]}", ["aes192-ctr"], "aes256-ctr,aes128-ctr"),
      ("{}", "{ciphers: [chacha20-poly1305@openssh.com]}", [], "chacha20-poly1305@openssh.com"),
      ("{ciphers: [aes256-ctr]}", "{}", ["aes192-ctr"], "aes256-ctr"),
      ("{ciphers: [aes256-ctr]}", "{ciphers: [aes128-ctr]}", ["aes192-ctr"], "aes128-ctr"),
      ("{ciphers: [aes256-ctr]}", "{ciphers: []}", ["aes192-ctr"], nil), ("{ciphers: []}", "{}", [], nil),
    ] as [(String, String, [String], String?)])
  func ciphers(settings: String, own: String, suited: [String], list: String?) throws {
    let host = try declaredHost(settings: "{ssh: \(settings)}", "ssh: \(own)")
    let command = try command(host, ciphers: suited)
    let expected = list.map { ["Ciphers=\($0)"] } ?? []
    #expect(command.sshArguments.filter { $0.hasPrefix("Ciphers=") } == expected)
    // A probe logs in as a backup does.
    for arguments in [command.arguments, HostProbe.command(host, command.sshDefaults, rsync: "rsync")] {
      let value = try #require(arguments.first { $0.hasPrefix("--rsh=") }).dropFirst(6)
      #expect(Self.split(String(value)).filter { $0.hasPrefix("Ciphers=") } == expected)
    }
  }

  @Test("pobsync's own key is used once it is there, and nothing else changes")
  func ownKey() async throws {
    try await withScratchDirectory { scratch in
      let known = try SSHFilePath(text: scratch.path("known_hosts"))
      let ciphers = [try SSHCipher(text: "aes128-ctr")]
      let defaults = SSHDefaults(knownHostsFile: known, identityFile: nil, prefersAES: true, ciphers: ciphers)
      #expect(defaults.withOwnKey == defaults)
      try Disk.write("a key", to: defaults.usualIdentityFile)
      let key = try SSHFilePath(text: defaults.usualIdentityFile)
      #expect(
        defaults.withOwnKey
          == SSHDefaults(knownHostsFile: known, identityFile: key, prefersAES: true, ciphers: ciphers))
    }
  }

  @Test(
    "addresses as rsync wants them",
    arguments: [
      ("2001:db8::7", "root@[2001:db8::7]:/"), ("fe80::1%eth0", "root@[fe80::1%eth0]:/"),
      ("192.0.2.7", "root@192.0.2.7:/"),
      ("::1", "root@[::1]:/"),
    ])
  func addresses(address: String, word: String) throws {
    let spec = "version: 1\nhosts: {web-1: {address: '\(address)'}}\n"
    let read = try SpecReader.read([SourceText(name: "host.yaml", bytes: Array(spec.utf8))]).spec
    let name = try HostName(text: "web-1")
    let host = try #require(read.effectiveHost(name))
    #expect(try command(host).arguments.suffix(3) == ["--", word, "/b/web-1/data/"])
  }

  @Test(
    "paths that a remote shell could take for more than a word go through rsync's protocol",
    arguments: [
      ("/", false), ("/srv/www-1_2.d/a+b@c:d,e=f", false), ("/srv/with blank", true), ("/srv/$(touch x)", true),
      ("/srv/`touch x`", true), ("/srv/a;b", true), ("/srv/a&b", true), ("/srv/it's", true), ("/srv/*", true),
      ("/srv/~root", true), ("/srv/é", true), ("/srv/a\\\\b", true), ("/srv/{a,b}", true), ("/srv/#a", true),
      ("/srv/!", true),
    ])
  func secludedArguments(root: String, secluded: Bool) throws {
    let quoted = "\"\(root)\""
    let host = try declaredHost("source_root: \(quoted)")
    let arguments = try command(host).arguments
    #expect(arguments.contains("--secluded-args") == secluded)
    let path = root.replacing("\\\\", with: "\\")
    #expect(arguments.suffix(2).first == "root@web-1.example.net:\(path == "/" ? "/" : path + "/")")
  }

  @Test("rsync takes twenty link destinations, and the best come first")
  func linkDestinations() throws {
    let links = (1...25).map { "/b/\($0)" }
    let given = try command(declaredHost(), links: links).arguments.filter { $0.hasPrefix("--link-dest=") }
    #expect(given == links.prefix(20).map { "--link-dest=\($0)" })
  }

  @Test("a bandwidth limit below a KiB is not no limit")
  func bandwidth() throws {
    #expect(try command(declaredHost("rsync: {bandwidth_limit: 100B}")).arguments.contains("--bwlimit=1"))
    let none = try command(declaredHost(settings: "{rsync: {bandwidth_limit: 1MiB}}", "rsync: {bandwidth_limit: 0B}"))
    #expect(!none.arguments.contains { $0.hasPrefix("--bwlimit") }, "nothing is no limit")
  }

  @Test(
    "the limit is that of the first rule whose window holds the transfer's start, in the settings' zone",
    arguments: [
      ("2026-05-19T05:59:59Z", "--bwlimit=20480"), ("2026-05-19T06:00:00Z", "--bwlimit=2048"),
      ("2026-05-19T15:59:59Z", "--bwlimit=2048"), ("2026-05-19T16:00:00Z", "--bwlimit=5120"),
      ("2026-05-19T20:00:00Z", "--bwlimit=20480"), ("2026-05-23T08:00:00Z", "--bwlimit=5120"),
    ])
  func bandwidthByTime(start: String, argument: String) throws {
    let host = try declaredHost(
      settings: "{time_zone: Europe/Amsterdam}",
      "rsync:", "  bandwidth_limit: 5MiB", "  bandwidth:", "  - {window: Mon-Fri 08:00-18:00, limit: 2MiB}",
      "  - {window: \"22:00-08:00\", limit: 20MiB}", "  - {window: Mon, limit: 1MiB}")
    let time = try Date(start, strategy: .iso8601)
    let limits = try command(host, at: time).arguments.filter { $0.hasPrefix("--bwlimit=") }
    #expect(limits == [argument])
  }

  @Test("outside of the rules' windows, without a limit besides, there is none")
  func noBandwidthLimit() throws {
    let host = try declaredHost("rsync: {bandwidth: [{window: Sat, limit: 1MiB}]}")
    #expect(try !command(host).arguments.contains { $0.hasPrefix("--bwlimit") })
  }

  @Test("the value of --rsh falls into the words again that it was made of")
  func remoteShell() throws {
    let paths = ["/plain", "/a,b=c", "/naïve/é", "/semi;colon&x", "/(a)*?[b]"]
    for path in paths {
      let command = try command(
        declaredHost("ssh: {known_hosts_file: \"\(path)\"}"), identity: path)
      let value = try #require(command.arguments.first { $0.hasPrefix("--rsh=") }).dropFirst(6)
      #expect(Self.split(String(value)) == command.sshArguments)
    }
    #expect(Self.split("a 'b c' \"d'e\" 'f''g' ''") == ["a", "b c", "d'e", "f'g", ""])
  }

  @Test(
    "words with blanks and quotes of either kind survive rsync's own splitting",
    arguments: [
      ["ssh", "-o", "IdentityFile=/a b"], ["it's", "\"double\"", "both ' and \""], ["'", "''", "\"", " ", "plain"],
    ])
  func quoting(words: [String]) { #expect(Self.split(RsyncCommand.rshWord(words)) == words) }

  @Test("nothing that a spec can say becomes an option that pobsync does not know")
  func options() throws {
    var generator = SpecGenerator(seed: freshSeed("RsyncCommandTests.options"))
    let known: Set<String> = [
      "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2",
      "--no-human-readable", "--one-file-system", "--compress", "--secluded-args", "--include-from=/b/includes",
      "--exclude-from=/b/excludes", "--",
    ]
    let begun = ["--timeout=", "--bwlimit=", "--rsync-path=", "--link-dest=/", "--rsh=ssh -p "]
    var count = 0
    for _ in 0..<150 {
      for host in try generator.spec().effectiveHosts {
        count += 1
        let command = try command(host, links: ["/b/1"])
        let arguments = command.arguments
        let own = host.rsync.extraArgs.map(\.description)
        let end = try #require(arguments.firstIndex(of: "--"))
        for argument in arguments[1...end] {
          #expect(known.contains(argument) || own.contains(argument) || begun.contains { argument.hasPrefix($0) })
        }
        let places = arguments[(end + 1)...]
        #expect(places.count == 2)
        #expect(places.allSatisfy { !$0.hasPrefix("-") })
        #expect(try #require(places.first).hasPrefix("\(host.ssh.user)@"))
        let value = try #require(arguments.first { $0.hasPrefix("--rsh=") }).dropFirst(6)
        #expect(Self.split(String(value)) == command.sshArguments)
        #expect(arguments.allSatisfy { !$0.contains("\0") && !$0.contains("\n") })
      }
    }
    #expect(count > 20)
  }
}
