// Passwords as commands get them: asked for on the terminal, or read from a file; never an argument, which others see.

import ArgumentParser
import Engine
import Foundation
import Glibc
import Spec
import Store
import Web

struct PasswordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Read the password from the first line of a file, or of standard input with -, instead of asking on the terminal.",
      valueName: "file"))
  var passwordFile: String?

  /// The hash of the password that an account is to have.
  func hash(for name: AccountName) async throws -> String {
    try await PasswordHash.make(try password(for: name).text)
  }

  private func password(for name: AccountName) throws -> NewPassword {
    guard let passwordFile else { return try Self.ask(for: name) }
    let content: [UInt8]? =
      try passwordFile == "-" ? Self.input() : Disk.read(passwordFile, limit: 4096, followingLinks: true)
    guard let bytes = content else { throw CommandFailure("there is no file \(passwordFile)") }
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
    let text = String(decoding: line, as: UTF8.self)
    guard text.utf8.elementsEqual(line), !text.hasControlCharacters else {
      throw CommandFailure("the first line of \(passwordFile == "-" ? "standard input" : passwordFile) is not text")
    }
    return try Self.fit(text, for: name)
  }

  private static func ask(for name: AccountName) throws -> NewPassword {
    guard Terminal.isInputTerminal else {
      throw CommandFailure("the password cannot be asked for without a terminal; use --password-file")
    }
    let first = try Terminal.askHidden("Password for \(name):")
    let password = try fit(first, for: name)
    guard try Terminal.askHidden("The same again:") == first else {
      throw CommandFailure("nothing was changed: the two are not the same")
    }
    return password
  }

  private static func fit(_ text: String, for name: AccountName) throws(CommandFailure) -> NewPassword {
    do throws(UnfitPassword) {
      return try NewPassword(text, for: name)
    } catch {
      throw CommandFailure("nothing was changed: \(error)")
    }
  }

  private static func input() throws -> [UInt8] {
    let data = try FileHandle.standardInput.read(upToCount: 4096) ?? Data()
    return Array(data)
  }
}

extension Terminal {
  /// Asks on the terminal for what must not be seen. Whoever leaves with Ctrl-C gets a terminal that shows what is typed
  /// from their shell.
  ///
  /// - Throws: `CommandFailure` at the end of input.
  fileprivate static func askHidden(_ question: String) throws(CommandFailure) -> String {
    var shown = termios()
    guard tcgetattr(STDIN_FILENO, &shown) == 0 else {
      throw CommandFailure("the terminal cannot be kept from showing the password; use --password-file")
    }
    var hidden = shown
    hidden.c_lflag &= ~tcflag_t(ECHO)
    hidden.c_lflag |= tcflag_t(ECHONL)
    guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 else {
      throw CommandFailure("the terminal cannot be kept from showing the password; use --password-file")
    }
    defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown) }
    guard let answer = ask(question) else { throw CommandFailure("nothing was changed: no password was given") }
    return answer
  }
}
