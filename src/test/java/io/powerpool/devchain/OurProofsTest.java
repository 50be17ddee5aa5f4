package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.algorithm.Hasher;
import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.Target;
import io.powerpool.coin.BlockLimits;
import io.powerpool.coin.BlockTemplate;
import io.powerpool.coin.Coin;
import io.powerpool.coin.TemplateTransaction;
import io.powerpool.merged.AuxOffer;
import io.powerpool.merged.AuxPow;
import io.powerpool.merged.AuxProof;
import io.powerpool.merged.AuxTree;
import io.powerpool.merged.AuxWork;
import io.powerpool.merged.MergedWork;
import io.powerpool.merged.MergedWorks;
import io.powerpool.testing.TestCoins;
import io.powerpool.work.HeaderAssembler;
import io.powerpool.work.Job;
import io.powerpool.work.JobFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The proofs of the pool's own code, judged by rules that share none of it. */
class OurProofsTest {

  private static final byte[] EXTRANONCE1 = {1, 2, 3, 4};

  private final Coin coin = TestCoins.coin(Map.of());

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void passForSoManyChains(int count) throws Exception {
    Random random = new Random(count);
    for (int run = 0; run < 25; run++) {
      List<AuxOffer> offers = offers(random, count);
      MergedWorks works = works(offers);
      Job job = job(works, random.nextInt(6), random.nextInt(3_000_000));
      HeaderAssembler assembler = new HeaderAssembler();
      byte[] header = solve(assembler, job, run);
      byte[] coinbase = assembler.coinbase(job, EXTRANONCE1, run);
      assertThat(job.merged()).hasSize(count);

      for (MergedWork work : job.merged()) {
        AuxProof proof = AuxPow.prove(coinbase, job.branch(), work, header);
        ByteSource source = new ByteSource(proof.auxPow());
        AuxPowProof read = AuxPowProof.read(source);
        assertThat(source.remaining()).isZero();
        int chain = work.work().chainId();
        check(chain).checkProof(work.work().hash(), work.work().bits(), chain, read);
        assertThat(proof.previous()).isEqualTo(work.work().previous());
        assertThat(proof.reward()).isEqualTo(work.work().value());
        assertThatThrownBy(
                () -> check(chain).checkProof(Hash256.ZERO, work.work().bits(), chain, read))
            .hasMessage("Aux POW missing chain merkle root in parent coinbase");
        for (MergedWork other : job.merged()) {
          if (!other.equals(work)) {
            int wrong = other.work().chainId();
            assertThatThrownBy(
                    () ->
                        check(wrong)
                            .checkProof(other.work().hash(), other.work().bits(), wrong, read))
                .isInstanceOf(BrokenRule.class);
          }
        }
      }
    }
  }

  @Test
  void theMarkOfMergedMiningMustNotBeInTheScriptTwice() {
    MergedWorks works = works(offers(new Random(1), 2));
    byte[] twice = Hex.decode(Hex.encode(works.commitment()) + "00fabe6d6d");
    assertThatThrownBy(
            () ->
                new JobFactory(coin, 1)
                    .create(template(0, 100).withCoinbaseFlags(twice), works.works(), true, 0))
        .hasMessageContaining("once, found 2 times");
  }

  private static AuxPowCheck check(int chain) {
    return new AuxPowCheck(new AuxRules(chain, true, true), new Sha256d().newHasher());
  }

  private static MergedWorks works(List<AuxOffer> offers) {
    return MergedWorks.of(
        AuxTree.of(offers.stream().map(offer -> offer.work().chainId()).toList()), offers);
  }

  private static List<AuxOffer> offers(Random random, int count) {
    Set<Integer> chains = new LinkedHashSet<>();
    while (chains.size() < count) {
      // Real ids are small, and none is what a version of the parent may begin with.
      chains.add(1 + random.nextInt(random.nextBoolean() ? 100 : 0x1fff));
    }
    List<AuxOffer> offers = new ArrayList<>();
    for (int chain : chains) {
      AuxWork work =
          new AuxWork(
              hash(random),
              chain,
              hash(random),
              DevChainOptions.EASIEST_BITS,
              random.nextInt(1000),
              random.nextInt(1000));
      offers.add(new AuxOffer("AUX" + chain, work, 1, true));
    }
    return offers;
  }

  private static Hash256 hash(Random random) {
    byte[] bytes = new byte[Hash256.SIZE];
    random.nextBytes(bytes);
    return Hash256.of(bytes);
  }

  private Job job(MergedWorks works, int transactions, int height) {
    BlockTemplate template = template(transactions, height).withCoinbaseFlags(works.commitment());
    Job job = new JobFactory(coin, 1).create(template, works.works(), true, 0);
    assertThat(job.branch().size()).isEqualTo(MerkleBranch.of(ids(template)).size());
    return job;
  }

  private static List<Hash256> ids(BlockTemplate template) {
    return template.transactions().stream().map(TemplateTransaction::id).toList();
  }

  private static BlockTemplate template(int transactions, int height) {
    List<TemplateTransaction> list = new ArrayList<>();
    for (int i = 0; i < transactions; i++) {
      Hash256 id = Hash256.ofDisplayHex(String.format("%064x", 1 + i));
      list.add(new TemplateTransaction(new byte[] {1}, id, 4, id, 0, 0));
    }
    return new BlockTemplate(
        height,
        Hash256.ZERO,
        0x20000000,
        0,
        DevChainOptions.EASIEST_BITS,
        1_700_000_000L,
        0,
        5_000_000_000L,
        new byte[0],
        list,
        null,
        null,
        List.of(),
        null,
        null,
        new BlockLimits(0, 0, 0, true));
  }

  private static byte[] solve(HeaderAssembler assembler, Job job, int extranonce2) {
    Hasher hasher = new Sha256d().newHasher();
    Target target = DevChainOptions.EASIEST_BITS.toTarget();
    byte[] hash = new byte[Hash256.SIZE];
    for (int nonce = 0; ; nonce++) {
      byte[] header =
          assembler.assemble(job, EXTRANONCE1, extranonce2, job.time(), nonce, job.version());
      hasher.hash(header, 0, hash, 0);
      if (target.isMetBy(hash, 0)) {
        return header.clone();
      }
    }
  }
}
