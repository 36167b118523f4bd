// A bounded pool of connections: as many at a time as a service has use for, and no more.

#if MariaDB
  import Dispatch
  import Engine
  import Foundation
  import Spec

  /// Lends connections out. Its calls block.
  final class MariaDBPool: Sendable {
    let location: MariaDBLocation
    private let patience: MariaDBConnection.Patience
    private let idle = Locked<[MariaDBConnection]>([])
    private let places: DispatchSemaphore

    /// - Parameter size: how many connections there are at most.
    init(_ location: MariaDBLocation, patience: MariaDBConnection.Patience, size: Int) {
      self.location = location
      self.patience = patience
      places = DispatchSemaphore(value: size)
    }

    /// Lends a connection to `body`. One on which a transaction may be left, or that is lost, is not lent again.
    func with<Result>(_ body: (MariaDBConnection) throws -> Result) throws -> Result {
      places.wait()
      defer { places.signal() }
      let waiting = idle.with { $0.popLast() }
      let connection = try waiting ?? connect()
      do {
        let result = try body(connection)
        if connection.isUsable { idle.with { $0.append(connection) } }
        return result
      } catch {
        if connection.isUsable {
          idle.with { $0.append(connection) }
        } else {
          // Those that went to the same server and wait here are most likely lost as well.
          idle.with { $0.removeAll() }
        }
        throw error
      }
    }

    private func connect() throws -> MariaDBConnection {
      try MariaDBConnection(location, password: try location.readPassword(), patience: patience)
    }
  }

  extension MariaDBLocation {
    private static let mostPasswordBytes = 4096

    /// The password at the moment it is needed, so that it may be changed while a service runs; nil if there is none.
    fileprivate func readPassword() throws(StoreError) -> String? {
      switch password {
      case nil: return nil
      case .variable(let name)?: return ProcessInfo.processInfo.environment[name.description]
      case .file(let path)?:
        let bytes: [UInt8]?
        do throws(DiskError) {
          // A link is common where secrets are handed to services.
          bytes = try Disk.read(path.description, limit: Self.mostPasswordBytes, followingLinks: true)
        } catch {
          throw StoreError(
            .cannotOpen, "the password of the database \(self) cannot be read: \(error)",
            remedy: "let the user that runs pobsync read the file")
        }
        let line = bytes?.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } ?? []
        guard !line.isEmpty else {
          throw StoreError(
            .cannotOpen, "the password of the database \(self) is not in \(path): the file is empty or not there",
            remedy: "write the password into the first line of the file")
        }
        return String(decoding: line, as: UTF8.self)
      }
    }
  }
#endif
