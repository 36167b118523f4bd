// What this machine's processor has instructions for, by which ciphers are cheap or dear.

/// Features of a processor.
package struct ProcessorFeatures: Sendable, Hashable {
  /// Whether it has instructions for AES.
  package let hasAES: Bool

  /// Reads what /proc/cpuinfo says of the first processor (proc(5)): a line `flags` on x86, `Features` on ARM.
  init(cpuInfo text: String) {
    let lines = text.split(separator: "\n").lazy.map { $0.split(whereSeparator: \.isWhitespace) }
    let features = lines.first { words in words.first == "flags" || words.first == "Features" }
    hasAES = features?.contains("aes") ?? false
  }

  /// Those of this machine; none if they cannot be read.
  package static let ofThisMachine: ProcessorFeatures = {
    guard let bytes = try? Disk.read("/proc/cpuinfo") else { return ProcessorFeatures(cpuInfo: "") }
    return ProcessorFeatures(cpuInfo: String(decoding: bytes, as: UTF8.self))
  }()
}
