package io.powerpool.agent;

import io.netty.channel.Channel;
import io.powerpool.process.OutOfMemory;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's socket: cuts lines, and gives them to the session one at a time, because an answer
 * may take a while and answers have no numbers. On one event loop.
 */
final class AgentConnection {

  private static final Logger log = LoggerFactory.getLogger(AgentConnection.class);

  /** An orderly end waits until the other side has read everything, which may be never. */
  private static final long LINGER_NANOS = 2_000_000_000;

  private final NetSocket socket;
  private final AgentSession session;
  private final int maxLineBytes;
  private final Consumer<AgentConnection> ended;

  /** What has arrived; up to {@link #from} the session has had it. */
  private Buffer waiting = Buffer.buffer();

  private int from;

  /** Up to here there is no further end of a line. */
  private int searched;

  /** Whether the line that is arriving is too long already. */
  private boolean passingOver;

  private boolean answering;
  private boolean closed;
  private long lastLineNanos;

  /** Since when we have wanted to be rid of the connection; 0 if we have not. */
  private long closingSinceNanos;

  /**
   * @param ended is told once when it has ended
   */
  AgentConnection(
      NetSocket socket,
      AgentSession session,
      int maxLineBytes,
      long nowNanos,
      Consumer<AgentConnection> ended) {
    this.socket = socket;
    this.session = session;
    this.maxLineBytes = maxLineBytes;
    this.lastLineNanos = nowNanos;
    this.ended = ended;
    socket.exceptionHandler(
        error -> {
          OutOfMemory.check(error);
          log.debug("agent {}: {}", address(), error.toString());
        });
    socket.handler(this::onData);
  }

  /** Hangs up if there was no line for so long, or for good where an orderly end has not helped. */
  void onTick(long nowNanos, long timeoutNanos) {
    if (closed) {
      return;
    }
    if (closingSinceNanos != 0) {
      if (nowNanos - closingSinceNanos > LINGER_NANOS) {
        closeHard();
      }
    } else if (nowNanos - lastLineNanos > timeoutNanos) {
      log.debug("agent {} is silent and closed", address());
      close(nowNanos);
    }
  }

  void onClose() {
    closed = true;
    ended.accept(this);
  }

  /** Hangs up. */
  void close(long nowNanos) {
    if (closingSinceNanos == 0) {
      closingSinceNanos = nowNanos;
      socket.close();
    }
  }

  /** Hangs up now, whatever is still to be sent. */
  void closeHard() {
    Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
    // Past the pipeline, where Vert.x would flush first.
    channel.unsafe().close(channel.newPromise());
  }

  private void onData(Buffer data) {
    if (isEnding()) {
      return;
    }
    waiting.appendBuffer(data);
    next();
  }

  /** Gives lines to the session for as long as it answers at once and the answers are read. */
  private void next() {
    while (!isEnding() && !answering && !socket.writeQueueFull() && takeLine()) {}
    if (from == waiting.length()) {
      waiting = Buffer.buffer();
    } else if (from > 0) {
      waiting = waiting.getBuffer(from, waiting.length());
    }
    searched -= from;
    from = 0;
    if (isEnding()) {
      return;
    }
    if (answering) {
      socket.pause();
    } else if (socket.writeQueueFull()) {
      // Who does not read our answers is not read either.
      socket.pause();
      socket.drainHandler(drained -> goOn());
    }
  }

  private boolean isEnding() {
    return closed || closingSinceNanos != 0;
  }

  private void goOn() {
    if (isEnding()) {
      return;
    }
    socket.resume();
    next();
  }

  /** Reads one line, if there is a whole one. */
  private boolean takeLine() {
    int end = indexOfNewline();
    if (end < 0) {
      if (waiting.length() - from > maxLineBytes) {
        passingOver = true;
        from = waiting.length();
      }
      return false;
    }
    boolean tooLong = passingOver || end - from > maxLineBytes;
    String line = tooLong ? "" : waiting.getString(from, end, StandardCharsets.UTF_8.name());
    from = end + 1;
    searched = from;
    passingOver = false;
    lastLineNanos = System.nanoTime();
    if (tooLong) {
      write(session.onOversized());
    } else if (!line.isBlank()) {
      answer(line);
    }
    return true;
  }

  private void answer(String line) {
    Future<Optional<String>> reply =
        session.onLine(line, lastLineNanos, System.currentTimeMillis());
    if (reply.succeeded()) {
      reply.result().ifPresent(this::write);
      return;
    }
    answering = true;
    reply
        .onSuccess(
            late -> {
              answering = false;
              late.ifPresent(this::write);
              goOn();
            })
        .onFailure(
            error -> {
              log.error("agent {} is closed after an unexpected error", address(), error);
              close(System.nanoTime());
            });
  }

  private void write(String line) {
    if (isEnding()) {
      return;
    }
    socket.write(line + "\n");
    if (session.isUnwanted()) {
      log.debug("agent {} is closed: too many authentications have failed", address());
      close(System.nanoTime());
    }
  }

  private int indexOfNewline() {
    for (int i = searched; i < waiting.length(); i++) {
      if (waiting.getByte(i) == '\n') {
        return i;
      }
    }
    searched = waiting.length();
    return -1;
  }

  private String address() {
    return String.valueOf(socket.remoteAddress());
  }
}
