package io.powerpool.net;

import io.powerpool.config.Network;
import io.powerpool.config.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a balancer tells where a connection comes from: by a header of the PROXY protocol, version 1
 * or 2, before anything else on each connection.
 *
 * @param from the networks of the balancers: whoever may send a header can claim any address
 * @param timeout how long a connection may take to send it
 */
public record ProxyOptions(List<Network> from, Duration timeout) {

  public ProxyOptions {
    from = List.copyOf(from);
  }

  /** Reads the keys {@code proxy_…} of an entry of {@code stratum.ports}. */
  public static Optional<ProxyOptions> from(Section section) {
    boolean expected = section.flag("proxy_protocol", false);
    ProxyOptions options =
        new ProxyOptions(
            Network.list(section, "proxy_from", List.of("127.0.0.0/8", "::1/128")),
            section.duration(
                "proxy_timeout",
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofMinutes(5)));
    if (expected && options.from.isEmpty()) {
      section.fault("proxy_from", List.of(), "the networks of the balancers");
    }
    return expected ? Optional.of(options) : Optional.empty();
  }

  /** Whether a balancer may have this address, 4 or 16 bytes. */
  public boolean isBalancer(byte[] address) {
    return from.stream().anyMatch(network -> network.contains(address));
  }
}
