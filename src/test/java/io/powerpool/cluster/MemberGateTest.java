package io.powerpool.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemberGateTest {

  /** As many threads as Hazelcast has for it. */
  private final ExecutorService threads = Executors.newFixedThreadPool(16);

  private final MemberGate gate = new MemberGate(new Secret("a secret of ours"), "powerpool");
  private final List<Socket> open = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }

  @Test
  void aStrangerThatSaysNothingKeepsNoMemberOut() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      LinkedBlockingQueue<CompletableFuture<Void>> accepted = new LinkedBlockingQueue<>();
      threads.execute(() -> acceptAll(server, accepted));
      List<CompletableFuture<Void>> strangers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        connect("127.0.0.1", server.getLocalPort());
        strangers.add(accepted.take());
      }
      Socket member = connect("127.0.0.2", server.getLocalPort());
      gate.onConnect(member);
      accepted.take().get(10, TimeUnit.SECONDS);
      // Somebody was still being asked meanwhile, or this would show nothing.
      assertThat(strangers).anyMatch(stranger -> !stranger.isDone());
    }
  }

  private void acceptAll(ServerSocket server, LinkedBlockingQueue<CompletableFuture<Void>> asked) {
    try {
      while (true) {
        Socket socket = server.accept();
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        asked.add(outcome);
        threads.execute(
            () -> {
              try (socket) {
                gate.onAccept(socket);
                outcome.complete(null);
              } catch (IOException e) {
                outcome.completeExceptionally(e);
              }
            });
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private Socket connect(String from, int port) throws IOException {
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return socket;
  }
}
