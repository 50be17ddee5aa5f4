package io.powerpool.coinrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.powerpool.bitcoin.Hash256;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Against a publisher that sends what a node sends. */
class BlockSubscriptionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration RESEND = Duration.ofSeconds(3);
  private static final String BLOCK = "00".repeat(31) + "ab";

  private final List<Hash256> heard = new CopyOnWriteArrayList<>();
  private ZContext context = new ZContext();
  private ZMQ.Socket publisher;
  private String endpoint;
  private BlockSubscription subscription;

  @BeforeEach
  void start() throws IOException {
    endpoint = "tcp://127.0.0.1:" + freePort();
    subscription = new BlockSubscription(endpoint, (block, nanos) -> heard.add(block));
    subscription.start();
  }

  /**
   * A port that no outgoing connection is given by the system (Linux: 32768 and up): while nobody
   * listens there, the subscription could be connected to itself (TCP's simultaneous open).
   */
  private static int freePort() throws IOException {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException e) {
        if (port > 32_000) {
          throw e;
        }
      }
    }
  }

  @AfterEach
  void stop() {
    subscription.close();
    context.close();
  }

  @Test
  void hearsBlocksAndCountsWhatWasLost() {
    publish();
    BlockSubscription.Status before = subscription.status();
    send("hashblock", HexFormat.of().parseHex(BLOCK), counted(8));
    send("hashblock", HexFormat.of().parseHex(BLOCK), counted(11));
    send("hashblocks", HexFormat.of().parseHex(BLOCK), counted(12));
    send("hashblock", new byte[31], counted(12));
    send("hashblock", HexFormat.of().parseHex(BLOCK), counted(12));
    await().atMost(PATIENCE).until(() -> heard.size() == 4);
    assertThat(heard.get(1)).hasToString(BLOCK);
    BlockSubscription.Status status = subscription.status();
    assertThat(status.heard() - before.heard()).isEqualTo(3);
    assertThat(status.lost()).isEqualTo(2);
    assertThat(status.odd()).isEqualTo(2);
    assertThat(status.lastMillis()).isPositive();
  }

  @Test
  void connectsAgainToANodeThatWasStartedAnew() {
    publish();
    context.close();
    context = new ZContext();
    heard.clear();
    publish();
    // Its count begins anew, too: that is no loss.
    assertThat(subscription.status().lost()).isZero();
  }

  /** ZeroMQ's own patience is 30 s. */
  @Test
  void doesNotWaitLongForAHandshake() throws IOException {
    int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    try (ServerSocket silent = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      silent.setSoTimeout((int) PATIENCE.toMillis());
      try (Socket first = silent.accept()) {
        assertThatCode(() -> silent.accept().close()).as("%s", first).doesNotThrowAnyException();
      }
    }
  }

  @Test
  void endsAlsoWhileNobodyPublishes() {
    assertThat(subscription.status().heard()).isZero();
  }

  /** Publishes until the subscription is there; what went out before is not heard. */
  private void publish() {
    publisher = context.createSocket(SocketType.PUB);
    publisher.setLinger(0);
    publisher.bind(endpoint);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              send("hashblock", HexFormat.of().parseHex("11".repeat(32)), counted(7));
              return !heard.isEmpty();
            });
    Hash256 last = Hash256.ofDisplayHex("11".repeat(32));
    assertThat(heard).allMatch(last::equals);
    // Some may still be on their way; and what is sent while a busy machine makes the subscription
    // connect anew is lost, so it is sent again now and then.
    AtomicLong sentNanos = new AtomicLong(System.nanoTime() - RESEND.toNanos());
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              if (System.nanoTime() - sentNanos.get() >= RESEND.toNanos()) {
                sentNanos.set(System.nanoTime());
                send("hashblock", HexFormat.of().parseHex("22".repeat(32)), counted(7));
              }
              return heard.get(heard.size() - 1).toString().startsWith("22");
            });
    heard.clear();
    heard.add(last);
  }

  private void send(String topic, byte[] body, byte[] sequence) {
    publisher.sendMore(topic);
    publisher.sendMore(body);
    publisher.send(sequence);
  }

  private static byte[] counted(int count) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(count).array();
  }
}
