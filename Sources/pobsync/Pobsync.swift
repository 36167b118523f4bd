// The command line's root: its subcommands, and what becomes of errors.

import ArgumentParser
import Engine
import Foundation
import Glibc

@main
struct Pobsync: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pobsync",
    abstract: "Pulls backups from remote machines with rsync over SSH into hard-linked snapshots.",
    discussion: """
      Declare hosts, schedules and retention in a spec file; pobsync makes and keeps the snapshots that it asks for.

        pobsync apply -f hosts.yaml      declare
        pobsync diff                     see what is left to do
        pobsync reconcile --once         do it
        pobsync run                      keep doing it
        pobsync status                   see how everything is

      EXIT STATUS
        0   all is well (diff: nothing differs)
        1   something failed (diff: something differs; status --check: something has to be looked at)
        2   diff and status --check only: it could not be told
        64  the command line is not understood
      """,
    version: PobsyncVersion.current,
    groupedSubcommands: [
      CommandGroup(
        name: "Desired state:",
        subcommands: [
          Apply.self, Diff.self, Validate.self, Export.self, Import.self, Delete.self, Schema.self,
          ImportPobsyncConfigs.self, ExportPobsyncConfigs.self,
        ]),
      CommandGroup(
        name: "Reconciling:",
        subcommands: [
          RunAll.self, RunController.self, RunWorker.self, Reconcile.self, Scheduler.self, Notify.self, Serve.self,
        ]),
      CommandGroup(
        name: "Looking:",
        subcommands: [
          Status.self, Get.self, Describe.self, Explain.self, Events.self, Logs.self, Health.self,
        ]),
      CommandGroup(
        name: "Getting files back:", subcommands: [FindFile.self, ListFiles.self, RestoreFiles.self]),
      CommandGroup(name: "Stopping:", subcommands: [Cancel.self, PauseHosts.self, ResumeHosts.self]),
      CommandGroup(
        name: "One host or setting at a time:",
        subcommands: [
          ConfigureGlobal.self, ConfigureHost.self, ScheduleHost.self, BackupHost.self, Retention.self,
          DiscoverSnapshots.self, RemoveSnapshot.self, Undelete.self, CleanupIncomplete.self,
          PurgeData.self,
        ]),
      CommandGroup(
        name: "Keeping:", subcommands: [PinSnapshot.self, UnpinSnapshot.self, Accept.self, Adopt.self]),
      CommandGroup(name: "Reaching hosts:", subcommands: [SSHKey.self, PreflightHost.self]),
      CommandGroup(
        name: "Web access:", subcommands: [CreateSuperuser.self, UserCommands.self, TokenCommands.self]),
      CommandGroup(name: "The database:", subcommands: [DatabaseCommands.self]),
      CommandGroup(name: "Internal:", subcommands: [Guard.self, Docs.self]),
    ])

  static func main() async {
    // A reader that goes away, as of `pobsync get runs | head`, must not end a transfer. Children get the default back.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      leave(with: error)
    }
    if Terminal.hasLostOutput {
      leave(with: CommandFailure("the output could not be written in full; is the disk full?"))
    }
  }

  /// Prints an error as the operator should see it and exits: pobsync's own errors with 1, a wrong command line with 64.
  static func leave(with error: any Error, status: Int32 = EXIT_FAILURE) -> Never {
    if error is CommandFailure || !isFromArgumentParser(error) {
      Terminal.printError(error)
      Foundation.exit(status)
    }
    exit(withError: error)
  }

  private static func isFromArgumentParser(_ error: any Error) -> Bool {
    error is ExitCode || error is CleanExit || error is ValidationError || exitCode(for: error) != .failure
  }
}
