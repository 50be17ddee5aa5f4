package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
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

/** Every wrong file is refused with a line that names key, value and what was expected. */
class ConfigFaultsTest {

  private static final String GOOD =
      """
      name: Test pool
      data_dir: data
      coins:
        LTC:
          definition: litecoin
          network: regtest
          pool_address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn
          servers:
            - {address: 127.0.0.1, port: 19443, username: pool, password: hunter2}
      stratum:
        ports:
          - {port: 3333, coin: LTC}
      monitor: {port: 3855}
      """;

  private static final String MAINNET_ADDRESS = "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1";

  @TempDir private Path folder;

  /** What to replace in the good file, by what, and what the message must have. */
  static Stream<Arguments> faults() {
    return Stream.of(
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: ledger, url: 'jdbc:postgres://h/d'}]",
            "reporters[0].url: is ****, expected jdbc:postgresql://HOST:PORT/DATABASE"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: ledger, file: x.db, url: 'jdbc:postgresql://h/d'}]",
            "reporters[0].url: is 'jdbc:postgresql://h/d', expected either a file or the url"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: redis, url: 'redis://:secret@h'}]",
            "reporters[0].url: is ****, expected redis://HOST:PORT/DATABASE, and the password"),
        // Outside of all sections.
        arguments(
            "name: Test pool",
            "nmae: Test pool",
            "nmae: is not a known key, expected 'name' perhaps"),
        arguments("name: Test pool", "name: [a, b]", "name: is [a, b], expected text"),
        arguments("data_dir: data", "data_dir: 5", "data_dir: is 5, expected text"),
        arguments("data_dir: data", "node: a b", "node: is 'a b', expected 1 to 64 letters"),
        arguments(
            "data_dir: data",
            "server_number: -1",
            "server_number: is -1, expected a whole number from 0 to 1000"),
        arguments(
            "data_dir: data",
            "roles: [stratum, jobmaster]",
            "roles: is 'jobmaster', expected one or more of"),
        arguments("data_dir: data", "roles: []", "roles: is missing, expected one or more of"),
        arguments(
            "monitor: {port: 3855}", "webserver: {port: 3855}", "webserver: is not a known key"),
        arguments("monitor: {port: 3855}", "monitor: 3855", "monitor: is 3855, expected a mapping"),
        // Coins.
        arguments(
            "  LTC:\n", "  LTC: litecoin\n  X:\n", "coins.LTC: is 'litecoin', expected a mapping"),
        arguments(
            "definition: litecoin",
            "definition: litecion",
            "coins.LTC.definition: is 'litecion', expected one of "
                + String.join(", ", CoinDefinitions.NAMES)),
        arguments(
            "definition: litecoin",
            "family: litecoin",
            "coins.LTC.algorithm: is missing, expected a text"),
        arguments(
            "definition: litecoin",
            "definition: litecoin\n    family: bitcion",
            "coins.LTC.family: is 'bitcion', expected one of bitcoin, bitcoin-cash, litecoin, dash"),
        arguments(
            "definition: litecoin",
            "definition: litecoin\n    algorithm: skrypt",
            "coins.LTC.algorithm: is 'skrypt', expected one of sha256d, scrypt, "),
        arguments(
            "network: regtest",
            "network: regnet",
            "coins.LTC.network: is 'regnet', expected one of mainnet, testnet, regtest"),
        arguments(
            "pool_address: mip",
            "pool_address: mjp",
            "coins.LTC.pool_address: is 'mjpcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', expected an address of this coin and network: bad base58 checksum"),
        arguments(
            "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
            MAINNET_ADDRESS,
            "coins.LTC.pool_address: is '" + MAINNET_ADDRESS + "', expected"),
        arguments("pool_address: ", "#", "coins.LTC.pool_address: is missing, expected an address"),
        arguments(
            "network: regtest",
            "payout: [{address: mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn}]\n    network: regtest",
            "coins.LTC.payout: is 'a list', expected either pool_address or payout"),
        arguments(
            "network: regtest",
            "network: regtest\n    extranonce1_size: 9",
            "coins.LTC.extranonce1_size: is 9, expected a whole number from 2 to 8"),
        arguments(
            "network: regtest",
            "network: regtest\n    version_mask: 1fff",
            "coins.LTC.version_mask: is '1fff', expected 8 hexadecimal digits"),
        arguments(
            "network: regtest",
            "network: regtest\n    coinbase_tag: " + "x".repeat(70),
            "coins.LTC.coinbase_tag: is '" + "x".repeat(70) + "', expected at most 60 bytes"),
        arguments(
            "network: regtest",
            "network: regtest\n    block_poll: 0",
            "coins.LTC.block_poll: is 0, expected a duration"),
        // Coin servers.
        arguments("port: 19443, ", "", "coins.LTC.servers[0].port: is missing, expected the port"),
        arguments(
            "port: 19443",
            "port: 99999",
            "coins.LTC.servers[0].port: is 99999, expected a whole number from 1 to 65535"),
        arguments(
            "port: 19443",
            "prot: 19443",
            "coins.LTC.servers[0].prot: is not a known key, expected 'port' perhaps"),
        arguments(
            "password: hunter2",
            "password: 12345678",
            "coins.LTC.servers[0].password: is ****, expected a text"),
        arguments(
            "password: hunter2",
            "password: hunter2, timeout: soon",
            "coins.LTC.servers[0].timeout: is 'soon', expected a duration like 250ms, 30s, 10m or 2h"),
        arguments(
            "address: 127.0.0.1, port: 19443",
            "url: 'ftp://127.0.0.1/'",
            "coins.LTC.servers[0].url: is 'ftp://127.0.0.1/', expected http://HOST:PORT"),
        arguments(
            "    - {address: 127.0.0.1, port: 19443, username: pool, password: hunter2}",
            "",
            "coins.LTC.servers: is missing, expected at least one coin server"),
        arguments(
            "- {address: 127.0.0.1, port: 19443, username: pool, password: hunter2}",
            "- 'http://pool:hunter2@127.0.0.1:19443'",
            "coins.LTC.servers[0]: is 'http://****@127.0.0.1:19443', expected a mapping"),
        arguments(
            "- {address: 127.0.0.1, port: 19443, username: pool, password: hunter2}",
            "'pool:hunter2@127.0.0.1:19443'",
            "coins.LTC.servers: is '****@127.0.0.1:19443', expected a list of mappings"),
        arguments(
            "- {address: 127.0.0.1, port: 19443, username: pool, password: hunter2}",
            "- {url: ['http://a:hunter2/@h', 'http://b:12345678@h']}",
            "coins.LTC.servers[0].url: is [http://****@h, http://****@h], expected text"),
        // Stratum.
        arguments("coin: LTC", "coin: BTC", "stratum.ports[0].coin: is 'BTC', expected one of LTC"),
        arguments(", coin: LTC", "", "stratum.ports[0].coin: is missing, expected a text"),
        arguments(
            "coin: LTC}",
            "coin: LTC, agent: {enabled: true, port_diff: 70000}}",
            "stratum.ports[0].agent.port_diff: is 70000, expected a whole number from"),
        arguments(
            "coin: LTC}",
            "coin: LTC, agent: {enabled: true, port_diff: 522}}",
            "stratum.ports[0].agent.port_diff: is 522, expected a port of its own, and monitor.port has the same"),
        arguments(
            "coin: LTC}",
            "coin: LTC, agent: {accepted_types: [temp, '']}}",
            "stratum.ports[0].agent.accepted_types: is '', expected names of 1 to 32 characters"),
        arguments(
            "port: 3333",
            "port: '33 33'",
            "stratum.ports[0].port: is '33 33', expected a whole number"),
        arguments(
            "    - {port: 3333, coin: LTC}",
            "",
            "stratum.ports: is missing, expected at least one port"),
        arguments(
            "    - {port: 3333, coin: LTC}",
            "    port: 3333",
            "stratum.ports: is a mapping, expected a list of mappings"),
        arguments(
            "coin: LTC}",
            "coin: LTC}\n    - {port: 3333, coin: LTC, address: 127.0.0.1}",
            "stratum.ports[1].port: is 3333, expected a port of its own, and stratum.ports[0].port has the same"),
        arguments(
            "monitor: {port: 3855}",
            "monitor: {port: 3333}",
            "stratum.ports[0].port: is 3333, expected a port of its own, and monitor.port has the same"),
        arguments(
            "coin: LTC}",
            "coin: LTC, start_difficulty: -5}",
            "stratum.ports[0].start_difficulty: is -5, expected a number from"),
        arguments(
            "coin: LTC}",
            "coin: LTC, vardiff: {spm_target: 0}}",
            "stratum.ports[0].vardiff.spm_target: is 0, expected a number from 0.1"),
        arguments(
            "coin: LTC}",
            "coin: LTC, vardiff: {minimum_difficulty: 100, maximum_difficulty: 10}}",
            "stratum.ports[0].vardiff.maximum_difficulty: is 10, expected a difficulty not below"),
        arguments(
            "coin: LTC}",
            "coin: LTC, vardiff: {tiers: [1, x]}}",
            "stratum.ports[0].vardiff.tiers: is [1, x], expected a list of numbers"),
        arguments(
            "coin: LTC}",
            "coin: LTC, vardif: {}}",
            "stratum.ports[0].vardif: is not a known key, expected 'vardiff' perhaps"),
        arguments(
            "coin: LTC}",
            "coin: LTC, aliases: [a]}",
            "stratum.ports[0].aliases: is [a], expected a mapping of texts to texts"),
        arguments(
            "stratum:\n",
            "stratum:\n  max_line_bytes: 100\n",
            "stratum.max_line_bytes: is 100, expected a whole number from 512"),
        arguments(
            "stratum:\n",
            "stratum:\n  job_lifetime: 10 minutes\n",
            "stratum.job_lifetime: is '10 minutes', expected a duration"),
        arguments(
            "stratum:\n",
            "stratum:\n  job_lifetime: 1h\n",
            "coins.LTC.template_retention: is 20m, expected not less than stratum.job_lifetime"),
        // The rest.
        arguments(
            "data_dir: data",
            "compute: {threads: many}",
            "compute.threads: is 'many', expected a whole number from 0 to 1024"),
        arguments(
            "data_dir: data",
            "journal: {sync_interval: 1h}",
            "journal.sync_interval: is '1h', expected a duration"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: ledger, chains: [0], coins: [BTC]}]",
            "reporters[0].chains: is [0], expected a list of numbers, each from 1"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: ledger, coins: [BTC]}]",
            "reporters[0].coins: is 'BTC', expected one or more of LTC"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: ledger, name: ../x}]",
            "reporters[0].name: is '../x', expected 1 to 64 letters, digits, _ or -"),
        arguments(
            "port: 3333, coin: LTC",
            "port: 3333, coin: LTC, chain: 0",
            "stratum.ports[0].chain: is 0, expected a whole number from 1"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, port: 0}]",
            "reporters[0].port: is 0, expected a whole number from 1 to 65535"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, password: 1234}]",
            "reporters[0].password: is ****, expected a text"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, celery_task_protocol: 3}]",
            "reporters[0].celery_task_protocol: is 3, expected a whole number from 1 to 2"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, queue: amq.x}]",
            "reporters[0].queue: is 'amq.x', expected 1 to 255 characters"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, share_batch_interval: 1h}]",
            "reporters[0].share_batch_interval: is '1h', expected a duration"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, celery: {CELERY_DEFAULT_QUEUE: celery}}]",
            "reporters[0].celery: is not a known key"),
        arguments(
            "monitor: {port: 3855}",
            "reporters: [{type: celery, pool_report_configs: [{user: pool,"
                + " worker_format_string: '{algorithm}'}]}]",
            "reporters[0].pool_report_configs[0].worker_format_string: is '{algorithm}', expected in"
                + " braces only algo, currency, server_name"),
        arguments(
            "data_dir: data",
            "reporters: [{type: leger}]",
            "reporters[0].type: is 'leger', expected one of ledger"),
        arguments(
            "data_dir: data",
            "reporters: [{type: ledger}, {type: ledger}]",
            "reporters[1].name: is 'ledger', expected a name that no other"),
        arguments(
            "port: 3855",
            "port: 70000",
            "monitor.port: is 70000, expected a whole number from 0 to 65535"),
        arguments(
            "data_dir: data",
            "cluster: {members: ['a b']}",
            "cluster.members: is [a b], expected a list of HOST or HOST:PORT"),
        arguments(
            "data_dir: data",
            "cluster: {hazelcast_file: absent.xml}",
            "cluster.hazelcast_file: is 'absent.xml', expected a file that can be read"),
        arguments(
            "data_dir: data",
            "cluster: {heartbeat_interval: 4s}",
            "cluster.heartbeat_limit: is 5s, expected at least twice"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void isRefusedByKeyValueAndExpectation(String part, String replacement, String expected)
      throws IOException {
    assertThat(GOOD).as("a part of the good file").contains(part);

    ConfigException fault =
        catchThrowableOfType(ConfigException.class, () -> check(GOOD.replace(part, replacement)));

    assertThat(fault).as("a fault").isNotNull();
    assertThat(fault)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("hunter2")
        .hasMessageNotContaining("12345678");
  }

  @Test
  void acceptsTheFileThatAllOthersAreMadeFrom() {
    assertThatCode(() -> check(GOOD)).doesNotThrowAnyException();
  }

  @Test
  void needsACoinAndAPort() {
    ConfigException fault = catchThrowableOfType(ConfigException.class, () -> check(""));

    assertThat(fault)
        .hasMessageContaining("coins: is missing, expected at least one coin")
        .hasMessageContaining("stratum.ports: is missing, expected at least one port");
  }

  @Test
  void tellsTheLineAndAllFaultsAtOnce() {
    String text =
        GOOD.replace("port: 3333", "port: 0x")
            .replace("port: 19443", "port: -1")
            .replace("port: 3855", "prt: 1");

    ConfigException fault = catchThrowableOfType(ConfigException.class, () -> check(text));

    assertThat(fault.getMessage().lines())
        .hasSize(4)
        .anyMatch(line -> line.endsWith("pool.yaml: 3 faults"))
        .anyMatch(line -> line.startsWith("  line 9: coins.LTC.servers[0].port: is -1"))
        .anyMatch(line -> line.startsWith("  line 12: stratum.ports[0].port: is '0x'"))
        .anyMatch(line -> line.startsWith("  line 13: monitor.prt: is not a known key"));
  }

  @Test
  void tellsWhichVariableIsWrong() throws IOException {
    ConfigFile file =
        ConfigFile.load(
            Files.writeString(folder.resolve("pool.yaml"), GOOD),
            Map.of("POWERPOOL__STRATUM__PORTS__0__PORT", "many", "POWERPOOL__FOO__BAR", "1"),
            new Properties());

    ConfigException fault =
        catchThrowableOfType(ConfigException.class, () -> PoolConfig.from(file.values()));

    assertThat(file.located(fault))
        .hasMessageContaining(
            "POWERPOOL__STRATUM__PORTS__0__PORT: stratum.ports[0].port: is 'many'")
        .hasMessageContaining("POWERPOOL__FOO__BAR: foo: is not a known key");
  }

  private void check(String text) throws IOException {
    ConfigFile file =
        ConfigFile.load(
            Files.writeString(folder.resolve("pool.yaml"), text), Map.of(), new Properties());
    try {
      PoolConfig.from(file.values());
    } catch (ConfigException e) {
      throw file.located(e);
    }
  }
}
