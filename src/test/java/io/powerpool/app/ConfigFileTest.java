package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir private Path folder;

  @Test
  void readsNestedValuesWithTheirTypes() throws IOException {
    JsonObject values =
        load("name: pool\nstratum:\n  ports:\n    - port: 3333\n      start: 0.5\n      on: true\n")
            .values();

    assertThat(values)
        .isEqualTo(
            new JsonObject(
                "{\"name\":\"pool\",\"stratum\":{\"ports\":[{\"port\":3333,\"start\":0.5,\"true\":true}]}}"));
  }

  @Test
  void letsTheEnvironmentOverrideTheFileAndPropertiesTheEnvironment() throws IOException {
    Properties properties = new Properties();
    properties.setProperty("powerpool.name", "from-property");
    properties.setProperty("powerpool.coins.LTC.rules", "[a, b]");
    ConfigFile config =
        load(
            "name: file\ncoins:\n  LTC: {password: x}\nstratum:\n  ports: [{port: 1}]\n",
            Map.of(
                "POWERPOOL__NAME", "from-environment",
                "POWERPOOL__COINS__LTC__PASSWORD", "007",
                "POWERPOOL__STRATUM__PORTS__0__PORT", "3334",
                "POWERPOOL__STRATUM__PORTS__1__PORT", "3335",
                "POWERPOOL_OTHER", "ignored"),
            properties);

    assertThat(config.values())
        .isEqualTo(
            new JsonObject(
                "{\"name\":\"from-property\",\"coins\":{\"LTC\":{\"password\":\"007\",\"rules\":[\"a\",\"b\"]}},"
                    + "\"stratum\":{\"ports\":[{\"port\":\"3334\"},{\"port\":\"3335\"}]}}"));
  }

  @Test
  void keepsAPasswordOfDigitsFromTheEnvironmentAsItIs() throws IOException {
    ConfigFile config =
        load(
            "coins: {LTC: {}}\n",
            Map.of("POWERPOOL__COINS__ltc__PASSWORD", "007"),
            new Properties());

    assertThat(config.values().getJsonObject("coins").getJsonObject("LTC").getString("password"))
        .isEqualTo("007");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{x[7", "{abc}", "[x]", "{a: b}", "[]"})
  void takesAPasswordThatLooksLikeYamlAsText(String password) throws IOException {
    String server = "POWERPOOL__COINS__LTC__SERVERS__0__";
    ConfigFile config =
        load(
            "coins: {LTC: {servers: [{username: me}]}}\n",
            Map.of(server + "PASSWORD", password, server + "USERNAME", password),
            new Properties());

    assertThat(config.values().getJsonObject("coins").getJsonObject("LTC").getJsonArray("servers"))
        .isEqualTo(
            new JsonArray()
                .add(new JsonObject().put("username", password).put("password", password)));
  }

  @Test
  void readsAListOrMappingInBracketsWhereOneIsWanted() throws IOException {
    Properties properties = new Properties();
    properties.setProperty("powerpool.stratum.ports.0.coin", "{LTC}");
    properties.setProperty("powerpool.stratum.ports.0.aliases", "{joe: '{abc}'}");
    ConfigFile config =
        load(
            "name: pool\n",
            Map.of(
                "POWERPOOL__ROLES", "[monitor, stratum]",
                "POWERPOOL__REPORTERS", "[]",
                "POWERPOOL__NODE", "[x]",
                "POWERPOOL__STRATUM", "{ports: [{port: 3333, vardiff: {tiers: [1, 2]}}]}",
                "POWERPOOL__CLUSTER__MEMBERS", "{not: [a list}"),
            properties);

    assertThat(config.values())
        .isEqualTo(
            new JsonObject(
                "{\"name\":\"pool\",\"roles\":[\"monitor\",\"stratum\"],\"reporters\":[],"
                    + "\"node\":\"[x]\",\"stratum\":{\"ports\":[{\"port\":3333,"
                    + "\"vardiff\":{\"tiers\":[1,2]},\"coin\":\"{LTC}\","
                    + "\"aliases\":{\"joe\":\"{abc}\"}}]},"
                    + "\"cluster\":{\"members\":\"{not: [a list}\"}}"));
  }

  @Test
  void tellsTheLineOfAFault() throws IOException {
    ConfigFile config = load("name: pool\nstratum:\n  ports:\n    - port: 1\n    - prt: 2\n");
    Faults faults = new Faults();
    faults.add("stratum.ports[1].port", null, "a port");
    faults.add("coins", null, "at least one coin");

    assertThatThrownBy(
            () -> {
              try {
                faults.throwIfAny();
              } catch (ConfigException e) {
                throw config.located(e);
              }
            })
        .hasMessageContaining(
            "pool.yaml: 2 faults\n  line 5: stratum.ports[1].port: is missing, expected a port")
        .hasMessageContaining("\n  coins: is missing");
  }

  @Test
  void refusesAKeyGivenTwice() {
    assertThatThrownBy(() -> load("a:\n  port: 1\n  port: 2\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageMatching("\\S+pool.yaml line 3, column 3: found duplicate key port");
  }

  @Test
  void tellsASyntaxErrorInOneLineWithoutTheTextOfTheLine() {
    assertThatThrownBy(() -> load("name: pool\npassword: \"hunter2\" x: [\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("pool.yaml line 2, column")
        .message()
        .doesNotContain("\n", "hunter2");
  }

  @Test
  void refusesTabsListsAndMissingFiles() {
    assertThatThrownBy(() -> load("a:\n\tb: 1\n"))
        .hasMessageContaining("line 2")
        .hasMessageContaining("TAB");
    assertThatThrownBy(() -> load("- a\n- b\n")).hasMessageContaining("is not a mapping");
    assertThatThrownBy(() -> ConfigFile.load(folder.resolve("absent.yaml")))
        .hasMessageContaining("no such file");
    assertThatThrownBy(() -> ConfigFile.load(folder)).hasMessageContaining("it is a directory");
  }

  @Test
  void takesAnEmptyFileAsNoSettings() throws IOException {
    assertThat(load("").values()).isEqualTo(new JsonObject());
    assertThat(load("# nothing\n").values()).isEqualTo(new JsonObject());
  }

  private ConfigFile load(String text) throws IOException {
    return load(text, Map.of(), new Properties());
  }

  private ConfigFile load(String text, Map<String, String> environment, Properties properties)
      throws IOException {
    Path file = Files.writeString(folder.resolve("pool.yaml"), text);
    return ConfigFile.load(file, environment, properties);
  }
}
