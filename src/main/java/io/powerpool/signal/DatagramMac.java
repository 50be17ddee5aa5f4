package io.powerpool.signal;

import io.powerpool.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells orders of those who know a secret from others. The last word of such an order is {@code
 * mac=HEX}: HMAC-SHA256 (RFC 2104) of the text before the blank in front of it, with the secret's
 * UTF-8 bytes as key, in 64 hexadecimal digits. The text has {@code time=SECONDS}, seconds since
 * 1970, so that an order that was overheard is of no use for long.
 *
 * <p>An order that comes twice within that time is taken twice: two blocks may follow each other in
 * a second, and all that a copy can do is to have the coin server asked once more.
 */
final class DatagramMac {

  /** How far the sender's clock may be from ours. */
  static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(30);

  private static final String ALGORITHM = "HmacSHA256";
  private static final String MARK = " mac=";

  private final SecretKeySpec key;

  DatagramMac(Secret secret) {
    key = new SecretKeySpec(secret.value().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /** Why the order is not to be believed; empty if it is. */
  Optional<Refusal> fault(String text, Datagram order, long nowMillis) {
    int end = text.lastIndexOf(MARK);
    if (end < 0 || !isGenuine(text.substring(0, end), text.substring(end + MARK.length()))) {
      return Optional.of(Refusal.WRONG_MAC);
    }
    String time = order.arguments().getOrDefault("time", "");
    if (!time.matches("\\d{1,12}")
        || Math.abs(Long.parseLong(time) * 1000 - nowMillis) > CLOCK_TOLERANCE.toMillis()) {
      return Optional.of(Refusal.WRONG_TIME);
    }
    return Optional.empty();
  }

  private boolean isGenuine(String signed, String digits) {
    byte[] given;
    try {
      given = HexFormat.of().parseHex(digits);
    } catch (IllegalArgumentException e) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return MessageDigest.isEqual(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)), given);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
