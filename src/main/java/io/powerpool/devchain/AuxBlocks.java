package io.powerpool.devchain;

import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The blocks on the present tip that wait for another chain's work, as nodes keep them: one for
 * each payee, made anew when there are new transactions, though not at once. All are forgotten when
 * the tip moves.
 */
final class AuxBlocks {

  /** A block is made anew for new transactions after this time (AuxMiningCreateBlock). */
  private static final Duration RENEWED_AFTER = Duration.ofSeconds(60);

  private final DevChain chain;
  private final Map<Hash256, Block> blocks = new HashMap<>();

  /** By the payee's script in hexadecimal digits. */
  private final Map<String, Made> newest = new HashMap<>();

  private Hash256 tip;

  private record Made(Block block, long epochMillis, String longPollId) {}

  AuxBlocks(DevChain chain) {
    this.chain = chain;
  }

  /** A block whose header lacks nothing but the work. */
  Block create(byte[] payoutScript, long epochMillis) {
    forgetOldTip();
    String payee = Hex.encode(payoutScript);
    Made known = newest.get(payee);
    boolean outdated =
        known != null
            && !known.longPollId.equals(chain.longPollId())
            && epochMillis - known.epochMillis > RENEWED_AFTER.toMillis();
    if (known != null && !outdated) {
      return known.block;
    }
    Block block = chain.mergedCandidate(payoutScript, epochMillis);
    blocks.put(block.header().id(), block);
    newest.put(payee, new Made(block, epochMillis, chain.longPollId()));
    return block;
  }

  /**
   * Adds a block with the work that was done for it.
   *
   * @return as {@link DevChain#submit}
   * @throws RpcException if the block is not known, or no more
   * @throws IllegalArgumentException if the proof cannot be decoded
   */
  Optional<String> submit(Hash256 hash, byte[] proof, long epochMillis) throws RpcException {
    Block block = blocks.get(hash);
    if (block == null) {
      throw new RpcException(RpcException.INVALID_PARAMETER, "block hash unknown");
    }
    return chain.submit(block, AuxPowProof.read(new ByteSource(proof)), epochMillis);
  }

  private void forgetOldTip() {
    if (!chain.tipHash().equals(tip)) {
      tip = chain.tipHash();
      blocks.clear();
      newest.clear();
    }
  }
}
