// Names of ciphers: which are taken, and what each complaint says.

import Testing

@testable import Spec

@Suite("Ciphers of ssh")
struct SSHCipherTests {
  @Test(
    "names are taken as ssh has them",
    arguments: [
      "3des-cbc", "aes128-cbc", "aes192-ctr", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com",
      "rijndael-cbc@lysator.liu.se", "a", String(repeating: "a", count: 64),
    ])
  func read(text: String) throws {
    #expect(try SSHCipher(text: text).description == text)
  }

  @Test(
    "what ssh would read otherwise is refused",
    arguments: [
      ("", "the name of a cipher must not be empty"),
      (
        "^aes128-ctr",
        "`^aes128-ctr` begins with `^`, by which ssh would change its own list; write the names of all ciphers to offer"
      ),
      (
        "+aes128-ctr",
        "`+aes128-ctr` begins with `+`, by which ssh would change its own list; write the names of all ciphers to offer"
      ),
      ("-c", "`-c` begins with `-`, by which ssh would change its own list; write the names of all ciphers to offer"),
      ("Aes128-ctr", "`Aes128-ctr` must begin with a lower-case letter or a digit"),
      ("@openssh.com", "`@openssh.com` must begin with a lower-case letter or a digit"),
      ("éa", "`éa` must begin with a lower-case letter or a digit"),
      (String(repeating: "a", count: 65), "`\(String(repeating: "a", count: 65))` is longer than 64 characters"),
    ])
  func refused(text: String, complaint: String) {
    let error = #expect(throws: InvalidText.self) { try SSHCipher(text: text) }
    #expect(error?.description == complaint)
  }

  @Test(
    "the first character that no name has is pointed at",
    arguments: [
      ("aes128-ctr,aes256-ctr", ",", 10), ("aes128-CTR", "C", 7), ("aes128 ctr", " ", 6), ("aes*", "*", 3),
      ("aes=128", "=", 3), ("aes_128", "_", 3), ("aes%h", "%", 3), ("a'b", "'", 1), ("qq\u{301}", "q\u{301}", 1),
    ])
  func strange(text: String, character: String, offset: Int) {
    let error = #expect(throws: InvalidText.self) { try SSHCipher(text: text) }
    let hint = "write names as `ssh -Q cipher` prints them, each as an item of its own"
    #expect(error?.description == "`\(text)` holds `\(character)`, which no cipher's name has; \(hint)")
    #expect(error?.offset == offset)
  }
}
