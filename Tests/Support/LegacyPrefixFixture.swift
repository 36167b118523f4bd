// A prefix of the predecessor as an operator might have left it: every key, many spellings, and some broken files.

package import Spec

/// Files below a prefix, for tests in memory and for those that write them to disk.
package enum LegacyPrefixFixture {
  /// Paths below the prefix, sorted, and what the files hold.
  package static let files: [(path: String, content: String)] = [
    (
      "config/global.yaml",
      """
      backup-root: /mnt/backups/pobsync
      pobsyncHome: /opt/pobsync
      ssh: {user: root, port: "22", options: ["-oBatchMode=yes", "-o", "ConnectTimeout=20", "ServerAliveInterval 15"]}
      rsync: {binary: rsync, args: [-aHAX, --numeric-ids], timeout_seconds: 0, bwlimit_kbps: 0, extra_args: [--checksum]}
      defaults: {source_root: /, destination_subdir: "", excludes: [/proc/***, "*.tmp"], includes: []}
      excludes_default: [/proc/***, /sys/***]
      retention_defaults: {daily: 14, weekly: 8, monthly: 12, yearly: 0}

      """
    ),
    (
      "config/hosts/alpha.yaml",
      """
      host: alpha
      address: alpha.example.net
      enabled: true
      ssh: {user: root, port: 22}
      source_root: /
      includes: []
      excludes_add: [/var/cache/***]
      excludes_replace: null
      rsync: {extra_args: []}
      retention: {daily: 14, weekly: 8, monthly: 12, yearly: 0}
      schedule: {cron: "15 2 * * *", prune: true, enabled: true}

      """
    ),
    (
      "config/hosts/beta.yaml",
      """
      name: beta
      active: 1
      ssh_user: backup
      ssh_port: "2222"
      ssh_key: /etc/pobsync/id_beta
      ssh_options: -oBatchMode=yes -oServerAliveInterval=60
      rsync_binary: /usr/local/bin/rsync
      rsync_args: -aHAX --one-file-system
      extra_rsync_args: --no-compress
      timeout: 300
      bwlimit: 2048
      root: /home
      exclude: /home/*/.cache/***
      exclude_replace: null
      include: /home/*/.cache/keep
      keep_daily: 7
      keep_yearly: 2
      cron: "*/30 * * * *"
      prune: no
      schedule_enabled: on

      """
    ),
    ("config/hosts/broken.yaml", "ssh: {user: root\n"),
    ("config/hosts/disabled.yaml", "enabled: no\nschedule: \"15 2 * * *\"\n"),
    ("config/hosts/empty.yaml", ""),
    (
      "config/hosts/gamma.yaml",
      """
      hostName: gamma
      sshUser: backup
      sshPort: 2200
      Source: {root: /srv}
      excludesAdd: /var/tmp/***
      rsyncExtraArgs: -S --max-size 1G
      retention: {keepDaily: 3, months: 2}
      schedule: {cron: "@daily", autoPrune: yes}
      destination: trees

      """
    ),
    (
      "config/hosts/größe.yaml",
      """
      host: groesse
      source_root: /srv/Größe 1
      includes: ["/srv/Größe 1/☂"]
      excludes_add: ["*.bäk", "naïve/🗄/***"]

      """
    ),
    ("config/hosts/monthly.yaml", "retention: {monthly: 24}\n"),
    (
      "config/hosts/options.yaml",
      """
      host: options
      ssh:
        options: [-o, ConnectTimeout=20, -oProxyJump=gate, IdentityFile=/etc/pobsync/id, -4, -oStrictHostKeyChecking=no]
      rsync:
        args: [-aHAX, -x]
        extra_args: [--inplace, --exclude, /tmp/***, --include=/tmp/keep, --bwlimit=4m, -zS, --rsync-path=sudo rsync]

      """
    ),
    ("config/hosts/paused.yaml", "schedule: {cron: 15 2 * * *, prune: true, enabled: off}\n"),
    ("config/hosts/replace-empty.yaml", "excludes_replace: []\nexcludes_add: [/a]\n"),
    ("config/hosts/replace-list.yaml", "excludes_replace: [/only]\nexcludes_add: [/a]\n"),
    ("config/hosts/replace-null-empty.yaml", "excludes_replace: null\nexcludes_add: []\n"),
    ("config/hosts/replace-null-list.yaml", "excludes_replace: null\nexcludes_add: [/a]\n"),
    (
      "config/hosts/unknown.yaml",
      """
      host: unknown
      colour: blue
      excludes_ad: [/x]
      ssh: {user: root, cipher: aes}

      """
    ),
  ]

  /// The same files as they are read.
  package static var sources: (global: SourceText?, hosts: [SourceText]) { sources(of: files) }

  /// Files of a prefix, the global one apart.
  package static func sources(
    of files: [(path: String, content: String)]
  ) -> (global: SourceText?, hosts: [SourceText]) {
    let texts = files.map { SourceText(name: $0.path, $0.content) }
    return (
      texts.first { $0.name == "config/global.yaml" }, texts.filter { $0.name.hasPrefix("config/hosts/") }
    )
  }
}
