package io.powerpool.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A real Celery worker with the tasks of {@code celery/worker.py}, and what it was called with. */
public final class CeleryWorker implements AutoCloseable {

  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final Path CELERY = Path.of("/usr/lib/python3/dist-packages/celery");

  private final Path calls;
  private final Process process;

  private CeleryWorker(Path calls, Process process) {
    this.calls = calls;
    this.process = process;
  }

  /** Whether Celery is installed here. */
  public static boolean installed() {
    return Files.isExecutable(PYTHON) && Files.isDirectory(CELERY);
  }

  /** Starts a worker that takes from the queue {@code celery}. */
  public static CeleryWorker start(Path folder, int brokerPort) throws IOException {
    Files.createDirectories(folder);
    Path calls = folder.resolve("calls");
    Files.writeString(calls, "");
    Files.writeString(folder.resolve("worker.py"), Fixtures.text("/celery/worker.py"));
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                PYTHON.toString(),
                "-m",
                "celery",
                "-A",
                "worker",
                "worker",
                "--pool=solo",
                "--without-gossip",
                "--without-mingle",
                "--loglevel=WARNING"));
    builder.directory(folder.toFile());
    builder.redirectErrorStream(true).redirectOutput(folder.resolve("worker.out").toFile());
    builder.environment().put("BROKER", "amqp://guest:guest@127.0.0.1:" + brokerPort + "//");
    builder.environment().put("CALLS", calls.toString());
    return new CeleryWorker(calls, builder.start());
  }

  /** The calls so far: the arguments, with {@code task} and {@code id}. */
  public List<JsonObject> calls() throws IOException {
    String text = Files.readString(calls);
    // The last line may be half written.
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(JsonObject::new).toList();
  }

  /** Each call once: a broker that dies may deliver again, and we may send again. */
  public static List<JsonObject> once(List<JsonObject> calls) {
    Map<String, JsonObject> byId = new LinkedHashMap<>();
    for (JsonObject call : calls) {
      JsonObject before = byId.put(call.getString("id"), call);
      assertThat(before)
          .satisfiesAnyOf(
              none -> assertThat(none).isNull(), same -> assertThat(same).isEqualTo(call));
    }
    return new ArrayList<>(byId.values());
  }

  /** The worker. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  @Override
  public void close() {
    Ending.kill(process.toHandle());
  }
}
