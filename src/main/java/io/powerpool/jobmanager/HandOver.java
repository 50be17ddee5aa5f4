package io.powerpool.jobmanager;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.coinrpc.CoinRpc;
import io.vertx.core.Future;

/** By which call a solved block is handed in, and what the answers to it mean. */
enum HandOver {
  /** The whole block, by {@code submitblock}. */
  BLOCK {
    @Override
    Future<Said> submit(CoinRpc rpc, Hash256 hash, String hex) {
      return rpc.submitBlock(hex).map(word -> new Said(SubmitAnswer.of(word), word.orElse("")));
    }

    @Override
    SubmitAnswer meaning(Throwable failure) {
      return SubmitAnswer.of(failure);
    }
  },

  /** The proof for a merged chain's block, by {@code submitauxblock} or {@code getauxblock}. */
  PROOF {
    @Override
    Future<Said> submit(CoinRpc rpc, Hash256 hash, String hex) {
      return rpc.submitAuxBlock(hash, hex).map(word -> new Said(SubmitAnswer.ofMerged(word), word));
    }

    @Override
    SubmitAnswer meaning(Throwable failure) {
      return SubmitAnswer.ofMerged(failure);
    }
  };

  /**
   * A server's answer.
   *
   * @param words its own; empty if it had none
   */
  record Said(SubmitAnswer answer, String words) {}

  /**
   * Hands a block in.
   *
   * @param hash the block's id
   * @param hex what is sent
   */
  abstract Future<Said> submit(CoinRpc rpc, Hash256 hash, String hex);

  /** What a call that failed means. */
  abstract SubmitAnswer meaning(Throwable failure);
}
