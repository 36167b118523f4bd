-- A database of version 2, as the program of that time filled it: hosts backed up, failed, pruned, paused, pinned and removed.
CREATE TABLE accepted_shrinkages (
  host TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  reason TEXT,
  actor TEXT NOT NULL,
  accepted_at TEXT NOT NULL
) STRICT;
CREATE TABLE backup_roots (
  path TEXT PRIMARY KEY NOT NULL,
  root_id TEXT NOT NULL,
  first_seen_at TEXT NOT NULL
, adopted_at TEXT) STRICT;
CREATE TABLE conditions (
  host TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('Ready', 'Fresh', 'Reachable', 'Retained')),
  status TEXT NOT NULL CHECK (status IN ('true', 'false', 'unknown')),
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  observed_generation INTEGER NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (host, type)
) STRICT;
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  notification TEXT NOT NULL,
  host TEXT,
  notice TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'dropped')),
  attempts INTEGER NOT NULL,
  next_at TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT;
CREATE TABLE edited_resources (
  kind TEXT NOT NULL CHECK (kind IN ('settings', 'retention', 'schedule', 'profile', 'host', 'notification')),
  name TEXT NOT NULL,
  declared_values TEXT NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT;
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT,
  severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL
) STRICT;
CREATE TABLE host_changes (
  host TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL
) STRICT;
CREATE TABLE host_revisions (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  latest INTEGER NOT NULL
) STRICT;
CREATE TABLE hosts (
  name TEXT PRIMARY KEY NOT NULL,
  address TEXT,
  profile TEXT REFERENCES profiles (name),
source_root TEXT,
includes TEXT,
excludes TEXT,
excludes_replace TEXT,
ssh_user TEXT,
ssh_port INTEGER,
ssh_identity_file TEXT,
ssh_known_hosts_file TEXT,
ssh_connect_timeout TEXT,
ssh_keep_alive TEXT,
rsync_binary TEXT,
rsync_remote_binary TEXT,
rsync_extra_args TEXT,
rsync_timeout TEXT,
rsync_bandwidth_limit TEXT,
rsync_bandwidth TEXT,
rsync_one_file_system INTEGER CHECK (rsync_one_file_system IN (0, 1)),
rsync_compress INTEGER CHECK (rsync_compress IN (0, 1)),
schedule TEXT REFERENCES schedules (name),
max_age TEXT,
retention TEXT REFERENCES retention_policies (name),
strategy TEXT,
labels TEXT,
suspended INTEGER CHECK (suspended IN (0, 1)),
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL,
  observed_generation INTEGER NOT NULL DEFAULT 0
, run_requested TEXT, run_request_done TEXT, suspended_reason TEXT, max_shrink TEXT, on_remove TEXT, prevent_removal INTEGER CHECK (prevent_removal IN (0, 1))) STRICT;
CREATE TABLE leases (
  name TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('controller', 'worker', 'command')),
  term INTEGER NOT NULL,
  beat INTEGER NOT NULL,
  process TEXT,
  duration_seconds REAL NOT NULL,
  acquired_at TEXT NOT NULL,
  renewed_at TEXT NOT NULL
) STRICT;
CREATE TABLE notifications (
  name TEXT PRIMARY KEY NOT NULL,
  type TEXT NOT NULL,
  url TEXT,
  url_file TEXT,
  url_env TEXT,
  token_file TEXT,
  token_env TEXT,
  `to` TEXT,
  `from` TEXT,
  sendmail TEXT,
  command TEXT,
  `on` TEXT,
  labels TEXT,
  suspended INTEGER CHECK (suspended IN (0, 1)),
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL
) STRICT;
CREATE TABLE pauses (
  host TEXT PRIMARY KEY NOT NULL,
  until TEXT,
  reason TEXT,
  actor TEXT NOT NULL,
  paused_at TEXT NOT NULL
) STRICT;
CREATE TABLE pins (
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
  name TEXT NOT NULL,
  reason TEXT,
  until TEXT,
  actor TEXT NOT NULL,
  pinned_at TEXT NOT NULL,
  PRIMARY KEY (host, kind, name)
) STRICT;
CREATE TABLE profiles (
  name TEXT PRIMARY KEY NOT NULL,
  profile TEXT REFERENCES profiles (name),
source_root TEXT,
includes TEXT,
excludes TEXT,
excludes_replace TEXT,
ssh_user TEXT,
ssh_port INTEGER,
ssh_identity_file TEXT,
ssh_known_hosts_file TEXT,
ssh_connect_timeout TEXT,
ssh_keep_alive TEXT,
rsync_binary TEXT,
rsync_remote_binary TEXT,
rsync_extra_args TEXT,
rsync_timeout TEXT,
rsync_bandwidth_limit TEXT,
rsync_bandwidth TEXT,
rsync_one_file_system INTEGER CHECK (rsync_one_file_system IN (0, 1)),
rsync_compress INTEGER CHECK (rsync_compress IN (0, 1)),
schedule TEXT REFERENCES schedules (name),
max_age TEXT,
retention TEXT REFERENCES retention_policies (name),
strategy TEXT,
labels TEXT,
suspended INTEGER CHECK (suspended IN (0, 1)),
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL
, suspended_reason TEXT, max_shrink TEXT, on_remove TEXT, prevent_removal INTEGER CHECK (prevent_removal IN (0, 1))) STRICT;
CREATE TABLE purges (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual', 'incomplete')),
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  reason TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('manual', 'scheduled', 'cli', 'incomplete_cleanup')),
  actor TEXT NOT NULL,
  metadata TEXT,
  at TEXT NOT NULL
) STRICT;
CREATE TABLE renames (
  to_host TEXT PRIMARY KEY NOT NULL,
  from_host TEXT NOT NULL UNIQUE,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
) STRICT;
CREATE TABLE retained_hosts (
  host TEXT PRIMARY KEY NOT NULL,
  on_remove TEXT NOT NULL CHECK (on_remove IN ('retain', 'expire')),
  retention_name TEXT,
  retention_policy TEXT,
  time_zone TEXT NOT NULL,
  source TEXT NOT NULL,
  actor TEXT NOT NULL,
  removed_at TEXT NOT NULL
) STRICT;
CREATE TABLE retention_policies (
  name TEXT PRIMARY KEY NOT NULL,
  keep_last INTEGER,
  keep_hourly INTEGER,
  keep_daily INTEGER,
  keep_weekly INTEGER,
  keep_monthly INTEGER,
  keep_yearly INTEGER,
  keep_within TEXT,
  min_keep INTEGER,
  time_zone TEXT,
  max_delete INTEGER,
  max_delete_ratio TEXT,
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL
, keep_oldest INTEGER) STRICT;
CREATE TABLE "runs" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('backup', 'discover', 'prune', 'empty_trash', 'verify', 'restore')),
  state TEXT NOT NULL CHECK (
    state IN ('queued', 'running', 'succeeded', 'warning', 'failed', 'cancelled', 'interrupted')),
  unfinished TEXT UNIQUE,
  trigger_source TEXT NOT NULL,
  requested_by TEXT,
  reason TEXT NOT NULL,
  scheduled_for TEXT,
  attempt INTEGER NOT NULL,
  snapshot_kind TEXT CHECK (snapshot_kind IN ('scheduled', 'manual')),
  snapshot_name TEXT,
  prunes INTEGER NOT NULL CHECK (prunes IN (0, 1)),
  max_delete INTEGER,
  only_snapshots TEXT,
  concurrency_groups TEXT,
  queued_at TEXT NOT NULL,
  ranked_at TEXT NOT NULL,
  not_before TEXT,
  started_at TEXT,
  finished_at TEXT,
  worker TEXT,
  cancelled_by TEXT,
  progress TEXT,
  exit_code INTEGER,
  error_code TEXT,
  message TEXT,
  log TEXT,
  stats TEXT,
  run_requested TEXT
) STRICT;
CREATE TABLE schedules (
  name TEXT PRIMARY KEY NOT NULL,
  cron TEXT NOT NULL,
  time_zone TEXT,
  jitter TEXT,
  prune INTEGER CHECK (prune IN (0, 1)),
  max_age TEXT,
  catch_up TEXT,
  windows TEXT,
  blackouts TEXT,
  suspended INTEGER CHECK (suspended IN (0, 1)),
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL
, suspended_reason TEXT) STRICT;
CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;
CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  backup_root TEXT,
  max_concurrent_backups INTEGER,
  max_concurrent_discoveries INTEGER,
  max_concurrent_prunes INTEGER,
  max_concurrent_verifications INTEGER,
  concurrency_groups TEXT,
  min_free TEXT,
  time_zone TEXT,
  blackouts TEXT,
  ssh_user TEXT,
ssh_port INTEGER,
ssh_identity_file TEXT,
ssh_known_hosts_file TEXT,
ssh_connect_timeout TEXT,
ssh_keep_alive TEXT,
rsync_binary TEXT,
rsync_remote_binary TEXT,
rsync_extra_args TEXT,
rsync_timeout TEXT,
rsync_bandwidth_limit TEXT,
rsync_bandwidth TEXT,
rsync_one_file_system INTEGER CHECK (rsync_one_file_system IN (0, 1)),
rsync_compress INTEGER CHECK (rsync_compress IN (0, 1)),
  excludes TEXT,
  source TEXT NOT NULL,
generation INTEGER NOT NULL,
created_at TEXT NOT NULL,
updated_at TEXT NOT NULL
, trash_ttl TEXT, max_removals INTEGER, suspended INTEGER CHECK (suspended IN (0, 1)), suspended_reason TEXT) STRICT;
CREATE TABLE shrinkages (
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
  name TEXT NOT NULL,
  files INTEGER,
  base_files INTEGER,
  bytes INTEGER,
  base_bytes INTEGER,
  PRIMARY KEY (host, kind, name)
) STRICT;
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  host TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('success', 'warning', 'partial', 'unknown')),
  started_at TEXT NOT NULL,
  finished_at TEXT,
  base_id INTEGER REFERENCES snapshots (id) ON DELETE SET NULL,
  base_kind TEXT,
  base_name TEXT,
  base_path TEXT,
  files INTEGER,
  created_files INTEGER,
  transferred_files INTEGER,
  literal_data_bytes INTEGER,
  matched_data_bytes INTEGER,
  received_bytes INTEGER,
  sent_bytes INTEGER,
  apparent_size_bytes INTEGER,
  unique_apparent_size_bytes INTEGER,
  available_bytes INTEGER,
  duration_seconds REAL,
  note TEXT,
  host_id TEXT,
  metadata TEXT,
  recorded_at TEXT NOT NULL,
  UNIQUE (host, kind, name)
) STRICT;
CREATE TABLE spec_changes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('settings', 'retention', 'schedule', 'profile', 'host', 'notification')),
  name TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('created', 'configured', 'deleted')),
  values_before TEXT,
  values_after TEXT
) STRICT;
CREATE TABLE spec_files (
  source TEXT NOT NULL,
  file TEXT NOT NULL,
  position INTEGER NOT NULL,
  content TEXT NOT NULL,
  applied_at TEXT NOT NULL,
  PRIMARY KEY (source, file)
) STRICT;
CREATE TABLE told_troubles (
  host TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('Ready', 'Fresh', 'Reachable', 'Retained')),
  reason TEXT NOT NULL,
  message TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (host, type)
) STRICT;
INSERT INTO "backup_roots" VALUES('/tmp/pobsync-fixture/backups','ZQAV5W420R51NC14E8AC7V2NE9','2026-11-30T03:43:43.503608Z','2026-11-30T03:43:43.503608Z');
INSERT INTO "conditions" VALUES('web-1','Ready','true','Ready','nothing stands in the way',1,'2026-11-30T03:43:44.007453Z');
INSERT INTO "conditions" VALUES('web-1','Fresh','true','RecentSnapshot','the newest good snapshot is of 2026-11-30 03:43:43Z',1,'2026-11-30T03:43:44.007453Z');
INSERT INTO "conditions" VALUES('web-1','Reachable','true','BackedUp','was reached at 2026-11-30 03:43:44Z',1,'2026-11-30T03:43:44.007453Z');
INSERT INTO "conditions" VALUES('web-1','Retained','true','InPolicy','the snapshots are those that short keeps',1,'2026-11-30T03:43:43.495005Z');
INSERT INTO "conditions" VALUES('web-2','Ready','false','NeedsPerson','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)',1,'2026-11-30T03:43:43.495005Z');
INSERT INTO "conditions" VALUES('web-2','Fresh','false','NeverBackedUp','there is no good scheduled snapshot',1,'2026-11-30T03:43:43.495005Z');
INSERT INTO "conditions" VALUES('web-2','Reachable','unknown','NotTold','the last backup, of 2026-11-30 03:43:44Z, does not tell',1,'2026-11-30T03:43:43.495005Z');
INSERT INTO "conditions" VALUES('web-2','Retained','true','InPolicy','the snapshots are those that short keeps',1,'2026-11-30T03:43:43.495005Z');
INSERT INTO "deliveries" VALUES(1,'hook','web-2','{"version":1,"kind":"failure","host":"web-2","at":"2026-11-30T03:43:44.041746Z","reason":"NeedsPerson","subject":"pobsync: the backup of web-2 failed","message":"the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)"}','pending',1,'2026-11-30T03:44:44.047840Z','no connection to http://127.0.0.1:9; does it run, and is a firewall between?','2026-11-30T03:43:44.041746Z',NULL);
INSERT INTO "edited_resources" VALUES('host','web-2','{"address":"127.0.0.1","profile":"files","source_root":"/tmp/pobsync-fixture/absent","schedule":"nightly","retention":"short"}');
INSERT INTO "events" VALUES(1,'web-1','info','backup_succeeded','backup succeeded',5,'2026-11-30T03:43:44.002076Z','2026-11-30T03:43:46.590651Z');
INSERT INTO "events" VALUES(2,'web-2','error','backup_failed','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)',2,'2026-11-30T03:43:44.033951Z','2026-11-30T03:43:47.241008Z');
INSERT INTO "events" VALUES(3,'web-1','info','prune_succeeded','prune succeeded',1,'2026-11-30T03:43:47.439257Z','2026-11-30T03:43:47.439257Z');
INSERT INTO "events" VALUES(4,'web-1','info','snapshot_pinned','root: scheduled/20261130-034344Z__3AKY7N24 is pinned: audit',1,'2026-11-30T03:43:47.853740Z','2026-11-30T03:43:47.853740Z');
INSERT INTO "host_changes" VALUES('',1);
INSERT INTO "host_changes" VALUES('web-1',29);
INSERT INTO "host_changes" VALUES('web-2',28);
INSERT INTO "host_revisions" VALUES(1,29);
INSERT INTO "hosts" VALUES('web-1','127.0.0.1','files','/tmp/pobsync-fixture/source',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nightly',NULL,'short',NULL,'{"site":"ams"}',NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z',1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "hosts" VALUES('web-2','127.0.0.1','files','/tmp/pobsync-fixture/absent',NULL,'["*.iso"]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nightly',NULL,'short',NULL,NULL,NULL,'main',2,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:47.701042Z',1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "leases" VALUES('controller','controller',1,0,NULL,15.0,'2026-11-30T03:43:43.495005Z','2026-11-30T03:43:43.495005Z');
INSERT INTO "notifications" VALUES('hook','webhook','http://127.0.0.1:9/hook',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'["failure","recovery","stale"]',NULL,NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z');
INSERT INTO "pauses" VALUES('web-2',NULL,'being rebuilt','root','2026-11-30T03:43:47.568911Z');
INSERT INTO "pins" VALUES('web-1','scheduled','20261130-034344Z__3AKY7N24','audit',NULL,'root','2026-11-30T03:43:47.853740Z');
INSERT INTO "profiles" VALUES('files',NULL,NULL,NULL,'["*.tmp"]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{"role":"web"}',NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z',NULL,NULL,NULL,NULL);
INSERT INTO "purges" VALUES(1,'web-1','scheduled','20261130-034344Z__1RK1QCN2','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__1RK1QCN2','no rule of short keeps it','cli','root','{"format":1,"host":"web-1","host_id":"C210YMXYTNHPWHW1NH0C6C9MSQ","kind":"scheduled","name":"20261130-034344Z__1RK1QCN2","status":"success","started_at":"2026-11-30T03:43:44.259606Z","finished_at":"2026-11-30T03:43:44.679551Z","duration_seconds":0.41994500160217285,"base":{"kind":"scheduled","name":"20261130-034343Z__Z185AM38","path":"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034343Z__Z185AM38"},"source":{"address":"127.0.0.1","user":"root","root":"/tmp/pobsync-fixture/source"},"rsync":{"version":"3.5.0","exit_code":0,"arguments":["/usr/bin/rsync","-aHAX","--numeric-ids","--delete","--delete-excluded","--modify-window=-1","--stats","--info=progress2","--no-human-readable","--timeout=600","--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/meta/includes","--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/meta/excludes","--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034343Z__Z185AM38/data","--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes","--","root@127.0.0.1:/tmp/pobsync-fixture/source/","/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/data/"]},"strategy":"link_dest","stats":{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":13,"matched_data_bytes":0,"received_bytes":172,"sent_bytes":73},"storage":{"apparent_size_bytes":13,"unique_apparent_size_bytes":13,"available_bytes":83856916480},"duration_seconds":0.41994500160217285},"reason":"asked for on the command line","note":null,"pobsync_version":"0.1.0"}','2026-11-30T03:43:47.429603Z');
INSERT INTO "purges" VALUES(2,'web-1','scheduled','20261130-034343Z__Z185AM38','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034343Z__Z185AM38','no rule of short keeps it','cli','root','{"format":1,"host":"web-1","host_id":"C210YMXYTNHPWHW1NH0C6C9MSQ","kind":"scheduled","name":"20261130-034343Z__Z185AM38","status":"success","started_at":"2026-11-30T03:43:43.542724Z","finished_at":"2026-11-30T03:43:43.994054Z","duration_seconds":0.45133018493652344,"base":null,"source":{"address":"127.0.0.1","user":"root","root":"/tmp/pobsync-fixture/source"},"rsync":{"version":"3.5.0","exit_code":0,"arguments":["/usr/bin/rsync","-aHAX","--numeric-ids","--delete","--delete-excluded","--modify-window=-1","--stats","--info=progress2","--no-human-readable","--timeout=600","--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/meta/includes","--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/meta/excludes","--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes","--","root@127.0.0.1:/tmp/pobsync-fixture/source/","/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/data/"]},"strategy":"link_dest","stats":{"rsync":{"files":3,"created_files":2,"transferred_files":1,"literal_data_bytes":11,"matched_data_bytes":0,"received_bytes":168,"sent_bytes":69},"storage":{"apparent_size_bytes":11,"unique_apparent_size_bytes":11,"available_bytes":83856855040},"duration_seconds":0.45133018493652344},"reason":"no good snapshot yet (schedule nightly, due 2026-11-30 01:16:10Z)","note":null,"pobsync_version":"0.1.0"}','2026-11-30T03:43:47.436488Z');
INSERT INTO "retention_policies" VALUES('short',2,NULL,7,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z',NULL);
INSERT INTO "runs" VALUES(1,'web-1','backup','succeeded',NULL,'schedule',NULL,'no good snapshot yet (schedule nightly, due 2026-11-30 01:16:10Z)','2026-11-30T01:16:10.000000Z',1,'scheduled','20261130-034343Z__Z185AM38',0,NULL,NULL,NULL,'2026-11-30T03:43:43.495005Z','2026-11-30T02:43:43.495005Z',NULL,'2026-11-30T03:43:43.522271Z','2026-11-30T03:43:44.002076Z','worker/94ceccb5-eac0-48d9-928f-db4168e24321',NULL,NULL,0,NULL,'scheduled/20261130-034343Z__Z185AM38 is complete','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/meta/excludes", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/source/", "/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034343Z__Z185AM38/data/"]


Number of files: 3 (reg: 1, dir: 2)
Number of created files: 2 (reg: 1, dir: 1)
Number of deleted files: 0
Number of regular files transferred: 1
Total file size: 11 bytes
Total transferred file size: 11 bytes
Literal data: 11 bytes
Matched data: 0 bytes
File list size: 92
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 69
Total bytes received: 168

sent 69 bytes  received 168 bytes  474.00 bytes/sec
total size is 11  speedup is 0.05
','{"rsync":{"files":3,"created_files":2,"transferred_files":1,"literal_data_bytes":11,"matched_data_bytes":0,"received_bytes":168,"sent_bytes":69},"storage":{"apparent_size_bytes":11,"unique_apparent_size_bytes":11,"available_bytes":83856855040},"duration_seconds":0.45133018493652344}',NULL);
INSERT INTO "runs" VALUES(2,'web-2','backup','failed',NULL,'schedule',NULL,'no good snapshot yet (schedule nightly, due 2026-11-30 01:16:29Z)','2026-11-30T01:16:29.000000Z',1,'scheduled',NULL,0,NULL,NULL,NULL,'2026-11-30T03:43:43.495005Z','2026-11-30T02:43:43.495005Z',NULL,'2026-11-30T03:43:43.530315Z','2026-11-30T03:43:44.033951Z','worker/94ceccb5-eac0-48d9-928f-db4168e24321',NULL,NULL,23,'source_missing','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034343Z__KBKJDQZF/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034343Z__KBKJDQZF/meta/excludes", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/absent/", "/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034343Z__KBKJDQZF/data/"]

rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2)
rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956) [Receiver=3.5.0]
rsync: [Receiver] write error: Broken pipe (32)

Number of files: 0
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 0
Total file size: 0 bytes
Total transferred file size: 0 bytes
Literal data: 0 bytes
Matched data: 0 bytes
File list size: 12
Total bytes sent: 20
Total bytes received: 12

sent 20 bytes  received 12 bytes  64.00 bytes/sec
total size is 0  speedup is 0.00
',NULL,NULL);
INSERT INTO "runs" VALUES(3,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034344Z__1RK1QCN2',0,NULL,NULL,NULL,'2026-11-30T03:43:44.243189Z','2026-11-29T21:43:44.243189Z',NULL,'2026-11-30T03:43:44.247897Z','2026-11-30T03:43:44.688427Z','command/d1c96cbd-45c8-4215-97e7-b4d8bcd5bf76',NULL,NULL,0,NULL,'scheduled/20261130-034344Z__1RK1QCN2 is complete','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/meta/excludes", "--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034343Z__Z185AM38/data", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/source/", "/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__1RK1QCN2/data/"]


Number of files: 3 (reg: 1, dir: 2)
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 1
Total file size: 13 bytes
Total transferred file size: 13 bytes
Literal data: 13 bytes
Matched data: 0 bytes
File list size: 96
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 73
Total bytes received: 172

sent 73 bytes  received 172 bytes  490.00 bytes/sec
total size is 13  speedup is 0.05
','{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":13,"matched_data_bytes":0,"received_bytes":172,"sent_bytes":73},"storage":{"apparent_size_bytes":13,"unique_apparent_size_bytes":13,"available_bytes":83856916480},"duration_seconds":0.41994500160217285}',NULL);
INSERT INTO "runs" VALUES(4,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034344Z__3AKY7N24',0,NULL,NULL,NULL,'2026-11-30T03:43:44.887569Z','2026-11-29T21:43:44.887569Z',NULL,'2026-11-30T03:43:44.893358Z','2026-11-30T03:43:45.320177Z','command/98310bd1-e79f-464e-ab5e-b549b7bedf54',NULL,NULL,0,NULL,'scheduled/20261130-034344Z__3AKY7N24 is complete','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/meta/excludes", "--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__1RK1QCN2/data", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/source/", "/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/data/"]


Number of files: 3 (reg: 1, dir: 2)
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 1
Total file size: 15 bytes
Total transferred file size: 15 bytes
Literal data: 15 bytes
Matched data: 0 bytes
File list size: 97
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 73
Total bytes received: 175

sent 73 bytes  received 175 bytes  165.33 bytes/sec
total size is 15  speedup is 0.06
','{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":15,"matched_data_bytes":0,"received_bytes":175,"sent_bytes":73},"storage":{"apparent_size_bytes":15,"unique_apparent_size_bytes":15,"available_bytes":83856867328},"duration_seconds":0.40492796897888184}',NULL);
INSERT INTO "runs" VALUES(5,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034345Z__3Z8NKRCE',0,NULL,NULL,NULL,'2026-11-30T03:43:45.516082Z','2026-11-29T21:43:45.516082Z',NULL,'2026-11-30T03:43:45.521180Z','2026-11-30T03:43:45.919352Z','command/b167a334-394a-4845-99ed-02fb0cc14035',NULL,NULL,0,NULL,'scheduled/20261130-034345Z__3Z8NKRCE is complete','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/meta/excludes", "--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__3AKY7N24/data", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/source/", "/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/data/"]


Number of files: 3 (reg: 1, dir: 2)
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 1
Total file size: 17 bytes
Total transferred file size: 17 bytes
Literal data: 17 bytes
Matched data: 0 bytes
File list size: 97
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 73
Total bytes received: 177

sent 73 bytes  received 177 bytes  500.00 bytes/sec
total size is 17  speedup is 0.07
','{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":17,"matched_data_bytes":0,"received_bytes":177,"sent_bytes":73},"storage":{"apparent_size_bytes":17,"unique_apparent_size_bytes":17,"available_bytes":83856822272},"duration_seconds":0.3775360584259033}',NULL);
INSERT INTO "runs" VALUES(6,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'manual','20261130-034346Z__741BNBR0',0,NULL,NULL,NULL,'2026-11-30T03:43:46.100249Z','2026-11-29T21:43:46.100249Z',NULL,'2026-11-30T03:43:46.106106Z','2026-11-30T03:43:46.590651Z','command/d4336786-6da2-408f-b217-9f20bd0d36da',NULL,NULL,0,NULL,'manual/20261130-034346Z__741BNBR0 is complete','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/meta/excludes", "--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034345Z__3Z8NKRCE/data", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/source/", "/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/data/"]


Number of files: 3 (reg: 1, dir: 2)
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 0
Total file size: 17 bytes
Total transferred file size: 0 bytes
Literal data: 0 bytes
Matched data: 0 bytes
File list size: 97
File list generation time: 0.001 seconds
File list transfer time: 0.000 seconds
Total bytes sent: 43
Total bytes received: 112

sent 43 bytes  received 112 bytes  310.00 bytes/sec
total size is 17  speedup is 0.11
','{"rsync":{"files":3,"created_files":0,"transferred_files":0,"literal_data_bytes":0,"matched_data_bytes":0,"received_bytes":112,"sent_bytes":43},"storage":{"apparent_size_bytes":17,"unique_apparent_size_bytes":0,"available_bytes":83856781312},"duration_seconds":0.46087002754211426}',NULL);
INSERT INTO "runs" VALUES(7,'web-2','backup','failed',NULL,'cli','root','asked for on the command line',NULL,1,'manual',NULL,0,NULL,NULL,NULL,'2026-11-30T03:43:46.754703Z','2026-11-29T21:43:46.754703Z',NULL,'2026-11-30T03:43:46.758976Z','2026-11-30T03:43:47.241008Z','command/4e44f462-7c13-46d2-bc6b-6250f5fa87ca',NULL,NULL,23,'source_missing','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','command: ["/usr/bin/rsync", "-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--modify-window=-1", "--stats", "--info=progress2", "--no-human-readable", "--timeout=600", "--include-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034346Z__CJ6J266H/meta/includes", "--exclude-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034346Z__CJ6J266H/meta/excludes", "--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes", "--", "root@127.0.0.1:/tmp/pobsync-fixture/absent/", "/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034346Z__CJ6J266H/data/"]

rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2)
rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956) [Receiver=3.5.0]
rsync: [Receiver] write error: Broken pipe (32)

Number of files: 0
Number of created files: 0
Number of deleted files: 0
Number of regular files transferred: 0
Total file size: 0 bytes
Total transferred file size: 0 bytes
Literal data: 0 bytes
Matched data: 0 bytes
File list size: 12
Total bytes sent: 20
Total bytes received: 12

sent 20 bytes  received 12 bytes  21.33 bytes/sec
total size is 0  speedup is 0.00
',NULL,NULL);
INSERT INTO "runs" VALUES(8,'web-1','prune','succeeded',NULL,'cli','root','retention, applied on the command line',NULL,1,NULL,NULL,0,NULL,'["scheduled/20261130-034344Z__1RK1QCN2","scheduled/20261130-034343Z__Z185AM38"]',NULL,'2026-11-30T03:43:47.406242Z','2026-11-29T21:43:47.406242Z',NULL,'2026-11-30T03:43:47.412493Z','2026-11-30T03:43:47.439257Z','command/8729c6e8-e26c-449d-b614-8f406e370e07',NULL,NULL,NULL,NULL,'2 snapshots removed',NULL,NULL,NULL);
INSERT INTO "schedules" VALUES('nightly','15 2 * * *','Europe/Amsterdam','20m',1,'26h',NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z',NULL);
INSERT INTO "schema_migrations" VALUES(1,'first tables','2026-11-30T03:43:43.225878Z');
INSERT INTO "schema_migrations" VALUES(2,'the declarative contract','2026-11-30T03:43:43.225878Z');
INSERT INTO "settings" VALUES(1,'/tmp/pobsync-fixture/backups',3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'root',22333,'/tmp/pobsync-fixture/ssh/id','/tmp/pobsync-fixture/ssh/known_hosts',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:43.328411Z','2026-11-30T03:43:43.328411Z',NULL,NULL,NULL,NULL);
INSERT INTO "snapshots" VALUES(3,'web-1','scheduled','20261130-034344Z__3AKY7N24','success','2026-11-30T03:43:44.907913Z','2026-11-30T03:43:45.312841Z',NULL,'scheduled','20261130-034344Z__1RK1QCN2','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__1RK1QCN2',3,0,1,15,0,175,73,15,15,83856867328,4.04927968978881835937e-01,NULL,'C210YMXYTNHPWHW1NH0C6C9MSQ','{"format":1,"host":"web-1","host_id":"C210YMXYTNHPWHW1NH0C6C9MSQ","kind":"scheduled","name":"20261130-034344Z__3AKY7N24","status":"success","started_at":"2026-11-30T03:43:44.907913Z","finished_at":"2026-11-30T03:43:45.312841Z","duration_seconds":0.40492796897888184,"base":{"kind":"scheduled","name":"20261130-034344Z__1RK1QCN2","path":"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__1RK1QCN2"},"source":{"address":"127.0.0.1","user":"root","root":"/tmp/pobsync-fixture/source"},"rsync":{"version":"3.5.0","exit_code":0,"arguments":["/usr/bin/rsync","-aHAX","--numeric-ids","--delete","--delete-excluded","--modify-window=-1","--stats","--info=progress2","--no-human-readable","--timeout=600","--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/meta/includes","--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/meta/excludes","--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__1RK1QCN2/data","--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes","--","root@127.0.0.1:/tmp/pobsync-fixture/source/","/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034344Z__3AKY7N24/data/"]},"strategy":"link_dest","stats":{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":15,"matched_data_bytes":0,"received_bytes":175,"sent_bytes":73},"storage":{"apparent_size_bytes":15,"unique_apparent_size_bytes":15,"available_bytes":83856867328},"duration_seconds":0.40492796897888184},"reason":"asked for on the command line","note":null,"pobsync_version":"0.1.0"}','2026-11-30T03:43:45.320177Z');
INSERT INTO "snapshots" VALUES(4,'web-1','scheduled','20261130-034345Z__3Z8NKRCE','success','2026-11-30T03:43:45.534893Z','2026-11-30T03:43:45.912429Z',3,'scheduled','20261130-034344Z__3AKY7N24','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__3AKY7N24',3,0,1,17,0,177,73,17,17,83856822272,3.77536058425903320312e-01,NULL,'C210YMXYTNHPWHW1NH0C6C9MSQ','{"format":1,"host":"web-1","host_id":"C210YMXYTNHPWHW1NH0C6C9MSQ","kind":"scheduled","name":"20261130-034345Z__3Z8NKRCE","status":"success","started_at":"2026-11-30T03:43:45.534893Z","finished_at":"2026-11-30T03:43:45.912429Z","duration_seconds":0.3775360584259033,"base":{"kind":"scheduled","name":"20261130-034344Z__3AKY7N24","path":"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__3AKY7N24"},"source":{"address":"127.0.0.1","user":"root","root":"/tmp/pobsync-fixture/source"},"rsync":{"version":"3.5.0","exit_code":0,"arguments":["/usr/bin/rsync","-aHAX","--numeric-ids","--delete","--delete-excluded","--modify-window=-1","--stats","--info=progress2","--no-human-readable","--timeout=600","--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/meta/includes","--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/meta/excludes","--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034344Z__3AKY7N24/data","--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes","--","root@127.0.0.1:/tmp/pobsync-fixture/source/","/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034345Z__3Z8NKRCE/data/"]},"strategy":"link_dest","stats":{"rsync":{"files":3,"created_files":0,"transferred_files":1,"literal_data_bytes":17,"matched_data_bytes":0,"received_bytes":177,"sent_bytes":73},"storage":{"apparent_size_bytes":17,"unique_apparent_size_bytes":17,"available_bytes":83856822272},"duration_seconds":0.3775360584259033},"reason":"asked for on the command line","note":null,"pobsync_version":"0.1.0"}','2026-11-30T03:43:45.919352Z');
INSERT INTO "snapshots" VALUES(5,'web-1','manual','20261130-034346Z__741BNBR0','success','2026-11-30T03:43:46.121064Z','2026-11-30T03:43:46.581934Z',4,'scheduled','20261130-034345Z__3Z8NKRCE','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034345Z__3Z8NKRCE',3,0,0,0,0,112,43,17,0,83856781312,4.60870027542114257812e-01,NULL,'C210YMXYTNHPWHW1NH0C6C9MSQ','{"format":1,"host":"web-1","host_id":"C210YMXYTNHPWHW1NH0C6C9MSQ","kind":"manual","name":"20261130-034346Z__741BNBR0","status":"success","started_at":"2026-11-30T03:43:46.121064Z","finished_at":"2026-11-30T03:43:46.581934Z","duration_seconds":0.46087002754211426,"base":{"kind":"scheduled","name":"20261130-034345Z__3Z8NKRCE","path":"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034345Z__3Z8NKRCE"},"source":{"address":"127.0.0.1","user":"root","root":"/tmp/pobsync-fixture/source"},"rsync":{"version":"3.5.0","exit_code":0,"arguments":["/usr/bin/rsync","-aHAX","--numeric-ids","--delete","--delete-excluded","--modify-window=-1","--stats","--info=progress2","--no-human-readable","--timeout=600","--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/meta/includes","--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/meta/excludes","--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034345Z__3Z8NKRCE/data","--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes","--","root@127.0.0.1:/tmp/pobsync-fixture/source/","/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034346Z__741BNBR0/data/"]},"strategy":"link_dest","stats":{"rsync":{"files":3,"created_files":0,"transferred_files":0,"literal_data_bytes":0,"matched_data_bytes":0,"received_bytes":112,"sent_bytes":43},"storage":{"apparent_size_bytes":17,"unique_apparent_size_bytes":0,"available_bytes":83856781312},"duration_seconds":0.46087002754211426},"reason":"asked for on the command line","note":null,"pobsync_version":"0.1.0"}','2026-11-30T03:43:46.590651Z');
INSERT INTO "spec_changes" VALUES(1,'2026-11-30T03:43:43.328411Z','root','main','settings','global','created',NULL,'{"backup_root":"/tmp/pobsync-fixture/backups","max_concurrent_backups":3,"ssh":{"user":"root","port":22333,"identity_file":"/tmp/pobsync-fixture/ssh/id","known_hosts_file":"/tmp/pobsync-fixture/ssh/known_hosts"}}');
INSERT INTO "spec_changes" VALUES(2,'2026-11-30T03:43:43.328411Z','root','main','retention','short','created',NULL,'{"keep_last":2,"keep_daily":7}');
INSERT INTO "spec_changes" VALUES(3,'2026-11-30T03:43:43.328411Z','root','main','schedule','nightly','created',NULL,'{"cron":"15 2 * * *","time_zone":"Europe/Amsterdam","jitter":"20m","prune":true,"max_age":"26h"}');
INSERT INTO "spec_changes" VALUES(4,'2026-11-30T03:43:43.328411Z','root','main','profile','files','created',NULL,'{"excludes":["*.tmp"],"labels":{"role":"web"}}');
INSERT INTO "spec_changes" VALUES(5,'2026-11-30T03:43:43.328411Z','root','main','host','web-1','created',NULL,'{"address":"127.0.0.1","profile":"files","source_root":"/tmp/pobsync-fixture/source","schedule":"nightly","retention":"short","labels":{"site":"ams"}}');
INSERT INTO "spec_changes" VALUES(6,'2026-11-30T03:43:43.328411Z','root','main','host','web-2','created',NULL,'{"address":"127.0.0.1","profile":"files","source_root":"/tmp/pobsync-fixture/absent","schedule":"nightly","retention":"short"}');
INSERT INTO "spec_changes" VALUES(7,'2026-11-30T03:43:43.328411Z','root','main','host','web-3','created',NULL,'{"address":"127.0.0.1","source_root":"/tmp/pobsync-fixture/source"}');
INSERT INTO "spec_changes" VALUES(8,'2026-11-30T03:43:43.328411Z','root','main','notification','hook','created',NULL,'{"type":"webhook","url":"http://127.0.0.1:9/hook","on":["failure","recovery","stale"]}');
INSERT INTO "spec_changes" VALUES(9,'2026-11-30T03:43:47.701042Z','root','cli','host','web-2','configured','{"address":"127.0.0.1","profile":"files","source_root":"/tmp/pobsync-fixture/absent","schedule":"nightly","retention":"short"}','{"address":"127.0.0.1","profile":"files","source_root":"/tmp/pobsync-fixture/absent","excludes":["*.iso"],"schedule":"nightly","retention":"short"}');
INSERT INTO "spec_changes" VALUES(10,'2026-11-30T03:43:47.967557Z','root','cli','host','web-3','deleted','{"address":"127.0.0.1","source_root":"/tmp/pobsync-fixture/source"}',NULL);
INSERT INTO "spec_files" VALUES('main','/tmp/pobsync-fixture/hosts.yaml',0,'version: 1
set: main
settings:
  backup_root: /tmp/pobsync-fixture/backups
  max_concurrent_backups: 3
  ssh: {user: root, port: 22333, identity_file: /tmp/pobsync-fixture/ssh/id, known_hosts_file: /tmp/pobsync-fixture/ssh/known_hosts}
retention:
  short: {keep_last: 2, keep_daily: 7}
schedules:
  nightly: {cron: "15 2 * * *", time_zone: Europe/Amsterdam, jitter: 20m, prune: true, max_age: 26h}
profiles:
  files: {excludes: ["*.tmp"], labels: {role: web}}
hosts:
  web-1: {address: 127.0.0.1, profile: files, source_root: /tmp/pobsync-fixture/source, schedule: nightly, retention: short, labels: {site: ams}}
  web-2: {address: 127.0.0.1, profile: files, source_root: /tmp/pobsync-fixture/absent, schedule: nightly, retention: short}
  web-3: {address: 127.0.0.1, source_root: /tmp/pobsync-fixture/source}
notifications:
  hook: {type: webhook, url: "http://127.0.0.1:9/hook", on: [failure, recovery, stale]}
','2026-11-30T03:43:43.328411Z');
INSERT INTO "told_troubles" VALUES('web-2','Ready','NeedsPerson','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir "/tmp/pobsync-fixture/absent" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','2026-11-30T03:43:44.041746Z');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('spec_changes',10);
INSERT INTO "sqlite_sequence" VALUES('runs',8);
INSERT INTO "sqlite_sequence" VALUES('snapshots',5);
INSERT INTO "sqlite_sequence" VALUES('events',4);
INSERT INTO "sqlite_sequence" VALUES('deliveries',1);
INSERT INTO "sqlite_sequence" VALUES('purges',2);
CREATE INDEX profiles_by_profile ON profiles (profile);
CREATE INDEX profiles_by_schedule ON profiles (schedule);
CREATE INDEX profiles_by_retention ON profiles (retention);
CREATE INDEX hosts_by_profile ON hosts (profile);
CREATE INDEX hosts_by_schedule ON hosts (schedule);
CREATE INDEX hosts_by_retention ON hosts (retention);
CREATE INDEX snapshots_by_base ON snapshots (base_id);
CREATE INDEX snapshots_for_plans ON snapshots (host, status, started_at, kind, name);
CREATE INDEX events_by_host ON events (host, last_at);
CREATE INDEX events_by_time ON events (last_at);
CREATE INDEX events_by_reason ON events (host, reason);
CREATE INDEX purges_by_host ON purges (host);
CREATE INDEX deliveries_by_time ON deliveries (state, next_at);
CREATE INDEX deliveries_by_target ON deliveries (notification, host, state);
CREATE INDEX deliveries_by_end ON deliveries (finished_at);
CREATE INDEX host_changes_by_revision ON host_changes (revision);
CREATE INDEX runs_by_host ON runs (host);
CREATE INDEX runs_by_kind ON runs (host, kind);
CREATE INDEX runs_by_outcome ON runs (host, kind, state);
CREATE INDEX runs_by_end ON runs (finished_at);
CREATE INDEX runs_by_rank ON runs (state, kind, ranked_at);
