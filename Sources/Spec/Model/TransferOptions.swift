// How ssh and rsync are used: partial options, as settings, profiles and hosts declare them, each layer over the last.

/// The `ssh` map.
package struct SSHOptions: Sendable, Hashable {
  package var user: UserName?
  package var port: Int?
  package var identityFile: SSHFilePath?
  package var knownHostsFile: SSHFilePath?
  package var connectTimeout: TimeSpan?
  package var keepAlive: TimeSpan?
  package var ciphers: [SSHCipher]?

  package init() {}

  package static let fields: [Field<SSHOptions>] = [
    Field("user", \.user, .text, "The account to log in to (root unless told)"),
    Field("port", \.port, .integer(1...65535), "The TCP port of sshd (22 unless told)"),
    Field(
      "identity_file", \.identityFile, .text,
      "The private key (`ssh/id_ed25519` in the state directory if it exists, else ssh's own choice, unless told)"),
    Field(
      "known_hosts_file", \.knownHostsFile, .text,
      "The file of trusted host keys (`ssh/known_hosts` in the state directory unless told)"),
    Field(
      "connect_timeout", \.connectTimeout, .text(.seconds(1)...(.hours(1))),
      "How long to wait for a connection (30s unless told)"),
    Field(
      "keep_alive", \.keepAlive, .text(.seconds(1)...(.hours(1))),
      "How often to ask a silent remote whether it is there; four unanswered questions end the transfer (30s unless told)"
    ),
    Field(
      "ciphers", \.ciphers, .list(of: .text),
      "The ciphers to offer, the best first; `[]` leaves them to ssh (AES first where that is cheap, unless told)"),
  ]
}

/// The `rsync` map.
package struct RsyncOptions: Sendable, Hashable {
  package var binary: ProgramPath?
  package var remoteBinary: RemoteCommand?
  package var extraArgs: [RsyncArgument]?
  package var timeout: TimeSpan?
  package var bandwidthLimit: ByteSize?
  package var bandwidth: [BandwidthRule]?
  package var oneFileSystem: Bool?
  package var compress: Bool?

  package init() {}

  package static let fields: [Field<RsyncOptions>] = [
    Field("binary", \.binary, .text, "rsync on the backup server (the one in PATH unless told)"),
    Field("remote_binary", \.remoteBinary, .text, "The command that starts rsync on the remote (rsync unless told)"),
    Field(
      "extra_args", \.extraArgs, .list(of: .text), "Further rsync options; those that endanger snapshots are refused"),
    Field(
      "timeout", \.timeout, .text(.seconds(0)...(.days(7))),
      "How long a transfer may stand still before it is given up (10m unless told, 0s for ever)"),
    Field(
      "bandwidth_limit", \.bandwidthLimit, .text,
      "The most to transfer in a second, counted in whole KiB; 0B for no limit (no limit unless told)"),
    Field(
      "bandwidth", \.bandwidth, .list(of: .record(.blank, BandwidthRule.fields)),
      "Limits by the time at which a transfer starts; the first whose window holds it decides, else `bandwidth_limit`"),
    Field("one_file_system", \.oneFileSystem, .boolean, "Stay on the file system of the source root"),
    Field("compress", \.compress, .boolean, "Compress what crosses the network"),
  ]
}

/// One entry of the `bandwidth` list: how much to transfer in a second, and when.
package struct BandwidthRule: Sendable, Hashable {
  package var window: TimeWindow
  package var limit: ByteSize

  package init(window: TimeWindow, limit: ByteSize) {
    self.window = window
    self.limit = limit
  }

  static let blank = BandwidthRule(window: .always, limit: .zero)

  static let fields: [Field<BandwidthRule>] = [
    Field(required: "window", \.window, .text, "When the limit holds"),
    Field(required: "limit", \.limit, .text, "The most to transfer in a second"),
  ]
}
