package io.powerpool.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Network;
import io.powerpool.config.Secret;
import io.powerpool.signal.SignalGate.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The script that a coin daemon runs, under the shells and with the netcats that are installed. */
class AlertblockTest {

  private static final Path SCRIPT = Path.of("deploy/alertblock").toAbsolutePath();
  private static final String BLOCK = "0f".repeat(32);
  private static final String SECRET = "geheim & 100% \\n $HOME 'x\"";

  /** What the script may start besides the way to send: nothing else is on its PATH. */
  private static final List<String> NEEDED = List.of("od", "openssl", "date");

  @TempDir private Path folder;
  private DatagramSocket socket;

  @BeforeEach
  void listen() throws IOException {
    socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    socket.setSoTimeout(10_000);
  }

  @AfterEach
  void close() {
    socket.close();
  }

  static Stream<Arguments> ways() {
    List<Arguments> ways = new ArrayList<>();
    for (String shell : List.of("dash", "bash")) {
      for (String sender : List.of("bash", "nc.openbsd", "nc.traditional", "ncat")) {
        if (shell.equals("dash") || sender.equals("bash")) {
          ways.add(Arguments.of(shell, sender));
        }
      }
    }
    return ways.stream();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void sendsEveryLineWithTheBlock(String shell, String sender) throws Exception {
    int port = socket.getLocalPort();
    Path file =
        write(
            "a.push",
            "# comment\n\n"
                + "127.0.0.1 "
                + port
                + " LTC getblocktemplate signal=1 __spawn=1\n"
                + "127.0.0.1 "
                + port
                + " DOGE _check_new_jobs signal=1 _single_exec=True");
    assertThat(run(shell, sender, file.toString(), BLOCK)).isZero();
    assertThat(new TreeSet<>(List.of(receive(), receive())))
        .containsExactly(
            "DOGE _check_new_jobs signal=1 _single_exec=True block=" + BLOCK + "\n",
            "LTC getblocktemplate signal=1 __spawn=1 block=" + BLOCK + "\n");
  }

  @ParameterizedTest
  @MethodSource("ways")
  void authenticatesWhatItSendsIfThereIsASecret(String shell, String sender) throws Exception {
    Assumptions.assumeTrue(find("openssl").isPresent(), "openssl is not installed here");
    Path file =
        write("b.push", "127.0.0.1 " + socket.getLocalPort() + " LTC getblocktemplate signal=1\n");
    write("b.push.secret", SECRET + "\n");
    assertThat(run(shell, sender, file.toString())).isZero();
    String text = receive();
    assertThat(judge(text)).isInstanceOf(Verdict.Accepted.class);
    assertThat(judge(text.replace("signal=1", "signal=2")))
        .isEqualTo(new Verdict.Refused(Refusal.WRONG_MAC));
  }

  @Test
  void tellsWhatIsWrong() throws Exception {
    assertThat(run("dash", "bash")).isEqualTo(2);
    assertThat(run("dash", "bash", folder.resolve("none").toString())).isEqualTo(2);
    Path file = write("c.push", "127.0.0.1 1\n");
    assertThat(run("dash", "bash", file.toString())).isEqualTo(2);
    assertThat(run("dash", "bash", file.toString(), "not hex")).isEqualTo(2);
    write("c.push", "127.0.0.1 1 LTC getblocktemplate\n");
    assertThat(run("dash", "none", file.toString())).isEqualTo(1);
    write("c.push.secret", "short\n");
    assertThat(run("dash", "bash", file.toString())).isEqualTo(2);
  }

  @Test
  void theExamplesAreOrdersThatAreTaken() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("deploy/examples"))) {
      List<String> orders =
          files
              .filter(file -> file.toString().endsWith(".push"))
              .flatMap(AlertblockTest::lines)
              .filter(line -> !line.startsWith("#"))
              .toList();
      assertThat(orders).hasSize(2).allMatch(line -> line.startsWith("127.0.0.1 6855 "));
      SignalGate gate = gate(Optional.empty());
      assertThat(orders)
          .allSatisfy(
              line ->
                  assertThat(judge(gate, line.substring("127.0.0.1 6855 ".length())))
                      .isInstanceOf(Verdict.Accepted.class));
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Verdict judge(String text) {
    return judge(gate(Optional.of(new Secret(SECRET))), text);
  }

  private static Verdict judge(SignalGate gate, String text) {
    return gate.judge(
        "127.0.0.1", text.getBytes(StandardCharsets.US_ASCII), 0, System.currentTimeMillis());
  }

  private static SignalGate gate(Optional<Secret> secret) {
    List<Network> home = List.of(Network.parse("127.0.0.1").orElseThrow());
    return new SignalGate(
        new SignalOptions(true, "127.0.0.1", 0, home, 100, secret), Set.of("LTC", "DOGE"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private String receive() throws IOException {
    byte[] room = new byte[2 * Datagram.MAX_BYTES];
    DatagramPacket packet = new DatagramPacket(room, room.length);
    socket.receive(packet);
    return new String(room, 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  /** Runs the script with this as the only program that can send. */
  private int run(String shell, String sender, String... arguments) throws Exception {
    Optional<Path> program = find(shell);
    Assumptions.assumeTrue(program.isPresent(), shell + " is not installed here");
    Path bin = Files.createDirectories(folder.resolve("bin-" + shell + "-" + sender));
    if (!sender.equals("none")) {
      Optional<Path> found = find(sender);
      Assumptions.assumeTrue(found.isPresent(), sender + " is not installed here");
      link(bin.resolve(sender.startsWith("nc.") ? "nc" : sender), found.get());
    }
    for (String name : NEEDED) {
      Optional<Path> found = find(name);
      if (found.isPresent()) {
        link(bin.resolve(name), found.get());
      }
    }
    List<String> command = new ArrayList<>(List.of(program.get().toString(), SCRIPT.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("PATH", bin.toString());
    Process process = builder.start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static void link(Path name, Path target) throws IOException {
    if (Files.notExists(name)) {
      Files.createSymbolicLink(name, target);
    }
  }

  private static Optional<Path> find(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(entry -> Path.of(entry).resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
