// Remarks: what operators write for people to read.

/// A few words of an operator's, on one line: a reason, a request.
package struct Remark: TextValue {
  package static let noun = "a remark"
  package static let example = "2026-11-23 before the upgrade"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard !text.isEmpty, !text.allSatisfy({ $0 == " " }) else { throw InvalidText("a remark must not be empty") }
    guard !text.hasControlCharacters else {
      throw InvalidText("\(text.quoted) holds a control character", hint: "write it on one line")
    }
    guard text.utf8.count <= 300 else { throw InvalidText("\(text.quoted) is longer than 300 bytes") }
    description = text
  }
}
