// Lists in three forms: a table for people, JSON and YAML for programs. Every command that lists goes through here.

import ArgumentParser
import Spec

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, yaml
}

struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table, json or yaml.")
  var format: OutputFormat = .table
}

/// Rows for people, and the same as a value for programs. Only what is printed is made.
struct Listing {
  private let headers: [String]
  private let rows: () -> [[String]]
  private let value: () -> YAMLValue
  private let empty: String

  /// - Parameter empty: what to say when there are no rows.
  init(
    headers: [String], rows: @autoclosure @escaping () -> [[String]],
    value: @autoclosure @escaping () -> YAMLValue, empty: String
  ) {
    self.headers = headers
    self.rows = rows
    self.value = value
    self.empty = empty
  }

  func print(as format: OutputFormat) {
    switch format {
    case .table:
      let rows = rows()
      Terminal.printLine(rows.isEmpty ? empty : table(rows))
    case .json: Terminal.printLine(JSONWriter.pretty(value()))
    case .yaml: Terminal.printLine(YAMLWriter.write(value()).trimmingSuffix("\n"))
    }
  }

  private func table(_ rows: [[String]]) -> String {
    var widths = headers.map(\.width)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.width) }
    }
    func line(_ cells: [String]) -> String {
      var line = ""
      // Blanks stand before a cell, never behind the last.
      var blanks = 0
      for (cell, width) in zip(cells, widths) {
        if !cell.isEmpty { line += String(repeating: " ", count: blanks) + cell }
        blanks = cell.isEmpty ? blanks + width + 2 : width - cell.width + 2
      }
      return line
    }
    return ([Terminal.paint(line(headers), .dim)] + rows.map(line)).joined(separator: "\n")
  }
}

extension String {
  /// How many characters it has, which of ASCII without line breaks its bytes tell at once.
  fileprivate var width: Int { utf8.allSatisfy { (0x20..<0x7F).contains($0) } ? utf8.count : count }

  func trimmingSuffix(_ suffix: Character) -> String {
    var text = self[...]
    while text.last == suffix { text = text.dropLast() }
    return String(text)
  }
}
