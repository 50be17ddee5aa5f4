package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PersistenceTest {

  private static final long NOW = 1_700_000_000_000L;

  /** A server's own default. */
  private static final Optional<String> SAVES = Optional.of("3600 1 300 100 60 10000");

  @Test
  void allIsOnDiskWhereNothingHasChangedSinceTheSnapshot() {
    String info =
        """
        # Persistence
        rdb_changes_since_last_save:%d
        rdb_last_save_time:1699999000
        rdb_last_bgsave_status:ok
        rdb_last_bgsave_time_sec:1
        aof_enabled:0
        """;
    assertThat(Persistence.read(info.formatted(0), SAVES, NOW, NOW).durableMillis())
        .isEqualTo(OptionalLong.of(NOW));
    assertThat(Persistence.read(info.formatted(1), SAVES, NOW, NOW).durableMillis())
        .isEqualTo(OptionalLong.of(1_699_999_000_000L - 1_000 - 2_000));
  }

  @Test
  void aServerThatSavesNothingIsTold() {
    String info = "aof_enabled:0\nrdb_changes_since_last_save:%d\nrdb_last_save_time:%d\n";
    long second = NOW / 1000;
    assertThat(read(info.formatted(5, second - 3900), SAVES).trouble()).isEmpty();
    assertThat(read(info.formatted(5, second - 7200), SAVES).trouble())
        .startsWith("the server has saved nothing for 120 minutes");
    assertThat(read(info.formatted(0, second - 7200), SAVES).trouble()).isEmpty();
    assertThat(read(info.formatted(5, second), Optional.of("")).trouble())
        .startsWith("the server saves nothing");
    assertThat(read("aof_enabled:1\n", Optional.of("")).trouble()).isEmpty();
    // One that does not tell its settings is given the benefit of the doubt for as long as before.
    assertThat(read(info.formatted(5, second - 3900), Optional.empty()).trouble()).isEmpty();
    assertThat(read(info.formatted(5, second - 7200), Optional.empty()).trouble())
        .startsWith("the server has saved nothing for 120 minutes");
  }

  @Test
  void onlyAnAppendOnlyFileSavesSoon() {
    String info = "aof_enabled:%d\nrdb_changes_since_last_save:5\nrdb_last_save_time:1700000000\n";
    assertThat(read(info.formatted(1), SAVES).savesSoon()).isTrue();
    assertThat(read(info.formatted(0), SAVES).savesSoon()).isFalse();
  }

  private static Persistence read(String info, Optional<String> save) {
    return Persistence.read(info, save, NOW, NOW);
  }
}
