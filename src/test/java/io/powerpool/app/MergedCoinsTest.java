package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.powerpool.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must fit between coins that are mined together. */
class MergedCoinsTest {

  /** As long as it may be beside the commitment. */
  private static final String LONGEST_TAG = "x".repeat(30);

  private static final String GOOD =
      """
      coins:
        LTC:
          definition: litecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 19443, username: pool, password: secret}]
          coinbase_tag: %s
          merged: [DOGE, TWO]
        DOGE:
          definition: dogecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18332, username: pool, password: secret}]
          work_interval: 500ms
        TWO:
          definition: litecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18333, username: pool, password: secret}]
          chain_id: 7
        BTC:
          definition: bitcoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18443, username: pool, password: secret}]
      stratum:
        ports:
          - {port: 3333, coin: LTC}
      """
          .formatted(LONGEST_TAG);

  @TempDir private Path folder;

  @Test
  void coinsThatFitAreTaken() {
    assertThatCode(() -> read(GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatDoesNotFitIsToldByKeyValueAndExpectation(String from, String to, String message) {
    assertThatThrownBy(() -> read(GOOD.replace(from, to)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }

  static Stream<Arguments> faults() {
    String list = "merged: [DOGE, TWO]";
    return Stream.of(
        arguments(
            list, "merged: [DOGE, NMC]", "coins.LTC.merged: is 'NMC', expected other entries"),
        arguments(list, "merged: [LTC]", "coins.LTC.merged: is 'LTC', expected others than"),
        arguments(
            list, "merged: [DOGE, DOGE]", "coins.LTC.merged: is 'DOGE', expected each coin once"),
        arguments(
            "definition: bitcoin",
            "definition: bitcoin\n    merged: [DOGE]",
            "coins.BTC.merged: is 'DOGE', expected coins of its own, and LTC has it"),
        arguments(
            list,
            list + "\n    family: dash",
            "expected nothing: other chains cannot read the coinbase of the family dash"),
        arguments(
            "chain_id: 7",
            "merged: [BTC]",
            "coins.LTC.merged: is 'TWO', expected coins that have no merged coins themselves"),
        arguments(
            list,
            "merged: [BTC]",
            "coins.BTC.algorithm: is 'sha256d', expected scrypt, as LTC, with which it is merged"),
        arguments(
            "chain_id: 7",
            "chain_id: 98",
            "coins.TWO.chain_id: is 98, expected another than that of DOGE"),
        arguments("chain_id: 7", "chain_id: 65536", "coins.TWO.chain_id: is 65536, expected"),
        arguments(
            "coinbase_tag: x",
            "coinbase_tag: xx",
            "coins.LTC.coinbase_tag: is '" + LONGEST_TAG + "x', expected a shorter text"),
        arguments(
            "work_interval: 500ms",
            "notify: later",
            "coins.DOGE.notify: is 'later', expected one of now, with_next_job"),
        arguments(
            "work_interval: 500ms",
            "notify: with_next_job\n    flush: true",
            "coins.DOGE.flush: is true, expected false"),
        arguments(
            "work_interval: 500ms", "job_refresh: 5s", "coins.DOGE.job_refresh: is not a known"),
        arguments("coin: LTC", "coin: DOGE", "stratum.ports[0].coin: is 'DOGE', expected LTC"));
  }

  private void read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("pool.yaml"), yaml);
    PoolConfig.from(ConfigFile.load(file, Map.of(), new Properties()).values());
  }
}
