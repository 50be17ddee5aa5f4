package io.powerpool.app;

import io.powerpool.config.ConfigException;
import io.powerpool.devchain.ChainCommand;
import io.powerpool.miner.CheckCommand;
import io.powerpool.miner.MinerCommand;
import io.powerpool.miner.bench.BenchCommand;
import io.powerpool.process.OutOfMemory;
import io.vertx.core.impl.launcher.commands.VersionCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** Starts PowerPool: Vert.x's own launcher commands, and the commands for people. */
@Command(
    name = "powerpool",
    mixinStandardHelpOptions = true,
    description = "A Stratum mining pool.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = Main.Version.class,
    subcommands = {
      DemoCommand.class,
      MinerCommand.class,
      BenchCommand.class,
      ChainCommand.class,
      CheckCommand.class,
      ConfigCommand.class,
      HashCommand.class,
      JournalCommand.class
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nCommands of the Vert.x launcher:%n",
    footer = {
      "  run     Run a verticle until it is stopped, for example all together:",
      "            run io.powerpool.app.MainVerticle -conf conf/pool.yaml",
      "  bare    Run a clustered node without a verticle.",
      "  start   Like run, in the background.",
      "  stop    Stop what start has started.",
      "  list    List what start has started.",
      "",
      "'COMMAND --help' tells more.",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it did what was asked",
      "1:it failed",
      "2:the command line or the configuration is wrong; every fault is listed",
      "3:it ran out of memory and ended at once",
      "143:it was asked to end (SIGTERM), and drain.time was 0"
    })
public final class Main implements Runnable {

  private static final Set<String> LAUNCHER_COMMANDS =
      Set.of("run", "bare", "start", "stop", "list");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** The command line's way in. */
  public static void main(String[] arguments) {
    // Before any class of theirs is loaded: what they log goes where everything else goes.
    System.setProperty("hazelcast.logging.type", "slf4j");
    OutOfMemory.endsThisProcess();
    execute(arguments, System.out, System.err).ifPresent(System::exit);
  }

  /** The exit code; empty if verticles are running and the process is to live on. */
  static OptionalInt execute(String[] arguments, PrintStream out, PrintStream err) {
    if (arguments.length > 0 && LAUNCHER_COMMANDS.contains(arguments[0])) {
      return launch(arguments, err);
    }
    CommandLine commands =
        new CommandLine(new Main())
            .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
            .setExecutionExceptionHandler(Main::onException);
    String[] words =
        arguments.length == 1 && arguments[0].equals("version")
            ? new String[] {"--version"}
            : arguments;
    return OptionalInt.of(commands.execute(words));
  }

  private static OptionalInt launch(String[] arguments, PrintStream err) {
    PoolLauncher launcher = new PoolLauncher(err);
    try {
      launcher.dispatch(arguments);
    } catch (ConfigException e) {
      err.println(e.getMessage());
      return OptionalInt.of(ExitCode.USAGE);
    }
    if (launcher.misused()) {
      return OptionalInt.of(ExitCode.USAGE);
    }
    return OptionalInt.empty();
  }

  private static int onException(Exception e, CommandLine command, ParseResult parsed)
      throws Exception {
    if (e instanceof ConfigException) {
      command.getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    throw e;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** The pool's version and what it runs on. */
  static final class Version implements IVersionProvider {

    /** The pool's, as "PowerPool 1.0.0". */
    static String own() {
      String version = Main.class.getPackage().getImplementationVersion();
      return "PowerPool " + (version == null ? "(development)" : version);
    }

    @Override
    public String[] getVersion() {
      return new String[] {
        own(), "Vert.x " + VersionCommand.getVersion() + ", Java " + Runtime.version()
      };
    }
  }
}
