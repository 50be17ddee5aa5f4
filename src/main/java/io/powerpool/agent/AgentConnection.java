package io.powerpool.agent;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent's socket: cuts lines, and gives them to the session one at a time, because an answer
 * may take a while and answers have no numbers. On one event loop.
 */
final class AgentConnection {

  private static final Logger log = LoggerFactory.getLogger(AgentConnection.class);

  private final NetSocket socket;
  private final AgentSession session;
  private final int maxLineBytes;

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

  AgentConnection(NetSocket socket, AgentSession session, int maxLineBytes, long nowNanos) {
    this.socket = socket;
    this.session = session;
    this.maxLineBytes = maxLineBytes;
    this.lastLineNanos = nowNanos;
    socket.exceptionHandler(error -> log.debug("agent {}: {}", address(), error.toString()));
    socket.handler(this::onData);
  }

  /** Hangs up if there was no line for so long. */
  void onTick(long nowNanos, long timeoutNanos) {
    if (!closed && nowNanos - lastLineNanos > timeoutNanos) {
      log.debug("agent {} is silent and closed", address());
      socket.close();
    }
  }

  void onClose() {
    closed = true;
  }

  void close() {
    socket.close();
  }

  private void onData(Buffer data) {
    waiting.appendBuffer(data);
    next();
  }

  /** Gives lines to the session for as long as it answers at once and the answers are read. */
  private void next() {
    while (!closed && !answering && !socket.writeQueueFull() && takeLine()) {}
    if (from == waiting.length()) {
      waiting = Buffer.buffer();
    } else if (from > 0) {
      waiting = waiting.getBuffer(from, waiting.length());
    }
    searched -= from;
    from = 0;
    if (closed) {
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

  private void goOn() {
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
              socket.close();
            });
  }

  private void write(String line) {
    if (!closed) {
      socket.write(line + "\n");
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
