package io.powerpool.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * Version 1 did not tell whether a candidate can make work: it counts as one that can. Nor did it
 * know of any that had resigned and could lead again: for it, the code of both is the same.
 */
final class BeatCodec implements WireCodec<Beat> {

  /** Bits of the last byte; those that a later version gives a meaning are passed over. */
  private static final int ABLE = 1;

  private static final int ENDED = 2;

  @Override
  public String name() {
    return "beat";
  }

  @Override
  public int version() {
    return 2;
  }

  @Override
  public void write(Beat beat, WireWriter out) {
    boolean isEnd = beat.state() == Beat.State.ENDED;
    out.text(beat.source()).i32(beat.merged().size());
    beat.merged().forEach(out::text);
    out.text(beat.node())
        .i64(beat.process())
        .u8((isEnd ? Beat.State.RESIGNED : beat.state()).code())
        .i64(beat.epoch())
        .i64(beat.startedMillis())
        .text(beat.fingerprint())
        .u8((beat.able() ? ABLE : 0) | (isEnd ? ENDED : 0));
  }

  @Override
  public Beat read(int version, WireReader in) {
    String source = in.text();
    List<String> merged = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      merged.add(in.text());
    }
    String node = in.text();
    long process = in.i64();
    Beat.State state = state(in.u8());
    long epoch = in.i64();
    long startedMillis = in.i64();
    String fingerprint = in.text();
    int flags = version > 1 ? in.u8() : ABLE | ENDED;
    boolean isEnd = state == Beat.State.RESIGNED && (flags & ENDED) != 0;
    return new Beat(
        source,
        merged,
        node,
        process,
        isEnd ? Beat.State.ENDED : state,
        epoch,
        startedMillis,
        fingerprint,
        (flags & ABLE) != 0);
  }

  private static Beat.State state(int code) {
    for (Beat.State state : Beat.State.values()) {
      if (state.code() == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("no such state of a candidate: " + code);
  }
}
