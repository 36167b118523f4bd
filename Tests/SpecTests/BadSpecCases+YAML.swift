// Bad specs: texts that are no YAML, or no YAML that a spec may use.

extension BadSpec {
  static let yaml: [BadSpec] = [
    BadSpec(
      "a tab that indents", showsExcerpts: true,
      #"""
      version: 1
      hosts:
      \#tweb-1: {}
      """#,
      errors: #"""
        hosts.yaml:3:1: error: tab used for indentation; YAML is indented with blanks, not tabs
            3 |  web-1: {}
              | ^
        """#),
    BadSpec(
      "a tab that indents further down",
      #"""
      version: 1
      hosts:
        web-1:
        \#taddress: a
      """#,
      errors: #"""
        hosts.yaml:4:3: error: tab used for indentation; YAML is indented with blanks, not tabs
        """#),
    BadSpec(
      "a value of an rsync option with a shell's characters",
      #"""
      version: 1
      settings:
        rsync:
          extra_args: ["--iconv=a;b", --skip-compress=gz/zip]
      """#,
      errors: #"""
        hosts.yaml:4:28: error: `rsync.extra_args.0` of the settings is not an allowed rsync option: the value of \#
        `--iconv` holds `;`, which the remote's shell could interpret
        """#),
    BadSpec(
      "a quote that is never closed", showsExcerpts: true,
      #"""
      version: 1
      settings:
        backup_root: "/mnt/backups
      hosts:
        web-1: {}
      """#,
      errors: #"""
        hosts.yaml:3:16: error: quoted text without its closing quote
            3 |   backup_root: "/mnt/backups
              |                ^
        """#),
    BadSpec(
      "a single quote that is never closed",
      #"""
      version: 1
      settings:
        backup_root: '/mnt/backups
      """#,
      errors: #"""
        hosts.yaml:3:16: error: quoted text without its closing quote
        """#),
    BadSpec(
      "a bracket that is never closed", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          excludes: [/tmp, /run
          address: a
      """#,
      errors: #"""
        hosts.yaml:5:12: error: expected `,` or `]` in the list that begins at line 4
            5 |     address: a
              |            ^
        """#),
    BadSpec(
      "a brace that is never closed",
      #"""
      version: 1
      hosts:
        web-1: {address: a
      """#,
      errors: #"""
        hosts.yaml:3:10: error: `{` without its closing `}`
        """#),
    BadSpec(
      "a brace too many",
      #"""
      version: 1
      hosts: {web-1: {}}}
      """#,
      errors: #"""
        hosts.yaml:2:19: error: expected a key of the map that begins at line 1; check the indentation
        """#),
    BadSpec(
      "a pattern that begins with a star", showsExcerpts: true,
      #"""
      version: 1
      settings:
        excludes: [*.tmp]
      """#,
      errors: #"""
        hosts.yaml:3:14: error: `*` begins an alias and needs a name; put text that begins with `*` in quotes
            3 |   excludes: [*.tmp]
              |              ^
        """#),
    BadSpec(
      "an alias without an anchor", showsExcerpts: true,
      #"""
      version: 1
      settings:
        excludes: *common
      """#,
      errors: #"""
        hosts.yaml:3:13: error: unknown alias `*common`; put text that begins with `*` in quotes
            3 |   excludes: *common
              |             ^~~~~~~
        """#),
    BadSpec(
      "a value that begins with a reserved character", showsExcerpts: true,
      #"""
      version: 1
      settings:
        backup_root: @root
      """#,
      errors: #"""
        hosts.yaml:3:16: error: unquoted text cannot begin with `@`; put the text in quotes
            3 |   backup_root: @root
              |                ^
        """#),
    BadSpec(
      "a percent sign in front",
      #"""
      version: 1
      settings:
        backup_root: %root
      """#,
      errors: #"""
        hosts.yaml:3:16: error: unquoted text cannot begin with `%`; put the text in quotes
        """#),
    BadSpec(
      "a colon in a plain value", showsExcerpts: true,
      #"""
      version: 1
      settings:
        backup_root: /mnt: backups
      """#,
      errors: #"""
        hosts.yaml:3:20: error: unexpected `:`; put text that holds `: ` in quotes, or check the indentation
            3 |   backup_root: /mnt: backups
              |                    ^
        """#),
    BadSpec(
      "a line that is indented too little", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          address: a
         profile: b
      """#,
      errors: #"""
        hosts.yaml:5:4: error: expected a key of the map that begins at line 3; check the indentation
            5 |    profile: b
              |    ^
        """#),
    BadSpec(
      "a key without a colon", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1
        web-2: {}
      """#,
      errors: #"""
        hosts.yaml:4:8: error: unexpected `:`; put text that holds `: ` in quotes, or check the indentation
            4 |   web-2: {}
              |        ^
        """#),
    BadSpec(
      "a value behind a list's dash that is indented wrong",
      #"""
      version: 1
      hosts:
        web-1:
          excludes:
            - /tmp
           - /run
      """#,
      errors: #"""
        hosts.yaml:6:6: error: expected a key of the map that begins at line 4; check the indentation
        """#),
    BadSpec(
      "an unknown escape", showsExcerpts: true,
      #"""
      version: 1
      settings:
        backup_root: "\mnt"
      """#,
      errors: #"""
        hosts.yaml:3:17: error: invalid escape in double quotes; write `\\` for a backslash, or use single quotes
            3 |   backup_root: "\mnt"
              |                 ^
        """#),
    BadSpec(
      "an unknown tag", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: !host {}
        web-2: !!set {}
        web-3: {address: !secret a}
      """#,
      errors: #"""
        hosts.yaml:3:10: error: the tag `!host` means nothing here; put text that begins with `!` in quotes
            3 |   web-1: !host {}
              |          ^~~~~~~
        hosts.yaml:4:10: error: the tag `!!set` means nothing here; put text that begins with `!` in quotes
            4 |   web-2: !!set {}
              |          ^~~~~~~
        hosts.yaml:5:20: error: the tag `!secret` means nothing here; put text that begins with `!` in quotes
            5 |   web-3: {address: !secret a}
              |                    ^~~~~~~~~
        """#),
    BadSpec(
      "a key that is a list", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        [a, b]: {}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: a key must be text, not a list
            3 |   [a, b]: {}
              |   ^~~~~~
        """#),
    BadSpec(
      "a merge key of a scalar", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          <<: linux
      """#,
      errors: #"""
        hosts.yaml:4:9: error: `<<` merges maps, and this is a plain value; write `<<: *name` or `<<: [*name, *other]`
            4 |     <<: linux
              |         ^~~~~
        """#),
    BadSpec(
      "a merge key of a list of scalars",
      #"""
      version: 1
      hosts:
        web-1:
          <<: [{address: a}, linux]
      """#,
      errors: #"""
        hosts.yaml:4:24: error: `<<` merges maps, and this is a plain value; write `<<: *name` or `<<: [*name, *other]`
        """#),
    BadSpec(
      "a directive of another YAML",
      #"""
      %YAML 3.0
      ---
      version: 1
      """#,
      errors: #"""
        hosts.yaml:1:1: error: the file is of a YAML version other than 1
        """#),
    BadSpec(
      "an anchor that is used inside of itself",
      #"""
      version: 1
      hosts: &all
        web-1: *all
      """#,
      errors: #"""
        hosts.yaml:3:10: error: the alias `*all` is used inside its own anchor
        """#),
  ]
}
