-- A database of version 2, as the program of that time filled it: hosts backed up, failed, pruned, paused, pinned and removed.
CREATE TABLE `accepted_shrinkages` (
  `host` varchar(255) NOT NULL,
  `name` longtext NOT NULL,
  `reason` longtext DEFAULT NULL,
  `actor` longtext NOT NULL,
  `accepted_at` varchar(32) NOT NULL,
  PRIMARY KEY (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE `backup_roots` (
  `path` varchar(768) NOT NULL,
  `root_id` longtext NOT NULL,
  `first_seen_at` varchar(32) NOT NULL,
  `adopted_at` varchar(32) DEFAULT NULL,
  PRIMARY KEY (`path`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `backup_roots` VALUES ('/tmp/pobsync-fixture/backups','5BCRZZRDH73Q3EXS8HCMB20AR3','2026-11-30T03:43:49.110367Z','2026-11-30T03:43:49.110367Z');
CREATE TABLE `conditions` (
  `host` varchar(255) NOT NULL,
  `type` varchar(32) NOT NULL CHECK (`type` in ('Ready','Fresh','Reachable','Retained')),
  `status` varchar(32) NOT NULL CHECK (`status` in ('true','false','unknown')),
  `reason` longtext NOT NULL,
  `message` longtext NOT NULL,
  `observed_generation` bigint(20) NOT NULL,
  `changed_at` varchar(32) NOT NULL,
  PRIMARY KEY (`host`,`type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `conditions` VALUES ('web-1','Fresh','true','RecentSnapshot','the newest good snapshot is of 2026-11-30 03:43:49Z',1,'2026-11-30T03:43:49.708943Z');
INSERT INTO `conditions` VALUES ('web-1','Reachable','true','BackedUp','was reached at 2026-11-30 03:43:49Z',1,'2026-11-30T03:43:49.708943Z');
INSERT INTO `conditions` VALUES ('web-1','Ready','true','Ready','nothing stands in the way',1,'2026-11-30T03:43:49.708943Z');
INSERT INTO `conditions` VALUES ('web-1','Retained','true','InPolicy','the snapshots are those that short keeps',1,'2026-11-30T03:43:49.099605Z');
INSERT INTO `conditions` VALUES ('web-2','Fresh','false','NeverBackedUp','there is no good scheduled snapshot',1,'2026-11-30T03:43:49.099605Z');
INSERT INTO `conditions` VALUES ('web-2','Reachable','unknown','NotTold','the last backup, of 2026-11-30 03:43:49Z, does not tell',1,'2026-11-30T03:43:49.099605Z');
INSERT INTO `conditions` VALUES ('web-2','Ready','false','NeedsPerson','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)',1,'2026-11-30T03:43:49.099605Z');
INSERT INTO `conditions` VALUES ('web-2','Retained','true','InPolicy','the snapshots are those that short keeps',1,'2026-11-30T03:43:49.099605Z');
CREATE TABLE `deliveries` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `notification` varchar(255) NOT NULL,
  `host` varchar(255) DEFAULT NULL,
  `notice` longtext NOT NULL,
  `state` varchar(32) NOT NULL CHECK (`state` in ('pending','delivered','failed','dropped')),
  `attempts` bigint(20) NOT NULL,
  `next_at` varchar(32) DEFAULT NULL,
  `last_error` longtext DEFAULT NULL,
  `created_at` varchar(32) NOT NULL,
  `finished_at` varchar(32) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `deliveries_by_time` (`state`,`next_at`),
  KEY `deliveries_by_target` (`notification`,`host`,`state`),
  KEY `deliveries_by_end` (`finished_at`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `deliveries` VALUES (1,'hook','web-2','{\"version\":1,\"kind\":\"failure\",\"host\":\"web-2\",\"at\":\"2026-11-30T03:43:49.689070Z\",\"reason\":\"NeedsPerson\",\"subject\":\"pobsync: the backup of web-2 failed\",\"message\":\"the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \\\"/tmp/pobsync-fixture/absent\\\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)\"}','pending',1,'2026-11-30T03:44:49.723619Z','no connection to http://127.0.0.1:9; does it run, and is a firewall between?','2026-11-30T03:43:49.689070Z',NULL);
CREATE TABLE `edited_resources` (
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('settings','retention','schedule','profile','host','notification')),
  `name` varchar(255) NOT NULL,
  `declared_values` longtext NOT NULL,
  PRIMARY KEY (`kind`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `edited_resources` VALUES ('host','web-2','{\"address\":\"127.0.0.1\",\"profile\":\"files\",\"source_root\":\"/tmp/pobsync-fixture/absent\",\"schedule\":\"nightly\",\"retention\":\"short\"}');
CREATE TABLE `events` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `host` varchar(255) DEFAULT NULL,
  `severity` varchar(32) NOT NULL CHECK (`severity` in ('info','warning','error')),
  `reason` varchar(255) NOT NULL,
  `message` longtext NOT NULL,
  `count` bigint(20) NOT NULL,
  `first_at` varchar(32) NOT NULL,
  `last_at` varchar(32) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `events_by_host` (`host`,`last_at`),
  KEY `events_by_time` (`last_at`),
  KEY `events_by_reason` (`host`,`reason`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `events` VALUES (1,'web-2','error','backup_failed','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)',2,'2026-11-30T03:43:49.672491Z','2026-11-30T03:43:52.655026Z');
INSERT INTO `events` VALUES (2,'web-1','info','backup_succeeded','backup succeeded',5,'2026-11-30T03:43:49.702130Z','2026-11-30T03:43:52.029897Z');
INSERT INTO `events` VALUES (3,'web-1','info','prune_succeeded','prune succeeded',1,'2026-11-30T03:43:52.835289Z','2026-11-30T03:43:52.835289Z');
INSERT INTO `events` VALUES (4,'web-1','info','snapshot_pinned','root: scheduled/20261130-034350Z__5RBYDNER is pinned: audit',1,'2026-11-30T03:43:53.260887Z','2026-11-30T03:43:53.260887Z');
CREATE TABLE `host_changes` (
  `host` varchar(255) NOT NULL,
  `revision` bigint(20) NOT NULL,
  PRIMARY KEY (`host`),
  KEY `host_changes_by_revision` (`revision`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `host_changes` VALUES ('',1);
INSERT INTO `host_changes` VALUES ('web-2',28);
INSERT INTO `host_changes` VALUES ('web-1',29);
CREATE TABLE `host_revisions` (
  `id` bigint(20) NOT NULL CHECK (`id` = 1),
  `latest` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `host_revisions` VALUES (1,29);
CREATE TABLE `hosts` (
  `name` varchar(255) NOT NULL,
  `address` longtext DEFAULT NULL,
  `profile` varchar(255) DEFAULT NULL,
  `source_root` longtext DEFAULT NULL,
  `includes` longtext DEFAULT NULL,
  `excludes` longtext DEFAULT NULL,
  `excludes_replace` longtext DEFAULT NULL,
  `ssh_user` longtext DEFAULT NULL,
  `ssh_port` bigint(20) DEFAULT NULL,
  `ssh_identity_file` longtext DEFAULT NULL,
  `ssh_known_hosts_file` longtext DEFAULT NULL,
  `ssh_connect_timeout` longtext DEFAULT NULL,
  `ssh_keep_alive` longtext DEFAULT NULL,
  `rsync_binary` longtext DEFAULT NULL,
  `rsync_remote_binary` longtext DEFAULT NULL,
  `rsync_extra_args` longtext DEFAULT NULL,
  `rsync_timeout` longtext DEFAULT NULL,
  `rsync_bandwidth_limit` longtext DEFAULT NULL,
  `rsync_bandwidth` longtext DEFAULT NULL,
  `rsync_one_file_system` bigint(20) DEFAULT NULL CHECK (`rsync_one_file_system` in (0,1)),
  `rsync_compress` bigint(20) DEFAULT NULL CHECK (`rsync_compress` in (0,1)),
  `schedule` varchar(255) DEFAULT NULL,
  `max_age` longtext DEFAULT NULL,
  `retention` varchar(255) DEFAULT NULL,
  `strategy` longtext DEFAULT NULL,
  `labels` longtext DEFAULT NULL,
  `suspended` bigint(20) DEFAULT NULL CHECK (`suspended` in (0,1)),
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  `observed_generation` bigint(20) NOT NULL DEFAULT 0,
  `run_requested` longtext DEFAULT NULL,
  `run_request_done` longtext DEFAULT NULL,
  `suspended_reason` longtext DEFAULT NULL,
  `max_shrink` longtext DEFAULT NULL,
  `on_remove` longtext DEFAULT NULL,
  `prevent_removal` bigint(20) DEFAULT NULL CHECK (`prevent_removal` in (0,1)),
  PRIMARY KEY (`name`),
  KEY `hosts_by_profile` (`profile`),
  KEY `hosts_by_schedule` (`schedule`),
  KEY `hosts_by_retention` (`retention`),
  CONSTRAINT `hosts_ibfk_1` FOREIGN KEY (`profile`) REFERENCES `profiles` (`name`),
  CONSTRAINT `hosts_ibfk_2` FOREIGN KEY (`schedule`) REFERENCES `schedules` (`name`),
  CONSTRAINT `hosts_ibfk_3` FOREIGN KEY (`retention`) REFERENCES `retention_policies` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `hosts` VALUES ('web-1','127.0.0.1','files','/tmp/pobsync-fixture/source',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nightly',NULL,'short',NULL,'{\"site\":\"ams\"}',NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z',1,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO `hosts` VALUES ('web-2','127.0.0.1','files','/tmp/pobsync-fixture/absent',NULL,'[\"*.iso\"]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'nightly',NULL,'short',NULL,NULL,NULL,'main',2,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:53.089778Z',1,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE `leases` (
  `name` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('controller','worker','command')),
  `term` bigint(20) NOT NULL,
  `beat` bigint(20) NOT NULL,
  `process` longtext DEFAULT NULL,
  `duration_seconds` double NOT NULL,
  `acquired_at` varchar(32) NOT NULL,
  `renewed_at` varchar(32) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `leases` VALUES ('controller','controller',1,0,NULL,15,'2026-11-30T03:43:49.099605Z','2026-11-30T03:43:49.099605Z');
CREATE TABLE `notifications` (
  `name` varchar(255) NOT NULL,
  `type` longtext NOT NULL,
  `url` longtext DEFAULT NULL,
  `url_file` longtext DEFAULT NULL,
  `url_env` longtext DEFAULT NULL,
  `token_file` longtext DEFAULT NULL,
  `token_env` longtext DEFAULT NULL,
  `to` longtext DEFAULT NULL,
  `from` longtext DEFAULT NULL,
  `sendmail` longtext DEFAULT NULL,
  `command` longtext DEFAULT NULL,
  `on` longtext DEFAULT NULL,
  `labels` longtext DEFAULT NULL,
  `suspended` bigint(20) DEFAULT NULL CHECK (`suspended` in (0,1)),
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `notifications` VALUES ('hook','webhook','http://127.0.0.1:9/hook',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'[\"failure\",\"recovery\",\"stale\"]',NULL,NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z');
CREATE TABLE `pauses` (
  `host` varchar(255) NOT NULL,
  `until` varchar(32) DEFAULT NULL,
  `reason` longtext DEFAULT NULL,
  `actor` longtext NOT NULL,
  `paused_at` varchar(32) NOT NULL,
  PRIMARY KEY (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `pauses` VALUES ('web-2',NULL,'being rebuilt','root','2026-11-30T03:43:52.953292Z');
CREATE TABLE `pins` (
  `host` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('scheduled','manual')),
  `name` varchar(255) NOT NULL,
  `reason` longtext DEFAULT NULL,
  `until` varchar(32) DEFAULT NULL,
  `actor` longtext NOT NULL,
  `pinned_at` varchar(32) NOT NULL,
  PRIMARY KEY (`host`,`kind`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `pins` VALUES ('web-1','scheduled','20261130-034350Z__5RBYDNER','audit',NULL,'root','2026-11-30T03:43:53.260887Z');
CREATE TABLE `profiles` (
  `name` varchar(255) NOT NULL,
  `profile` varchar(255) DEFAULT NULL,
  `source_root` longtext DEFAULT NULL,
  `includes` longtext DEFAULT NULL,
  `excludes` longtext DEFAULT NULL,
  `excludes_replace` longtext DEFAULT NULL,
  `ssh_user` longtext DEFAULT NULL,
  `ssh_port` bigint(20) DEFAULT NULL,
  `ssh_identity_file` longtext DEFAULT NULL,
  `ssh_known_hosts_file` longtext DEFAULT NULL,
  `ssh_connect_timeout` longtext DEFAULT NULL,
  `ssh_keep_alive` longtext DEFAULT NULL,
  `rsync_binary` longtext DEFAULT NULL,
  `rsync_remote_binary` longtext DEFAULT NULL,
  `rsync_extra_args` longtext DEFAULT NULL,
  `rsync_timeout` longtext DEFAULT NULL,
  `rsync_bandwidth_limit` longtext DEFAULT NULL,
  `rsync_bandwidth` longtext DEFAULT NULL,
  `rsync_one_file_system` bigint(20) DEFAULT NULL CHECK (`rsync_one_file_system` in (0,1)),
  `rsync_compress` bigint(20) DEFAULT NULL CHECK (`rsync_compress` in (0,1)),
  `schedule` varchar(255) DEFAULT NULL,
  `max_age` longtext DEFAULT NULL,
  `retention` varchar(255) DEFAULT NULL,
  `strategy` longtext DEFAULT NULL,
  `labels` longtext DEFAULT NULL,
  `suspended` bigint(20) DEFAULT NULL CHECK (`suspended` in (0,1)),
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  `suspended_reason` longtext DEFAULT NULL,
  `max_shrink` longtext DEFAULT NULL,
  `on_remove` longtext DEFAULT NULL,
  `prevent_removal` bigint(20) DEFAULT NULL CHECK (`prevent_removal` in (0,1)),
  PRIMARY KEY (`name`),
  KEY `profiles_by_profile` (`profile`),
  KEY `profiles_by_schedule` (`schedule`),
  KEY `profiles_by_retention` (`retention`),
  CONSTRAINT `profiles_ibfk_1` FOREIGN KEY (`profile`) REFERENCES `profiles` (`name`),
  CONSTRAINT `profiles_ibfk_2` FOREIGN KEY (`schedule`) REFERENCES `schedules` (`name`),
  CONSTRAINT `profiles_ibfk_3` FOREIGN KEY (`retention`) REFERENCES `retention_policies` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `profiles` VALUES ('files',NULL,NULL,NULL,'[\"*.tmp\"]',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{\"role\":\"web\"}',NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z',NULL,NULL,NULL,NULL);
CREATE TABLE `purges` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `host` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('scheduled','manual','incomplete')),
  `name` longtext NOT NULL,
  `path` longtext NOT NULL,
  `reason` longtext NOT NULL,
  `action` varchar(32) NOT NULL CHECK (`action` in ('manual','scheduled','cli','incomplete_cleanup')),
  `actor` longtext NOT NULL,
  `metadata` longtext DEFAULT NULL,
  `at` varchar(32) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `purges_by_host` (`host`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `purges` VALUES (1,'web-1','scheduled','20261130-034349Z__VDWJEEHY','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__VDWJEEHY','no rule of short keeps it','cli','root','{\"format\":1,\"host\":\"web-1\",\"host_id\":\"30TD90REKY3Y6GREDJVMQQTEKQ\",\"kind\":\"scheduled\",\"name\":\"20261130-034349Z__VDWJEEHY\",\"status\":\"success\",\"started_at\":\"2026-11-30T03:43:49.907064Z\",\"finished_at\":\"2026-11-30T03:43:50.292514Z\",\"duration_seconds\":0.3854501247406006,\"base\":{\"kind\":\"scheduled\",\"name\":\"20261130-034349Z__HF30TASH\",\"path\":\"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__HF30TASH\"},\"source\":{\"address\":\"127.0.0.1\",\"user\":\"root\",\"root\":\"/tmp/pobsync-fixture/source\"},\"rsync\":{\"version\":\"3.5.0\",\"exit_code\":0,\"arguments\":[\"/usr/bin/rsync\",\"-aHAX\",\"--numeric-ids\",\"--delete\",\"--delete-excluded\",\"--modify-window=-1\",\"--stats\",\"--info=progress2\",\"--no-human-readable\",\"--timeout=600\",\"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/meta/includes\",\"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/meta/excludes\",\"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__HF30TASH/data\",\"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\",\"--\",\"root@127.0.0.1:/tmp/pobsync-fixture/source/\",\"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/data/\"]},\"strategy\":\"link_dest\",\"stats\":{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":13,\"matched_data_bytes\":0,\"received_bytes\":175,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":13,\"unique_apparent_size_bytes\":13,\"available_bytes\":83787325440},\"duration_seconds\":0.3854501247406006},\"reason\":\"asked for on the command line\",\"note\":null,\"pobsync_version\":\"0.1.0\"}','2026-11-30T03:43:52.826972Z');
INSERT INTO `purges` VALUES (2,'web-1','scheduled','20261130-034349Z__HF30TASH','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__HF30TASH','no rule of short keeps it','cli','root','{\"format\":1,\"host\":\"web-1\",\"host_id\":\"30TD90REKY3Y6GREDJVMQQTEKQ\",\"kind\":\"scheduled\",\"name\":\"20261130-034349Z__HF30TASH\",\"status\":\"success\",\"started_at\":\"2026-11-30T03:43:49.154609Z\",\"finished_at\":\"2026-11-30T03:43:49.695751Z\",\"duration_seconds\":0.5411419868469238,\"base\":null,\"source\":{\"address\":\"127.0.0.1\",\"user\":\"root\",\"root\":\"/tmp/pobsync-fixture/source\"},\"rsync\":{\"version\":\"3.5.0\",\"exit_code\":0,\"arguments\":[\"/usr/bin/rsync\",\"-aHAX\",\"--numeric-ids\",\"--delete\",\"--delete-excluded\",\"--modify-window=-1\",\"--stats\",\"--info=progress2\",\"--no-human-readable\",\"--timeout=600\",\"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/meta/includes\",\"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/meta/excludes\",\"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\",\"--\",\"root@127.0.0.1:/tmp/pobsync-fixture/source/\",\"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/data/\"]},\"strategy\":\"link_dest\",\"stats\":{\"rsync\":{\"files\":3,\"created_files\":2,\"transferred_files\":1,\"literal_data_bytes\":11,\"matched_data_bytes\":0,\"received_bytes\":171,\"sent_bytes\":69},\"storage\":{\"apparent_size_bytes\":11,\"unique_apparent_size_bytes\":11,\"available_bytes\":83787362304},\"duration_seconds\":0.5411419868469238},\"reason\":\"no good snapshot yet (schedule nightly, due 2026-11-30 01:16:10Z)\",\"note\":null,\"pobsync_version\":\"0.1.0\"}','2026-11-30T03:43:52.832772Z');
CREATE TABLE `renames` (
  `to_host` varchar(255) NOT NULL,
  `from_host` varchar(255) NOT NULL,
  `actor` longtext NOT NULL,
  `at` varchar(32) NOT NULL,
  PRIMARY KEY (`to_host`),
  UNIQUE KEY `from_host` (`from_host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE `retained_hosts` (
  `host` varchar(255) NOT NULL,
  `on_remove` varchar(32) NOT NULL CHECK (`on_remove` in ('retain','expire')),
  `retention_name` longtext DEFAULT NULL,
  `retention_policy` longtext DEFAULT NULL,
  `time_zone` longtext NOT NULL,
  `source` longtext NOT NULL,
  `actor` longtext NOT NULL,
  `removed_at` varchar(32) NOT NULL,
  PRIMARY KEY (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE `retention_policies` (
  `name` varchar(255) NOT NULL,
  `keep_last` bigint(20) DEFAULT NULL,
  `keep_hourly` bigint(20) DEFAULT NULL,
  `keep_daily` bigint(20) DEFAULT NULL,
  `keep_weekly` bigint(20) DEFAULT NULL,
  `keep_monthly` bigint(20) DEFAULT NULL,
  `keep_yearly` bigint(20) DEFAULT NULL,
  `keep_within` longtext DEFAULT NULL,
  `min_keep` bigint(20) DEFAULT NULL,
  `time_zone` longtext DEFAULT NULL,
  `max_delete` bigint(20) DEFAULT NULL,
  `max_delete_ratio` longtext DEFAULT NULL,
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  `keep_oldest` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `retention_policies` VALUES ('short',2,NULL,7,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z',NULL);
CREATE TABLE `runs` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `host` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('backup','discover','prune','empty_trash','verify','restore')),
  `state` varchar(32) NOT NULL CHECK (`state` in ('queued','running','succeeded','warning','failed','cancelled','interrupted')),
  `unfinished` varchar(255) DEFAULT NULL,
  `trigger_source` longtext NOT NULL,
  `requested_by` longtext DEFAULT NULL,
  `reason` longtext NOT NULL,
  `scheduled_for` varchar(32) DEFAULT NULL,
  `attempt` bigint(20) NOT NULL,
  `snapshot_kind` varchar(32) DEFAULT NULL CHECK (`snapshot_kind` in ('scheduled','manual')),
  `snapshot_name` longtext DEFAULT NULL,
  `prunes` bigint(20) NOT NULL CHECK (`prunes` in (0,1)),
  `max_delete` bigint(20) DEFAULT NULL,
  `only_snapshots` longtext DEFAULT NULL,
  `concurrency_groups` longtext DEFAULT NULL,
  `queued_at` varchar(32) NOT NULL,
  `ranked_at` varchar(32) NOT NULL,
  `not_before` varchar(32) DEFAULT NULL,
  `started_at` varchar(32) DEFAULT NULL,
  `finished_at` varchar(32) DEFAULT NULL,
  `worker` longtext DEFAULT NULL,
  `cancelled_by` longtext DEFAULT NULL,
  `progress` longtext DEFAULT NULL,
  `exit_code` bigint(20) DEFAULT NULL,
  `error_code` longtext DEFAULT NULL,
  `message` longtext DEFAULT NULL,
  `log` longtext DEFAULT NULL,
  `stats` longtext DEFAULT NULL,
  `run_requested` longtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `unfinished` (`unfinished`),
  KEY `runs_by_host` (`host`),
  KEY `runs_by_kind` (`host`,`kind`),
  KEY `runs_by_outcome` (`host`,`kind`,`state`),
  KEY `runs_by_end` (`finished_at`),
  KEY `runs_by_rank` (`state`,`kind`,`ranked_at`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `runs` VALUES (1,'web-1','backup','succeeded',NULL,'schedule',NULL,'no good snapshot yet (schedule nightly, due 2026-11-30 01:16:10Z)','2026-11-30T01:16:10.000000Z',1,'scheduled','20261130-034349Z__HF30TASH',0,NULL,NULL,NULL,'2026-11-30T03:43:49.099605Z','2026-11-30T02:43:49.099605Z',NULL,'2026-11-30T03:43:49.137777Z','2026-11-30T03:43:49.702130Z','worker/1a0aa0fc-4504-46da-91d8-c1ee7cae1844',NULL,NULL,0,NULL,'scheduled/20261130-034349Z__HF30TASH is complete','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/meta/excludes\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/source/\", \"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__HF30TASH/data/\"]\n\n\nNumber of files: 3 (reg: 1, dir: 2)\nNumber of created files: 2 (reg: 1, dir: 1)\nNumber of deleted files: 0\nNumber of regular files transferred: 1\nTotal file size: 11 bytes\nTotal transferred file size: 11 bytes\nLiteral data: 11 bytes\nMatched data: 0 bytes\nFile list size: 95\nFile list generation time: 0.001 seconds\nFile list transfer time: 0.000 seconds\nTotal bytes sent: 69\nTotal bytes received: 171\n\nsent 69 bytes  received 171 bytes  480.00 bytes/sec\ntotal size is 11  speedup is 0.05\n','{\"rsync\":{\"files\":3,\"created_files\":2,\"transferred_files\":1,\"literal_data_bytes\":11,\"matched_data_bytes\":0,\"received_bytes\":171,\"sent_bytes\":69},\"storage\":{\"apparent_size_bytes\":11,\"unique_apparent_size_bytes\":11,\"available_bytes\":83787362304},\"duration_seconds\":0.5411419868469238}',NULL);
INSERT INTO `runs` VALUES (2,'web-2','backup','failed',NULL,'schedule',NULL,'no good snapshot yet (schedule nightly, due 2026-11-30 01:16:29Z)','2026-11-30T01:16:29.000000Z',1,'scheduled',NULL,0,NULL,NULL,NULL,'2026-11-30T03:43:49.099605Z','2026-11-30T02:43:49.099605Z',NULL,'2026-11-30T03:43:49.143625Z','2026-11-30T03:43:49.672491Z','worker/1a0aa0fc-4504-46da-91d8-c1ee7cae1844',NULL,NULL,23,'source_missing','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034349Z__97602FMA/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034349Z__97602FMA/meta/excludes\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/absent/\", \"/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034349Z__97602FMA/data/\"]\n\nrsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2)\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956) [Receiver=3.5.0]\nrsync: [Receiver] write error: Broken pipe (32)\n\nNumber of files: 0\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 0\nTotal file size: 0 bytes\nTotal transferred file size: 0 bytes\nLiteral data: 0 bytes\nMatched data: 0 bytes\nFile list size: 12\nTotal bytes sent: 20\nTotal bytes received: 12\n\nsent 20 bytes  received 12 bytes  64.00 bytes/sec\ntotal size is 0  speedup is 0.00\n',NULL,NULL);
INSERT INTO `runs` VALUES (3,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034349Z__VDWJEEHY',0,NULL,NULL,NULL,'2026-11-30T03:43:49.887490Z','2026-11-29T21:43:49.887490Z',NULL,'2026-11-30T03:43:49.893394Z','2026-11-30T03:43:50.300954Z','command/4a67a221-f980-4b57-badf-c8fc8fbdcc0c',NULL,NULL,0,NULL,'scheduled/20261130-034349Z__VDWJEEHY is complete','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/meta/excludes\", \"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__HF30TASH/data\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/source/\", \"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034349Z__VDWJEEHY/data/\"]\n\n\nNumber of files: 3 (reg: 1, dir: 2)\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 1\nTotal file size: 13 bytes\nTotal transferred file size: 13 bytes\nLiteral data: 13 bytes\nMatched data: 0 bytes\nFile list size: 99\nFile list generation time: 0.001 seconds\nFile list transfer time: 0.000 seconds\nTotal bytes sent: 73\nTotal bytes received: 175\n\nsent 73 bytes  received 175 bytes  165.33 bytes/sec\ntotal size is 13  speedup is 0.05\n','{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":13,\"matched_data_bytes\":0,\"received_bytes\":175,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":13,\"unique_apparent_size_bytes\":13,\"available_bytes\":83787325440},\"duration_seconds\":0.3854501247406006}',NULL);
INSERT INTO `runs` VALUES (4,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034350Z__5RBYDNER',0,NULL,NULL,NULL,'2026-11-30T03:43:50.426257Z','2026-11-29T21:43:50.426257Z',NULL,'2026-11-30T03:43:50.429685Z','2026-11-30T03:43:50.864593Z','command/1a6c2658-577e-4a1d-ad69-fed7c142e0f1',NULL,NULL,0,NULL,'scheduled/20261130-034350Z__5RBYDNER is complete','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/meta/excludes\", \"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__VDWJEEHY/data\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/source/\", \"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/data/\"]\n\n\nNumber of files: 3 (reg: 1, dir: 2)\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 1\nTotal file size: 15 bytes\nTotal transferred file size: 15 bytes\nLiteral data: 15 bytes\nMatched data: 0 bytes\nFile list size: 99\nFile list generation time: 0.001 seconds\nFile list transfer time: 0.000 seconds\nTotal bytes sent: 73\nTotal bytes received: 177\n\nsent 73 bytes  received 177 bytes  500.00 bytes/sec\ntotal size is 15  speedup is 0.06\n','{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":15,\"matched_data_bytes\":0,\"received_bytes\":177,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":15,\"unique_apparent_size_bytes\":15,\"available_bytes\":83787288576},\"duration_seconds\":0.41374993324279785}',NULL);
INSERT INTO `runs` VALUES (5,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'scheduled','20261130-034351Z__NR3P69XB',0,NULL,NULL,NULL,'2026-11-30T03:43:51.042685Z','2026-11-29T21:43:51.042685Z',NULL,'2026-11-30T03:43:51.049644Z','2026-11-30T03:43:51.448007Z','command/eff1bf62-43ab-4be8-a107-da729400cf63',NULL,NULL,0,NULL,'scheduled/20261130-034351Z__NR3P69XB is complete','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/meta/excludes\", \"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034350Z__5RBYDNER/data\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/source/\", \"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/data/\"]\n\n\nNumber of files: 3 (reg: 1, dir: 2)\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 1\nTotal file size: 17 bytes\nTotal transferred file size: 17 bytes\nLiteral data: 17 bytes\nMatched data: 0 bytes\nFile list size: 99\nFile list generation time: 0.001 seconds\nFile list transfer time: 0.000 seconds\nTotal bytes sent: 73\nTotal bytes received: 179\n\nsent 73 bytes  received 179 bytes  504.00 bytes/sec\ntotal size is 17  speedup is 0.07\n','{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":17,\"matched_data_bytes\":0,\"received_bytes\":179,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":17,\"unique_apparent_size_bytes\":17,\"available_bytes\":83787251712},\"duration_seconds\":0.37903785705566406}',NULL);
INSERT INTO `runs` VALUES (6,'web-1','backup','succeeded',NULL,'cli','root','asked for on the command line',NULL,1,'manual','20261130-034351Z__S469JSNZ',0,NULL,NULL,NULL,'2026-11-30T03:43:51.609078Z','2026-11-29T21:43:51.609078Z',NULL,'2026-11-30T03:43:51.613471Z','2026-11-30T03:43:52.029897Z','command/23d2dee4-e8bd-4e09-9307-f7087fbc0747',NULL,NULL,0,NULL,'manual/20261130-034351Z__S469JSNZ is complete','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/meta/excludes\", \"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034351Z__NR3P69XB/data\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/source/\", \"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/data/\"]\n\n\nNumber of files: 3 (reg: 1, dir: 2)\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 0\nTotal file size: 17 bytes\nTotal transferred file size: 0 bytes\nLiteral data: 0 bytes\nMatched data: 0 bytes\nFile list size: 99\nFile list generation time: 0.001 seconds\nFile list transfer time: 0.000 seconds\nTotal bytes sent: 43\nTotal bytes received: 114\n\nsent 43 bytes  received 114 bytes  314.00 bytes/sec\ntotal size is 17  speedup is 0.11\n','{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":0,\"literal_data_bytes\":0,\"matched_data_bytes\":0,\"received_bytes\":114,\"sent_bytes\":43},\"storage\":{\"apparent_size_bytes\":17,\"unique_apparent_size_bytes\":0,\"available_bytes\":83787218944},\"duration_seconds\":0.3949160575866699}',NULL);
INSERT INTO `runs` VALUES (7,'web-2','backup','failed',NULL,'cli','root','asked for on the command line',NULL,1,'manual',NULL,0,NULL,NULL,NULL,'2026-11-30T03:43:52.156488Z','2026-11-29T21:43:52.156488Z',NULL,'2026-11-30T03:43:52.160135Z','2026-11-30T03:43:52.655026Z','command/abfd7eae-29e9-460f-94d3-345521cd8f2d',NULL,NULL,23,'source_missing','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','command: [\"/usr/bin/rsync\", \"-aHAX\", \"--numeric-ids\", \"--delete\", \"--delete-excluded\", \"--modify-window=-1\", \"--stats\", \"--info=progress2\", \"--no-human-readable\", \"--timeout=600\", \"--include-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034352Z__8K4187Z6/meta/includes\", \"--exclude-from=/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034352Z__8K4187Z6/meta/excludes\", \"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\", \"--\", \"root@127.0.0.1:/tmp/pobsync-fixture/absent/\", \"/tmp/pobsync-fixture/backups/web-2/.incomplete/20261130-034352Z__8K4187Z6/data/\"]\n\nrsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2)\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956) [Receiver=3.5.0]\nrsync: [Receiver] write error: Broken pipe (32)\n\nNumber of files: 0\nNumber of created files: 0\nNumber of deleted files: 0\nNumber of regular files transferred: 0\nTotal file size: 0 bytes\nTotal transferred file size: 0 bytes\nLiteral data: 0 bytes\nMatched data: 0 bytes\nFile list size: 12\nTotal bytes sent: 20\nTotal bytes received: 12\n\nsent 20 bytes  received 12 bytes  64.00 bytes/sec\ntotal size is 0  speedup is 0.00\n',NULL,NULL);
INSERT INTO `runs` VALUES (8,'web-1','prune','succeeded',NULL,'cli','root','retention, applied on the command line',NULL,1,NULL,NULL,0,NULL,'[\"scheduled/20261130-034349Z__VDWJEEHY\",\"scheduled/20261130-034349Z__HF30TASH\"]',NULL,'2026-11-30T03:43:52.803244Z','2026-11-29T21:43:52.803244Z',NULL,'2026-11-30T03:43:52.806950Z','2026-11-30T03:43:52.835289Z','command/767c58b7-4ba5-4bed-8f10-b1b24d415c19',NULL,NULL,NULL,NULL,'2 snapshots removed',NULL,NULL,NULL);
CREATE TABLE `schedules` (
  `name` varchar(255) NOT NULL,
  `cron` longtext NOT NULL,
  `time_zone` longtext DEFAULT NULL,
  `jitter` longtext DEFAULT NULL,
  `prune` bigint(20) DEFAULT NULL CHECK (`prune` in (0,1)),
  `max_age` longtext DEFAULT NULL,
  `catch_up` longtext DEFAULT NULL,
  `windows` longtext DEFAULT NULL,
  `blackouts` longtext DEFAULT NULL,
  `suspended` bigint(20) DEFAULT NULL CHECK (`suspended` in (0,1)),
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  `suspended_reason` longtext DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `schedules` VALUES ('nightly','15 2 * * *','Europe/Amsterdam','20m',1,'26h',NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z',NULL);
CREATE TABLE `schema_migrations` (
  `version` bigint(20) NOT NULL,
  `name` longtext NOT NULL,
  `applied_at` varchar(32) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `schema_migrations` VALUES (1,'first tables','2026-11-30T03:43:48.661364Z');
INSERT INTO `schema_migrations` VALUES (2,'the declarative contract','2026-11-30T03:43:48.661364Z');
CREATE TABLE `settings` (
  `id` bigint(20) NOT NULL CHECK (`id` = 1),
  `backup_root` longtext DEFAULT NULL,
  `max_concurrent_backups` bigint(20) DEFAULT NULL,
  `max_concurrent_discoveries` bigint(20) DEFAULT NULL,
  `max_concurrent_prunes` bigint(20) DEFAULT NULL,
  `max_concurrent_verifications` bigint(20) DEFAULT NULL,
  `concurrency_groups` longtext DEFAULT NULL,
  `min_free` longtext DEFAULT NULL,
  `time_zone` longtext DEFAULT NULL,
  `blackouts` longtext DEFAULT NULL,
  `ssh_user` longtext DEFAULT NULL,
  `ssh_port` bigint(20) DEFAULT NULL,
  `ssh_identity_file` longtext DEFAULT NULL,
  `ssh_known_hosts_file` longtext DEFAULT NULL,
  `ssh_connect_timeout` longtext DEFAULT NULL,
  `ssh_keep_alive` longtext DEFAULT NULL,
  `rsync_binary` longtext DEFAULT NULL,
  `rsync_remote_binary` longtext DEFAULT NULL,
  `rsync_extra_args` longtext DEFAULT NULL,
  `rsync_timeout` longtext DEFAULT NULL,
  `rsync_bandwidth_limit` longtext DEFAULT NULL,
  `rsync_bandwidth` longtext DEFAULT NULL,
  `rsync_one_file_system` bigint(20) DEFAULT NULL CHECK (`rsync_one_file_system` in (0,1)),
  `rsync_compress` bigint(20) DEFAULT NULL CHECK (`rsync_compress` in (0,1)),
  `excludes` longtext DEFAULT NULL,
  `source` longtext NOT NULL,
  `generation` bigint(20) NOT NULL,
  `created_at` varchar(32) NOT NULL,
  `updated_at` varchar(32) NOT NULL,
  `trash_ttl` longtext DEFAULT NULL,
  `max_removals` bigint(20) DEFAULT NULL,
  `suspended` bigint(20) DEFAULT NULL CHECK (`suspended` in (0,1)),
  `suspended_reason` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `settings` VALUES (1,'/tmp/pobsync-fixture/backups',3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'root',22333,'/tmp/pobsync-fixture/ssh/id','/tmp/pobsync-fixture/ssh/known_hosts',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'main',1,'2026-11-30T03:43:48.887113Z','2026-11-30T03:43:48.887113Z',NULL,NULL,NULL,NULL);
CREATE TABLE `shrinkages` (
  `host` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('scheduled','manual')),
  `name` varchar(255) NOT NULL,
  `files` bigint(20) DEFAULT NULL,
  `base_files` bigint(20) DEFAULT NULL,
  `bytes` bigint(20) DEFAULT NULL,
  `base_bytes` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`host`,`kind`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
CREATE TABLE `snapshots` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `host` varchar(255) NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('scheduled','manual')),
  `name` varchar(255) NOT NULL,
  `status` varchar(32) NOT NULL CHECK (`status` in ('success','warning','partial','unknown')),
  `started_at` varchar(32) NOT NULL,
  `finished_at` varchar(32) DEFAULT NULL,
  `base_id` bigint(20) DEFAULT NULL,
  `base_kind` longtext DEFAULT NULL,
  `base_name` longtext DEFAULT NULL,
  `base_path` longtext DEFAULT NULL,
  `files` bigint(20) DEFAULT NULL,
  `created_files` bigint(20) DEFAULT NULL,
  `transferred_files` bigint(20) DEFAULT NULL,
  `literal_data_bytes` bigint(20) DEFAULT NULL,
  `matched_data_bytes` bigint(20) DEFAULT NULL,
  `received_bytes` bigint(20) DEFAULT NULL,
  `sent_bytes` bigint(20) DEFAULT NULL,
  `apparent_size_bytes` bigint(20) DEFAULT NULL,
  `unique_apparent_size_bytes` bigint(20) DEFAULT NULL,
  `available_bytes` bigint(20) DEFAULT NULL,
  `duration_seconds` double DEFAULT NULL,
  `note` longtext DEFAULT NULL,
  `host_id` longtext DEFAULT NULL,
  `metadata` longtext DEFAULT NULL,
  `recorded_at` varchar(32) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `host` (`host`,`kind`,`name`),
  KEY `snapshots_by_base` (`base_id`),
  KEY `snapshots_for_plans` (`host`,`status`,`started_at`,`kind`,`name`),
  CONSTRAINT `snapshots_ibfk_1` FOREIGN KEY (`base_id`) REFERENCES `snapshots` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB AUTO_INCREMENT=6 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `snapshots` VALUES (3,'web-1','scheduled','20261130-034350Z__5RBYDNER','success','2026-11-30T03:43:50.440809Z','2026-11-30T03:43:50.854559Z',NULL,'scheduled','20261130-034349Z__VDWJEEHY','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__VDWJEEHY',3,0,1,15,0,177,73,15,15,83787288576,0.41374993324279785,NULL,'30TD90REKY3Y6GREDJVMQQTEKQ','{\"format\":1,\"host\":\"web-1\",\"host_id\":\"30TD90REKY3Y6GREDJVMQQTEKQ\",\"kind\":\"scheduled\",\"name\":\"20261130-034350Z__5RBYDNER\",\"status\":\"success\",\"started_at\":\"2026-11-30T03:43:50.440809Z\",\"finished_at\":\"2026-11-30T03:43:50.854559Z\",\"duration_seconds\":0.41374993324279785,\"base\":{\"kind\":\"scheduled\",\"name\":\"20261130-034349Z__VDWJEEHY\",\"path\":\"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__VDWJEEHY\"},\"source\":{\"address\":\"127.0.0.1\",\"user\":\"root\",\"root\":\"/tmp/pobsync-fixture/source\"},\"rsync\":{\"version\":\"3.5.0\",\"exit_code\":0,\"arguments\":[\"/usr/bin/rsync\",\"-aHAX\",\"--numeric-ids\",\"--delete\",\"--delete-excluded\",\"--modify-window=-1\",\"--stats\",\"--info=progress2\",\"--no-human-readable\",\"--timeout=600\",\"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/meta/includes\",\"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/meta/excludes\",\"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034349Z__VDWJEEHY/data\",\"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\",\"--\",\"root@127.0.0.1:/tmp/pobsync-fixture/source/\",\"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034350Z__5RBYDNER/data/\"]},\"strategy\":\"link_dest\",\"stats\":{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":15,\"matched_data_bytes\":0,\"received_bytes\":177,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":15,\"unique_apparent_size_bytes\":15,\"available_bytes\":83787288576},\"duration_seconds\":0.41374993324279785},\"reason\":\"asked for on the command line\",\"note\":null,\"pobsync_version\":\"0.1.0\"}','2026-11-30T03:43:50.864593Z');
INSERT INTO `snapshots` VALUES (4,'web-1','scheduled','20261130-034351Z__NR3P69XB','success','2026-11-30T03:43:51.062772Z','2026-11-30T03:43:51.441810Z',3,'scheduled','20261130-034350Z__5RBYDNER','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034350Z__5RBYDNER',3,0,1,17,0,179,73,17,17,83787251712,0.37903785705566406,NULL,'30TD90REKY3Y6GREDJVMQQTEKQ','{\"format\":1,\"host\":\"web-1\",\"host_id\":\"30TD90REKY3Y6GREDJVMQQTEKQ\",\"kind\":\"scheduled\",\"name\":\"20261130-034351Z__NR3P69XB\",\"status\":\"success\",\"started_at\":\"2026-11-30T03:43:51.062772Z\",\"finished_at\":\"2026-11-30T03:43:51.441810Z\",\"duration_seconds\":0.37903785705566406,\"base\":{\"kind\":\"scheduled\",\"name\":\"20261130-034350Z__5RBYDNER\",\"path\":\"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034350Z__5RBYDNER\"},\"source\":{\"address\":\"127.0.0.1\",\"user\":\"root\",\"root\":\"/tmp/pobsync-fixture/source\"},\"rsync\":{\"version\":\"3.5.0\",\"exit_code\":0,\"arguments\":[\"/usr/bin/rsync\",\"-aHAX\",\"--numeric-ids\",\"--delete\",\"--delete-excluded\",\"--modify-window=-1\",\"--stats\",\"--info=progress2\",\"--no-human-readable\",\"--timeout=600\",\"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/meta/includes\",\"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/meta/excludes\",\"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034350Z__5RBYDNER/data\",\"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\",\"--\",\"root@127.0.0.1:/tmp/pobsync-fixture/source/\",\"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__NR3P69XB/data/\"]},\"strategy\":\"link_dest\",\"stats\":{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":1,\"literal_data_bytes\":17,\"matched_data_bytes\":0,\"received_bytes\":179,\"sent_bytes\":73},\"storage\":{\"apparent_size_bytes\":17,\"unique_apparent_size_bytes\":17,\"available_bytes\":83787251712},\"duration_seconds\":0.37903785705566406},\"reason\":\"asked for on the command line\",\"note\":null,\"pobsync_version\":\"0.1.0\"}','2026-11-30T03:43:51.448007Z');
INSERT INTO `snapshots` VALUES (5,'web-1','manual','20261130-034351Z__S469JSNZ','success','2026-11-30T03:43:51.626669Z','2026-11-30T03:43:52.021585Z',4,'scheduled','20261130-034351Z__NR3P69XB','/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034351Z__NR3P69XB',3,0,0,0,0,114,43,17,0,83787218944,0.3949160575866699,NULL,'30TD90REKY3Y6GREDJVMQQTEKQ','{\"format\":1,\"host\":\"web-1\",\"host_id\":\"30TD90REKY3Y6GREDJVMQQTEKQ\",\"kind\":\"manual\",\"name\":\"20261130-034351Z__S469JSNZ\",\"status\":\"success\",\"started_at\":\"2026-11-30T03:43:51.626669Z\",\"finished_at\":\"2026-11-30T03:43:52.021585Z\",\"duration_seconds\":0.3949160575866699,\"base\":{\"kind\":\"scheduled\",\"name\":\"20261130-034351Z__NR3P69XB\",\"path\":\"/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034351Z__NR3P69XB\"},\"source\":{\"address\":\"127.0.0.1\",\"user\":\"root\",\"root\":\"/tmp/pobsync-fixture/source\"},\"rsync\":{\"version\":\"3.5.0\",\"exit_code\":0,\"arguments\":[\"/usr/bin/rsync\",\"-aHAX\",\"--numeric-ids\",\"--delete\",\"--delete-excluded\",\"--modify-window=-1\",\"--stats\",\"--info=progress2\",\"--no-human-readable\",\"--timeout=600\",\"--include-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/meta/includes\",\"--exclude-from=/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/meta/excludes\",\"--link-dest=/tmp/pobsync-fixture/backups/web-1/scheduled/20261130-034351Z__NR3P69XB/data\",\"--rsh=ssh -p 22333 -o BatchMode=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/tmp/pobsync-fixture/ssh/known_hosts -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=30 -o ServerAliveInterval=30 -o ServerAliveCountMax=4 -o ForwardAgent=no -o ForwardX11=no -o ClearAllForwardings=yes -o PermitLocalCommand=no -o RequestTTY=no -o ControlMaster=no -o ControlPath=none -o IdentityFile=/tmp/pobsync-fixture/ssh/id -o IdentitiesOnly=yes\",\"--\",\"root@127.0.0.1:/tmp/pobsync-fixture/source/\",\"/tmp/pobsync-fixture/backups/web-1/.incomplete/20261130-034351Z__S469JSNZ/data/\"]},\"strategy\":\"link_dest\",\"stats\":{\"rsync\":{\"files\":3,\"created_files\":0,\"transferred_files\":0,\"literal_data_bytes\":0,\"matched_data_bytes\":0,\"received_bytes\":114,\"sent_bytes\":43},\"storage\":{\"apparent_size_bytes\":17,\"unique_apparent_size_bytes\":0,\"available_bytes\":83787218944},\"duration_seconds\":0.3949160575866699},\"reason\":\"asked for on the command line\",\"note\":null,\"pobsync_version\":\"0.1.0\"}','2026-11-30T03:43:52.029897Z');
CREATE TABLE `spec_changes` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `at` varchar(32) NOT NULL,
  `actor` longtext NOT NULL,
  `source` longtext NOT NULL,
  `kind` varchar(32) NOT NULL CHECK (`kind` in ('settings','retention','schedule','profile','host','notification')),
  `name` longtext NOT NULL,
  `action` varchar(32) NOT NULL CHECK (`action` in ('created','configured','deleted')),
  `values_before` longtext DEFAULT NULL,
  `values_after` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=11 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `spec_changes` VALUES (1,'2026-11-30T03:43:48.887113Z','root','main','settings','global','created',NULL,'{\"backup_root\":\"/tmp/pobsync-fixture/backups\",\"max_concurrent_backups\":3,\"ssh\":{\"user\":\"root\",\"port\":22333,\"identity_file\":\"/tmp/pobsync-fixture/ssh/id\",\"known_hosts_file\":\"/tmp/pobsync-fixture/ssh/known_hosts\"}}');
INSERT INTO `spec_changes` VALUES (2,'2026-11-30T03:43:48.887113Z','root','main','retention','short','created',NULL,'{\"keep_last\":2,\"keep_daily\":7}');
INSERT INTO `spec_changes` VALUES (3,'2026-11-30T03:43:48.887113Z','root','main','schedule','nightly','created',NULL,'{\"cron\":\"15 2 * * *\",\"time_zone\":\"Europe/Amsterdam\",\"jitter\":\"20m\",\"prune\":true,\"max_age\":\"26h\"}');
INSERT INTO `spec_changes` VALUES (4,'2026-11-30T03:43:48.887113Z','root','main','profile','files','created',NULL,'{\"excludes\":[\"*.tmp\"],\"labels\":{\"role\":\"web\"}}');
INSERT INTO `spec_changes` VALUES (5,'2026-11-30T03:43:48.887113Z','root','main','host','web-1','created',NULL,'{\"address\":\"127.0.0.1\",\"profile\":\"files\",\"source_root\":\"/tmp/pobsync-fixture/source\",\"schedule\":\"nightly\",\"retention\":\"short\",\"labels\":{\"site\":\"ams\"}}');
INSERT INTO `spec_changes` VALUES (6,'2026-11-30T03:43:48.887113Z','root','main','host','web-2','created',NULL,'{\"address\":\"127.0.0.1\",\"profile\":\"files\",\"source_root\":\"/tmp/pobsync-fixture/absent\",\"schedule\":\"nightly\",\"retention\":\"short\"}');
INSERT INTO `spec_changes` VALUES (7,'2026-11-30T03:43:48.887113Z','root','main','host','web-3','created',NULL,'{\"address\":\"127.0.0.1\",\"source_root\":\"/tmp/pobsync-fixture/source\"}');
INSERT INTO `spec_changes` VALUES (8,'2026-11-30T03:43:48.887113Z','root','main','notification','hook','created',NULL,'{\"type\":\"webhook\",\"url\":\"http://127.0.0.1:9/hook\",\"on\":[\"failure\",\"recovery\",\"stale\"]}');
INSERT INTO `spec_changes` VALUES (9,'2026-11-30T03:43:53.089778Z','root','cli','host','web-2','configured','{\"address\":\"127.0.0.1\",\"profile\":\"files\",\"source_root\":\"/tmp/pobsync-fixture/absent\",\"schedule\":\"nightly\",\"retention\":\"short\"}','{\"address\":\"127.0.0.1\",\"profile\":\"files\",\"source_root\":\"/tmp/pobsync-fixture/absent\",\"excludes\":[\"*.iso\"],\"schedule\":\"nightly\",\"retention\":\"short\"}');
INSERT INTO `spec_changes` VALUES (10,'2026-11-30T03:43:53.418880Z','root','cli','host','web-3','deleted','{\"address\":\"127.0.0.1\",\"source_root\":\"/tmp/pobsync-fixture/source\"}',NULL);
CREATE TABLE `spec_files` (
  `source` varchar(255) NOT NULL,
  `file` varchar(512) NOT NULL,
  `position` bigint(20) NOT NULL,
  `content` longtext NOT NULL,
  `applied_at` varchar(32) NOT NULL,
  PRIMARY KEY (`source`,`file`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `spec_files` VALUES ('main','/tmp/pobsync-fixture/hosts.yaml',0,'version: 1\nset: main\nsettings:\n  backup_root: /tmp/pobsync-fixture/backups\n  max_concurrent_backups: 3\n  ssh: {user: root, port: 22333, identity_file: /tmp/pobsync-fixture/ssh/id, known_hosts_file: /tmp/pobsync-fixture/ssh/known_hosts}\nretention:\n  short: {keep_last: 2, keep_daily: 7}\nschedules:\n  nightly: {cron: \"15 2 * * *\", time_zone: Europe/Amsterdam, jitter: 20m, prune: true, max_age: 26h}\nprofiles:\n  files: {excludes: [\"*.tmp\"], labels: {role: web}}\nhosts:\n  web-1: {address: 127.0.0.1, profile: files, source_root: /tmp/pobsync-fixture/source, schedule: nightly, retention: short, labels: {site: ams}}\n  web-2: {address: 127.0.0.1, profile: files, source_root: /tmp/pobsync-fixture/absent, schedule: nightly, retention: short}\n  web-3: {address: 127.0.0.1, source_root: /tmp/pobsync-fixture/source}\nnotifications:\n  hook: {type: webhook, url: \"http://127.0.0.1:9/hook\", on: [failure, recovery, stale]}\n','2026-11-30T03:43:48.887113Z');
CREATE TABLE `told_troubles` (
  `host` varchar(255) NOT NULL,
  `type` varchar(32) NOT NULL CHECK (`type` in ('Ready','Fresh','Reachable','Retained')),
  `reason` longtext NOT NULL,
  `message` longtext NOT NULL,
  `since` varchar(32) NOT NULL,
  PRIMARY KEY (`host`,`type`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `told_troubles` VALUES ('web-2','Ready','NeedsPerson','the source root /tmp/pobsync-fixture/absent does not exist on web-2 (root@127.0.0.1, port 22333), or may not be entered: correct `source_root`, or mount it there. rsync: [sender] change_dir \"/tmp/pobsync-fixture/absent\" failed: No such file or directory (2); rsync: [Receiver] write error: Broken pipe (32)','2026-11-30T03:43:49.689070Z');
CREATE TABLE `write_turns` (
  `id` bigint(20) NOT NULL CHECK (`id` = 1),
  `turn` bigint(20) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin ROW_FORMAT=DYNAMIC;
INSERT INTO `write_turns` VALUES (1,64);
