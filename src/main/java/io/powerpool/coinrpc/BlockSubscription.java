package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hash256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * Hears a node publish the ids of its new blocks over ZeroMQ ({@code -zmqpubhashblock}). A message
 * has three parts: {@code hashblock}, the id in display order (the node's zmqpublishnotifier.cpp
 * turns it round before sending), and a count as 4 bytes, little-endian. ZeroMQ connects again by
 * itself, for ever. Receives on a thread of its own.
 */
final class BlockSubscription {

  /** What is told of each block; called on the subscription's thread. */
  @FunctionalInterface
  interface Listener {

    /**
     * A block is the node's new tip.
     *
     * @param nanos when its message was received, as {@link System#nanoTime}
     */
    void onBlock(Hash256 block, long nanos);
  }

  private static final Logger log = LoggerFactory.getLogger(BlockSubscription.class);

  private static final byte[] TOPIC = "hashblock".getBytes(StandardCharsets.US_ASCII);
  private static final int SEQUENCE_SIZE = 4;

  /** Whoever sends more than this is no publisher of ids. */
  private static final long MAX_MESSAGE_BYTES = 1024;

  /**
   * A connection whose handshake takes longer is made anew. In 18 of 600 attempts against a
   * publisher on the same host JeroMQ 0.6.0 never read what that begins with, and was deaf for its
   * default of 30 s.
   */
  private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(2);

  private static final Duration KEEP_ALIVE_IDLE = Duration.ofSeconds(30);
  private static final Duration MAX_RECONNECT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private final String endpoint;
  private final Listener listener;
  private final ZMQ.Context context = ZMQ.context(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Status status = new Status(0, 0, 0, 0);

  /**
   * What was heard so far. A node that publishes nothing, or elsewhere, cannot be told from one
   * that has no new block, so this must be looked at.
   *
   * @param heard messages about blocks
   * @param lost messages that the node has sent and that did not arrive, by its count
   * @param odd messages that are none about blocks
   * @param lastMillis when the last block was heard, in milliseconds since 1970; 0 for never
   */
  record Status(long heard, long lost, long odd, long lastMillis) {}

  BlockSubscription(String endpoint, Listener listener) {
    this.endpoint = endpoint;
    this.listener = listener;
  }

  void start() {
    Thread thread = new Thread(this::run, "zmq " + endpoint);
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends the subscription; blocks until its thread has let go of the socket. */
  void close() {
    closing.countDown();
    context.close();
  }

  String endpoint() {
    return endpoint;
  }

  Status status() {
    return status;
  }

  private void run() {
    try {
      do {
        receive();
      } while (!closing.await(RETRY_DELAY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Receives until the end; returns early if something is wrong with the endpoint. */
  private void receive() {
    try (ZMQ.Socket socket = context.socket(SocketType.SUB)) {
      socket.setLinger(0);
      socket.setIPv6(true);
      socket.setMaxMsgSize(MAX_MESSAGE_BYTES);
      // Found out in time, a host that has vanished does not look like a chain without blocks.
      socket.setTCPKeepAlive(1);
      socket.setTCPKeepAliveIdle(KEEP_ALIVE_IDLE.toSeconds());
      socket.setHandshakeIvl((int) HANDSHAKE_LIMIT.toMillis());
      socket.setReconnectIVLMax((int) MAX_RECONNECT_INTERVAL.toMillis());
      socket.subscribe(TOPIC);
      socket.connect(endpoint);
      log.info("new blocks are heard from {}", endpoint);
      long next = -1;
      while (true) {
        byte[] topic = socket.recv();
        long nanos = System.nanoTime();
        byte[] id = socket.hasReceiveMore() ? socket.recv() : new byte[0];
        byte[] sequence = socket.hasReceiveMore() ? socket.recv() : new byte[0];
        while (socket.hasReceiveMore()) {
          socket.recv();
        }
        next = onMessage(topic, id, sequence, next, nanos);
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() != ZMQ.Error.ETERM.getCode()) {
        log.warn("{}: {}", endpoint, e.getMessage());
      }
    } catch (RuntimeException e) {
      log.warn("{}: {}", endpoint, e.toString());
    }
  }

  /**
   * Takes one message.
   *
   * @param expected the count that it should have, or −1 if that is not known
   * @return the count that the next one should have
   */
  private long onMessage(byte[] topic, byte[] id, byte[] sequence, long expected, long nanos) {
    Status before = status;
    if (!Arrays.equals(topic, TOPIC) || id.length != Hash256.SIZE) {
      status = new Status(before.heard, before.lost, before.odd + 1, before.lastMillis);
      return expected;
    }
    long lost = 0;
    long next = -1;
    if (sequence.length == SEQUENCE_SIZE) {
      long count =
          Integer.toUnsignedLong(ByteBuffer.wrap(sequence).order(ByteOrder.LITTLE_ENDIAN).getInt());
      // A count that falls is that of a node which was started anew.
      lost = expected >= 0 && count > expected ? count - expected : 0;
      next = (count + 1) & 0xffff_ffffL;
    }
    status =
        new Status(before.heard + 1, before.lost + lost, before.odd, System.currentTimeMillis());
    listener.onBlock(Hash256.ofDisplayHex(HexFormat.of().formatHex(id)), nanos);
    return next;
  }
}
