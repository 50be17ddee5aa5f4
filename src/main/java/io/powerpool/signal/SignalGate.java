package io.powerpool.signal;

import io.netty.util.NetUtil;
import io.powerpool.bitcoin.Hash256;
import java.util.Optional;
import java.util.Set;

/** Decides which orders are followed, cheapest checks first. Used by one thread. */
final class SignalGate {

  /** What becomes of an order. */
  sealed interface Verdict {

    /**
     * It is followed.
     *
     * @param block what the coin server has told of, if the order says so
     */
    record Accepted(String currency, Optional<Hash256> block) implements Verdict {}

    /** It is not, for this reason. */
    record Refused(Refusal reason) implements Verdict {}
  }

  private final SignalOptions options;
  private final Set<String> currencies;
  private final SourceLimiter limiter;
  private final Optional<DatagramMac> mac;

  SignalGate(SignalOptions options, Set<String> currencies) {
    this.options = options;
    this.currencies = Set.copyOf(currencies);
    this.limiter = new SourceLimiter(options.rateLimit());
    this.mac = options.secret().map(DatagramMac::new);
  }

  /**
   * Judges one datagram.
   *
   * @param source the sender's IP address as text
   */
  Verdict judge(String source, byte[] bytes, long nowNanos, long nowMillis) {
    byte[] address = NetUtil.createByteArrayFromIpAddressString(source);
    if (address == null
        || options.allow().stream().noneMatch(network -> network.contains(address))) {
      return new Verdict.Refused(Refusal.WRONG_SOURCE);
    }
    if (!limiter.admit(source, nowNanos)) {
      return new Verdict.Refused(Refusal.TOO_MANY);
    }
    Optional<String> text = Datagram.text(bytes);
    Optional<Datagram> order = text.flatMap(Datagram::parse);
    if (order.isEmpty()) {
      return new Verdict.Refused(Refusal.MALFORMED);
    }
    Optional<Refusal> doubt = mac.flatMap(known -> known.fault(text.get(), order.get(), nowMillis));
    if (doubt.isPresent()) {
      return new Verdict.Refused(doubt.get());
    }
    if (!currencies.contains(order.get().component())) {
      return new Verdict.Refused(Refusal.UNKNOWN_COMPONENT);
    }
    if (!Datagram.METHODS.contains(order.get().method())) {
      return new Verdict.Refused(Refusal.UNKNOWN_METHOD);
    }
    return new Verdict.Accepted(order.get().component(), order.get().block());
  }
}
