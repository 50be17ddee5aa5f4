package io.powerpool.coinrpc;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.merged.AuxWork;

/**
 * Turns the result of {@code createauxblock} or {@code getauxblock} into an {@link AuxWork}. A
 * field that is missing or absurd is an {@link IllegalArgumentException} that names it.
 *
 * <p>The target, spelled {@code target} or {@code _target} and little-endian, is left alone: it is
 * that of {@code bits}.
 */
final class AuxWorkReader {

  private AuxWorkReader() {}

  static AuxWork read(Object result) {
    JsonFields work = JsonFields.of(result, "work for merged mining");
    if (work.has("coinbasescript")) {
      // Syscoin since 5.0.
      throw JsonFields.fault(
          "coinbasescript",
          "absent: outputs that an auxiliary chain wants in the coinbase are not known here",
          work.value("coinbasescript"));
    }
    CompactBits bits = work.read("bits", CompactBits::ofHex);
    // Refuses bits that are no target.
    work.read("bits", hex -> bits.toTarget());
    return new AuxWork(
        work.read("hash", Hash256::ofDisplayHex),
        (int) work.number("chainid", 0, AuxWork.LARGEST_CHAIN_ID),
        work.read("previousblockhash", Hash256::ofDisplayHex),
        bits,
        (int) work.number("height", AuxWork.UNKNOWN_HEIGHT, 0, Integer.MAX_VALUE),
        work.number("coinbasevalue", 0, Long.MAX_VALUE));
  }
}
