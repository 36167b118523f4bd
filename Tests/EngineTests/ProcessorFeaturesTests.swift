// What /proc/cpuinfo tells of processors of several kinds.

import Testing

@testable import Engine

@Suite struct ProcessorFeaturesTests {
  @Test(
    arguments: [
      ("flags\t\t: fpu sse4_2 popcnt aes xsave avx", true), ("flags\t\t: fpu sse4_2 popcnt xsave avx", false),
      ("flags\t\t: fpu vaes aesni xaes", false), ("flags\t\t:", false), ("flags\t\t: aes", true),
      ("Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32", true),
      ("Features\t: fp asimd evtstrm crc32 cpuid", false),
      // Where aes stands behind another key, or as a part of a name, it says nothing.
      ("vmx flags\t: vnmi aes\nflags\t\t: fpu", false), ("model name\t: aes\nflags\t\t: fpu", false),
      // A processor that differs from the first says nothing either.
      ("flags\t\t: fpu\n\nflags\t\t: fpu aes", false), ("flags\t\t: fpu aes\n\nflags\t\t: fpu", true),
      ("isa\t\t: rv64imafdc_zkne", false), ("", false),
    ])
  func `instructions for AES are a word among the first processor's features`(_ lines: String, _ hasAES: Bool) {
    let text = "processor\t: 0\nvendor_id\t: GenuineIntel\n\(lines)\nbugs\t\t: spectre_v1\n"
    #expect(ProcessorFeatures(cpuInfo: text).hasAES == hasAES)
  }
}
