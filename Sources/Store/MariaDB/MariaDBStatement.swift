// A prepared statement of libmariadb: values go in and come out in the binary protocol, never as SQL.

#if MariaDB
  import CMariaDB

  /// What the server, or the library, says of a call that failed.
  struct MariaDBError: Error {
    let code: UInt32
    let message: String
    /// The statement, without its arguments; nil outside of one.
    let sql: String?
  }

  /// A statement that is executed again and again. It belongs to its connection, which must outlive it.
  final class MariaDBStatement {
    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private let sql: String
    private let parameters: Int

    init(_ sql: String, on connection: UnsafeMutablePointer<MYSQL>) throws {
      guard let handle = mysql_stmt_init(connection) else {
        throw MariaDBError(code: MariaDBError.outOfMemory, message: "there is no memory left", sql: sql)
      }
      self.handle = handle
      self.sql = sql
      guard mysql_stmt_prepare(handle, sql, UInt(sql.utf8.count)) == 0 else {
        // A class's initializer that throws after its fields are set runs `deinit`, which closes the handle.
        parameters = 0
        throw MariaDBError(code: mysql_stmt_errno(handle), message: String(cString: mysql_stmt_error(handle)), sql: sql)
      }
      parameters = Int(mysql_stmt_param_count(handle))
    }

    deinit { mysql_stmt_close(handle) }

    /// Executes it. Of a query, `result()` has to be read, or `finish()` called, before anything else is executed.
    func execute(_ arguments: [SQLValue]) throws {
      guard arguments.count == parameters else {
        throw MariaDBError(
          code: MariaDBError.wrongArguments, message: "it takes \(parameters) values, not \(arguments.count)", sql: sql)
      }
      let bound = MariaDBArguments(arguments)
      try withExtendedLifetime(bound) {
        if parameters > 0 { try check(Int32(mysql_stmt_bind_param(handle, bound.binds))) }
        try check(mysql_stmt_execute(handle))
      }
    }

    /// How many rows the condition of a statement selected, or it inserted or deleted.
    var affectedRows: Int { Int(clamping: mysql_stmt_affected_rows(handle)) }

    /// The number that the last row inserted was given.
    var insertedID: Int64 { Int64(clamping: mysql_stmt_insert_id(handle)) }

    /// The rows of a query.
    ///
    /// - Parameter isKept: whether they are taken over at once, which costs memory and leaves the connection free.
    func result(isKept: Bool) throws -> MariaDBResult {
      guard let metadata = mysql_stmt_result_metadata(handle) else { throw error }
      defer { mysql_free_result(metadata) }
      let count = Int(mysql_num_fields(metadata))
      guard let fields = mysql_fetch_fields(metadata) else { throw error }
      let result = MariaDBResult(UnsafeBufferPointer<MYSQL_FIELD>(start: fields, count: count), of: self)
      try check(Int32(mysql_stmt_bind_result(handle, result.binds)))
      if isKept { try check(mysql_stmt_store_result(handle)) }
      return result
    }

    /// Lets go of rows that were not read.
    func finish() { mysql_stmt_free_result(handle) }

    fileprivate func fetch() -> Int32 { mysql_stmt_fetch(handle) }

    /// Reads a value of the present row that is longer than its column's place.
    fileprivate func fetch(_ column: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
      var bind = MYSQL_BIND()
      var length: UInt = 0
      var isNull: my_bool = 0
      let code = withUnsafeMutablePointer(to: &length) { length in
        withUnsafeMutablePointer(to: &isNull) { isNull in
          bind.buffer_type = MYSQL_TYPE_LONG_BLOB
          bind.buffer = buffer.baseAddress
          bind.buffer_length = UInt(buffer.count)
          bind.length = length
          bind.is_null = isNull
          return mysql_stmt_fetch_column(handle, &bind, UInt32(column), 0)
        }
      }
      try check(code)
    }

    fileprivate var error: MariaDBError {
      MariaDBError(code: mysql_stmt_errno(handle), message: String(cString: mysql_stmt_error(handle)), sql: sql)
    }

    private func check(_ code: Int32) throws {
      guard code == 0 else { throw error }
    }
  }

  /// Arguments in memory that stays where it is while they are sent.
  private final class MariaDBArguments {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private var buffers: [UnsafeMutableRawPointer] = []

    init(_ values: [SQLValue]) {
      binds = UnsafeMutablePointer<MYSQL_BIND>.allocate(capacity: max(values.count, 1))
      for (index, value) in values.enumerated() { (binds + index).initialize(to: bind(value)) }
    }

    deinit {
      for buffer in buffers { buffer.deallocate() }
      binds.deallocate()
    }

    private func bind(_ value: SQLValue) -> MYSQL_BIND {
      var bind = MYSQL_BIND()
      switch value {
      case .null: bind.buffer_type = MYSQL_TYPE_NULL
      case .integer(let number):
        bind.buffer_type = MYSQL_TYPE_LONGLONG
        bind.buffer = withUnsafeBytes(of: number, copy)
      case .real(let number):
        bind.buffer_type = MYSQL_TYPE_DOUBLE
        bind.buffer = withUnsafeBytes(of: number, copy)
      case .text(let text):
        let bytes = Array(text.withoutNUL.utf8)
        bind.buffer_type = MYSQL_TYPE_STRING
        bind.buffer = bytes.withUnsafeBytes(copy)
        bind.buffer_length = UInt(bytes.count)
      case .blob(let bytes):
        bind.buffer_type = MYSQL_TYPE_LONG_BLOB
        bind.buffer = bytes.withUnsafeBytes(copy)
        bind.buffer_length = UInt(bytes.count)
      }
      return bind
    }

    private func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
      let buffer = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 1), alignment: 8)
      if let start = bytes.baseAddress { buffer.copyMemory(from: start, byteCount: bytes.count) }
      buffers.append(buffer)
      return buffer
    }
  }

  /// The rows of a query, one after the other.
  final class MariaDBResult: SQLCells {
    private enum Kind { case integer, real, text, blob }

    let names: [String]
    fileprivate let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let kinds: [Kind]
    private let statement: MariaDBStatement
    private let lengths: UnsafeMutablePointer<UInt>
    private let isNull: UnsafeMutablePointer<my_bool>
    /// A place for each column, in which nearly every value fits.
    private let places: UnsafeMutableRawPointer
    private static let width = 256
    /// The values of the present row that do not fit.
    private var long: [Int: UnsafeMutableRawBufferPointer] = [:]

    fileprivate init(_ fields: UnsafeBufferPointer<MYSQL_FIELD>, of statement: MariaDBStatement) {
      self.statement = statement
      names = fields.map { String(cString: $0.name) }
      kinds = fields.map { MariaDBResult.kind(of: $0) }
      let count = max(fields.count, 1)
      binds = UnsafeMutablePointer<MYSQL_BIND>.allocate(capacity: count)
      lengths = UnsafeMutablePointer<UInt>.allocate(capacity: count)
      isNull = UnsafeMutablePointer<my_bool>.allocate(capacity: count)
      places = UnsafeMutableRawPointer.allocate(byteCount: count * MariaDBResult.width, alignment: 8)
      lengths.initialize(repeating: 0, count: count)
      isNull.initialize(repeating: 0, count: count)
      for (column, kind) in kinds.enumerated() {
        var bind = MYSQL_BIND()
        bind.buffer_type =
          switch kind {
          case .integer: MYSQL_TYPE_LONGLONG
          case .real: MYSQL_TYPE_DOUBLE
          case .text, .blob: MYSQL_TYPE_LONG_BLOB
          }
        bind.buffer = places + column * Self.width
        bind.buffer_length = UInt(Self.width)
        bind.length = lengths + column
        bind.is_null = isNull + column
        (binds + column).initialize(to: bind)
      }
    }

    deinit {
      for buffer in long.values { buffer.deallocate() }
      places.deallocate()
      isNull.deallocate()
      lengths.deallocate()
      binds.deallocate()
    }

    private static func kind(of field: MYSQL_FIELD) -> Kind {
      switch field.type {
      case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG: .integer
      case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: .real
      // The number stands for bytes of no character set.
      default: field.charsetnr == 63 ? .blob : .text
      }
    }

    /// Goes to the next row.
    /// - Returns: false if there is none.
    func next() throws -> Bool {
      switch statement.fetch() {
      case 0: return true
      case MYSQL_NO_DATA: return false
      case MYSQL_DATA_TRUNCATED:
        for column in kinds.indices where isLong(column) { try readLong(column) }
        return true
      default: throw statement.error
      }
    }

    private func isLong(_ column: Int) -> Bool {
      isNull[column] == 0 && lengths[column] > UInt(Self.width) && (kinds[column] == .text || kinds[column] == .blob)
    }

    private func readLong(_ column: Int) throws {
      let length = Int(lengths[column])
      if long[column]?.count ?? 0 < length {
        long[column]?.deallocate()
        long[column] = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 1)
      }
      guard let buffer = long[column] else { return }
      try statement.fetch(column, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<length]))
    }

    private func bytes(_ column: Int) -> UnsafeRawBufferPointer {
      let length = Int(lengths[column])
      guard isLong(column), let buffer = long[column] else {
        return UnsafeRawBufferPointer(start: places + column * Self.width, count: length)
      }
      return UnsafeRawBufferPointer(rebasing: buffer[..<length])
    }

    func value(_ column: Int) -> SQLValue {
      guard isNull[column] == 0 else { return .null }
      let place = places + column * Self.width
      return switch kinds[column] {
      case .integer: .integer(place.load(as: Int64.self))
      case .real: .real(place.load(as: Double.self))
      case .text: .text(String(decoding: bytes(column), as: UTF8.self))
      case .blob: .blob(Array(bytes(column)))
      }
    }

    func text(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
      guard kinds[column] == .text, isNull[column] == 0 else { return nil }
      return bytes(column).bindMemory(to: UInt8.self)
    }
  }

  extension MariaDBResult {
    /// All the rows that are left.
    func rows() throws -> [SQLRow] {
      let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
      var rows: [SQLRow] = []
      while try next() { rows.append(SQLRow(places: places, values: names.indices.map(value))) }
      return rows
    }
  }
#endif
