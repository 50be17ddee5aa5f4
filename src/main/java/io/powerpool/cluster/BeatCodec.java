package io.powerpool.cluster;

import java.util.ArrayList;
import java.util.List;

final class BeatCodec implements WireCodec<Beat> {

  @Override
  public String name() {
    return "beat";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(Beat beat, WireWriter out) {
    out.text(beat.source()).i32(beat.merged().size());
    beat.merged().forEach(out::text);
    out.text(beat.node())
        .i64(beat.process())
        .u8(beat.state().code())
        .i64(beat.epoch())
        .i64(beat.startedMillis())
        .text(beat.fingerprint());
  }

  @Override
  public Beat read(int version, WireReader in) {
    String source = in.text();
    List<String> merged = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      merged.add(in.text());
    }
    return new Beat(
        source, merged, in.text(), in.i64(), state(in.u8()), in.i64(), in.i64(), in.text());
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
