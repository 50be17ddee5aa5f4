package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.powerpool.config.Setting;
import io.powerpool.reporter.Reporters;
import io.powerpool.share.UserNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in conf/ are read by the pool as they are, and tell the truth. */
class PoolYamlTest {

  private static final Path FOLDER = Path.of("conf");
  private static final Path COMMENTED = FOLDER.resolve("pool.yaml");

  /** To be copied, and refused as it is: nobody shall mine for an address that is not his. */
  private static final Path COPIED = FOLDER.resolve("mainnet.yaml");

  /** What an example has to name although it has a default. */
  private static final Set<String> EXAMPLES =
      Set.of(
          "coins.LTC.definition",
          "coins.LTC.network",
          "coins.LTC.servers[0].port",
          "coins.LTC.servers[0].username");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("files")
  void isAccepted(Path file) {
    assertThatCode(() -> PoolConfig.from(load(file).values())).doesNotThrowAnyException();
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      // One is not the pool's but Hazelcast's.
      List<Path> found =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> !file.endsWith("hazelcast.yaml") && !file.equals(COPIED))
              .toList();
      assertThat(found).contains(COMMENTED);
      return found.stream();
    }
  }

  @Test
  void commentedFileHasEverySettingWithItsDefault() throws IOException {
    String text = Files.readString(COMMENTED);
    ConfigFile file = load(COMMENTED);
    Section root = Section.root(NodeOptions.plain(file.values()), new Faults());
    PoolConfig.from(root);

    for (Setting setting : root.settings()) {
      assertThat(text).as("mentions %s", setting.path()).contains(lastKey(setting.path()));
      boolean written = file.origins().containsKey(setting.path());
      if (written && setting.fallback().isPresent() && !EXAMPLES.contains(setting.path())) {
        assertThat(setting.value())
            .as("the default of %s", setting.path())
            .isEqualTo(setting.fallback());
      }
      if (setting.fallback().isPresent() && !isInDefinition(setting.path())) {
        assertThat(written).as("%s is written out", setting.path()).isTrue();
      }
    }
  }

  /** A copy of the file for another coin is that coin. */
  @ParameterizedTest
  @MethodSource("definitions")
  void commentedFileOverridesNothingThatADefinitionSays(String definition) throws IOException {
    String text = Files.readString(COMMENTED);
    assertThat(text).contains("definition: litecoin\n");
    Path copy = folder.resolve("pool.yaml");
    Files.writeString(
        copy, text.replace("definition: litecoin\n", "definition: " + definition + "\n"));

    Map<String, Object> coin = coin(load(copy));
    // One line, of which the definition is all that there is.
    Path bare = folder.resolve("bare.yaml");
    Files.writeString(bare, "coins: {LTC: {definition: " + definition + ", network: regtest}}\n");
    assertThat(coin(load(bare))).containsKeys("family", "algorithm", "networks");
    assertThat(coin).containsAllEntriesOf(coin(load(bare)));
  }

  static List<String> definitions() {
    return CoinDefinitions.NAMES;
  }

  @Test
  void exampleToBeCopiedIsRefusedUntilItHasAnAddress() throws IOException {
    assertThatThrownBy(() -> PoolConfig.from(load(COPIED).values()))
        .hasMessageContaining("coins.LTC.pool_address: is 'AN-ADDRESS-OF-YOURS'")
        .message()
        .asString()
        .startsWith("1 fault ");
    Path copy = folder.resolve("litecoin.yaml");
    Files.writeString(
        copy,
        Files.readString(COPIED)
            .replace("AN-ADDRESS-OF-YOURS", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1"));

    PoolConfig config = PoolConfig.from(load(copy).values());

    assertThat(config.coins().get("LTC").family().name()).isEqualTo("litecoin");
    UserNames names = config.stratum().ports().get(0).userNames();
    assertThat(names.worker("LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1.a"))
        .matches(w -> !names.isDonation(w));
    assertThat(names.worker("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2.a")).matches(names::isDonation);
  }

  @Test
  void exampleOfMergedMiningHasEverySettingOfAnAuxiliaryCoinWithItsDefault() {
    ConfigFile file = load(FOLDER.resolve("merged.yaml"));
    Section root = Section.root(NodeOptions.plain(file.values()), new Faults());
    PoolConfig.from(root);

    for (String key : List.of("work_interval", "notify", "flush", "send")) {
      String path = "coins.DOGE." + key;
      assertThat(file.origins()).as("%s is written out", path).containsKey(path);
      assertThat(root.settings())
          .filteredOn(setting -> setting.path().equals(path))
          .singleElement()
          .satisfies(setting -> assertThat(setting.value()).isEqualTo(setting.fallback()));
    }
  }

  @Test
  void exampleOfAClusterCanBeUsed() {
    ConfigFile file = load(FOLDER.resolve("cluster.yaml"));
    PoolConfig config =
        PoolConfig.from(Section.root(NodeOptions.plain(file.values()), new Faults()));

    assertThat(config.drain().wanted()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("reporterTypes")
  void everyTypeOfReporterHasAnExampleOfAllItsSettingsWithTheirDefaults(String type)
      throws IOException {
    Path example = type.equals("ledger") ? COMMENTED : FOLDER.resolve(type + ".yaml");
    String text = Files.readString(example);
    Section root = Section.root(NodeOptions.plain(load(example).values()), new Faults());
    PoolConfig.from(root);
    Set<String> examples = Set.of("type", "attrs", "user", "worker_format_string", "report_merge");

    String reporter =
        root.settings().stream()
            .filter(setting -> setting.path().matches("reporters\\[\\d+]\\.type"))
            .filter(setting -> setting.value().equals(Optional.of(type)))
            .map(setting -> setting.path().replaceFirst("type$", ""))
            .findFirst()
            .orElseThrow();
    List<Setting> settings =
        root.settings().stream().filter(setting -> setting.path().startsWith(reporter)).toList();
    assertThat(settings).hasSizeGreaterThan(8);
    for (Setting setting : settings) {
      String key = lastKey(setting.path());
      assertThat(text).as("mentions %s", setting.path()).contains(key + ":");
      if (!examples.contains(key) && setting.fallback().isPresent()) {
        assertThat(setting.given()).as("%s is written out", setting.path()).isTrue();
        assertThat(setting.value()).as(setting.path()).isEqualTo(setting.fallback());
      }
    }
  }

  static List<String> reporterTypes() {
    return Reporters.TYPES;
  }

  @Test
  void everyDefinitionIsListedAndPackedIntoTheJar() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("coins"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(CoinDefinitions.NAMES);
    }
    assertThat(CoinDefinitions.NAMES)
        .allSatisfy(
            name -> assertThat(getClass().getResource("/coins/" + name + ".yaml")).isNotNull());
  }

  private static boolean isInDefinition(String path) {
    return Stream.of(
                "name",
                "family",
                "algorithm",
                "rules",
                "block_id",
                "transaction_id",
                "gbt_algorithm",
                "hashes_per_share",
                "chain_id")
            .anyMatch(key -> path.equals("coins.LTC." + key))
        || path.startsWith("coins.LTC.networks.");
  }

  private static String lastKey(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static Map<String, Object> coin(ConfigFile file) {
    return file.values().getJsonObject("coins").getJsonObject("LTC").getMap();
  }

  private static ConfigFile load(Path file) {
    return ConfigFile.load(file, Map.of(), new Properties());
  }
}
