package io.powerpool.cluster;

import io.powerpool.cluster.PrefixGrant.Place;
import java.util.BitSet;

final class PrefixGrantCodec implements WireCodec<PrefixGrant> {

  @Override
  public String name() {
    return "prefixgrant";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(PrefixGrant grant, WireWriter out) {
    out.i64(grant.process());
    write(grant.held(), out);
    write(grant.wish(), out);
    out.bytes(grant.taken().toByteArray());
  }

  private static void write(Place place, WireWriter out) {
    out.flag(place.granted()).i64(place.fromMillis()).text(place.holder());
  }

  @Override
  public PrefixGrant read(int version, WireReader in) {
    return new PrefixGrant(in.i64(), place(in), place(in), BitSet.valueOf(in.bytes()));
  }

  private static Place place(WireReader in) {
    return new Place(in.flag(), in.i64(), in.text());
  }
}
