package io.powerpool.stratum;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.powerpool.process.OutOfMemory;
import io.powerpool.stratum.v1.StratumV1Service;
import io.powerpool.stratum.v1.StratumV1Session;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.NetSocketInternal;
import java.io.IOException;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One miner's socket: cuts lines, bounds what waits to be sent, hangs up. On one event loop. */
final class StratumConnection implements Peer {

  private static final Logger LOG = LoggerFactory.getLogger(StratumConnection.class);

  private static final byte[] NOTHING = {};
  private static final long LINGER_NANOS = 2_000_000_000;

  private final NetSocket socket;
  private final MinerPort port;
  private final LineScratch scratch;
  private final StratumV1Session session;

  /** The beginning of a line whose end has not arrived. */
  private byte[] partial = NOTHING;

  /** Since when the miner has not read what we send; 0 while it does. */
  private long fullSinceNanos;

  private boolean jobHeldBack;
  private boolean awaitingDrain;
  private boolean readingPaused;

  /** Since when we have wanted to be rid of the connection; 0 if we have not. */
  private long closingSinceNanos;

  private boolean closed;

  StratumConnection(
      NetSocket socket, MinerPort port, StratumV1Service service, LineScratch scratch) {
    this.socket = socket;
    this.port = port;
    this.scratch = scratch;
    this.session = service.newSession(this);
    socket.setWriteQueueMaxSize(port.node().options().maxWriteQueueBytes());
    socket.handler(this::onData);
    socket.exceptionHandler(
        error -> {
          OutOfMemory.check(error);
          LOG.debug("{}: {}", address(), error.toString());
        });
  }

  /** The connection has ended: to be called once. */
  void onClose() {
    closed = true;
    long nowNanos = port.clocks().nowNanos();
    port.statistics().onDisconnect(nowNanos);
    port.remove(session);
    session.onClosed(nowNanos);
  }

  @Override
  public void onTick(long nowNanos) {
    if (closingSinceNanos != 0) {
      if (nowNanos - closingSinceNanos > LINGER_NANOS) {
        closeHard();
      }
    } else if (!socket.writeQueueFull()) {
      fullSinceNanos = 0;
    } else if (fullSinceNanos == 0) {
      fullSinceNanos = nowNanos;
    } else if (nowNanos - fullSinceNanos > port.node().options().slowReaderTimeout().toNanos()) {
      session.close(CloseReason.SLOW_READER);
    }
  }

  private void onData(Buffer data) {
    if (closed) {
      return;
    }
    port.guarded(session, () -> read(data));
  }

  private void read(Buffer data) {
    cut(data);
    session.flush();
    if (socket.writeQueueFull()) {
      // Who does not read our answers is not read either: what waits stays bounded.
      awaitDrain();
      updateReading();
    }
  }

  private void cut(Buffer data) {
    int total = partial.length + data.length();
    byte[] bytes = scratch.room(total);
    System.arraycopy(partial, 0, bytes, 0, partial.length);
    data.getBytes(bytes, partial.length);
    int searched = partial.length;
    partial = NOTHING;
    int most = port.node().options().maxLineBytes();
    int from = 0;
    for (int i = searched; i < total && !closed; i++) {
      if (bytes[i] == '\n') {
        if (i - from > most) {
          session.close(CloseReason.LINE_TOO_LONG);
          return;
        }
        session.onLine(bytes, from, i);
        from = i + 1;
      }
    }
    if (closed) {
      return;
    }
    if (total - from > most) {
      session.close(CloseReason.LINE_TOO_LONG);
    } else if (from < total) {
      partial = Arrays.copyOfRange(bytes, from, total);
    }
  }

  @Override
  public void send(byte[] bytes) {
    if (!closed) {
      socket.write(Buffer.buffer(bytes));
    }
  }

  @Override
  public void sendShared(ByteBuf bytes) {
    if (closed) {
      return;
    }
    if (socket.writeQueueFull()) {
      jobHeldBack = true;
      awaitDrain();
      return;
    }
    int length = bytes.readableBytes();
    int sent = sendPastLayers(bytes);
    if (sent < length) {
      socket.write(wrapped(bytes.slice(bytes.readerIndex() + sent, length - sent)));
    }
  }

  /**
   * Hands the bytes to the kernel directly if nothing else waits to be sent and nothing would
   * change them on their way: a new job goes to all miners at once, and the layers in between would
   * cost half as much again as the kernel does.
   *
   * @return how many bytes were taken; the others are to be sent in the ordinary way, which also
   *     finds out what is wrong with the connection
   */
  private int sendPastLayers(ByteBuf bytes) {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    if (socket.isSsl() || !(channel instanceof EpollSocketChannel epoll)) {
      return 0;
    }
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    if (waiting == null || waiting.totalPendingWriteBytes() > 0 || !bytes.hasMemoryAddress()) {
      return 0;
    }
    try {
      return ((Socket) epoll.fd())
          .sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException e) {
      LOG.debug("{}: {}", address(), e.toString());
      return 0;
    }
  }

  /** The only way to hand Vert.x 4 memory that is off the heap already. */
  @SuppressWarnings("deprecation")
  private static Buffer wrapped(ByteBuf bytes) {
    return Buffer.buffer(bytes);
  }

  private void awaitDrain() {
    if (!awaitingDrain) {
      awaitingDrain = true;
      socket.drainHandler(drained -> onDrain());
    }
  }

  private void onDrain() {
    awaitingDrain = false;
    socket.drainHandler(null);
    if (closed) {
      return;
    }
    updateReading();
    if (jobHeldBack) {
      // Only the newest job is worth sending once the miner reads again.
      jobHeldBack = false;
      port.guarded(session, () -> session.onJobHeldBack(port.clocks().nowNanos()));
    }
  }

  private void updateReading() {
    if (awaitingDrain || readingPaused) {
      socket.pause();
    } else {
      socket.resume();
    }
  }

  @Override
  public void pauseReading() {
    readingPaused = true;
    updateReading();
  }

  @Override
  public void resumeReading() {
    readingPaused = false;
    if (!closed) {
      updateReading();
    }
  }

  @Override
  public boolean isBehind() {
    return socket.writeQueueFull();
  }

  @Override
  public void close(CloseReason reason) {
    if (!closed) {
      LOG.debug("{} closed: {}", address(), reason.label());
      closed = true;
      closingSinceNanos = port.clocks().nowNanos();
      if (reason == CloseReason.SLOW_READER) {
        closeHard();
      } else {
        socket.close();
      }
    }
  }

  /** Without waiting for what the miner has not read: an orderly end would wait for ever. */
  private void closeHard() {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    // Past the pipeline, where Vert.x would flush first.
    channel.unsafe().close(channel.newPromise());
  }

  @Override
  public String address() {
    SocketAddress remote = socket.remoteAddress();
    return remote == null ? "?" : remote.toString();
  }
}
