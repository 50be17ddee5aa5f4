package io.powerpool.cluster;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.function.Consumer;

/**
 * One-to-many messages of one type on one address. Best effort: who must not miss anything asks.
 *
 * @param <T> what is published
 */
public final class Topic<T> {

  private final EventBus bus;
  private final String address;
  private final DeliveryOptions options;

  Topic(EventBus bus, String address, String codec) {
    this.bus = bus;
    this.address = address;
    this.options = new DeliveryOptions();
    if (codec != null) {
      options.setCodecName(codec);
    }
  }

  public void publish(T message) {
    bus.publish(address, message, options);
  }

  /** Hears every message on the caller's context from now on. */
  public Subscription subscribe(Consumer<T> handler) {
    MessageConsumer<T> consumer = bus.consumer(address, message -> handler.accept(message.body()));
    return consumer::unregister;
  }

  /** Something that can be ended. */
  @FunctionalInterface
  public interface Subscription {
    Future<Void> cancel();
  }
}
