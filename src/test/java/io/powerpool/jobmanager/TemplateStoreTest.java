package io.powerpool.jobmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.TemplatePayment;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.share.BlockReport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemplateStoreTest {

  private static final Duration RETENTION = Duration.ofMinutes(20);
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Instant now = START;

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void givesBackEveryFieldAfterARestart() {
    BlockTemplate full =
        template(new byte[] {9, 8}, new byte[] {7}, "tip1").withFees(new long[] {1L << 40, 17});
    BlockTemplate bare = template(null, null, null);
    TemplateStore store = store();
    await(store.put(1, full));
    await(store.put(2, bare));
    TemplateStore other = store();
    assertThat(await(other.get(1))).usingRecursiveComparison().isEqualTo(full);
    assertThat(await(other.get(1)).fees()).isEqualTo((1L << 40) + 17);
    assertThat(await(other.get(2))).usingRecursiveComparison().isEqualTo(bare);
    assertThat(await(other.get(2)).fees()).isEqualTo(BlockReport.UNKNOWN_FEES);
  }

  /** A block may be solved on a job of the release before. */
  @Test
  void readsWhatVersionOneWrote() throws IOException {
    String recorded =
        "01000cd140abababababababababababababababababababababababababababababababab200000"
            + "00000000041d00ffff000000006553f100000000006553ed18000000002540be4000000003010203"
            + "00000002000000020405010101010101010101010101010101010101010101010101010101010101"
            + "01010000000800000000000000000000000000000000000000000000000000000000000000000000"
            + "0000000000000100000002090800010000000474697031";
    Files.write(folder.resolve("1"), Hex.decode(recorded));
    BlockTemplate read = await(store().get(1));
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("payments")
        .isEqualTo(template(new byte[] {9, 8}, null, "tip1"));
    assertThat(read.payments()).isEmpty();
  }

  @Test
  void keepsFewInMemoryAndAllOnDisk() throws IOException {
    TemplateStore store = store();
    for (int job = 1; job <= 20; job++) {
      await(store.put(job, template(null, null, "id" + job)));
    }
    assertThat(store.recent(20)).isPresent();
    assertThat(store.recent(1)).isEmpty();
    assertThat(await(store.get(1)).longPollId()).isEqualTo("id1");
    assertThat(files()).isEqualTo(20);
  }

  @Test
  void keepsInMemoryWhatCannotBeWritten() throws IOException {
    TemplateStore store = store();
    Files.createDirectory(folder.resolve("2.part"));
    for (int job = 1; job <= 20; job++) {
      await(store.put(job, template(null, null, "id" + job)).otherwiseEmpty());
      assertThat(store.trouble().isEmpty()).isEqualTo(job != 2);
    }
    assertThat(await(store.get(2)).longPollId()).isEqualTo("id2");
    assertThat(store.recent(3)).isEmpty();
  }

  @Test
  void deletesWhatIsTooOldButNotSoonAfterTheStart() throws IOException {
    TemplateStore store = store();
    await(store.put(1, template(null, null, null)));
    for (int job = 2; job <= 10; job++) {
      await(store.put(job, template(null, null, null)));
    }
    age(1, START.minus(Duration.ofDays(1)));
    age(10, START.minus(Duration.ofDays(1)));
    age(2, START.plus(Duration.ofMinutes(19)));

    now = START.plus(RETENTION).minusMillis(1);
    assertThat(await(store.deleteOld())).isZero();
    now = START.plus(RETENTION);
    // Job 10 is as old, but current.
    assertThat(await(store.deleteOld())).isEqualTo(1);
    assertThat(files()).isEqualTo(9);
    assertThatThrownBy(() -> await(store.get(1))).hasRootCauseInstanceOf(NoSuchFileException.class);
  }

  private TemplateStore store() {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    return new TemplateStore(vertx, folder, RETENTION, clock);
  }

  private void age(long job, Instant time) throws IOException {
    Files.setLastModifiedTime(folder.resolve(Long.toHexString(job)), FileTime.from(time));
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static BlockTemplate template(byte[] commitment, byte[] extension, String longPollId) {
    return new BlockTemplate(
        840_000,
        Hash256.ofDisplayHex("ab".repeat(32)),
        0x20000000,
        4,
        CompactBits.ofHex("1d00ffff"),
        1_700_000_000L,
        1_699_999_000L,
        625_000_000L,
        new byte[] {1, 2, 3},
        List.of(
            new TemplateTransaction(new byte[] {4, 5}, Hash256.ofDisplayHex("01".repeat(32)), 8),
            new TemplateTransaction(new byte[0], Hash256.ZERO, 0)),
        commitment,
        extension,
        List.of(new TemplatePayment("masternode[0]", new byte[] {6}, 7, true)),
        extension,
        longPollId,
        BlockLimits.NONE);
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
