package io.powerpool.cluster;

import io.powerpool.cluster.Topic.Subscription;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Function;

/**
 * A question that one of those who serve it answers.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
public final class Request<Q, A> {

  /** The failure code of an answer that is an error of the one asked. */
  public static final int FAILED = 1;

  private final EventBus bus;
  private final String address;
  private final String questionCodec;
  private final String answerCodec;
  private final boolean local;

  Request(EventBus bus, String address, String questionCodec, String answerCodec) {
    this(bus, address, questionCodec, answerCodec, false);
  }

  /**
   * @param local whether it never leaves the process, and so depends on no other
   */
  Request(EventBus bus, String address, String questionCodec, String answerCodec, boolean local) {
    this.bus = bus;
    this.address = address;
    this.questionCodec = questionCodec;
    this.answerCodec = answerCodec;
    this.local = local;
  }

  /**
   * Asks. Fails with a {@link io.vertx.core.eventbus.ReplyException} if nobody serves, nobody
   * answers in time, or the one asked failed.
   */
  public Future<A> ask(Q question, Duration timeout) {
    DeliveryOptions options =
        options(questionCodec).setSendTimeout(timeout.toMillis()).setLocalOnly(local);
    return bus.<A>request(address, question, options).map(reply -> reply.body());
  }

  /** Answers from now on, on the caller's context. */
  public Subscription serve(Function<Q, Future<A>> handler) {
    DeliveryOptions replyOptions = options(answerCodec);
    Handler<Message<Q>> answering =
        message ->
            handler
                .apply(message.body())
                .onSuccess(answer -> message.reply(answer, replyOptions))
                .onFailure(error -> message.fail(FAILED, String.valueOf(error.getMessage())));
    MessageConsumer<Q> consumer =
        local ? bus.localConsumer(address, answering) : bus.consumer(address, answering);
    return consumer::unregister;
  }

  private static DeliveryOptions options(String codec) {
    DeliveryOptions options = new DeliveryOptions();
    return codec == null ? options : options.setCodecName(codec);
  }
}
