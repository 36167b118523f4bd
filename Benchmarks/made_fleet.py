"""A fleet that was never backed up, made in seconds: its spec, the rows that the program would have written, and what of its
snapshots lies on the disk. Benchmarks measure with it."""
import datetime
import os
import sqlite3

HOSTS_IN_A_FILE = 500
STAMP = "%Y-%m-%dT%H:%M:%S.000000Z"


def name_of(number):
    return f"host-{number:05}"


class MadeFleet:
    def __init__(self, hosts, snapshots):
        self.hosts = hosts
        # Of each host, a day apart.
        self.snapshots = snapshots
        self.now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)

    # MARK: - The spec

    def common(self, root, remark=""):
        """Settings, policies, schedules and profiles. The schedules fired half a day ago, and the policies keep all that
        there is, so that nothing is left to do. With another remark, every host is another."""
        hour = (self.now + datetime.timedelta(hours=12)).hour
        days = self.snapshots + 1
        return f"""version: 1
set: fleet
settings: {{backup_root: {root}, max_concurrent_backups: 4, time_zone: UTC}}
retention:
  standard: {{keep_daily: {days}, keep_weekly: 8, keep_monthly: 12, keep_yearly: 5}}
  careful: {{keep_last: {days}, keep_hourly: 48, keep_monthly: 24, time_zone: Europe/Amsterdam}}
  short: {{keep_within: {days}d, keep_daily: 30, time_zone: America/New_York}}
schedules:
  nightly: {{cron: "15 {hour} * * *", jitter: 1h, prune: true}}
  early: {{cron: "0 {hour} * * *", prune: true, max_age: 3d}}
  office: {{cron: "30 {hour} * * *", time_zone: UTC, jitter: 30m, catch_up: 12h}}
profiles:
  base: {{excludes: ["/proc/***", "/sys/***", "/dev/***", "/run/***", "/tmp/***{remark}"], ssh: {{user: root, port: 22}}}}
  web: {{profile: base, schedule: nightly, retention: standard, excludes: ["/var/cache/***"], labels: {{role: web}}}}
  database: {{profile: base, schedule: early, retention: careful, rsync: {{bandwidth_limit: 20MiB, timeout: 20m}}}}
  desk: {{profile: base, schedule: office, retention: short, source_root: /home, ssh: {{user: backup}}}}
"""

    @staticmethod
    def host_lines(number):
        lines = [f"  {name_of(number)}:", f"    profile: {('web', 'database', 'desk')[number % 3]}",
                 f"    address: {name_of(number)}.example.net",
                 f"    labels: {{rack: r{number % 40}, site: {('ams', 'fra', 'nyc')[number // 3 % 3]}}}"]
        if number % 5 == 0:
            lines += ["    excludes:", f"      - /srv/scratch-{number}/***", "      - \"*.iso\""]
        if number % 7 == 0:
            lines.append(f"    ssh: {{port: {2000 + number % 50}}}")
        return "\n".join(lines)

    def write_spec(self, directory, root):
        directory.mkdir()
        (directory / "00-common.yaml").write_text(self.common(root))
        for first in range(0, self.hosts, HOSTS_IN_A_FILE):
            part = range(first, min(first + HOSTS_IN_A_FILE, self.hosts))
            text = "version: 1\nset: fleet\nhosts:\n" + "\n".join(map(self.host_lines, part)) + "\n"
            (directory / f"hosts-{first:05}.yaml").write_text(text)

    # MARK: - Snapshots

    def times(self):
        """When each of a host's snapshots began, the newest first."""
        return [self.now - datetime.timedelta(hours=1, days=age) for age in range(self.snapshots)]

    def names(self):
        return [f"{began:%Y%m%d-%H%M%S}Z__K3VQ{age:04}" for age, began in enumerate(self.times())]

    def fill_rows(self, database):
        """The snapshots as the program records them."""
        ends = [began + datetime.timedelta(minutes=7) for began in self.times()]
        names = self.names()
        times = [(began.strftime(STAMP), end.strftime(STAMP)) for began, end in zip(self.times(), ends)]
        metadata = '{"format":1,"host":"host-00000","note":"' + "x" * 500 + '"}'

        def rows():
            for number in range(self.hosts):
                for age, name in enumerate(names):
                    base = names[age + 1] if age + 1 < len(names) else None
                    status = "warning" if (number + age) % 50 == 0 else "success"
                    yield (name_of(number), "scheduled", name, status, *times[age], base and "scheduled", base,
                           base and f"/backups/{name_of(number)}/scheduled/{base}/data", 120_000, 300, 412, 90_000_000,
                           1_000_000, 95_000_000, 40_000, 30_000_000_000, 90_000_000, 10**12, 420.5, "H" * 26, metadata,
                           times[age][1])

        columns = ("host kind name status started_at finished_at base_kind base_name base_path files created_files "
                   "transferred_files literal_data_bytes matched_data_bytes received_bytes sent_bytes apparent_size_bytes "
                   "unique_apparent_size_bytes available_bytes duration_seconds host_id metadata recorded_at").split()
        insert(database, "snapshots", columns, rows())

    def fill_disk(self, root):
        names = self.names()
        # By these a root and its hosts are pobsync's own.
        (root / ".pobsync-root.yaml").write_text(f"format: 1\nid: {'R' * 26}\ncreated: 2026-01-01T00:00:00Z\n")
        for number in range(self.hosts):
            directory = root / name_of(number)
            for kind in ("scheduled", "manual", ".incomplete", ".trash"):
                (directory / kind).mkdir(parents=True)
            (directory / "host.yaml").write_text(f"id: {'H' * 26}\nname: {name_of(number)}\n")
            descriptor = os.open(directory / "scheduled", os.O_RDONLY)
            for name in names:
                os.mkdir(name, dir_fd=descriptor)
            os.close(descriptor)

    # MARK: - History

    def fill_history(self, database, days=21):
        """The runs that made the newest snapshots, one in fifty of which failed at first, and what was told of them."""
        log = "sending incremental file list\n" + "documents/report.odt\n" * 200

        def runs():
            for number in range(self.hosts):
                for age, began in enumerate(self.times()[:days]):
                    begin, end = began.strftime(STAMP), (began + datetime.timedelta(minutes=7)).strftime(STAMP)
                    common = (name_of(number), "backup")
                    if (number + age) % 50 == 7:
                        earlier = (began - datetime.timedelta(hours=1)).strftime(STAMP)
                        yield (*common, "failed", "schedule", "the schedule is due", 1, None, None, 0, earlier, earlier,
                               earlier, earlier, 255, "unreachable", "the host could not be reached", log)
                    yield (*common, "succeeded", "schedule", "the schedule is due", 1, "scheduled", self.names()[age], 0,
                           begin, begin, begin, end, 0, None, None, log)

        def events():
            for number in range(self.hosts):
                time = (self.now - datetime.timedelta(minutes=number)).strftime(STAMP)
                yield (name_of(number), "warning", "backup_failed", "the host could not be reached", 3, time, time)

        insert(database, "runs", (
            "host kind state trigger_source reason attempt snapshot_kind snapshot_name prunes queued_at ranked_at started_at "
            "finished_at exit_code error_code message log").split(), runs())
        insert(database, "events", "host severity reason message count first_at last_at".split(), events())


def insert(database, table, columns, rows):
    with sqlite3.connect(database, timeout=60) as connection:
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", rows)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
