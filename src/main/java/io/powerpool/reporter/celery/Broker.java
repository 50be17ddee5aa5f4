package io.powerpool.reporter.celery;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.ShutdownSignalException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.net.TrustOptions;
import io.vertx.rabbitmq.RabbitMQClient;
import io.vertx.rabbitmq.RabbitMQOptions;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings messages to RabbitMQ, whatever happens to it: keeps a connection, and publishes what is
 * not confirmed again on the next one. Belongs to the event loop that made it; publishing blocks a
 * thread of its own.
 *
 * <p>The queue is declared through the Vert.x client. What is published goes over a {@link
 * BrokerSession} instead: that client's publisher takes confirms of an old channel for those of the
 * next one.
 */
final class Broker {

  private static final Logger log = LoggerFactory.getLogger(Broker.class);

  private static final long FIRST_RETRY_MILLIS = 500;
  private static final long LAST_RETRY_MILLIS = 10_000;

  /** A session that lasted so long was a good one, though nothing was published. */
  private static final long GOOD_NANOS = Duration.ofSeconds(30).toNanos();

  private static final int CONNECT_MILLIS = 5_000;
  private static final int PRECONDITION_FAILED = AMQP.PRECONDITION_FAILED;

  private final Vertx vertx;
  private final CeleryOptions options;
  private final Consumer<String> onTrouble;
  private final Context context;
  private final WorkerExecutor publisher;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private volatile BrokerSession session;
  private boolean publishing;
  private boolean stopped;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private long openedNanos;

  private volatile String trouble = "";
  private final LongAdder confirmed = new LongAdder();
  private final LongAdder repeated = new LongAdder();

  /**
   * @param onTrouble is told, on the event loop, when messages have to wait, and why
   */
  Broker(Vertx vertx, CeleryOptions options, Consumer<String> onTrouble) {
    this.vertx = vertx;
    this.options = options;
    this.onTrouble = onTrouble;
    this.context = vertx.getOrCreateContext();
    this.publisher =
        vertx.createSharedWorkerExecutor(
            "celery-" + options.name(), 1, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  /** Connects, and goes on trying. */
  void start() {
    connect();
  }

  /** Why messages have to wait at present; empty while they do not. */
  String trouble() {
    BrokerSession open = session;
    String blocked = open == null ? "" : open.blocked();
    return blocked.isEmpty()
        ? trouble
        : "RabbitMQ at " + options.broker() + " takes nothing at present: " + blocked;
  }

  /** Messages that the broker has confirmed. */
  long confirmed() {
    return confirmed.sum();
  }

  /** Messages that were published more than once, because no confirm came. */
  long repeated() {
    return repeated.sum();
  }

  /**
   * Publishes messages, after those of earlier calls.
   *
   * @return completes when the broker has confirmed all of them; fails only if the broker is
   *     stopped before
   */
  Future<Void> publish(List<CeleryMessage> messages) {
    Job job = new Job(messages);
    if (stopped) {
      return Future.failedFuture("the reporter is stopped");
    }
    jobs.add(job);
    next();
    return job.done.future();
  }

  /** Gives up what is not confirmed, and closes the connection. */
  Future<Void> stop() {
    stopped = true;
    jobs.forEach(job -> job.done.tryFail("the reporter is stopped"));
    jobs.clear();
    return closeSession().eventually(() -> publisher.close());
  }

  private void connect() {
    if (stopped) {
      return;
    }
    declareQueue()
        .compose(
            declared ->
                vertx.executeBlocking(
                    () ->
                        new BrokerSession(
                            options.broker(),
                            options.queue(),
                            (ended, cause) ->
                                context.runOnContext(event -> onClosed(ended, cause))),
                    false))
        .onSuccess(this::onOpen)
        .onFailure(this::failed);
  }

  /** As Celery's workers declare it; one that is there with other settings is taken as it is. */
  private Future<Void> declareQueue() {
    Optional<BrokerTls> tls = options.broker().tls();
    return tls.isEmpty()
        ? declareQueue(settings())
        // It reads files.
        : vertx
            .executeBlocking(() -> TrustOptions.wrap(tls.get().trustManager()), false)
            .compose(trusted -> declareQueue(trusting(settings(), trusted)));
  }

  private static RabbitMQOptions trusting(RabbitMQOptions settings, TrustOptions trusted) {
    settings.setSsl(true).setTrustOptions(trusted);
    return settings;
  }

  private RabbitMQOptions settings() {
    RabbitMQOptions settings =
        new RabbitMQOptions()
            .setHost(options.broker().host())
            .setPort(options.broker().port())
            .setVirtualHost(options.broker().virtualHost())
            .setUser(options.broker().username())
            .setPassword(options.broker().password().value())
            .setConnectionTimeout(CONNECT_MILLIS)
            .setHandshakeTimeout(CONNECT_MILLIS)
            .setAutomaticRecoveryEnabled(false)
            .setConnectionName("powerpool topology");
    settings.setReconnectAttempts(0);
    return settings;
  }

  private Future<Void> declareQueue(RabbitMQOptions settings) {
    RabbitMQClient client = RabbitMQClient.create(vertx, settings);
    return client
        .start()
        .compose(connected -> client.queueDeclare(options.queue(), true, false, false))
        .<Void>mapEmpty()
        .recover(
            error -> {
              if (reply(error) instanceof AMQP.Channel.Close close
                  && close.getReplyCode() == PRECONDITION_FAILED) {
                log.warn("reporter {}: {}", options.name(), close.getReplyText());
                return Future.succeededFuture();
              }
              return Future.failedFuture(error);
            })
        .eventually(() -> client.stop().otherwiseEmpty());
  }

  private void onOpen(BrokerSession opened) {
    session = opened;
    openedNanos = System.nanoTime();
    if (stopped) {
      closeSession();
      return;
    }
    if (opened.isOver()) {
      onClosed(opened, new IOException("the connection was closed at once"));
      return;
    }
    log.info("reporter {} is connected to RabbitMQ at {}", options.name(), options.broker());
    trouble = "";
    next();
  }

  private void next() {
    if (session == null || publishing || jobs.isEmpty()) {
      return;
    }
    Job job = jobs.peek();
    BrokerSession used = session;
    publishing = true;
    publisher
        .executeBlocking(
            () -> {
              used.publish(job);
              return null;
            },
            // One at a time is under way. In order it would hold up what else the context runs so.
            false)
        .onComplete(
            done -> {
              publishing = false;
              confirmed.add(job.newlyConfirmed());
              if (done.succeeded()) {
                retryMillis = FIRST_RETRY_MILLIS;
                jobs.remove(job);
                job.done.tryComplete();
              } else {
                repeated.add(used.unconfirmed());
                onClosed(used, done.cause());
              }
              next();
            });
  }

  private void onClosed(BrokerSession ended, Throwable cause) {
    if (session != ended || stopped) {
      return;
    }
    if (System.nanoTime() - openedNanos > GOOD_NANOS) {
      retryMillis = FIRST_RETRY_MILLIS;
    }
    closeSession().onComplete(closed -> failed(cause));
  }

  private Future<Void> closeSession() {
    BrokerSession open = session;
    session = null;
    return open == null
        ? Future.succeededFuture()
        : vertx.executeBlocking(
            () -> {
              open.close();
              return null;
            },
            false);
  }

  private void failed(Throwable cause) {
    if (stopped) {
      return;
    }
    String reason = "RabbitMQ at " + options.broker() + ": " + describe(cause);
    if (!reason.equals(trouble)) {
      log.warn("reporter {}: {}; tried again until it works", options.name(), reason);
    }
    trouble = reason;
    onTrouble.accept(reason);
    vertx.setTimer(retryMillis, timer -> connect());
    retryMillis = Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
  }

  /** What the broker said as it ended the connection or channel; null if it said nothing. */
  private static com.rabbitmq.client.Method reply(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException shutdown && shutdown.getReason() != null) {
        return shutdown.getReason();
      }
    }
    return null;
  }

  /** In words for a person: the broker's own if there are any. */
  static String describe(Throwable error) {
    com.rabbitmq.client.Method reply = reply(error);
    if (reply instanceof AMQP.Connection.Close close) {
      return close.getReplyText();
    }
    if (reply instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    Throwable deepest = error;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String message = deepest.getMessage();
    if (deepest instanceof EOFException) {
      return "it hangs up without a word";
    }
    // What the client says of bytes that are no frame depends on what they happen to be.
    if (deepest instanceof IllegalStateException || deepest instanceof MalformedFrameException) {
      return "it does not speak AMQP 0-9-1 (" + message + ")";
    }
    return message == null ? deepest.getClass().getSimpleName() : message;
  }

  /** Messages of one call. Its session confirms on its threads, the event loop asks. */
  private static final class Job implements BrokerSession.MessageBatch {

    private final List<CeleryMessage> messages;
    private final BitSet confirmed = new BitSet();
    private final Promise<Void> done = Promise.promise();
    private int counted;

    Job(List<CeleryMessage> messages) {
      this.messages = List.copyOf(messages);
    }

    @Override
    public List<CeleryMessage> messages() {
      return messages;
    }

    @Override
    public synchronized boolean isConfirmed(int index) {
      return confirmed.get(index);
    }

    @Override
    public synchronized void confirm(int index) {
      confirmed.set(index);
    }

    synchronized int newlyConfirmed() {
      int news = confirmed.cardinality() - counted;
      counted += news;
      return news;
    }
  }
}
