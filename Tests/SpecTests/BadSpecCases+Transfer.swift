// Bad specs: addresses, paths, patterns and options that ssh, rsync or a shell would read otherwise.

extension BadSpec {
  static let transfer: [BadSpec] = [
    BadSpec(
      "an address that looks like an option", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: {address: -oProxyCommand=id}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `address` of host `web-1` is not an address: `-oProxyCommand=id` begins with `-`, \#
        which ssh would take for an option
            3 |   web-1: {address: -oProxyCommand=id}
              |                    ^~~~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "an address with a user", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: {address: root@web-1.example.net}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `address` of host `web-1` is not an address: `root@web-1.example.net` holds a \#
        user name; write the user as `ssh: {user: …}`
            3 |   web-1: {address: root@web-1.example.net}
              |                    ^~~~~~~~~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "an address with a port",
      #"""
      version: 1
      hosts:
        web-1: {address: web-1.example.net:2222}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `address` of host `web-1` is not an address: `web-1.example.net:2222` holds a \#
        port; write the port as `ssh: {port: …}`
        """#),
    BadSpec(
      "an address with a blank", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: {address: web-1 example.net}
      """#,
      errors: #"""
        hosts.yaml:3:25: error: `address` of host `web-1` is not an address: `web-1 example.net` holds ` `, which \#
        no host name or IP address has
            3 |   web-1: {address: web-1 example.net}
              |                         ^~~~~~~~~~~~
        """#),
    BadSpec(
      "an address in brackets",
      #"""
      version: 1
      hosts:
        web-1: {address: "[2001:db8::1]"}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `address` of host `web-1` is not an address: `[2001:db8::1]` has brackets; write \#
        an IPv6 address without them
        """#),
    BadSpec(
      "an address that is a URL",
      #"""
      version: 1
      hosts:
        web-1: {address: "ssh://web-1"}
      """#,
      errors: #"""
        hosts.yaml:3:25: error: `address` of host `web-1` is not an address: `ssh://web-1` holds `/`, which no \#
        host name or IP address has
        """#),
    BadSpec(
      "an empty address",
      #"""
      version: 1
      hosts:
        web-1: {address: ""}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `address` of host `web-1` is not an address: an address must not be empty
        """#),
    BadSpec(
      "a user that looks like an option",
      #"""
      version: 1
      settings:
        ssh: {user: -l}
      """#,
      errors: #"""
        hosts.yaml:3:15: error: `ssh.user` of the settings is not a user name: `-l` must begin with a letter, a \#
        digit or `_`
        """#),
    BadSpec(
      "a user with a blank",
      #"""
      version: 1
      settings:
        ssh: {user: back up}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `ssh.user` of the settings is not a user name: `back up` holds ` `, which no user \#
        name has
        """#),
    BadSpec(
      "refused rsync options", showsExcerpts: true,
      #"""
      version: 1
      settings:
        rsync:
          extra_args:
            - --inplace
            - --delete
            - -e
            - --rsync-path=sudo rsync
            - --remove-source-files
            - --exclude=/tmp
            - --dry-run
            - --link-dest=/x
            - --bwlimit=1M
            - --timeout=3
      """#,
      errors: #"""
        hosts.yaml:5:9: error: `rsync.extra_args.0` of the settings is not an allowed rsync option: `--inplace` \#
        is refused: it writes into files in place, and would change what earlier snapshots share
            5 |       - --inplace
              |         ^~~~~~~~~
        hosts.yaml:6:9: error: `rsync.extra_args.1` of the settings is not an allowed rsync option: `--delete` is \#
        refused: pobsync sets it itself
            6 |       - --delete
              |         ^~~~~~~~
        hosts.yaml:7:10: error: `rsync.extra_args.2` of the settings is not an allowed rsync option: `-e` is \#
        refused: pobsync sets it itself
            7 |       - -e
              |          ^
        hosts.yaml:8:9: error: `rsync.extra_args.3` of the settings is not an allowed rsync option: \#
        `--rsync-path` is refused: use `remote_binary`
            8 |       - --rsync-path=sudo rsync
              |         ^~~~~~~~~~~~~~~~~~~~~~~
        hosts.yaml:9:9: error: `rsync.extra_args.4` of the settings is not an allowed rsync option: \#
        `--remove-source-files` is refused: it would change the host that is backed up
            9 |       - --remove-source-files
              |         ^~~~~~~~~~~~~~~~~~~~~
        hosts.yaml:10:9: error: `rsync.extra_args.5` of the settings is not an allowed rsync option: `--exclude` \#
        is refused: use `excludes` and `includes`
           10 |       - --exclude=/tmp
              |         ^~~~~~~~~~~~~~
        hosts.yaml:11:9: error: `rsync.extra_args.6` of the settings is not an allowed rsync option: `--dry-run` \#
        is refused: the snapshot would hold nothing
           11 |       - --dry-run
              |         ^~~~~~~~~
        hosts.yaml:12:9: error: `rsync.extra_args.7` of the settings is not an allowed rsync option: \#
        `--link-dest` is refused: pobsync sets it itself
           12 |       - --link-dest=/x
              |         ^~~~~~~~~~~~~~
        hosts.yaml:13:9: error: `rsync.extra_args.8` of the settings is not an allowed rsync option: `--bwlimit` \#
        is refused: use `bandwidth_limit`
           13 |       - --bwlimit=1M
              |         ^~~~~~~~~~~~
        hosts.yaml:14:9: error: `rsync.extra_args.9` of the settings is not an allowed rsync option: `--timeout` \#
        is refused: use `timeout`
           14 |       - --timeout=3
              |         ^~~~~~~~~~~
        """#),
    BadSpec(
      "unknown and misspelt rsync options", showsExcerpts: true,
      #"""
      version: 1
      settings:
        rsync:
          extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
      """#,
      errors: #"""
        hosts.yaml:4:18: error: `rsync.extra_args.0` of the settings is not an allowed rsync option: pobsync does \#
        not know `--frobnicate`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                  ^~~~~~~~~~~~
        hosts.yaml:4:32: error: `rsync.extra_args.1` of the settings is not an allowed rsync option: pobsync does \#
        not know `--cheksum`; did you mean `--checksum`?
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                ^~~~~~~~~
        hosts.yaml:4:43: error: `rsync.extra_args.2` of the settings is not an allowed rsync option: `--compress` \#
        takes no value
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                           ^~~~~~~~~~~~
        hosts.yaml:4:57: error: `rsync.extra_args.3` of the settings is not an allowed rsync option: `--max-size` \#
        needs its value after `=`; write `--max-size=…`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                         ^~~~~~~~~~
        hosts.yaml:4:70: error: `rsync.extra_args.4` of the settings is not an allowed rsync option: `-v` is \#
        refused: pobsync sets it itself
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                                      ^~
        hosts.yaml:4:74: error: `rsync.extra_args.5` of the settings is not an allowed rsync option: `rsync` is \#
        not an option; options begin with `-`, their values follow after `=`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                                          ^~~~~
        hosts.yaml:4:81: error: `rsync.extra_args.6` of the settings is not an allowed rsync option: pobsync does \#
        not know `--`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                                                 ^~~~
        hosts.yaml:4:87: error: `rsync.extra_args.7` of the settings is not an allowed rsync option: `-` is not \#
        an option; options begin with `-`, their values follow after `=`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                                                       ^~~
        hosts.yaml:4:92: error: `rsync.extra_args.8` of the settings is not an allowed rsync option: `` is not an \#
        option; options begin with `-`, their values follow after `=`
            4 |     extra_args: [--frobnicate, --cheksum, --compress=9, --max-size, -vx, rsync, '--', '-', '']
              |                                                                                            ^~
        """#),
    BadSpec(
      "a list of lists for rsync options",
      #"""
      version: 1
      settings:
        rsync: {extra_args: [[-S]]}
      """#,
      errors: #"""
        hosts.yaml:3:24: error: `rsync.extra_args.0` of the settings must be an allowed rsync option such as \#
        `--one-file-system`, not a list
        """#),
    BadSpec(
      "patterns that rsync reads otherwise", showsExcerpts: true,
      #"""
      version: 1
      settings:
        excludes:
          - "#cache"
          - ";x"
          - "- /tmp"
          - + /home
          - "!"
          - "a\nb"
          - ""
      """#,
      errors: #"""
        hosts.yaml:4:7: error: `excludes.0` of the settings is not an rsync pattern: `#cache` would be a comment \#
        to rsync; write `[#]cache`
            4 |     - "#cache"
              |       ^~~~~~~~
        hosts.yaml:5:7: error: `excludes.1` of the settings is not an rsync pattern: `;x` would be a comment to \#
        rsync; write `[;]x`
            5 |     - ";x"
              |       ^~~~
        hosts.yaml:6:7: error: `excludes.2` of the settings is not an rsync pattern: `- /tmp` mixes rules of both \#
        kinds into one list; put patterns to keep into `includes` and the others into `excludes`
            6 |     - "- /tmp"
              |       ^~~~~~~~
        hosts.yaml:7:7: error: `excludes.3` of the settings is not an rsync pattern: `+ /home` mixes rules of \#
        both kinds into one list; put patterns to keep into `includes` and the others into `excludes`
            7 |     - + /home
              |       ^~~~~~~
        hosts.yaml:8:7: error: `excludes.4` of the settings is not an rsync pattern: `!` would make rsync forget \#
        all rules; write `[!]`
            8 |     - "!"
              |       ^~~
        hosts.yaml:9:7: error: `excludes.5` of the settings is not an rsync pattern: `a�b` holds a control \#
        character; write `?` in its place
            9 |     - "a\nb"
              |       ^~~~~~
        hosts.yaml:10:7: error: `excludes.6` of the settings is not an rsync pattern: a pattern must not be empty
           10 |     - ""
              |       ^~
        """#),
    BadSpec(
      "paths that ssh would read otherwise", showsExcerpts: true,
      #"""
      version: 1
      settings:
        ssh:
          identity_file: /root/my keys//id
          known_hosts_file: /etc/%h
      """#,
      errors: #"""
        hosts.yaml:4:28: error: `ssh.identity_file` of the settings is not a path for ssh: `/root/my keys//id` \#
        holds ` `, which ssh would interpret; use a path without blanks, quotes, `\`, `%`, `$` and `#`
            4 |     identity_file: /root/my keys//id
              |                            ^~~~~~~~~
        hosts.yaml:5:28: error: `ssh.known_hosts_file` of the settings is not a path for ssh: `/etc/%h` holds \#
        `%`, which ssh would interpret; use a path without blanks, quotes, `\`, `%`, `$` and `#`
            5 |     known_hosts_file: /etc/%h
              |                            ^~
        """#),
    BadSpec(
      "ciphers that ssh would read otherwise",
      #"""
      version: 1
      settings:
        ssh: {ciphers: [^aes128-ctr, "aes128-ctr,aes256-ctr", AES128-CTR]}
      hosts:
        web-1: {ssh: {ciphers: aes128-ctr}}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `ssh.ciphers.0` of the settings is not the name of a cipher: `^aes128-ctr` begins \#
        with `^`, by which ssh would change its own list; write the names of all ciphers to offer
        hosts.yaml:3:43: error: `ssh.ciphers.1` of the settings is not the name of a cipher: \#
        `aes128-ctr,aes256-ctr` holds `,`, which no cipher's name has; write names as `ssh -Q cipher` prints them, \#
        each as an item of its own
        hosts.yaml:3:57: error: `ssh.ciphers.2` of the settings is not the name of a cipher: `AES128-CTR` must begin \#
        with a lower-case letter or a digit
        hosts.yaml:5:26: error: `ssh.ciphers` of host `web-1` must be a list, not a plain value; write `[aes128-ctr]`
        """#),
    BadSpec(
      "a relative source root", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: {source_root: home}
      """#,
      errors: #"""
        hosts.yaml:3:24: error: `source_root` of host `web-1` is not an absolute path: `home` does not begin with \#
        `/`; write the whole path
            3 |   web-1: {source_root: home}
              |                        ^~~~
        """#),
    BadSpec(
      "two dots in a path",
      #"""
      version: 1
      settings: {backup_root: /mnt/../etc}
      """#,
      errors: #"""
        hosts.yaml:2:25: error: `backup_root` of the settings is not an absolute path: `/mnt/../etc` holds `..`; \#
        write the path without it
        """#),
    BadSpec(
      "a control character in a path",
      #"""
      version: 1
      settings: {backup_root: "/mnt/a\tb"}
      """#,
      errors: #"""
        hosts.yaml:2:25: error: `backup_root` of the settings is not an absolute path: `/mnt/a�b` holds a control \#
        character
        """#),
    BadSpec(
      "a remote command with a shell's characters", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          rsync: {remote_binary: rsync; id}
      """#,
      errors: #"""
        hosts.yaml:4:33: error: `rsync.remote_binary` of host `web-1` is not a remote command: `rsync; id` holds \#
        `;`, which the remote's shell could interpret; put the command into a script on the remote host and name that
            4 |     rsync: {remote_binary: rsync; id}
              |                                 ^~~~
        """#),
    BadSpec(
      "a remote command that is an option",
      #"""
      version: 1
      hosts:
        web-1:
          rsync: {remote_binary: --version}
      """#,
      errors: #"""
        hosts.yaml:4:28: error: `rsync.remote_binary` of host `web-1` is not a remote command: `--version` must \#
        begin with a program
        """#),
    BadSpec(
      "an empty remote command",
      #"""
      version: 1
      hosts:
        web-1:
          rsync: {remote_binary: ""}
      """#,
      errors: #"""
        hosts.yaml:4:28: error: `rsync.remote_binary` of host `web-1` is not a remote command: `` must begin with \#
        a program
        """#),
    BadSpec(
      "a program with arguments",
      #"""
      version: 1
      settings:
        rsync: {binary: nice rsync}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `rsync.binary` of the settings is not a program: `nice rsync` is neither an \#
        absolute path nor the plain name of a program; leave out arguments
        """#),
    BadSpec(
      "labels with wrong names and values", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          labels: {-role: web, "a b": c, role: "two\nlines", long: \#
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\#
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx}
      """#,
      errors: #"""
        hosts.yaml:4:14: error: `labels` of host `web-1` holds a wrong name: `-role` must begin with a letter or a digit
            4 |     labels: {-role: web, "a b": c, role: "two\nlines", long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
              |              ^~~~~
        hosts.yaml:4:28: error: `labels` of host `web-1` holds a wrong name: `a b` holds ` `; a name is made of \#
        letters, digits, `.`, `_` and `-`
            4 |     labels: {-role: web, "a b": c, role: "two\nlines", long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
              |                            ^~~
        hosts.yaml:4:42: error: `labels.role` of host `web-1` must be a text of at most 200 characters on one line
            4 |     labels: {-role: web, "a b": c, role: "two\nlines", long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
              |                                          ^~~~~~~~~~~~
        hosts.yaml:4:62: error: `labels.long` of host `web-1` must be a text of at most 200 characters on one line
            4 | … {-role: web, "a b": c, role: "two\nlines", long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
              |                                                    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        """#),
  ]
}
