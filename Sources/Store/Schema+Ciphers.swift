// The fifth migration: a field that has come to the spec, the ciphers that ssh offers.

extension Schema {
  static let ciphers = ["settings", "profiles", "hosts"].map { "ALTER TABLE \($0) ADD COLUMN ssh_ciphers TEXT" }
}
