// What is shown of values that may hold a secret.

import Testing

@testable import Spec

@Suite("Masks")
struct SecretMaskTests {
  @Test(
    "show of a URL no more than where it leads",
    arguments: [
      ("https://hooks.example.net/services/T0/B0/s3cret", "https://hooks.example.net/…"),
      ("http://192.0.2.7:8080/s3cret", "http://192.0.2.7:8080/…"),
      ("https://hooks.example.net?token=s3cret", "https://hooks.example.net/…"),
      ("https://user:s3cret@hooks.example.net/x", "https://hooks.example.net/…"),
      ("https://hooks.example.net", "https://hooks.example.net"),
      ("https://hooks.example.net/", "https://hooks.example.net/"), ("s3cret", "…"),
    ])
  func url(text: String, shown: String) {
    let id = ResourceID(kind: .notification, name: "ops")
    #expect(SecretMask.value(.string(text), of: "url", in: id) == .string(shown))
    // Nothing else is touched.
    #expect(SecretMask.value(.string(text), of: "url_file", in: id) == .string(text))
    #expect(SecretMask.value(.string(text), of: "url", in: .settings) == .string(text))
  }

  @Test("hold for differences, which still tell that something differs")
  func difference() throws {
    func spec(_ url: String) throws -> Spec {
      var target = NotificationTarget(type: .webhook)
      target.url = try WebAddress(text: url)
      var spec = Spec()
      spec.notifications[try ResourceName(text: "ops")] = target
      return spec
    }
    let old = try spec("https://hooks.example.net/s3cret")
    let new = try spec("https://hooks.example.net/other-s3cret")
    let masked = SpecDifference(from: old, to: new).changes.map(\.masked)
    #expect(masked.map(\.kind) == [.configured])
    #expect(masked.flatMap(\.fields).map(\.path) == ["url"])
    #expect(!"\(masked)".contains("s3cret"))
    #expect(!"\(SpecDifference(from: Spec(), to: new).changes.map(\.masked))".contains("s3cret"))
  }

  @Test("stand for what is known when they are read again, and for nothing else")
  func readAgain() throws {
    func spec(_ name: String, _ url: String, known: Spec = Spec()) throws -> Spec {
      let text = "version: 1\nnotifications:\n  \(name): {type: webhook, url: \"\(url)\"}\n"
      return try SpecReader.read([SourceText(name: "hosts.yaml", text)], known: known).spec
    }
    let known = try spec("ops", "https://hooks.example.net/s3cret")
    #expect(try spec("ops", "https://hooks.example.net/…", known: known) == known)
    let text = YAMLWriter.write(SpecWriter.document(known, isMasked: true))
    #expect(!text.contains("s3cret"))
    #expect(try SpecReader.read([SourceText(name: "hosts.yaml", text)], known: known).spec == known)
    for (name, url) in [("ops", "https://other.example.net/…"), ("dev", "https://hooks.example.net/…")] {
      #expect(throws: Diagnostics.self) { try spec(name, url, known: known) }
    }
    let changed = try spec("ops", "https://hooks.example.net/other", known: known)
    #expect(changed.notifications.values.first?.url?.description == "https://hooks.example.net/other")
  }
}
