// What is there before a page of the documentation begins: keys, spec files, snapshots, as shell text that is run like
// the page itself.

enum DocumentationScene {
  /// The names under which pages speak of machines.
  static let hosts = ["web-1", "web-2", "db-1"].map { "\($0).example.net" }

  /// What is run before a page; a page that is not named begins with nothing.
  static let before = [
    "docs/api.md": "install -d /etc/pobsync\n",
    "docs/concepts.md": keys,
    "docs/migration.md": keys + snapshotsOfOthers,
    "docs/monitoring.md": "install -d /etc/pobsync\n",
    "docs/operations.md": keys + fleet,
    "docs/plans.md": keys + plans,
    "docs/security.md": keys + fleet,
  ]

  /// What the README does before it declares anything.
  private static let keys = """
    install -d -m 700 /var/lib/pobsync /var/lib/pobsync/ssh
    ssh-keygen -q -t ed25519 -N '' -C pobsync -f /var/lib/pobsync/ssh/id_ed25519
    ssh-copy-id -i /var/lib/pobsync/ssh/id_ed25519.pub root@web-1.example.net
    for host in web-1 web-2 db-1; do ssh-keyscan $host.example.net; done > /var/lib/pobsync/ssh/known_hosts
    install -d /etc/pobsync /mnt/backups /mnt/spare
    cd /etc/pobsync

    """

  /// Two hosts of two spec sets, of which the first has five snapshots.
  private static let fleet = """
    cat > hosts.yaml <<'YAML'
    version: 1
    set: main
    settings: {backup_root: /mnt/backups/pobsync, time_zone: Europe/Amsterdam}
    retention:
      standard: {keep_last: 3, keep_daily: 14, keep_weekly: 8, keep_monthly: 12}
    schedules:
      nightly: {cron: "15 2 * * *", jitter: 20m, max_age: 26h}
    profiles:
      linux: {excludes: [/proc/***, /sys/***, /dev/***, /run/***, /tmp/***], schedule: nightly, retention: standard}
    hosts:
      web-1: {profile: linux, address: web-1.example.net}
    YAML
    pobsync apply -f hosts.yaml
    pobsync apply -f - <<'YAML'
    version: 1
    set: others
    hosts:
      web-2: {profile: linux, address: web-2.example.net}
    YAML
    pobsync reconcile --once
    for number in 1 2 3 4; do pobsync backup web-1 --kind scheduled; done

    """

  /// A host with two snapshots, and a file that drops another host and one of the snapshots.
  private static let plans = """
    cat > hosts.yaml <<'YAML'
    version: 1
    set: main
    settings: {backup_root: /mnt/backups/pobsync, time_zone: Europe/Amsterdam}
    retention:
      standard: {keep_last: 3, keep_daily: 14, keep_weekly: 8, keep_monthly: 12}
    schedules:
      nightly: {cron: "15 2 * * *", jitter: 20m, prune: true}
    profiles:
      linux: {excludes: [/proc/***, /sys/***, /dev/***, /run/***, /tmp/***], schedule: nightly, retention: standard}
    hosts:
      web-1: {profile: linux, address: web-1.example.net}
      web-9: {profile: linux, address: web-9.example.net}
    YAML
    pobsync apply -f hosts.yaml
    for number in 1 2; do pobsync backup web-1 --kind scheduled; done
    sed -i -e '/web-9/d' -e 's/keep_last: 3/keep_last: 1/' hosts.yaml

    """

  /// What the original pobsync, rsnapshot and dirvish might have left.
  private static let snapshotsOfOthers = """
    ssh='ssh -i /var/lib/pobsync/ssh/id_ed25519 -o UserKnownHostsFile=/var/lib/pobsync/ssh/known_hosts'
    snapshots=/mnt/backups/pobsync/web-1/scheduled
    for name in 20260519-021500Z__K3VQEVH7 20260520-021500Z__M4QX7D2S; do
      install -d $snapshots/$name/meta
      rsync -a -e "$ssh" root@web-1.example.net:/ $snapshots/$name/data/
      echo 'status: success' > $snapshots/$name/meta/meta.yaml
    done
    install -d /opt/pobsync/config/hosts /var/cache/rsnapshot /srv/dirvish
    cat > /opt/pobsync/config/global.yaml <<'YAML'
    backup_root: /mnt/backups/pobsync
    pobsync_home: /opt/pobsync
    ssh: {user: root, port: 22}
    defaults: {source_root: /, excludes: [/proc/***]}
    retention_defaults: {daily: 14, weekly: 8, monthly: 12, yearly: 0}
    YAML
    cat > /opt/pobsync/config/hosts/web-1.yaml <<'YAML'
    host: web-1
    address: web-1.example.net
    schedule: {cron: "15 2 * * *", prune: true, enabled: true}
    YAML
    for tree in daily.0/web-2 daily.1/web-2; do
      rsync -a -e "$ssh" --mkpath root@web-1.example.net:/ /var/cache/rsnapshot/$tree/
    done
    rsync -a -e "$ssh" --mkpath root@web-1.example.net:/ /srv/dirvish/db-1/20260520/tree/
    touch -d '2026-05-20 02:15:00Z' /var/cache/rsnapshot/daily.0
    touch -d '2026-05-19 02:15:00Z' /var/cache/rsnapshot/daily.1
    cat > /srv/dirvish/db-1/20260520/summary <<'SUMMARY'
    Image: 20260520
    Backup-begin: 2026-05-20 02:15:00
    Status: success
    SUMMARY

    """
}
