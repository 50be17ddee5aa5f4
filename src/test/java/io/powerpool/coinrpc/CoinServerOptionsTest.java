package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Fault;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoinServerOptionsTest {

  @Test
  void hasDefaults() {
    CoinServerOptions options =
        read(Map.of("port", 9332, "username", "u", "password", "geheim"), List.of());
    assertThat(options.name()).isEqualTo("127.0.0.1:9332");
    assertThat(options.tls()).isFalse();
    assertThat(options.path()).isEqualTo("/");
    assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.maxConnections()).isEqualTo(10);
    assertThat(options.maxReplyBytes()).isEqualTo(64 * 1024 * 1024);
    assertThat(options.toString()).doesNotContain("geheim");
  }

  @Test
  void readsAUrlAndACookieFile() {
    CoinServerOptions options =
        read(
            Map.of("url", "https://node.example:8443/rpc", "cookie_file", "/x/.cookie"), List.of());
    assertThat(options.name()).isEqualTo("node.example:8443");
    assertThat(options.tls()).isTrue();
    assertThat(options.path()).isEqualTo("/rpc");
    assertThat(options.cookieFile()).contains(Path.of("/x/.cookie"));
  }

  @Test
  void namesWhatIsWrong() {
    read(Map.of("username", "u"), List.of("port"));
    read(Map.of("port", 9332), List.of("cookie_file"));
    read(Map.of("port", 9332, "username", "u", "cookie_file", "c"), List.of("cookie_file"));
    read(Map.of("url", "http://h:1", "port", 1, "username", "u"), List.of("url"));
    read(Map.of("url", "node:8332", "username", "u"), List.of("url"));
    read(Map.of("url", "http://host", "username", "u"), List.of("url"));
    read(Map.of("port", 0, "username", "u"), List.of("port"));
    read(Map.of("port", 1, "username", "u", "timeout", "1ms"), List.of("timeout"));
  }

  @Test
  void showsNoPasswordThatStandsInAUrl() {
    for (String url : List.of("http://u:geheim@host:8332", "http://u:ge heim@host:8332")) {
      Faults faults = new Faults();
      CoinServerOptions.from(Section.root(Map.of("url", url, "username", "u"), faults));
      assertThat(faults.found()).hasSize(1);
      assertThat(faults.found().get(0).toString()).contains("url").doesNotContain("heim");
    }
  }

  private static CoinServerOptions read(Map<String, ?> values, List<String> faulty) {
    Faults faults = new Faults();
    CoinServerOptions options = CoinServerOptions.from(Section.root(values, faults));
    assertThat(faults.found()).extracting(Fault::path).isEqualTo(faulty);
    return options;
  }
}
