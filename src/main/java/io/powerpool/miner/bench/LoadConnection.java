package io.powerpool.miner.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * One connection that submits made-up shares. Belongs to the event loop of its {@link LoadLoop}.
 */
// A failed write reports to exceptionCaught by the void promise; a failed close has nothing to add.
@SuppressWarnings("FutureReturnValueIgnored")
final class LoadConnection extends ChannelInboundHandlerAdapter {

  private static final byte[] NOTIFY = LineScanner.bytes("mining.notify");
  private static final byte[] SET_DIFFICULTY = LineScanner.bytes("mining.set_difficulty");
  private static final byte[] SET_EXTRANONCE = LineScanner.bytes("mining.set_extranonce");
  private static final byte[] NOTHING = {};

  private static final int SUBSCRIBE_ID = 1;
  private static final int AUTHORIZE_ID = 2;

  /** Shares have ids of seven digits, so that a line's length never changes. */
  private static final int FIRST_SHARE_ID = 1_000_000;

  private static final int SHARE_ID_MASK = (1 << 22) - 1;

  /** Multiplying by an odd number is one to one, and looks like what hardware finds. */
  private static final int NONCE_STEP = 0x9e3779b1;

  private static final byte[] DIGITS = LineScanner.bytes("0123456789abcdef");

  private final LoadLoop loop;
  private final int index;
  private final String user;
  private final String password;

  /** When the share in each place was sent, or should have been; 0 for a free place. */
  private final long[] sentNanos;

  private ChannelHandlerContext context;
  private byte[] rest = NOTHING;
  private int extranonce2Size;
  private boolean subscribed;
  private boolean authorized;
  private boolean ready;
  private String jobId = "";
  private String jobTime = "";

  /** The line to submit with gaps to fill in; null if the job has changed since it was made. */
  private byte[] line;

  private int extranonce2At;
  private int nonceAt;
  private long shares;
  private int unanswered;
  private int answeredNow;

  LoadConnection(LoadLoop loop, int index, String user, String password, int window) {
    this.loop = loop;
    this.index = index;
    this.user = user;
    this.password = password;
    int places = Integer.highestOneBit(Math.max(1, window - 1)) * (window > 1 ? 2 : 1);
    sentNanos = new long[places];
  }

  int index() {
    return index;
  }

  int unanswered() {
    return unanswered;
  }

  /** Whether another share may be sent. */
  boolean hasRoom() {
    return ready && sentNanos[place(shares)] == 0;
  }

  /** Sends shares as long as there is room; their time counts from {@code intendedNanos}. */
  void send(int count, long intendedNanos) {
    if (line == null) {
      makeLine();
    }
    ByteBuf out = context.alloc().directBuffer(count * line.length);
    int sent = 0;
    while (sent < count && hasRoom()) {
      sentNanos[place(shares)] = intendedNanos;
      putShare();
      out.writeBytes(line);
      shares++;
      sent++;
    }
    unanswered += sent;
    loop.onSent(sent);
    if (sent == 0) {
      out.release();
    } else {
      context.writeAndFlush(out, context.voidPromise());
    }
  }

  void close() {
    if (context != null) {
      context.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    context = active;
    write(
        "{\"id\":"
            + SUBSCRIBE_ID
            + ",\"method\":\"mining.subscribe\",\"params\":[\"powerpool-bench/1.0\"]}\n");
  }

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    long now = System.nanoTime();
    ByteBuf in = (ByteBuf) message;
    try {
      int length = rest.length + in.readableBytes();
      byte[] bytes = loop.scratch(length);
      System.arraycopy(rest, 0, bytes, 0, rest.length);
      in.readBytes(bytes, rest.length, in.readableBytes());
      int start = 0;
      for (int at = rest.length; at < length; at++) {
        if (bytes[at] == '\n') {
          onLine(bytes, start, at, now);
          start = at + 1;
        }
      }
      rest = start == length ? NOTHING : Arrays.copyOfRange(bytes, start, length);
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext reading) {
    int answered = answeredNow;
    answeredNow = 0;
    if (answered > 0 && loop.saturating()) {
      long thinkNanos = loop.thinkNanos();
      if (thinkNanos == 0) {
        send(answered, System.nanoTime());
      } else {
        reading
            .executor()
            .schedule(
                () -> {
                  if (loop.saturating() && ready) {
                    send(answered, System.nanoTime());
                  }
                },
                thinkNanos,
                TimeUnit.NANOSECONDS);
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    boolean wasReady = ready;
    ready = false;
    loop.onClosed(this, wasReady);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
    loop.onFault(cause.toString());
    failing.close();
  }

  private void onLine(byte[] bytes, int from, int to, long now) {
    if (loop.isSameNotify(bytes, from, to)) {
      onJob(now);
      return;
    }
    LineScanner scanner = loop.scanner();
    scanner.scan(bytes, from, to);
    if (scanner.isReply()) {
      onReply(scanner, now);
    } else if (scanner.isMethod(NOTIFY)) {
      if (scanner.param(8)) {
        boolean clean = scanner.elementIsTrue();
        scanner.param(7);
        String time = scanner.text();
        scanner.param(0);
        loop.onNewJob(scanner.text(), time, clean, bytes, from, to);
        onJob(now);
      }
    } else if (scanner.isMethod(SET_DIFFICULTY)) {
      if (scanner.param(0)) {
        loop.onDifficulty(Double.parseDouble(scanner.text()));
      }
    } else if (scanner.isMethod(SET_EXTRANONCE) && scanner.param(1)) {
      extranonce2Size = Integer.parseInt(scanner.text());
      line = null;
    }
  }

  private void onJob(long now) {
    loop.jobArrivals().note(index, now);
    jobId = loop.jobId();
    jobTime = loop.jobTime();
    line = null;
    becomeReady();
  }

  private void onReply(LineScanner scanner, long now) {
    long id = scanner.id();
    if (id >= FIRST_SHARE_ID) {
      int place = place(id - FIRST_SHARE_ID);
      long sent = sentNanos[place];
      if (sent != 0) {
        sentNanos[place] = 0;
        unanswered--;
        answeredNow++;
        loop.onAnswer(now - sent, scanner);
      }
    } else if (id == SUBSCRIBE_ID && scanner.result(2)) {
      extranonce2Size = Integer.parseInt(scanner.text());
      subscribed = true;
      write(
          "{\"id\":"
              + AUTHORIZE_ID
              + ",\"method\":\"mining.authorize\",\"params\":[\""
              + user
              + "\",\""
              + password
              + "\"]}\n");
    } else if (id == AUTHORIZE_ID && scanner.isTrue()) {
      authorized = true;
      becomeReady();
    } else {
      loop.onFault("refused: " + (scanner.isError() ? scanner.errorText() : "request " + id));
      context.close();
    }
  }

  private void becomeReady() {
    if (!ready && subscribed && authorized && !jobId.isEmpty()) {
      ready = true;
      loop.onReady(this);
    }
  }

  private void makeLine() {
    String head =
        "{\"id\":"
            + FIRST_SHARE_ID
            + ",\"method\":\"mining.submit\",\"params\":[\""
            + user
            + "\",\""
            + jobId
            + "\",\"";
    String middle = "0".repeat(2 * extranonce2Size) + "\",\"" + jobTime + "\",\"";
    extranonce2At = head.length();
    nonceAt = head.length() + middle.length();
    line = LineScanner.bytes(head + middle + "00000000\"]}\n");
  }

  /** Every share has another extranonce2 and another nonce, as those of real miners have. */
  private void putShare() {
    int id = FIRST_SHARE_ID + (int) (shares & SHARE_ID_MASK);
    for (int at = 6 + 6; at >= 6; at--) {
      line[at] = (byte) ('0' + id % 10);
      id /= 10;
    }
    long number = shares;
    for (int i = 2 * extranonce2Size - 1; i >= 0; i--) {
      line[extranonce2At + i] = DIGITS[(int) (number & 15)];
      number >>>= 4;
    }
    int nonce = (int) shares * NONCE_STEP;
    for (int i = 7; i >= 0; i--) {
      line[nonceAt + i] = DIGITS[nonce & 15];
      nonce >>>= 4;
    }
  }

  private int place(long share) {
    return (int) share & (sentNanos.length - 1);
  }

  private void write(String text) {
    context.writeAndFlush(Unpooled.wrappedBuffer(LineScanner.bytes(text)), context.voidPromise());
  }
}
