// Bad specs: unknown keys, values of the wrong type, and what a spec as a whole needs.

extension BadSpec {
  static let keysAndTypes: [BadSpec] = [
    BadSpec(
      "an unknown key at the top", showsExcerpts: true,
      #"""
      version: 1
      schedulse: {}
      """#,
      errors: #"""
        hosts.yaml:2:1: error: unknown key `schedulse` in the spec; did you mean `schedules`?
            2 | schedulse: {}
              | ^~~~~~~~~
        """#),
    BadSpec(
      "an unknown key of the settings", showsExcerpts: true,
      #"""
      version: 1
      settings:
        backuproot: /mnt/backups
      """#,
      errors: #"""
        hosts.yaml:3:3: error: unknown key `backuproot` in the settings; did you mean `backup_root`?
            3 |   backuproot: /mnt/backups
              |   ^~~~~~~~~~
        """#),
    BadSpec(
      "an unknown key of a retention policy", showsExcerpts: true,
      #"""
      version: 1
      retention:
        standard: {keep_dialy: 14}
      """#,
      errors: #"""
        hosts.yaml:3:14: error: unknown key `keep_dialy` in retention policy `standard`; did you mean `keep_daily`?
            3 |   standard: {keep_dialy: 14}
              |              ^~~~~~~~~~
        """#),
    BadSpec(
      "an unknown key of a schedule", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", timezone: UTC}
      """#,
      errors: #"""
        hosts.yaml:3:29: error: unknown key `timezone` in schedule `nightly`; did you mean `time_zone`?
            3 |   nightly: {cron: "@daily", timezone: UTC}
              |                             ^~~~~~~~
        """#),
    BadSpec(
      "an unknown key of a profile",
      #"""
      version: 1
      profiles:
        linux:
          exclude: [/tmp]
      """#,
      errors: #"""
        hosts.yaml:4:5: error: unknown key `exclude` in profile `linux`; did you mean `excludes`?
        """#),
    BadSpec(
      "an unknown key of a host",
      #"""
      version: 1
      hosts:
        web-1:
          retension: standard
      """#,
      errors: #"""
        hosts.yaml:4:5: error: unknown key `retension` in host `web-1`; did you mean `retention`?
        """#),
    BadSpec(
      "an unknown key of ssh", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          ssh: {prot: 2222}
      """#,
      errors: #"""
        hosts.yaml:4:11: error: unknown key `prot` in `ssh` of host `web-1`; did you mean `port`?
            4 |     ssh: {prot: 2222}
              |           ^~~~
        """#),
    BadSpec(
      "an unknown key of rsync",
      #"""
      version: 1
      settings:
        rsync:
          one_file_sytem: true
      """#,
      errors: #"""
        hosts.yaml:4:5: error: unknown key `one_file_sytem` in `rsync` of the settings; did you mean `one_file_system`?
        """#),
    BadSpec(
      "an unknown key that is near to none",
      #"""
      version: 1
      settings:
        colour: blue
      """#,
      errors: #"""
        hosts.yaml:3:3: error: unknown key `colour` in the settings; known keys are backup_root, \#
        max_concurrent_backups, max_concurrent_discoveries, max_concurrent_prunes, max_concurrent_verifications, \#
        concurrency_groups, min_free, time_zone, blackouts, ssh, rsync, excludes, trash_ttl, max_removals, suspended, \#
        suspended_reason
        """#),
    BadSpec(
      "a profile has no address",
      #"""
      version: 1
      profiles:
        linux: {address: web-1}
      """#,
      errors: #"""
        hosts.yaml:3:11: error: unknown key `address` in profile `linux`; known keys are profile, source_root, \#
        includes, excludes, excludes_replace, ssh, rsync, schedule, max_age, retention, strategy, labels, suspended, \#
        suspended_reason, max_shrink, on_remove, prevent_removal
        """#),
    BadSpec(
      "a key that is a merge key's namesake in quotes",
      #"""
      version: 1
      hosts:
        web-1:
          "<<": {}
      """#,
      errors: #"""
        hosts.yaml:4:5: error: unknown key `<<` in host `web-1`; known keys are address, run_requested, \#
        profile, source_root, includes, excludes, excludes_replace, ssh, rsync, schedule, max_age, retention, \#
        strategy, labels, suspended, suspended_reason, max_shrink, on_remove, prevent_removal
        """#),
    BadSpec(
      "a list for a text",
      #"""
      version: 1
      hosts:
        web-1:
          address: [web-1.example.net]
      """#,
      errors: #"""
        hosts.yaml:4:14: error: `address` of host `web-1` must be an address such as `web-1.example.net`, not a list
        """#),
    BadSpec(
      "a map for a text",
      #"""
      version: 1
      settings:
        backup_root: {path: /mnt}
      """#,
      errors: #"""
        hosts.yaml:3:16: error: `backup_root` of the settings must be an absolute path such as \#
        `/mnt/backups/pobsync`, not a map
        """#),
    BadSpec(
      "a word for a number",
      #"""
      version: 1
      settings:
        max_concurrent_backups: four
      """#,
      errors: #"""
        hosts.yaml:3:27: error: `max_concurrent_backups` of the settings must be a whole number from 1 to 1000, \#
        not `four`
        """#),
    BadSpec(
      "a list for a number",
      #"""
      version: 1
      retention:
        standard:
          keep_daily: [14]
      """#,
      errors: #"""
        hosts.yaml:4:17: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not a list
        """#),
    BadSpec(
      "a fraction for a whole number",
      #"""
      version: 1
      retention:
        standard: {keep_daily: 1.5}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not `1.5`
        """#),
    BadSpec(
      "a number in quotes",
      #"""
      version: 1
      retention:
        standard: {keep_daily: "14"}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not `14`; write `14` without quotes
        """#),
    BadSpec(
      "a negative count",
      #"""
      version: 1
      retention:
        standard: {keep_daily: -1}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not `-1`
        """#),
    BadSpec(
      "a number beyond 64 bits",
      #"""
      version: 1
      retention:
        standard: {keep_daily: 99999999999999999999}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not `99999999999999999999`
        """#),
    BadSpec(
      "a port out of range", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          ssh: {port: 65536}
        web-2:
          ssh: {port: 0}
      """#,
      errors: #"""
        hosts.yaml:4:17: error: `ssh.port` of host `web-1` must be a whole number from 1 to 65535, not `65536`
            4 |     ssh: {port: 65536}
              |                 ^~~~~
        hosts.yaml:6:17: error: `ssh.port` of host `web-2` must be a whole number from 1 to 65535, not `0`
            6 |     ssh: {port: 0}
              |                 ^
        """#),
    BadSpec(
      "a port in base sixty",
      #"""
      version: 1
      hosts:
        web-1:
          ssh: {port: 22:30}
      """#,
      errors: #"""
        hosts.yaml:4:17: error: `ssh.port` of host `web-1` must be a whole number from 1 to 65535, not `22:30`
        """#),
    BadSpec(
      "yes for true", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", prune: yes}
      """#,
      errors: #"""
        hosts.yaml:3:36: error: `prune` of schedule `nightly` must be `true` or `false`, not `yes`; write `true`
            3 |   nightly: {cron: "@daily", prune: yes}
              |                                    ^~~
        """#),
    BadSpec(
      "off for false",
      #"""
      version: 1
      hosts:
        web-1: {suspended: Off}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `suspended` of host `web-1` must be `true` or `false`, not `Off`; write `false`
        """#),
    BadSpec(
      "on for true",
      #"""
      version: 1
      hosts:
        web-1: {suspended: on}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `suspended` of host `web-1` must be `true` or `false`, not `on`; write `true`
        """#),
    BadSpec(
      "true in quotes",
      #"""
      version: 1
      settings:
        rsync: {compress: "true"}
      """#,
      errors: #"""
        hosts.yaml:3:21: error: `rsync.compress` of the settings must be `true` or `false`, not `true`; write \#
        `true` without quotes
        """#),
    BadSpec(
      "a word for a boolean",
      #"""
      version: 1
      hosts:
        web-1: {suspended: maybe}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `suspended` of host `web-1` must be `true` or `false`, not `maybe`
        """#),
    BadSpec(
      "a list for a boolean",
      #"""
      version: 1
      hosts:
        web-1: {suspended: [true]}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `suspended` of host `web-1` must be `true` or `false`, not a list
        """#),
    BadSpec(
      "a word that is no choice",
      #"""
      version: 1
      hosts:
        web-1: {strategy: linkdest}
      """#,
      errors: #"""
        hosts.yaml:3:21: error: `strategy` of host `web-1` must be `clone` or `link_dest`, not `linkdest`; did you \#
        mean `link_dest`?
        """#),
    BadSpec(
      "a map for a choice",
      #"""
      version: 1
      hosts:
        web-1: {strategy: {name: link_dest}}
      """#,
      errors: #"""
        hosts.yaml:3:21: error: `strategy` of host `web-1` must be `clone` or `link_dest`, not a map
        """#),
    BadSpec(
      "a scalar for a list", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          excludes: /tmp/***
      """#,
      errors: #"""
        hosts.yaml:4:15: error: `excludes` of host `web-1` must be a list, not a plain value; write `[/tmp/***]`
            4 |     excludes: /tmp/***
              |               ^~~~~~~~
        """#),
    BadSpec(
      "a map for a list",
      #"""
      version: 1
      hosts:
        web-1:
          excludes: {/tmp: true}
      """#,
      errors: #"""
        hosts.yaml:4:15: error: `excludes` of host `web-1` must be a list, not a map
        """#),
    BadSpec(
      "a list for a map of options",
      #"""
      version: 1
      hosts:
        web-1:
          ssh:
            - user: root
      """#,
      errors: #"""
        hosts.yaml:5:7: error: `ssh` of host `web-1` must be a map of keys and values, not a list
        """#),
    BadSpec(
      "a list for a section", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        - name: web-1
          address: web-1.example.net
      """#,
      errors: #"""
        hosts.yaml:3:3: error: `hosts` must be a map of names, not a list
            3 |   - name: web-1
              |   ^~~~~~~~~~~~~
        """#),
    BadSpec(
      "a scalar for a section",
      #"""
      version: 1
      hosts: web-1
      """#,
      errors: #"""
        hosts.yaml:2:8: error: `hosts` must be a map of names, not a plain value
        """#),
    BadSpec(
      "a scalar for a resource",
      #"""
      version: 1
      hosts:
        web-1: web-1.example.net
      """#,
      errors: #"""
        hosts.yaml:3:10: error: host `web-1` must be a map of keys and values, not a plain value
        """#),
    BadSpec(
      "a list for the settings",
      #"""
      version: 1
      settings: [backup_root]
      """#,
      errors: #"""
        hosts.yaml:2:11: error: the settings must be a map of keys and values, not a list
        """#),
    BadSpec(
      "a list for a reference",
      #"""
      version: 1
      hosts:
        web-1: {profile: [linux, web]}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `profile` of host `web-1` must be a name such as `nightly`, not a list
        """#),
    BadSpec(
      "a list in a list of patterns",
      #"""
      version: 1
      hosts:
        web-1: {excludes: [[/tmp], /run]}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `excludes.0` of host `web-1` must be an rsync pattern such as `/var/cache/***`, \#
        not a list
        """#),
    BadSpec(
      "nothing in a list of patterns",
      #"""
      version: 1
      hosts:
        web-1:
          excludes:
            - /tmp
            -
      """#,
      errors: #"""
        hosts.yaml:6:8: error: `excludes.1` of host `web-1` is not an rsync pattern: a pattern must not be empty
        """#),
    BadSpec(
      "a list for labels",
      #"""
      version: 1
      hosts:
        web-1: {labels: [web]}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `labels` of host `web-1` must be a map of labels such as `{role: web}`, not a list
        """#),
    BadSpec(
      "a map for a label's value",
      #"""
      version: 1
      hosts:
        web-1: {labels: {role: {name: web}}}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `labels.role` of host `web-1` must be a text of at most 200 characters on one \#
        line, not a map
        """#),
    BadSpec(
      "no version", showsExcerpts: true,
      #"""
      hosts:
        web-1: {}
      """#,
      errors: #"""
        hosts.yaml:1:1: error: the spec lacks its version; begin it with `version: 1`
            1 | hosts:
              | ^~~~~~
        """#),
    BadSpec(
      "another version", showsExcerpts: true,
      #"""
      version: 2
      hosts: {}
      """#,
      errors: #"""
        hosts.yaml:1:10: error: `version` must be 1, not `2`
            1 | version: 2
              |          ^
        """#),
    BadSpec(
      "a version in quotes",
      #"""
      version: "1"
      """#,
      errors: #"""
        hosts.yaml:1:10: error: `version` must be 1, not `1`; write `1` without quotes
        """#),
    BadSpec(
      "a version that is a list",
      #"""
      version: [1]
      """#,
      errors: #"""
        hosts.yaml:1:10: error: `version` must be 1, not a list
        """#),
    BadSpec(
      "no version in the second document",
      #"""
      version: 1
      ---
      hosts: {}
      """#,
      errors: #"""
        hosts.yaml:3:1: error: the spec lacks its version; begin it with `version: 1`
        """#),
    BadSpec(
      "a list for a spec",
      #"""
      - version: 1
      """#,
      errors: #"""
        hosts.yaml:1:1: error: a spec is a map with the keys version, set, settings, retention, schedules, \#
        profiles, hosts, notifications, moved, not a list
        """#),
    BadSpec(
      "a text for a spec",
      #"""
      just a text
      """#,
      errors: #"""
        hosts.yaml:1:1: error: a spec is a map with the keys version, set, settings, retention, schedules, \#
        profiles, hosts, notifications, moved, not a plain value
        """#),
    BadSpec(
      "a reserved name for the set",
      #"""
      version: 1
      set: web
      """#,
      errors: #"""
        hosts.yaml:2:6: error: `web` is reserved and cannot name a spec set; choose another name
        """#),
    BadSpec(
      "a wrong name for the set",
      #"""
      version: 1
      set: our hosts
      """#,
      errors: #"""
        hosts.yaml:2:9: error: `set` of the spec is not a name: `our hosts` holds ` `; a name is made of letters, \#
        digits, `.`, `_` and `-`
        """#),
    BadSpec(
      "two names for the set",
      files: [
        SpecFile(
          "a.yaml",
          #"""
          version: 1
          set: office
          """#),
        SpecFile(
          "b.yaml",
          #"""
          version: 1
          set: factory
          """#),
      ],
      errors: #"""
        b.yaml:2:6: error: one spec cannot belong to two sets, `office` and `factory`; apply them one by one
        """#),
  ]
}
