// Configurations of the predecessor made at random: every key, given or not.

package import Spec

/// Makes configurations that are read without a complaint.
package struct LegacyGenerator {
  private var random: SeededGenerator

  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  package mutating func configuration() throws -> LegacyConfiguration {
    var global = LegacyGlobal()
    global.backupRoot = try text("/mnt/backups", "/srv/weird path/é")
    global.pobsyncHome = try text("/opt/pobsync")
    global.ssh = try ssh()
    global.rsync = try rsync()
    global.defaults.sourceRoot = try text("/", "/srv")
    global.defaults.destinationSubdirectory = try text("", "trees")
    global.defaults.excludes = try patterns()
    global.defaults.includes = try patterns()
    global.excludesDefault = try patterns()
    global.retentionDefaults = retention()
    var configuration = LegacyConfiguration(global: global)
    for index in 0..<Int.random(in: 0...5, using: &random) {
      let name = try HostName(text: "web-\(index)")
      configuration.hosts[name] = try host(name)
    }
    return configuration
  }

  private mutating func host(_ name: HostName) throws -> LegacyHost {
    var host = LegacyHost()
    host.name = name
    host.address = try text("192.0.2.7", "2001:db8::7", "web-0", "web-7.example.net")
    host.enabled = flag()
    host.ssh = try ssh()
    host.sourceRoot = try text("/", "/srv", "/srv/a b/ü")
    host.destinationSubdirectory = try text("", "trees")
    host.includes = try patterns()
    host.excludesAdd = try patterns()
    host.excludesReplace = try patterns()
    host.rsync = try rsync()
    host.retention = retention()
    host.schedule.cron = try text(
      "15 2 * * *", "0 23 * * *", "@daily", "*/10 1-5 * jan-mar mon", "05 2 * * *",
      "\(Self.crowded) 1", "\(Self.crowded) 2")
    host.schedule.prune = flag()
    host.schedule.enabled = flag()
    return host
  }

  /// Two that begin so are called alike up to where a name ends.
  private static let crowded = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24 2 * *"

  private mutating func ssh() throws -> LegacySSH {
    var ssh = LegacySSH()
    ssh.user = try text("root", "backup", "123")
    ssh.port = number(1...65535)
    ssh.identityFile = try text("/root/.ssh/id", "relative")
    ssh.options = try list(
      "-oBatchMode=yes", "-o", "ConnectTimeout=20", "-p", "2222", "-oIdentityFile=/etc/id", "-J", "gate", "-4",
      "-oUserKnownHostsFile=/etc/known hosts", "ServerAliveInterval 15", "-l", "", "-oPort=70000",
      "-c", "-caes256-ctr,aes128-ctr", "-oCiphers=chacha20-poly1305@openssh.com", "-oCiphers=^aes128-ctr")
    return ssh
  }

  private mutating func rsync() throws -> LegacyRsync {
    var rsync = LegacyRsync()
    rsync.binary = try text("rsync", "/usr/local/bin/rsync")
    rsync.args = try list("-aHAX", "--numeric-ids", "-x", "-vz", "--delete")
    rsync.timeoutSeconds = number(0...604_800)
    rsync.bandwidthLimit = number(0...5000)
    rsync.extraArgs = try list(
      "--checksum", "-S", "--max-size", "1G", "--no-acls", "--exclude=/x", "--include", "/y", "--bwlimit=0", "-e",
      "--bwlimit=4m", "--timeout=90", "--rsync-path=sudo rsync", "--no-compress", "--inplace", "word", "--", "-",
      "--no-one-file-system", "-SWx", "--exclude", "", "--timeout=x")
    return rsync
  }

  /// Never one that keeps nothing, whatever it is completed from.
  private mutating func retention() -> LegacyRetention {
    var retention = LegacyRetention()
    guard random.chance(2, in: 3) else { return retention }
    retention.daily = number(1...30) ?? 1
    retention.weekly = number(0...8)
    retention.monthly = number(0...12)
    retention.yearly = number(0...100_000)
    retention.last = number(0...100_000)
    retention.hourly = number(0...100_000)
    return retention
  }

  private mutating func patterns() throws -> [FilterPattern]? {
    try list("/proc/***", "*.tmp", "ünïcödé/🗄", "true", "~", " blanks ", "a: b", "\"quoted\"")
  }

  private mutating func number(_ bounds: ClosedRange<Int>) -> Int? {
    random.chance(1, in: 2) ? Int.random(in: bounds, using: &random) : nil
  }

  private mutating func flag() -> Bool? { random.chance(1, in: 3) ? nil : random.chance(1, in: 2) }

  private mutating func text<Value: TextValue>(_ choices: String...) throws -> Value? {
    guard random.chance(1, in: 2) else { return nil }
    return try Value(text: choices[Int.random(in: choices.indices, using: &random)])
  }

  private mutating func list<Value: TextValue>(_ choices: String...) throws -> [Value]? {
    guard random.chance(1, in: 2) else { return nil }
    return try (0..<Int.random(in: 0...5, using: &random)).map { _ in
      try Value(text: choices[Int.random(in: choices.indices, using: &random)])
    }
  }
}
