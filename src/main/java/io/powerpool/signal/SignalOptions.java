package io.powerpool.signal;

import io.powerpool.config.Network;
import io.powerpool.config.Secret;
import io.powerpool.config.Section;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Where orders are heard, and whose.
 *
 * @param enabled whether anything is opened at all
 * @param port with the server number added; 0 for any
 * @param allow the networks that orders may come from
 * @param rateLimit orders per second and address
 * @param secret what every order must be authenticated with, if there is one
 */
public record SignalOptions(
    boolean enabled,
    String address,
    int port,
    List<Network> allow,
    int rateLimit,
    Optional<Secret> secret) {

  /** PowerPool's port, so that {@code .push} files go on to work. */
  static final int DEFAULT_PORT = 6855;

  private static final int MAX_PORT = 65_535;

  /** The block size of SHA-256: a longer key would be hashed first, which alertblock does not. */
  private static final int MAX_SECRET_BYTES = 64;

  public SignalOptions {
    allow = List.copyOf(allow);
  }

  /**
   * Reads the section {@code signal}.
   *
   * @param serverNumber the top-level {@code server_number}, added to the port
   */
  public static SignalOptions from(Section section, int serverNumber) {
    boolean enabled = section.flag("enabled", false);
    String address = section.string("address", "127.0.0.1");
    int port = section.integer("port", DEFAULT_PORT, 0, MAX_PORT);
    int effective = port == 0 ? 0 : port + serverNumber;
    if (effective > MAX_PORT) {
      section.fault("port", port, "at most " + MAX_PORT + " with the server_number added");
      effective = 0;
    }
    List<Network> allow = Network.list(section, "allow", List.of("127.0.0.0/8", "::1/128"));
    int rateLimit = section.integer("rate_limit", 100, 1, 1_000_000);
    Optional<Secret> secret = section.secret("secret");
    secret
        .filter(given -> !isUsable(given.value()))
        .ifPresent(
            given ->
                section.fault(
                    "secret",
                    given,
                    "16 to " + MAX_SECRET_BYTES + " bytes without control characters"));
    return new SignalOptions(enabled, address, effective, allow, rateLimit, secret);
  }

  private static boolean isUsable(String secret) {
    int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
    return bytes >= 16
        && bytes <= MAX_SECRET_BYTES
        && secret.chars().noneMatch(Character::isISOControl);
  }
}
