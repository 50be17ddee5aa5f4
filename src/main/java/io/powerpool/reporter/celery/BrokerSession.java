package io.powerpool.reporter.celery;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.powerpool.reporter.celery.CeleryOptions.BrokerAddress;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

/**
 * One connection with one channel, and which of its messages the broker has confirmed. Delivery
 * tags count from 1 on each channel, so neither is ever reused: after any failure the session is
 * over.
 *
 * <p>One thread at a time publishes, and blocks; the client's threads bring what the broker says.
 */
final class BrokerSession implements AutoCloseable {

  /** So many messages may wait for their confirm. */
  private static final int WINDOW = 500;

  private static final int CONNECT_MILLIS = 5_000;

  /** Told to the broker; a silent one is given up after twice the time. */
  private static final int HEARTBEAT_SECONDS = 10;

  private static final int CLOSE_MILLIS = 2_000;

  /** A broker that blocks nobody confirms sooner. */
  private static final long STALLED_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long LOOK_MILLIS = 1_000;

  private final String queue;
  private final Connection connection;
  private final Channel channel;

  /** Messages under way by their delivery tag. Guarded, as all below, by this. */
  private final TreeMap<Long, Integer> unconfirmed = new TreeMap<>();

  private final Set<String> returned = new HashSet<>();
  private MessageBatch batch;
  private IOException failure;
  private String blocked = "";
  private long progressNanos = System.nanoTime();

  /**
   * Connects. Blocks.
   *
   * @param onClosed is told, on some thread, why the session is over unless {@link #close} was
   *     called
   */
  BrokerSession(BrokerAddress address, String queue, BiConsumer<BrokerSession, Throwable> onClosed)
      throws IOException, TimeoutException {
    this.queue = queue;
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setVirtualHost(address.virtualHost());
    factory.setUsername(address.username());
    factory.setPassword(address.password().value());
    factory.setConnectionTimeout(CONNECT_MILLIS);
    factory.setHandshakeTimeout(CONNECT_MILLIS);
    factory.setChannelRpcTimeout(CONNECT_MILLIS);
    factory.setRequestedHeartbeat(HEARTBEAT_SECONDS);
    // A recovered channel counts its tags anew, and nobody would know which message one means.
    factory.setAutomaticRecoveryEnabled(false);
    factory.setTopologyRecoveryEnabled(false);
    if (address.tls().isPresent()) {
      try {
        factory.useSslProtocol(address.tls().get().context());
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    }
    connection = factory.newConnection("powerpool");
    try {
      connection.addBlockedListener(this::onBlocked, () -> onBlocked(""));
      channel = connection.createChannel();
      channel.addReturnListener(message -> onReturned(message.getProperties().getCorrelationId()));
      channel.addConfirmListener(
          (tag, multiple) -> onConfirmed(tag, multiple, true),
          (tag, multiple) -> onConfirmed(tag, multiple, false));
      channel.confirmSelect();
    } catch (IOException | RuntimeException e) {
      connection.abort(CLOSE_MILLIS);
      throw e;
    }
    channel.addShutdownListener(cause -> onShutdown(cause, onClosed));
  }

  /** Why the broker takes nothing at present; empty while it does. */
  synchronized String blocked() {
    return blocked;
  }

  /** Whether it is of no use any more. */
  synchronized boolean isOver() {
    return failure != null;
  }

  /** How many messages were sent and not confirmed. */
  synchronized int unconfirmed() {
    return unconfirmed.size();
  }

  /**
   * Publishes what of the batch is not confirmed yet, and returns when all is. Blocks.
   *
   * @throws IOException if the session is over or is better ended; what was confirmed meanwhile is
   *     noted in the batch
   */
  void publish(MessageBatch toPublish) throws IOException, InterruptedException {
    synchronized (this) {
      batch = toPublish;
      progressNanos = System.nanoTime();
    }
    try {
      for (int i = 0; i < toPublish.messages().size(); i++) {
        if (!toPublish.isConfirmed(i)) {
          send(i, toPublish.messages().get(i));
        }
      }
      awaitUnconfirmed(0);
    } catch (ShutdownSignalException e) {
      throw new IOException(e);
    }
    synchronized (this) {
      if (!returned.isEmpty()) {
        throw new IOException("the queue '" + queue + "' is gone, it is declared again");
      }
    }
  }

  private void send(int index, CeleryMessage message) throws IOException, InterruptedException {
    awaitUnconfirmed(WINDOW - 1);
    synchronized (this) {
      unconfirmed.put(channel.getNextPublishSeqNo(), index);
    }
    // By the default exchange, as Celery 4 and later; mandatory, for what no queue takes is
    // confirmed as well.
    channel.basicPublish("", queue, true, message.properties(), message.body());
  }

  private synchronized void awaitUnconfirmed(int most) throws IOException, InterruptedException {
    while (true) {
      if (failure != null) {
        throw failure;
      }
      if (unconfirmed.size() <= most && blocked.isEmpty()) {
        return;
      }
      if (blocked.isEmpty() && System.nanoTime() - progressNanos > STALLED_NANOS) {
        throw new IOException("the broker does not confirm what it is sent");
      }
      wait(LOOK_MILLIS);
    }
  }

  private synchronized void onConfirmed(long tag, boolean multiple, boolean good) {
    Map<Long, Integer> confirmed =
        multiple ? unconfirmed.headMap(tag, true) : unconfirmed.subMap(tag, true, tag, true);
    for (int index : confirmed.values()) {
      String id = batch.messages().get(index).id();
      // What was returned, no queue has, whatever is confirmed.
      if (good && !returned.contains(id)) {
        batch.confirm(index);
      }
    }
    confirmed.clear();
    if (!good && failure == null) {
      failure = new IOException("the broker refuses what it is sent (basic.nack)");
    }
    progressNanos = System.nanoTime();
    notifyAll();
  }

  /** Comes before the confirm of the same message. */
  private synchronized void onReturned(String id) {
    returned.add(id);
  }

  private synchronized void onBlocked(String reason) {
    blocked = reason;
    progressNanos = System.nanoTime();
    notifyAll();
  }

  private void onShutdown(
      ShutdownSignalException cause, BiConsumer<BrokerSession, Throwable> onClosed) {
    synchronized (this) {
      if (failure == null) {
        failure = new IOException(cause);
      }
      notifyAll();
    }
    if (!cause.isInitiatedByApplication()) {
      onClosed.accept(this, cause);
    }
  }

  /** Ends it at once; whoever publishes fails. Blocks. */
  @Override
  public void close() {
    synchronized (this) {
      if (failure == null) {
        failure = new IOException("the connection is closed");
      }
      notifyAll();
    }
    connection.abort(CLOSE_MILLIS);
  }

  /** Messages that are to be published, and which of them the broker has for good. */
  interface MessageBatch {

    List<CeleryMessage> messages();

    boolean isConfirmed(int index);

    void confirm(int index);
  }
}
