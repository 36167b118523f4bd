// The routes that look before a backup: preflights, dry runs, and the approval of a host's key.

import Store

extension Route {
  static let preflightPages: [Route] = [
    .get("/hosts/:host/preflight", .role(.operator), "Shows what is in the way of a host's backups.") {
      request, site in try await PreflightPages.preflight(request, site)
    },
    .post("/hosts/:host/preflight", .role(.operator), "Looks what is in the way of a host's backups.") {
      request, site in try await PreflightPages.runPreflight(request, site)
    },
    .get("/hosts/:host/dry-run", .role(.operator), "Shows what a backup of a host would transfer.") {
      request, site in try await PreflightPages.dryRun(request, site)
    },
    .post("/hosts/:host/dry-run", .role(.operator), "Asks rsync what a backup of a host would transfer.") {
      request, site in try await PreflightPages.runDry(request, site)
    },
    .post("/hosts/:host/host-key/approve", .role(.admin), "Trusts the key of a host, by its fingerprint.") {
      request, site in try await HostKeyApproval.approve(request, site)
    },
  ]
}
