package io.powerpool.jobmanager;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How a new block can be heard of. */
enum Way {
  /** A server was asked for its tip, or for a template, because it was time to. */
  POLL,
  /** A server answered a request for a template that had waited for news. */
  LONG_POLL,
  /** Somebody sent the signal verticle a datagram. */
  UDP,
  /** A server published the block over ZeroMQ. */
  ZMQ,
  /** Somebody sent this process a POSIX signal. */
  POSIX,
  /** A server has accepted a block of ours. */
  OWN;

  /** Its name in statistics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The way of this name. */
  static Optional<Way> of(String label) {
    return Stream.of(values()).filter(way -> way.label().equals(label)).findFirst();
  }
}
