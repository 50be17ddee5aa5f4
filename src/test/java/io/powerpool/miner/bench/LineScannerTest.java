package io.powerpool.miner.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineScannerTest {

  private final LineScanner scanner = new LineScanner();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1000042,\"result\":true,\"error\":null}",
        "{\"error\": null, \"result\": true, \"id\": 1000042}",
        " { \"result\" : true , \"jsonrpc\" : \"2.0\" , \"id\" : 1000042 } \r",
        "{\"result\":true,\"id\":1000042,\"method\":null}",
        "{\"result\":true,\"error\":false,\"x\":{\"id\":[1,{\"result\":false}]},\"id\":1000042}",
        "{\"y\":\"\\\"id\\\":5,}\",\"id\":1000042,\"result\":true}"
      })
  void readsAYes(String line) {
    scan(line);

    assertThat(scanner.isReply()).isTrue();
    assertThat(scanner.id()).isEqualTo(1_000_042);
    assertThat(scanner.isTrue()).isTrue();
    assertThat(scanner.isError()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"id\":7,\"result\":null,\"error\":[21,\"job, not ] found\",null]} | 21",
        "{\"id\":7,\"error\":{\"code\": 23,\"message\":\"low\"},\"result\":false} | 23",
        "{\"id\":7,\"error\":\"low\",\"result\":null} | 0",
      })
  void readsANo(String line, int code) {
    scan(line);

    assertThat(scanner.isReply()).isTrue();
    assertThat(scanner.isTrue()).isFalse();
    assertThat(scanner.isError()).isTrue();
    assertThat(scanner.errorCode()).isEqualTo(code);
  }

  @Test
  void readsAJob() {
    scan(
        "{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"6a\",\"00\",\"01\",\"02\","
            + "[\"aa\",\"bb\"], \"20000000\",\"1d00ffff\",\"65000000\",true]}");

    assertThat(scanner.isReply()).isFalse();
    assertThat(scanner.isMethod(LineScanner.bytes("mining.notify"))).isTrue();
    assertThat(scanner.isMethod(LineScanner.bytes("mining.notif"))).isFalse();
    assertThat(scanner.param(0)).isTrue();
    assertThat(scanner.text()).isEqualTo("6a");
    assertThat(scanner.param(4)).isTrue();
    assertThat(scanner.text()).isEqualTo("[\"aa\",\"bb\"]");
    assertThat(scanner.param(7)).isTrue();
    assertThat(scanner.text()).isEqualTo("65000000");
    assertThat(scanner.param(8)).isTrue();
    assertThat(scanner.elementIsTrue()).isTrue();
    assertThat(scanner.param(9)).isFalse();
  }

  @Test
  void readsASubscription() {
    scan(
        "{\"id\":1,\"result\":[[[\"mining.set_difficulty\",\"1\"],[\"mining.notify\",\"1\"]],"
            + "\"f000000f\",8],\"error\":null}");

    assertThat(scanner.result(2)).isTrue();
    assertThat(scanner.text()).isEqualTo("8");
    assertThat(scanner.result(3)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"",
        "{\"id",
        "{\"id\":",
        "{\"id\":\"",
        "[1,2",
        "nonsense",
        "{\"id\":1,\"result\":[[",
        "{}"
      })
  void survivesWhatIsNoMessage(String line) {
    scan(line);

    assertThat(scanner.isTrue()).isFalse();
    assertThat(scanner.param(0)).isFalse();
  }

  private void scan(String line) {
    byte[] bytes = LineScanner.bytes("##" + line + "\n{\"id\":99,\"result\":true}\n");
    scanner.scan(bytes, 2, 2 + line.length());
  }
}
