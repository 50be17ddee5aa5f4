package io.powerpool.cluster;

import io.powerpool.bitcoin.Hash256;
import java.util.Optional;

final class PushSignalCodec implements WireCodec<PushSignal> {

  @Override
  public String name() {
    return "pushsignal";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(PushSignal signal, WireWriter out) {
    out.text(signal.way()).text(signal.node()).i64(signal.epochMillis());
    out.flag(signal.block().isPresent());
    signal.block().ifPresent(out::hash);
  }

  @Override
  public PushSignal read(int version, WireReader in) {
    String way = in.text();
    String node = in.text();
    long epochMillis = in.i64();
    Optional<Hash256> block = in.flag() ? Optional.of(in.hash()) : Optional.empty();
    return new PushSignal(way, block, node, epochMillis);
  }
}
