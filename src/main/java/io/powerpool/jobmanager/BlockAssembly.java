package io.powerpool.jobmanager;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.CoinbaseOutputs;
import io.powerpool.merged.AuxProof;
import io.powerpool.share.BlockReport;
import io.powerpool.share.SolvedBlock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.NoSuchFileException;
import java.util.function.Function;

/** Makes of a solved block what is handed in. */
@FunctionalInterface
interface BlockAssembly {

  /**
   * A block ready to be handed in.
   *
   * @param previous the parent's block id
   * @param reward what it is worth to the pool, in the smallest unit
   * @param fees the part of it that transactions pay, or {@link BlockReport#UNKNOWN_FEES}
   * @param hex what is sent to a server
   */
  record Assembled(Hash256 previous, CompactBits bits, long reward, long fees, String hex) {}

  /** Fails with {@link NoSuchFileException} if what it takes is gone for good. */
  Future<Assembled> assemble(SolvedBlock solved);

  /**
   * Whole blocks, with the transactions of their job's template.
   *
   * @param templates finds the template of a block's job
   */
  static BlockAssembly ofTemplates(
      Vertx vertx, Coin coin, Function<SolvedBlock, Future<BlockTemplate>> templates) {
    return solved ->
        templates
            .apply(solved)
            .compose(
                template ->
                    vertx.executeBlocking(
                        () ->
                            new Assembled(
                                template.previous(),
                                template.bits(),
                                CoinbaseOutputs.poolValue(template),
                                template.fees(),
                                Hex.encode(
                                    coin.family()
                                        .block(template, solved.header(), solved.coinbase()))),
                        false));
  }

  /** Proofs, which merged chains' blocks bring along. */
  static BlockAssembly ofProofs() {
    return solved -> {
      AuxProof proof = solved.proof();
      return proof == null
          ? Future.failedFuture("it is no block of a merged chain")
          : Future.succeededFuture(
              new Assembled(
                  proof.previous(),
                  proof.bits(),
                  proof.reward(),
                  BlockReport.UNKNOWN_FEES,
                  Hex.encode(proof.auxPow())));
    };
  }
}
