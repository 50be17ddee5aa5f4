package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands in deploy/ is accepted by the programs that it is meant for. */
class DeployTest {

  private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();
  private static final Path SYSTEMD_ANALYZE = Path.of("/usr/bin/systemd-analyze");
  private static final Path HAPROXY = Path.of("/usr/sbin/haproxy");

  /** What a program wrote, on either channel, and how it ended. */
  private record Outcome(int exitCode, String output) {}

  @TempDir private Path folder;

  @Test
  void systemdAcceptsTheUnit() throws Exception {
    assumeTrue(Files.isExecutable(SYSTEMD_ANALYZE), "no systemd-analyze here");
    String unit = Files.readString(DEPLOY.resolve("systemd/powerpool@.service"));
    assertThat(unit)
        .contains("/opt/powerpool/bin/", "POWERPOOL_HEALTH=http://127.0.0.1:3855/health/started");
    // It looks whether the programs are there.
    Path file =
        Files.writeString(
            folder.resolve("powerpool@.service"),
            unit.replace("/opt/powerpool/bin/", DEPLOY.resolve("bin") + "/"));
    Outcome verified = run(Map.of(), SYSTEMD_ANALYZE.toString(), "verify", file.toString());
    assertThat(verified.output().lines().filter(line -> line.contains("powerpool"))).isEmpty();
    assertThat(verified.exitCode()).isZero();
  }

  @Test
  void haproxyAcceptsTheExample() throws Exception {
    assumeTrue(Files.isExecutable(HAPROXY), "no haproxy here");
    Outcome checked =
        run(Map.of(), HAPROXY.toString(), "-c", "-f", DEPLOY.resolve("haproxy.cfg").toString());
    assertThat(checked.output()).doesNotContain("WARNING", "ALERT");
    assertThat(checked.exitCode()).isZero();
  }

  @Test
  void theHealthCommandWaitsForANodeAndTellsWhatIsWrong() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "no curl here");
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext(
        "/health/node",
        exchange -> {
          boolean up = asked.incrementAndGet() > 2;
          byte[] body = (up ? "up" : "still starting").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(up ? 200 : 503, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/health/node";
    try {
      assertThat(health(Map.of(), url))
          .satisfies(
              outcome -> {
                assertThat(outcome.exitCode()).isEqualTo(1);
                assertThat(outcome.output()).contains(url, "still starting");
              });
      assertThat(health(Map.of("POWERPOOL_HEALTH", url), "-w", "30").exitCode()).isZero();
      assertThat(asked).hasValue(3);
    } finally {
      server.stop(0);
    }
    assertThat(health(Map.of(), url).exitCode()).isEqualTo(1);
    Process ended = new ProcessBuilder("true").start();
    assertThat(ended.waitFor()).isZero();
    assertThat(health(Map.of(), "-w", "3600", "-p", String.valueOf(ended.pid()), url).output())
        .contains("has ended");
    assertThat(health(Map.of("POWERPOOL_HEALTH", "")).exitCode()).isZero();
    assertThat(health(Map.of(), "-w", "soon").exitCode()).isEqualTo(2);
    assertThat(health(Map.of(), "one", "two").exitCode()).isEqualTo(2);
  }

  private Outcome health(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(DEPLOY.resolve("bin/powerpool-health").toString());
    command.addAll(List.of(arguments));
    return run(environment, command.toArray(String[]::new));
  }

  private Outcome run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), Files.readString(output));
  }
}
