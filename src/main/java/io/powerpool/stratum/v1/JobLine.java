package io.powerpool.stratum.v1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.share.MiningChannel;
import io.powerpool.work.Job;
import java.nio.ByteBuffer;

/**
 * The {@code mining.notify} line of a job, encoded once. Everybody gets the same bytes; a job that
 * is handed to one miner again differs in three places only, which are patched in a copy.
 */
public final class JobLine {

  private static final String TRUE = "true ";
  private static final String FALSE = "false";

  private final Job job;
  private final boolean clean;
  private final byte[] line;
  private final ByteBuf shared;
  private final int issueAt;
  private final int timeAt;
  private final int cleanAt;

  /**
   * @param clean whether miners must drop older work: also when the job that said so was lost
   */
  public JobLine(Job job, boolean clean) {
    this.job = job;
    this.clean = clean;
    LineSink out = new LineSink();
    out.ascii("{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"");
    out.ascii(Long.toHexString(MiningChannel.key(job.id(), 0)));
    issueAt = out.size() - 2;
    out.ascii("\",\"").ascii(wordSwapped(job.previous()));
    out.ascii("\",\"").hex(job.prefix());
    out.ascii("\",\"").hex(job.suffix());
    out.ascii("\",[");
    for (int i = 0; i < job.branch().size(); i++) {
      out.ascii(i == 0 ? "\"" : ",\"").ascii(job.branch().step(i).toInternalHex()).ascii("\"");
    }
    out.ascii("],\"").ascii(Hex.ofInt(job.version()));
    out.ascii("\",\"").ascii(job.bits().toString());
    out.ascii("\",\"");
    timeAt = out.size();
    out.ascii(Hex.ofInt((int) job.time())).ascii("\",");
    cleanAt = out.size();
    out.ascii(clean ? TRUE : FALSE).ascii("]}\n");
    line = out.take();
    // Memory of the JDK's own, which goes when the job goes; Netty's would have to be released.
    ByteBuffer direct = ByteBuffer.allocateDirect(line.length).put(line).flip();
    shared = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(direct));
  }

  public Job job() {
    return job;
  }

  /** Whether the line orders miners to drop older work. */
  public boolean clean() {
    return clean;
  }

  /**
   * The line as it goes to everybody; off the heap, so that no connection copies it. Nobody changes
   * its indexes.
   */
  public ByteBuf shared() {
    return shared;
  }

  /** The bytes of the line as it goes to everybody; never changed. */
  byte[] bytes() {
    return line;
  }

  /**
   * The line for one miner: another issue, another time, perhaps with the order to drop old work.
   */
  byte[] patched(int issue, long time, boolean clean) {
    byte[] copy = line.clone();
    copy[issueAt] = (byte) Character.forDigit(issue >>> 4, 16);
    copy[issueAt + 1] = (byte) Character.forDigit(issue & 15, 16);
    LineSink.hex32(copy, timeAt, (int) time);
    String flag = clean ? TRUE : FALSE;
    for (int i = 0; i < flag.length(); i++) {
      copy[cleanAt + i] = (byte) flag.charAt(i);
    }
    return copy;
  }

  /**
   * The parent's id as miners want it: internal order with the bytes of every 4-byte word reversed,
   * which is the display form with its groups of 8 digits in reverse order.
   */
  static String wordSwapped(Hash256 hash) {
    String display = hash.toString();
    StringBuilder swapped = new StringBuilder(display.length());
    for (int at = display.length() - 8; at >= 0; at -= 8) {
      swapped.append(display, at, at + 8);
    }
    return swapped.toString();
  }
}
