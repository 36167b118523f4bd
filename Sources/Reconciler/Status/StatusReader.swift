// Reading the status: what the store has recorded, and a look at the backup root.

import Engine
import Foundation
import Spec
package import Store

extension Environment {
  /// How everything is now.
  /// - Parameter queued: how many of the queued runs are told one by one.
  package func status(queued: Int = 10) async throws -> StatusReport { try await recordedStatus(queued: queued).report }

  /// The same, with the records that it was made from.
  package func recordedStatus(queued: Int) async throws -> (report: StatusReport, records: StatusRecords) {
    let now = clock.now
    let records = try await store.statusRecords(at: now, queued: queued)
    let root = try await backupRootStatus(of: records.settings)
    return (StatusReport(records, backupRoot: root, now: now) { $0.seemsAlive(at: now) }, records)
  }

  /// The processes of the service, and what tells why runs wait.
  package func queueWaits() async throws -> (service: ServiceStatus, waits: QueueWaits) {
    let now = clock.now
    let records = try await store.queueRecords(at: now)
    let service = ServiceStatus(records.leases) { $0.seemsAlive(at: now) }
    return (service, QueueWaits(records, service: service, now: now))
  }

  private func backupRootStatus(of settings: Settings?) async throws -> BackupRootStatus {
    guard let path = settings?.backupRoot else {
      return BackupRootStatus(problem: BackupRootUnusable.unset.description)
    }
    var status = BackupRootStatus(path: path)
    status.isAdopted = try await store.isRootAdopted(path)
    do {
      if case .notAdopted = try await disk.peek(settings) {
        status.problem = NotAdopted(.root, at: path.description).description
      }
      status.space = try await blocking { try? Disk.space(at: path.description) }
    } catch let error as StoreError {
      throw error
    } catch {
      status.problem = "\(error)"
    }
    return status
  }
}
