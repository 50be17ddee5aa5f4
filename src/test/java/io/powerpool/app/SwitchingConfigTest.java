package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must fit in a switching group, and between its coins. */
class SwitchingConfigTest {

  private static final String GOOD =
      """
      coins:
        LTC:
          definition: litecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 19443, username: pool, password: secret}]
          merged: [DOGE]
          max_blockheight: 5000000
        DGB:
          definition: litecoin
          name: Other
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18331, username: pool, password: secret}]
        DOGE:
          definition: dogecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18332, username: pool, password: secret}]
        BTC:
          definition: bitcoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers: [{port: 18443, username: pool, password: secret}]
      switching:
        SCRYPT:
          coins: [LTC, DGB]
          margin_switch: 1.2
          prices:
            redis: redis://127.0.0.1:6379/1
            password: hunter2
      stratum:
        ports:
          - {port: 3333, coin: SCRYPT}
          - {port: 3334, coin: BTC}
      """;

  @TempDir private Path folder;

  @Test
  void groupsThatFitAreTaken() {
    assertThatCode(() -> read(GOOD)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatDoesNotFitIsToldByKeyValueAndExpectation(String from, String to, String message) {
    assertThat(GOOD).as("a part of the good file").contains(from);
    assertThatThrownBy(() -> read(GOOD.replace(from, to)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("hunter2");
  }

  static Stream<Arguments> faults() {
    String coins = "coins: [LTC, DGB]";
    String redis = "redis: redis://127.0.0.1:6379/1";
    String group = "switching.SCRYPT.";
    return Stream.of(
        arguments(coins, "coins: [LTC]", group + "coins: is [LTC], expected at least two"),
        arguments(coins, "margin: 1", group + "coins: is missing, expected at least two"),
        arguments(coins, "coins: [LTC, LTC]", group + "coins: is [LTC, LTC], expected each coin"),
        arguments(
            coins, "coins: [LTC, XYZ]", group + "coins: is 'XYZ', expected entries of coins: LTC,"),
        arguments(
            coins,
            "coins: [DGB, DOGE]",
            group + "coins: is 'DOGE', expected LTC, with which DOGE is merged"),
        arguments(
            coins,
            "coins: [LTC, BTC]",
            group
                + "coins: is 'BTC with sha256d', expected coins of one algorithm: scrypt, as LTC"),
        arguments(
            "name: Other",
            "extranonce2_size: 4",
            group
                + "coins: is 'DGB with extranonces of 4 and 4 bytes', expected coins with"
                + " extranonce1_size and extranonce2_size of 4 and 8 bytes, as LTC"),
        arguments("SCRYPT:", "LTC:", "expected a group with another name than the coin LTC"),
        arguments("SCRYPT:", "'S C':", "expected a group's name of 1 to 32 letters"),
        arguments(
            "coin: SCRYPT",
            "coin: X11",
            "stratum.ports[0].coin: is 'X11', expected one of LTC, DGB, DOGE, BTC, SCRYPT"),
        arguments(
            "margin_switch: 1.2",
            "margin_switch: 0.9",
            group + "margin_switch: is 0.9, expected a number from 1 to 1000"),
        arguments(
            "margin_switch: 1.2",
            "profit_poll_int: 0",
            group + "profit_poll_int: is 0, expected a duration"),
        arguments(
            "margin_switch: 1.2",
            "stale_after: never",
            group + "stale_after: is 'never', expected a duration"),
        arguments(
            "margin_switch: 1.2",
            "margin_swich: 1.2",
            group + "margin_swich: is not a known key, expected 'margin_switch' perhaps"),
        arguments(
            redis, "timeout: 5s", group + "prices.file: is missing, expected one source of prices"),
        arguments(
            redis,
            redis + "\n      file: prices.yaml",
            group + "prices.file: is 'prices.yaml', expected one source of prices"),
        arguments(
            redis,
            "redis: 127.0.0.1:6379",
            group + "prices.redis: is '127.0.0.1:6379', expected redis://HOST:PORT/DATABASE"),
        arguments(
            redis,
            "redis: redis://:hunter2@127.0.0.1:6379",
            group + "prices.redis: is '****', expected redis://HOST:PORT/DATABASE"),
        arguments(
            redis,
            "http: ftp://host/prices",
            group + "prices.http: is 'ftp://host/prices', expected an address like http://"),
        arguments(
            redis,
            redis + "\n      max_bytes: 1",
            group + "prices.max_bytes: is 1, expected a whole number from 16"),
        arguments("password: hunter2", "password: 5", group + "prices.password: is ****, expected"),
        arguments(
            "max_blockheight: 5000000",
            "max_blockheight: -1",
            "coins.LTC.max_blockheight: is -1, expected a whole number"));
  }

  @Test
  void theExampleHasEverySettingOfAGroupWithItsDefault() {
    ConfigFile file = ConfigFile.load(Path.of("conf/switching.yaml"), Map.of(), new Properties());
    Section root = Section.root(NodeOptions.plain(file.values()), new Faults());
    PoolConfig.from(root);

    for (String key :
        List.of(
            "margin_switch",
            "profit_poll_int",
            "stale_after",
            "prices.timeout",
            "prices.max_bytes")) {
      String path = "switching.BOTH." + key;
      assertThat(file.origins()).as("%s is written out", path).containsKey(path);
      assertThat(root.settings())
          .filteredOn(setting -> setting.path().equals(path))
          .singleElement()
          .satisfies(setting -> assertThat(setting.value()).isEqualTo(setting.fallback()));
    }
  }

  private void read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("pool.yaml"), yaml);
    PoolConfig.from(ConfigFile.load(file, Map.of(), new Properties()).values());
  }
}
