package io.powerpool.coinrpc;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.merged.AuxWork;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * What the pool asks of one coin server. Every future fails with a {@link CoinRpcException} only,
 * and within the time that the server's options allow.
 */
public interface CoinRpc {

  /** The number of blocks on the server's best chain, the genesis block not counted. */
  Future<Integer> blockCount();

  /** The id of the tip. */
  Future<Hash256> bestBlockHash();

  /** The server's present work. */
  Future<BlockTemplate> blockTemplate(TemplateRequest request);

  /**
   * Work that differs from what the request's long-poll id stands for: answered when the tip or,
   * after a minute, the memory pool has changed. One such call is under way at a time: another one
   * ends it.
   */
  Future<BlockTemplate> awaitTemplate(TemplateRequest request);

  /** Ends a call of {@link #awaitTemplate} under way; it fails. */
  void abandonAwait();

  /**
   * Asks what the server makes of a block, its proof of work left aside (BIP 23).
   *
   * @return empty if it is good, otherwise the server's word for why not; fails with kind {@link
   *     CoinRpcException.Kind#RPC} or {@link CoinRpcException.Kind#MALFORMED} at a server that
   *     knows no proposals
   */
  Future<Optional<String>> propose(TemplateRequest request, String blockHex);

  /**
   * Hands in a block.
   *
   * @return empty if it became the tip, otherwise the server's word for why not, which need not be
   *     a rejection
   */
  Future<Optional<String>> submitBlock(String blockHex);

  /**
   * The server's present work for merged mining.
   *
   * @param address that its block shall pay. A server that does not know {@code createauxblock}
   *     pays its own wallet instead.
   */
  Future<AuxWork> auxWork(String address);

  /**
   * Hands in the proof for a block of {@link #auxWork}, to the server that it came from.
   *
   * @return "true" if the server has kept the block, "false" if not, or the server's own word
   */
  Future<String> submitAuxBlock(Hash256 hash, String proofHex);

  /** Where a block stands; fails with {@link CoinRpcException#NOT_FOUND} if it is unknown. */
  Future<BlockPosition> blockPosition(Hash256 blockId);

  /** The 80 bytes of a block's header; fails like {@link #blockPosition} if it is unknown. */
  Future<byte[]> header(Hash256 blockId);

  /** What the server makes of an address. */
  Future<AddressCheck> validateAddress(String address);

  /** Breaks all connections; calls under way fail. */
  Future<Void> close();
}
