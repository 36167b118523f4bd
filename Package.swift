// swift-tools-version: 6.2

import PackageDescription

// The rooms of pobsync, lowest first. A room may import only rooms declared above it here;
// `swift build --explicit-target-dependency-import-check error` holds it to that.

let house: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "pobsync",
  products: [.executable(name: "pobsync", targets: ["pobsync"])],
  traits: [
    .trait(name: "MariaDB", description: "MariaDB as the database, through the system's libmariadb"),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CMariaDB", pkgConfig: "libmariadb", providers: [.apt(["libmariadb-dev"])]),
    .target(name: "Spec", dependencies: ["CLibYAML"], swiftSettings: house),
    .target(
      name: "Engine", dependencies: ["Spec", "CLinux", crypto, logging, subprocess, system], swiftSettings: house),
    .target(
      name: "Store",
      dependencies: [
        "Spec", "Engine", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .target(name: "CMariaDB", condition: .when(traits: ["MariaDB"])),
      ],
      swiftSettings: house),
    .target(
      name: "Reconciler",
      dependencies: ["Spec", "Engine", "Store", logging, lifecycle],
      swiftSettings: house),
    .target(
      name: "Web",
      dependencies: [
        "Spec", "Engine", "Store", "Reconciler", logging, lifecycle, crypto, cryptoExtras, httpTypes,
        .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "pobsync",
      dependencies: [
        "Spec", "Engine", "Store", "Reconciler", "Web", logging, lifecycle, signals,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),

    .target(
      name: "Support",
      dependencies: ["Spec", "Engine", "Store", "Reconciler", logging, subprocess, system],
      path: "Tests/Support",
      swiftSettings: house),
    .testTarget(name: "SpecTests", dependencies: ["Spec", "Support"], swiftSettings: house),
    .testTarget(
      name: "EngineTests", dependencies: ["Engine", "Spec", "Support", "pobsync", system], swiftSettings: house),
    .testTarget(
      name: "StoreTests", dependencies: ["Store", "Engine", "Spec", "Support"], exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "ReconcilerTests",
      dependencies: ["Reconciler", "Store", "Engine", "Spec", "Support", logging],
      swiftSettings: house),
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Web", "Reconciler", "Store", "Engine", "Spec", "Support", logging, lifecycle, crypto, httpTypes,
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      swiftSettings: house),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["Spec", "Engine", "Store", "Support", "pobsync", system],
      swiftSettings: house),
  ],
  swiftLanguageModes: [.v6]
)
