package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class DiskWatchTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long SECOND = NOW / 1000;

  /** A server's own defaults. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "save", "3600 1 300 100 60 10000",
          "appendfsync", "everysec",
          "no-appendfsync-on-rewrite", "no");

  private final DiskWatch watch = new DiskWatch();

  @Test
  void allIsOnDiskWhereNothingHasChangedSinceTheSnapshot() {
    assertThat(look(1000, "rdb_changes_since_last_save:0").durableMillis()).hasValue(1000);
  }

  @Test
  void aSnapshotHoldsWhatWasThereBeforeItWasBegun() {
    assertThat(snapshots(1000, 50, false)).as("of before the first look").isEmpty();
    assertThat(snapshots(2000, 50, true)).as("under way").isEmpty();
    assertThat(snapshots(3000, 50, true)).isEmpty();
    assertThat(snapshots(4000, 60, false)).hasValue(1000);
    assertThat(snapshots(5000, 60, false)).hasValue(1000);
    assertThat(snapshots(6000, 61, false)).as("begun and ended between two looks").hasValue(5000);
  }

  @Test
  void aSnapshotThatIsUnderWayAtTheFirstLookTellsNothing() {
    assertThat(snapshots(1000, 50, true)).isEmpty();
    assertThat(snapshots(2000, 60, false)).isEmpty();
    assertThat(snapshots(3000, 70, false)).hasValue(2000);
  }

  @Test
  void oneSnapshotAfterTheOtherIsToldApart() {
    snapshots(1000, 50, false);
    snapshots(2000, 50, true);
    assertThat(snapshots(3000, 60, true)).hasValue(1000);
    assertThat(snapshots(4000, 70, true)).hasValue(2000);
    assertThat(snapshots(5000, 80, false)).hasValue(3000);
  }

  /** A replica that has become master: what it was sent may be in its memory only. */
  @Test
  void theSnapshotsOfAnotherServerBehindTheAddressAreItsOwn() {
    String info =
        "run_id:%s\nrdb_changes_since_last_save:5\nrdb_bgsave_in_progress:0\nrdb_last_save_time:%d\n";
    look(1000, info.formatted("a", 50));
    look(2000, info.formatted("a", 50));
    assertThat(look(3000, info.formatted("b", 40)).durableMillis()).isEmpty();
    assertThat(look(4000, info.formatted("b", 40)).durableMillis()).isEmpty();
    assertThat(look(5000, info.formatted("b", 60)).durableMillis()).hasValue(4000);
  }

  /** That one sets rdb_last_bgsave_time_sec as well, and leaves rdb_last_save_time. */
  @Test
  void aSaveThatFailedDoesNotMakeTheGoodOneBeforeItYounger() {
    String info =
        """
        rdb_changes_since_last_save:5
        rdb_bgsave_in_progress:%d
        rdb_last_save_time:%d
        rdb_last_bgsave_status:%s
        rdb_last_bgsave_time_sec:%d
        """;
    look(10_000, info.formatted(0, 5, "ok", 0));
    look(11_000, info.formatted(1, 5, "ok", 0));
    assertThat(look(71_000, info.formatted(0, 71, "ok", 60)).durableMillis()).hasValue(10_000);
    Persistence failed = look(73_000, info.formatted(0, 71, "err", 1));
    assertThat(failed.durableMillis()).isEmpty();
    assertThat(failed.trouble()).isEqualTo("the server cannot save its snapshots");
    // A transfer to a replica leaves the status, too.
    assertThat(look(75_000, info.formatted(0, 71, "ok", 1)).durableMillis()).hasValue(10_000);
  }

  @Test
  void aServerThatSavesNothingIsTold() {
    String info = "aof_enabled:0\nrdb_changes_since_last_save:%d\nrdb_last_save_time:%d\n";
    Map<String, String> never = with("save", "");
    assertThat(trouble(info.formatted(5, SECOND - 3900), SETTINGS)).isEmpty();
    assertThat(trouble(info.formatted(5, SECOND - 7200), SETTINGS))
        .startsWith("the server has saved nothing for 120 minutes");
    assertThat(trouble(info.formatted(0, SECOND - 7200), SETTINGS)).isEmpty();
    assertThat(trouble(info.formatted(5, SECOND), never)).startsWith("the server saves nothing");
    assertThat(trouble("aof_enabled:1\n", never)).isEmpty();
    // One that does not tell its settings is given the benefit of the doubt for as long as before.
    assertThat(trouble(info.formatted(5, SECOND - 3900), Map.of())).isEmpty();
    assertThat(trouble(info.formatted(5, SECOND - 7200), Map.of()))
        .startsWith("the server has saved nothing for 120 minutes");
  }

  @Test
  void onlyAnAppendOnlyFileSavesSoon() {
    String info = "aof_enabled:%d\nrdb_changes_since_last_save:5\nrdb_last_save_time:1700000000\n";
    assertThat(look(0, info.formatted(1)).savesSoon()).isTrue();
    assertThat(look(0, info.formatted(0)).savesSoon()).isFalse();
  }

  @Test
  void anAppendOnlyFileIsForcedToDiskAsOftenAsItsSettingsSay() {
    String saving = "aof_enabled:1\nrdb_bgsave_in_progress:%d\n";
    String idle = saving.formatted(0);
    for (String soon : new String[] {"everysec", "always"}) {
      assertThat(look(100_000, idle, with("appendfsync", soon)))
          .isEqualTo(new Persistence(OptionalLong.of(97_500), true, ""));
    }
    Persistence late = new Persistence(OptionalLong.of(40_000), false, "");
    assertThat(look(100_000, idle, with("appendfsync", "no"))).isEqualTo(late);
    assertThat(look(100_000, idle, Map.of())).as("not told").isEqualTo(late);
    Map<String, String> pausing = with("no-appendfsync-on-rewrite", "yes");
    assertThat(look(100_000, idle, pausing).durableMillis()).hasValue(97_500);
    assertThat(look(100_000, saving.formatted(1), pausing)).isEqualTo(late);
    assertThat(look(100_000, idle + "aof_pending_bio_fsync:1\n").durableMillis()).isEmpty();
  }

  @Test
  void anAppendOnlyFileThatWasSwitchedOnCountsOnceItIsWritten() {
    String info =
        """
        aof_enabled:1
        aof_rewrite_in_progress:%d
        aof_rewrite_scheduled:%d
        aof_last_bgrewrite_status:%s
        """;
    assertThat(look(100_000, info.formatted(1, 0, "ok")))
        .isEqualTo(new Persistence(OptionalLong.empty(), false, ""));
    assertThat(look(100_000, info.formatted(0, 1, "ok")).durableMillis()).isEmpty();
    Persistence failed = look(100_000, info.formatted(0, 1, "err"));
    assertThat(failed.durableMillis()).isEmpty();
    assertThat(failed.trouble()).startsWith("the server cannot rewrite its append-only file");
    assertThat(look(100_000, info.formatted(0, 0, "ok")).durableMillis()).hasValue(97_500);
    // A later one that failed leaves the file that there is.
    assertThat(look(100_000, info.formatted(0, 0, "err")).durableMillis()).hasValue(97_500);
  }

  private OptionalLong snapshots(long millis, long savedSeconds, boolean saving) {
    return look(
            millis,
            "aof_enabled:0\nrdb_changes_since_last_save:5\nrdb_last_save_time:%d\n"
                    .formatted(savedSeconds)
                + "rdb_bgsave_in_progress:"
                + (saving ? 1 : 0))
        .durableMillis();
  }

  private Persistence look(long millis, String info) {
    return look(millis, info, SETTINGS);
  }

  private Persistence look(long millis, String info, Map<String, String> settings) {
    return watch.look(info, settings, millis, NOW);
  }

  private static String trouble(String info, Map<String, String> settings) {
    return new DiskWatch().look(info, settings, 0, NOW).trouble();
  }

  private static Map<String, String> with(String key, String value) {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put(key, value);
    return settings;
  }
}
