package io.powerpool.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.config.Network;
import io.powerpool.config.Secret;
import io.powerpool.signal.SignalGate.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignalGateTest {

  private static final String HOME = "127.0.0.1";
  private static final String ORDER = "LTC getblocktemplate signal=1 __spawn=1";
  private static final String BLOCK = "00".repeat(31) + "ab";
  private static final String SECRET = "0123456789abcdef";
  private static final long NOW_MILLIS = 1_700_000_000_000L;

  private long nowNanos;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LTC getblocktemplate signal=1 __spawn=1                            | LTC",
        "DOGE _check_new_jobs signal=1 _single_exec=True __spawn=1          | DOGE",
        "LTC  getblocktemplate                                              | LTC",
        "LTC getblocktemplate anything=else                                 | LTC",
        "VTC getblocktemplate signal=1                        | UNKNOWN_COMPONENT",
        "ltc getblocktemplate signal=1                        | UNKNOWN_COMPONENT",
        "LTC stop signal=1                                    | UNKNOWN_METHOD",
        "LTC __class__                                        | UNKNOWN_METHOD",
        "LTC                                                  | MALFORMED",
        "''                                                   | MALFORMED",
        "LTC getblocktemplate signal                          | MALFORMED",
        "LTC getblocktemplate 1                               | MALFORMED",
        "LTC getblocktemplate =1                              | MALFORMED",
        "LTC getblocktemplate signal=                         | MALFORMED",
        "LTC getblocktemplate a=1 a=2                         | MALFORMED",
        "LTC getblocktemplate block=xyz                       | MALFORMED",
        "LTC get;block signal=1                               | MALFORMED",
        "LTC getblocktemplate a=1 b=2 c=3 d=4 e=5 f=6 g=7 h=8 i=9 j=10 k=11 l=12 m=13 n=14 o=15"
            + " p=16 q=17 | MALFORMED",
      })
  void takesTheTwoOrdersForConfiguredCoinsAndNothingElse(String text, String expected) {
    assertThat(outcome(gate(), HOME, text)).isEqualTo(expected);
  }

  @Test
  void boundsAndAlphabetOfADatagram() {
    String filler = ORDER + " filler=";
    String longest = filler + "x".repeat(Datagram.MAX_BYTES - filler.length());
    assertThat(outcome(gate(), HOME, longest)).isEqualTo("LTC");
    assertThat(outcome(gate(), HOME, longest + "x")).isEqualTo("MALFORMED");
    assertThat(outcome(gate(), HOME, ORDER + "\r\n")).isEqualTo("LTC");
    assertThat(outcome(gate(), HOME, "LTC\tgetblocktemplate")).isEqualTo("MALFORMED");
    assertThat(outcome(gate(), HOME, "LTC getblocktemplate a=\u00e9")).isEqualTo("MALFORMED");
    assertThat(outcome(gate(), HOME, ORDER + "\nLTC stop")).isEqualTo("MALFORMED");
  }

  @Test
  void readsWhichBlockItIs() {
    Verdict verdict = judge(gate(), HOME, ORDER + " block=" + BLOCK);
    assertThat(verdict)
        .isEqualTo(new Verdict.Accepted("LTC", Optional.of(Hash256.ofDisplayHex(BLOCK))));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, LTC",
    "127.255.0.9, LTC",
    "::1, LTC",
    "0:0:0:0:0:0:0:1, LTC",
    "128.0.0.1, WRONG_SOURCE",
    "::2, WRONG_SOURCE",
    "fe80::1%eth0, WRONG_SOURCE",
    "10.1.0.0, LTC",
    "10.1.127.255, LTC",
    "10.1.128.0, WRONG_SOURCE",
    "10.0.255.255, WRONG_SOURCE"
  })
  void listensToTheNetworksAllowed(String source, String expected) {
    SignalGate gate = gate(100, Optional.empty(), "127.0.0.0/8", "::1/128", "10.1.0.0/17");
    assertThat(outcome(gate, source, ORDER)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1.2.3.4, 32", "1.2.3.4/0, 0", "::/0, 0", "fd00::1, 128", "1.2.3.4/33, -1", "1.2.3/8, -1",
    "localhost, -1", "face, -1", "::1/129, -1", "1.2.3.4/, -1", "1.2.3.4/-1, -1", "'', -1"
  })
  void readsNetworks(String text, int bits) {
    assertThat(Network.parse(text).map(Network::bits).orElse(-1)).isEqualTo(bits);
  }

  @Test
  void oneAddressMaySendSoManyASecondAndOthersAreNotAffected() {
    SignalGate gate = gate(3, Optional.empty(), "0.0.0.0/0");
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("LTC");
    }
    assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("TOO_MANY");
    assertThat(outcome(gate, "10.0.0.2", ORDER)).isEqualTo("LTC");
    nowNanos += Duration.ofMillis(400).toNanos();
    assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("LTC");
    assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("TOO_MANY");
    nowNanos += Duration.ofHours(1).toNanos();
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("LTC");
    }
    assertThat(outcome(gate, "10.0.0.1", ORDER)).isEqualTo("TOO_MANY");
  }

  @Test
  void forgetsAddressesThatWereSilentLongestWhenThereAreTooMany() {
    SourceLimiter limiter = new SourceLimiter(1);
    assertThat(limiter.admit("first", 0)).isTrue();
    assertThat(limiter.admit("first", 0)).isFalse();
    for (int i = 0; i < 1024; i++) {
      assertThat(limiter.admit("other" + i, 0)).isTrue();
    }
    assertThat(limiter.admit("first", 0)).isTrue();
    assertThat(limiter.admit("other1023", 0)).isFalse();
  }

  /** The MACs were made by {@code openssl dgst -sha256 -hmac 0123456789abcdef}. */
  @ParameterizedTest
  @CsvSource({
    "1700000000, MAC0, LTC",
    "1700000030, MAC30, LTC",
    "1700000031, MAC31, WRONG_TIME",
    "1699999969, MACM31, WRONG_TIME",
    "1700000001, MAC0, WRONG_MAC",
  })
  void withASecretOnlyFreshOrdersOfThoseWhoKnowIt(String time, String mac, String expected) {
    String digits =
        switch (mac) {
          case "MAC0" -> "762c58931a86ba7aff2d2735665b0d1c507c99feb8ddf411fc2dedfa8dff0e6b";
          case "MAC30" -> "a60e6703b326ca90cdbdef128e3a56424cb4b292015f66ab975672872cefa8f5";
          case "MAC31" -> "071819e50295f0ef74373102d368872c6338d497f81371e4e1df9dfb7b48073b";
          default -> "39bc451d1d6075ddfa9a98727d46347d3e7422ee35475b80ef7eeeb9b2c5c1a3";
        };
    SignalGate gate = gate(100, Optional.of(new Secret(SECRET)), "127.0.0.0/8");
    String text = ORDER + " time=" + time + " mac=" + digits;
    assertThat(outcome(gate, HOME, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "LTC getblocktemplate signal=1, WRONG_MAC",
    "LTC getblocktemplate mac=, MALFORMED",
    "LTC getblocktemplate mac=zz, WRONG_MAC",
    "LTC getblocktemplate time=1700000000 mac=00, WRONG_MAC",
    "LTC getblocktemplate mac=4ea7be4def4283122bbf4d54d3ce94e819b858b8105870b8fe53e1d04cb3fa23, WRONG_TIME",
    "LTC getblocktemplate mac=4ea7be4def4283122bbf4d54d3ce94e819b858b8105870b8fe53e1d04cb3fa23 time=1700000000, WRONG_MAC",
  })
  void aSecretIsNotOptional(String text, String expected) {
    SignalGate gate = gate(100, Optional.of(new Secret(SECRET)), "127.0.0.0/8");
    assertThat(outcome(gate, HOME, text)).isEqualTo(expected);
  }

  private static SignalGate gate() {
    return gate(100, Optional.empty(), "127.0.0.0/8");
  }

  private static SignalGate gate(int rate, Optional<Secret> secret, String... networks) {
    List<Network> allow =
        List.of(networks).stream().map(Network::parse).map(Optional::orElseThrow).toList();
    return new SignalGate(
        new SignalOptions(true, HOME, 0, allow, rate, secret), Set.of("LTC", "DOGE"));
  }

  private String outcome(SignalGate gate, String source, String text) {
    Verdict verdict = judge(gate, source, text);
    return verdict instanceof Verdict.Accepted order
        ? order.currency()
        : ((Verdict.Refused) verdict).reason().name();
  }

  private Verdict judge(SignalGate gate, String source, String text) {
    return gate.judge(source, text.getBytes(StandardCharsets.UTF_8), nowNanos, NOW_MILLIS);
  }
}
