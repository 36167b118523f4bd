// `pobsync token list`: lists the tokens, without what they are.

import ArgumentParser
import Engine
import Foundation
import Spec
import Store

struct TokenList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the tokens.",
    discussion: """
      EXAMPLE
        pobsync token list
        pobsync token list -o json
      """)

  @OptionGroup var output: OutputOptions

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    Listing.tokens(try await storage.open().tokens(), now: WallClock.system.now).print(as: output.format)
  }
}

extension Listing {
  fileprivate static func tokens(_ tokens: [ApiToken], now: Date) -> Listing {
    Listing(
      headers: ["NAME", "ROLE", "MADE BY", "MADE", "EXPIRES", "LAST USED"],
      rows: tokens.map { token in
        let end = token.expiresAt.map { $0 > now ? $0.shown : "expired" } ?? "never"
        return [
          token.name.description, token.role.rawValue, token.createdBy, token.createdAt.shown, end,
          token.lastUsedAt.shown,
        ]
      },
      value: .list(tokens.map(\.value)), empty: "There are no tokens.")
  }
}

extension ApiToken {
  fileprivate var value: YAMLValue {
    func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }
    return .map([
      YAMLPair("id", .int(id.number)),
      YAMLPair("name", .string(name.description)),
      YAMLPair("role", .string(role.rawValue)),
      YAMLPair("created_by", .string(createdBy)),
      YAMLPair("created_at", time(createdAt)),
      YAMLPair("expires_at", time(expiresAt)),
      YAMLPair("last_used_at", time(lastUsedAt)),
    ])
  }
}
