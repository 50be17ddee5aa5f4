package io.powerpool.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserNamesTest {

  private static final String BITCOIN = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";

  private final UserNames any =
      new UserNames(Map.of("bobsrig", "alias-address"), "donate", List.of(), List.of());

  @ParameterizedTest
  @CsvSource({
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, ''",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.rig_1[2], 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, rig_1[2]",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.a.b:c  d, 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, a-b-c-d",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa.12345678901234567, 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa,"
        + " 1234567890123456",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4.x, bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4, x",
    "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a.x,"
        + " bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a, x",
    "qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a, qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a, ''",
    "Bob's Rig.7, alias-address, 7",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb.7, donate, 7",
    "'', donate, ''",
    ".., donate, -",
  })
  void readsPowerPoolsUserNames(String user, String address, String worker) {
    assertThat(any.worker(user)).isEqualTo(new Worker(address, worker));
  }

  @Test
  void creditsOnlyTheAddressesThatThePortAccepts() {
    UserNames restricted = new UserNames(Map.of(), "donate", List.of(48), List.of("ltc"));
    assertThat(restricted.worker(BITCOIN).address()).isEqualTo("donate");
    assertThat(restricted.worker("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").address())
        .isEqualTo("donate");
    assertThat(restricted.worker("LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ").address())
        .isEqualTo("LVuDpNCSSj6pQ7t9Pv6d6sUkLKoqDEVUnJ");
    assertThat(restricted.isDonation(restricted.worker("nobody"))).isTrue();
  }

  @Test
  void boundsTheLength() {
    assertThatThrownBy(() -> any.worker("x".repeat(257)))
        .hasMessage("a user name has at most 256 characters, got 257");
  }

  @ParameterizedTest
  @CsvSource({
    "d=512, 512, , ,",
    "-d 512, 512, , ,",
    "--diff=0.5, 1, , ,",
    "x;d=70;sd=80, 70, 80, ,",
    "--start-diff 32 --min-diff 16 --max-diff 1e6, , 32, 16, 1000000",
    "sd=9 md=8 xd=7, , 9, 8, 7",
    "d=-1, , , ,",
    "d=NaN, , , ,",
    "d=1e400, , , ,",
    "d=, , , ,",
    "d=d=5, 5, , ,",
    "password, , , ,",
    "-d, , , ,",
  })
  void readsDifficultiesFromPasswordsAndIgnoresTheRest(
      String password, Double fixed, Double start, Double minimum, Double maximum) {
    PasswordArguments read = PasswordArguments.read(password, 1);
    assertThat(read.fixed().isPresent() ? read.fixed().getAsDouble() : null).isEqualTo(fixed);
    assertThat(read.start().isPresent() ? read.start().getAsDouble() : null).isEqualTo(start);
    assertThat(read.minimum().isPresent() ? read.minimum().getAsDouble() : null).isEqualTo(minimum);
    assertThat(read.maximum().isPresent() ? read.maximum().getAsDouble() : null).isEqualTo(maximum);
    if (fixed == null && start == null && minimum == null && maximum == null) {
      // One object for all of those: there are as many as connections.
      assertThat(read).isSameAs(PasswordArguments.NONE);
    }
  }
}
