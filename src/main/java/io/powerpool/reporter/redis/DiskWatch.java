package io.powerpool.reporter.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Follows what a server says of its own disk, look by look: {@code INFO}, of which the fields are
 * those of Redis since 2.6. Belongs to one event loop.
 *
 * <p>A snapshot holds what was there when it was begun, and no field tells when that was: {@code
 * rdb_last_bgsave_time_sec} is also set by one that failed or went to a replica, while {@code
 * rdb_last_save_time} is the end of the last good one. So the looks tell it: what was not under way
 * at a look, and has ended well by a later one, was begun after it.
 */
final class DiskWatch {

  /** The append-only file is forced to disk every second by default, two at the worst. */
  private static final long APPEND_MILLIS = Duration.ofMillis(2500).toMillis();

  /**
   * Where that is left to the system, Linux begins after 30 s (vm.dirty_expire_centisecs) and looks
   * every 5 s (vm.dirty_writeback_centisecs); how long it takes then, nobody promises.
   */
  private static final long SYSTEM_MILLIS = Duration.ofSeconds(60).toMillis();

  /** By default a server waits for an hour at most; some minutes are for the snapshot itself. */
  private static final long LATE_MILLIS = Duration.ofMinutes(65).toMillis();

  private static final String SAVES_NOTHING =
      "the server saves nothing: it has no append-only file (appendonly no) and makes no snapshots"
          + " (save \"\"), so the journals keep everything";

  private static final long NEVER = Long.MIN_VALUE;

  /** The process that has answered. */
  private String runId = "";

  /** When it was looked last. */
  private long lookedMillis = NEVER;

  /** The end of the last good snapshot, by the server's clock, as it was told at that look. */
  private long savedSeconds = NEVER;

  /** Whichever snapshot ends next was begun after this. */
  private long begunMillis = NEVER;

  /** The last good snapshot that has ended between two looks was begun after this. */
  private long heldMillis = NEVER;

  /**
   * Takes an answer of the server.
   *
   * @param info lines of {@code key:value}
   * @param settings those of {@code save} (an empty text for no snapshots), {@code appendfsync} and
   *     {@code no-appendfsync-on-rewrite} that the server tells
   * @param askedMillis when it was asked, by a clock that only goes on
   * @param serverMillis since 1970, by the server's clock
   */
  Persistence look(String info, Map<String, String> settings, long askedMillis, long serverMillis) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    follow(fields, askedMillis);
    if (isSet(fields, "aof_enabled")) {
      return appended(fields, settings, askedMillis);
    }
    boolean never = settings.containsKey("save") && settings.get("save").isBlank();
    if ("0".equals(fields.get("rdb_changes_since_last_save"))) {
      // No further snapshot is made as long as nothing changes.
      return new Persistence(OptionalLong.of(askedMillis), true, never ? SAVES_NOTHING : "");
    }
    boolean known = heldMillis != NEVER && isGood(fields, "rdb_last_bgsave_status");
    return new Persistence(
        known ? OptionalLong.of(heldMillis) : OptionalLong.empty(),
        false,
        never ? SAVES_NOTHING : snapshotTrouble(fields, serverMillis));
  }

  private void follow(Map<String, String> fields, long askedMillis) {
    String answering = fields.getOrDefault("run_id", "");
    if (!answering.equals(runId)) {
      // Of what another server had, such as the master before, this one's snapshots tell nothing.
      runId = answering;
      lookedMillis = NEVER;
      savedSeconds = NEVER;
      begunMillis = NEVER;
      heldMillis = NEVER;
    }
    long saved = number(fields, "rdb_last_save_time");
    boolean saving = isSet(fields, "rdb_bgsave_in_progress");
    if (saved != savedSeconds) {
      if (lookedMillis != NEVER) {
        heldMillis = begunMillis;
      }
      // One that is under way has followed the one that has ended: there is one at a time.
      begunMillis = saving ? lookedMillis : askedMillis;
    } else if (!saving) {
      begunMillis = askedMillis;
    }
    savedSeconds = saved;
    lookedMillis = askedMillis;
  }

  /** The same where there is an append-only file: then a server starts with nothing else. */
  private static Persistence appended(
      Map<String, String> fields, Map<String, String> settings, long askedMillis) {
    if (!isGood(fields, "aof_last_write_status")) {
      return nothingMore("the server cannot write its append-only file");
    }
    if (isSet(fields, "aof_rewrite_in_progress") || isSet(fields, "aof_rewrite_scheduled")) {
      // Perhaps the first one, of a file that was switched on: before its end there is no file that
      // a server would start with. One that fails is scheduled again.
      return nothingMore(
          isGood(fields, "aof_last_bgrewrite_status")
              ? ""
              : "the server cannot rewrite its append-only file, so the journals keep everything");
    }
    boolean saving = isSet(fields, "rdb_bgsave_in_progress");
    String sync = settings.getOrDefault("appendfsync", "");
    boolean soon =
        (sync.equals("everysec") || sync.equals("always"))
            && !(saving && "yes".equals(settings.get("no-appendfsync-on-rewrite")));
    if (isSet(fields, "aof_pending_bio_fsync")) {
      // A disk that is slow: the one that is under way may have been begun long ago.
      return new Persistence(OptionalLong.empty(), soon, "");
    }
    return new Persistence(
        OptionalLong.of(askedMillis - (soon ? APPEND_MILLIS : SYSTEM_MILLIS)), soon, "");
  }

  private static Persistence nothingMore(String trouble) {
    return new Persistence(OptionalLong.empty(), false, trouble);
  }

  private static String snapshotTrouble(Map<String, String> fields, long serverMillis) {
    if (!isGood(fields, "rdb_last_bgsave_status")) {
      return "the server cannot save its snapshots";
    }
    long age = serverMillis - number(fields, "rdb_last_save_time") * 1000;
    return age > LATE_MILLIS && !isSet(fields, "rdb_bgsave_in_progress")
        ? "the server has saved nothing for %d minutes (its settings save and appendonly):"
                .formatted(Duration.ofMillis(age).toMinutes())
            + " the journals keep all that since"
        : "";
  }

  private static boolean isGood(Map<String, String> fields, String status) {
    return "ok".equals(fields.getOrDefault(status, "ok"));
  }

  private static boolean isSet(Map<String, String> fields, String key) {
    return number(fields, key) != 0;
  }

  private static long number(Map<String, String> fields, String key) {
    try {
      return Long.parseLong(fields.getOrDefault(key, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
