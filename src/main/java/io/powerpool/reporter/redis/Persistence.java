package io.powerpool.reporter.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the server says of its own disk: {@code INFO persistence}. What it has only in memory is
 * gone when it dies, so the journal must not forget that yet.
 *
 * @param durableMillis what was written before this, by our clock, survives a power cut; empty if
 *     nothing does at present
 * @param savesSoon whether what is written now is on its disk within seconds
 * @param trouble in words, if a person should look
 */
record Persistence(OptionalLong durableMillis, boolean savesSoon, String trouble) {

  /** The append-only file is forced to disk every second by default, two at the worst. */
  private static final long APPEND_MILLIS = Duration.ofMillis(2500).toMillis();

  /** By default a server waits for an hour at most; some minutes are for the snapshot itself. */
  private static final long LATE_MILLIS = Duration.ofMinutes(65).toMillis();

  private static final String SAVES_NOTHING =
      "the server saves nothing: it has no append-only file (appendonly no) and makes no snapshots"
          + " (save \"\"), so the journals keep everything";

  /** Times of snapshots are told in whole seconds. */
  private static final long ROUNDING_MILLIS = 2000;

  /**
   * Reads the answer.
   *
   * @param info lines of {@code key:value}
   * @param save the setting {@code save}: when snapshots are made, an empty text for never; empty
   *     if it is not known
   * @param nowMillis when it was given, by our clock
   * @param serverMillis the same, by the server's
   */
  static Persistence read(String info, Optional<String> save, long nowMillis, long serverMillis) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    if (number(fields, "aof_enabled") == 1) {
      return "ok".equals(fields.getOrDefault("aof_last_write_status", "ok"))
          ? new Persistence(OptionalLong.of(nowMillis - APPEND_MILLIS), true, "")
          : new Persistence(
              OptionalLong.empty(), false, "the server cannot write its append-only file");
    }
    boolean never = save.isPresent() && save.get().isBlank();
    if ("0".equals(fields.get("rdb_changes_since_last_save"))) {
      // No further snapshot is made as long as nothing changes.
      return new Persistence(OptionalLong.of(nowMillis), true, never ? SAVES_NOTHING : "");
    }
    // A snapshot holds what was there when it was begun.
    long lasted = Math.max(0, number(fields, "rdb_last_bgsave_time_sec"));
    long begun = (number(fields, "rdb_last_save_time") - lasted) * 1000 - ROUNDING_MILLIS;
    return new Persistence(
        OptionalLong.of(begun + nowMillis - serverMillis),
        false,
        never ? SAVES_NOTHING : snapshotTrouble(fields, serverMillis));
  }

  private static String snapshotTrouble(Map<String, String> fields, long serverMillis) {
    if (!"ok".equals(fields.getOrDefault("rdb_last_bgsave_status", "ok"))) {
      return "the server cannot save its snapshots";
    }
    long age = serverMillis - number(fields, "rdb_last_save_time") * 1000;
    return age > LATE_MILLIS && number(fields, "rdb_bgsave_in_progress") == 0
        ? "the server has saved nothing for %d minutes (its settings save and appendonly):"
                .formatted(Duration.ofMillis(age).toMinutes())
            + " the journals keep all that since"
        : "";
  }

  private static long number(Map<String, String> fields, String key) {
    try {
      return Long.parseLong(fields.getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
