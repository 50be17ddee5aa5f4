package io.powerpool.reporter.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PersistenceTest {

  private static final long NOW = 1_700_000_000_000L;

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
    assertThat(Persistence.read(info.formatted(0), NOW, NOW).durableMillis())
        .isEqualTo(OptionalLong.of(NOW));
    assertThat(Persistence.read(info.formatted(1), NOW, NOW).durableMillis())
        .isEqualTo(OptionalLong.of(1_699_999_000_000L - 1_000 - 2_000));
  }

  @Test
  void aServerThatSavesNothingIsTold() {
    String info = "aof_enabled:0\nrdb_changes_since_last_save:%d\nrdb_last_save_time:%d\n";
    long second = NOW / 1000;
    assertThat(Persistence.read(info.formatted(5, second - 3900), NOW, NOW).trouble()).isEmpty();
    assertThat(Persistence.read(info.formatted(5, second - 7200), NOW, NOW).trouble())
        .startsWith("the server has saved nothing for 120 minutes");
    assertThat(Persistence.read(info.formatted(0, second - 7200), NOW, NOW).trouble()).isEmpty();
  }
}
