// New passwords: long enough, and not what a guesser tries first. What they are made of is their owner's business.

import Foundation
package import Store

/// A password that somebody may be given.
package struct NewPassword: Sendable {
  package let text: String

  /// - Parameter name: the account that it is for.
  package init(_ text: String, for name: AccountName) throws(UnfitPassword) {
    guard text.count >= Self.shortest else {
      throw UnfitPassword("the password has to have at least \(Self.shortest) characters")
    }
    // Some characters are made of any number of others.
    guard text.count <= Self.longest, text.utf8.count <= 4 * Self.longest else {
      throw UnfitPassword("the password may have at most \(Self.longest) characters")
    }
    let simple = text.lowercased()
    guard simple.replacing(name.description, with: "").count >= Self.besidesTheName else {
      throw UnfitPassword("the password is little more than the account's name")
    }
    guard Set(simple).count > 2, !Self.commonest.contains(simple) else {
      throw UnfitPassword("the password is among the first that anybody would guess")
    }
    self.text = text
  }

  private static let shortest = 10
  private static let longest = 256
  /// Or all of it, for an account whose name is not in it.
  private static let besidesTheName = 6

  /// Those of at least ten characters; shorter ones are refused anyway.
  private static let commonest: Set<String> = Set(
    """
    0123456789 0987654321 1234567890 1234567891 12345678910 123456789a 123456789q 1234567899 9876543210 123123123123
    1234512345 1212121212 1122334455 112233445566 0102030405 123456abcdef 1234qwerasdf 1234qwerty 123qweasdzxc
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc 1qazxsw23edc q1w2e3r4t5 q1w2e3r4t5y6 qazwsxedcrfv zaq12wsxcde3 qwertyuiop
    qwertyuiop[] qwerty1234 qwerty12345 qwerty123456 qwertyqwerty qwertyuiopasdfghjkl asdfghjkl; asdfghjkl1 asdfasdfasdf
    zxcvbnmasdfghjkl abcdefghij abcdefghijk abcdefghijklmnopqrstuvwxyz abcd123456 abcde12345 abc1234567 a123456789
    aa12345678 password12 password123 password1234 password12345 password123! password1! password!1 passwordpassword
    p@ssw0rd123 p@ssword123 passw0rd123 passw0rd1234 mypassword mypassword1 yourpassword newpassword newpassword1
    secretpassword adminadmin admin12345 admin123456 administrator administrator1 rootroot123 root123456 superuser1
    superuser123 changeme12 changeme123 changeme1234 changemenow changemechangeme letmein123 letmein1234 letmeinplease
    welcome123 welcome1234 welcome12345 welcome2025 welcome2026 summer2025! summer2026! winter2025! winter2026!
    spring2025! spring2026! autumn2025! autumn2026! iloveyou12 iloveyou123 iloveyou1234 iloveyouforever basketball
    basketball1 footballfootball football12 football123 liverpoolfc liverpool1 manchester manchester1 barcelona1
    chelseafc1 superman123 batman12345 spiderman1 spiderman123 pokemon123 starwars123 minecraft1 minecraft123
    dragon1234 dragonball dragonballz monkey1234 sunshine12 sunshine123 princess12 princess123 charlie123 michelle123
    jordan2323 trustno1trustno1 whatever123 computer12 computer123 internet123 samsung123 google1234 facebook12
    facebook123 linkedin123 correcthorsebatterystaple thisisapassword nopassword1 testtest12 testtesttest test123456
    test1234567 testing123 testing1234 guestguest default123 temppassword temp123456 qwer1234qwer backupbackup backup1234
    backup12345 backup123456 backupserver backuppassword pobsyncpobsync pobsync123 pobsync1234 pobsync12345
    pobsyncpassword rsyncrsync snapshot123 snapshots1 elizabeth1 christopher christina1 alexander1 alexandra1 jacqueline
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}

/// Why a password is not taken, as a sentence without a full stop. The password is not in it.
package struct UnfitPassword: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// As it stands by itself, on a page.
  var sentence: String { description.prefix(1).uppercased() + description.dropFirst() + "." }
}
