package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.powerpool.config.ConfigException;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterOptionsTest {

  private final Faults faults = new Faults();

  @Test
  void meetsNobodyUnaskedAndCallsNobodyHome() {
    Config config = options(Map.of()).toHazelcast();

    JoinConfig join = config.getNetworkConfig().getJoin();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getAutoDetectionConfig().isEnabled()).isFalse();
    assertThat(join.getTcpIpConfig().getMembers()).containsExactly("127.0.0.1");
    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
  }

  @Test
  void grantsTheLocksOfVertx() {
    Config config = options(Map.of()).toHazelcast();

    assertThat(config.getCPSubsystemConfig().findSemaphoreConfig("__vertx.any").getInitialPermits())
        .isEqualTo(1);
  }

  @Test
  void meetsOnTheAddressOfTheNodeUnlessToldOtherwise() {
    assertThat(options(Map.of("address", "10.1.2.3")).members()).containsExactly("10.1.2.3");
    assertThat(options(Map.of("address", "10.1.2.3", "members", "10.1.2.4:5701")).members())
        .containsExactly("10.1.2.4:5701");
    assertThat(faults.found()).isEmpty();
  }

  @Test
  void takesTheOperatorsOwnFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("hazelcast.xml"),
            """
            <hazelcast xmlns="http://www.hazelcast.com/schema/config">
              <cluster-name>theirs</cluster-name>
            </hazelcast>
            """);

    Config config = options(Map.of("hazelcast_file", file.toString())).toHazelcast();

    assertThat(config.getClusterName()).isEqualTo("theirs");
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
  }

  @Test
  void theFileInConfIsWhatTheSectionOffers() {
    Config own = options(Map.of()).toHazelcast();
    Config file = options(Map.of("hazelcast_file", "conf/hazelcast.yaml")).toHazelcast();

    assertThat(file.getClusterName()).isEqualTo(own.getClusterName());
    assertThat(file.getProperties()).isEqualTo(own.getProperties());
    assertThat(file.getNetworkConfig()).isEqualTo(own.getNetworkConfig());
    assertThat(file.getMultiMapConfigs()).isEqualTo(own.getMultiMapConfigs());
    assertThat(file.getMapConfig("__vertx.haInfo")).isEqualTo(own.getMapConfig("__vertx.haInfo"));
    assertThat(file.getMapConfig("__vertx.nodeInfo"))
        .isEqualTo(own.getMapConfig("__vertx.nodeInfo"));
    assertThat(file.getCPSubsystemConfig().getSemaphoreConfigs())
        .hasToString(own.getCPSubsystemConfig().getSemaphoreConfigs().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "hazelcast.xml, <hazelcast>",
    "hazelcast.yaml, 'hazelcast: ['",
    "hazelcast.yml, 'hazelcast: {network: {ports: 1}}'"
  })
  void refusesAFileThatIsNone(String name, String text, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    ClusterOptions options = options(Map.of("hazelcast_file", file.toString()));

    assertThatThrownBy(options::toHazelcast)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cluster.hazelcast_file: '" + file + "' is no Hazelcast");
  }

  @Test
  void refusesHalfOfTlsAndASecretThatCanBeGuessed(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no certificate");
    options(Map.of("secret", "hunter2", "tls", Map.of("key", text.toString())));

    assertThat(faults.found())
        .extracting(Object::toString)
        .anyMatch(fault -> fault.contains("secret") && fault.contains("at least 16 bytes"))
        .anyMatch(fault -> fault.contains("tls.certificate") && fault.contains("missing"))
        .anyMatch(fault -> fault.contains("tls.trusted"))
        .anyMatch(fault -> fault.contains("tls.key") && fault.contains(text.toString()))
        .noneMatch(fault -> fault.contains("hunter2"));
  }

  private ClusterOptions options(Map<String, Object> values) {
    return ClusterOptions.from(Section.root(values, faults));
  }
}
