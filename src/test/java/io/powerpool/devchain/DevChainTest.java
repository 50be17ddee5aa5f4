package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.algorithm.Algorithms;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.ByteSource;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DevChainTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final byte[] PAYOUT = Script.payToKeyHash(new byte[20]);

  private final DevChain chain = new DevChain(DevChainOptions.regtest(), NOW - 3_600_000);

  @Test
  void paysSubsidyAndFees() {
    chain.addTraffic(10);
    ChainTemplate template = chain.template(NOW);
    long fees = template.entries().stream().mapToLong(Mempool.Entry::fee).sum();
    assertThat(fees).isPositive();
    assertThat(template.coinbaseValue()).isEqualTo(5_000_000_000L + fees);
    assertThat(chain.subsidy(149)).isEqualTo(5_000_000_000L);
    assertThat(chain.subsidy(150)).isEqualTo(2_500_000_000L);
    assertThat(chain.subsidy(150 * 32)).isEqualTo(1);
    assertThat(chain.subsidy(150 * 33)).isZero();
    assertThat(chain.subsidy(150 * 200)).isZero();
  }

  /** What templates need in order to be worth testing a pool with. */
  @Test
  void inventsAllKindsOfTransactions() {
    int segwit = 0;
    int dependent = 0;
    int count = 0;
    for (int i = 0; i < 20; i++) {
      assertThat(chain.addTraffic(30)).isEqualTo(30);
      ChainTemplate template = chain.template(NOW);
      assertThat(template.entries()).hasSize(30);
      Set<Hash256> before = new HashSet<>();
      for (Mempool.Entry entry : template.entries()) {
        Transaction transaction = entry.transaction();
        Transaction again = Transaction.read(new ByteSource(transaction.bytes()));
        assertThat(again.txid()).isEqualTo(transaction.txid());
        assertThat(again.wtxid()).isEqualTo(transaction.wtxid());
        assertThat(before).containsAll(entry.parents());
        before.add(transaction.txid());
        count++;
        segwit += transaction.hasWitness() ? 1 : 0;
        dependent += entry.parents().isEmpty() ? 0 : 1;
      }
      chain.generate(1, PAYOUT, NOW);
      assertThat(chain.waiting()).isZero();
    }
    assertThat(segwit).isBetween(count / 3, count * 9 / 10);
    assertThat(dependent).isBetween(count / 50, count / 2);
  }

  @Test
  void keepsInventingForEver() {
    for (int i = 0; i < 30; i++) {
      assertThat(chain.addTraffic(100)).as("block %d", i).isEqualTo(100);
      chain.generate(1, PAYOUT, NOW);
    }
  }

  @Test
  void isTheSameChainFromTheSameSeed() {
    DevChain other = new DevChain(DevChainOptions.regtest(), NOW - 3_600_000);
    chain.addTraffic(10);
    other.addTraffic(10);
    assertThat(other.generate(3, PAYOUT, NOW)).isEqualTo(chain.generate(3, PAYOUT, NOW));
  }

  @Test
  void followsTheLongerBranch() {
    chain.addTraffic(5);
    Block ours = BlockDraft.of(chain, NOW).toBlock();
    BlockDraft draft = BlockDraft.of(chain, NOW);
    draft.time++;
    draft.transactions.remove(draft.transactions.size() - 1);
    draft.pay(-5_000_000);
    draft.commit();
    Block sibling = draft.toBlock();

    assertThat(chain.submit(ours.toBytes(), NOW)).isEmpty();
    assertThat(chain.submit(sibling.toBytes(), NOW)).contains("inconclusive");
    assertThat(chain.submit(sibling.toBytes(), NOW)).contains("duplicate");
    assertThat(chain.tipHash()).isEqualTo(ours.header().id());
    assertThat(chain.waiting()).isZero();

    BlockEntry fork = chain.find(sibling.header().id());
    Block child = chain.candidate(fork, PAYOUT, NOW).solve();
    assertThat(chain.submit(child.toBytes(), NOW)).isEmpty();
    assertThat(chain.tipHash()).isEqualTo(child.header().id());
    assertThat(chain.height()).isEqualTo(2);
    assertThat(chain.isActive(fork)).isTrue();
    assertThat(chain.isActive(chain.find(ours.header().id()))).isFalse();
    // The transaction that only the abandoned block had is waiting again.
    assertThat(chain.waiting()).isEqualTo(1);
    chain.generate(1, PAYOUT, NOW);
    assertThat(chain.waiting()).isZero();
  }

  @Test
  void returnsFromBranchThatBreaksRuleLate() {
    BlockDraft greedy = BlockDraft.of(chain, NOW);
    greedy.pay(1);
    Block bad = greedy.toBlock();
    Hash256 tip = chain.generate(1, PAYOUT, NOW).get(0);
    // Amounts are only looked at when a block is about to become part of the chain.
    assertThat(chain.submit(bad.toBytes(), NOW)).contains("inconclusive");

    Block child = chain.candidate(chain.find(bad.header().id()), PAYOUT, NOW).solve();
    assertThat(chain.submit(child.toBytes(), NOW)).contains("inconclusive");

    assertThat(chain.tipHash()).isEqualTo(tip);
    assertThat(chain.submit(bad.toBytes(), NOW)).contains("duplicate-invalid");
    assertThat(chain.submit(child.toBytes(), NOW)).contains("duplicate-invalid");
    assertThat(chain.propose(child.toBytes(), NOW)).contains("duplicate-invalid");
    Block grandchild = chain.candidate(chain.find(child.header().id()), PAYOUT, NOW).solve();
    assertThat(chain.submit(grandchild.toBytes(), NOW)).contains("bad-prevblk");
    chain.generate(1, PAYOUT, NOW);
    assertThat(chain.height()).isEqualTo(2);
  }

  @Test
  void takesGoodCopyAfterBadOneAndThenItsChild() {
    chain.addTraffic(5);
    BlockDraft draft = BlockDraft.of(chain, NOW);
    Block good = draft.toBlock();
    draft.coinbaseWitness = List.of(new byte[31]);
    Block bad = draft.toBlock();
    assertThat(bad.header()).isEqualTo(good.header());

    assertThat(chain.submit(bad.toBytes(), NOW)).contains("bad-witness-nonce-size");
    Block child = chain.candidate(chain.find(good.header().id()), PAYOUT, NOW).solve();
    assertThat(chain.submit(child.toBytes(), NOW)).contains("inconclusive");
    assertThat(chain.height()).isZero();

    assertThat(chain.submit(good.toBytes(), NOW)).isEmpty();
    assertThat(chain.tipHash()).isEqualTo(child.header().id());
  }

  @Test
  void wantsTheConfiguredProofOfWork() {
    DevChain scrypt =
        new DevChain(DevChainOptions.regtest().withAlgorithm(Algorithms.byName("scrypt")), NOW);
    BlockDraft draft = BlockDraft.of(scrypt, NOW);
    draft.solved = false;
    assertThat(scrypt.submit(draft.toBytes(), NOW)).contains("high-hash");
    draft.solved = true;
    Block block = draft.toBlock();
    assertThat(scrypt.submit(block.toBytes(), NOW)).isEmpty();
    assertThat(scrypt.tipHash()).isEqualTo(block.header().id());
  }

  @Test
  void forgetsOldTransactionsButNoHeader() {
    Hash256 first = chain.generate(1, PAYOUT, NOW).get(0);
    chain.generate(1_100, PAYOUT, NOW);
    assertThat(chain.find(first).block).isNull();
    assertThat(chain.find(first).undo).isNull();
    assertThat(chain.at(1).hash()).isEqualTo(first);
    BlockDraft late = BlockDraft.of(chain, NOW);
    late.previous = first;
    assertThat(chain.submit(late.toBytes(), NOW)).contains("bad-fork-prior-to-checkpoint");
  }

  /**
   * Whatever branches win, coins and waiting transactions stay consistent: blocks go on fitting.
   */
  @Test
  void survivesRandomReorganisations() {
    Random random = new Random(3);
    List<Hash256> known = new ArrayList<>(List.of(chain.tipHash()));
    int reorganised = 0;
    for (int i = 0; i < 200; i++) {
      chain.addTraffic(random.nextInt(8));
      Hash256 tip = chain.tipHash();
      BlockEntry parent =
          random.nextInt(3) == 0
              ? chain.tip()
              : chain.find(known.get(Math.max(0, known.size() - 1 - random.nextInt(5))));
      Block block = chain.candidate(parent, PAYOUT, NOW).solve();
      assertThat(chain.submit(block.toBytes(), NOW).orElse("accepted"))
          .isIn("accepted", "inconclusive");
      known.add(block.header().id());
      if (!chain.tipHash().equals(tip) && !chain.tip().header().previous().equals(tip)) {
        reorganised++;
      }
    }
    assertThat(reorganised).isGreaterThan(5);
    chain.generate(3, PAYOUT, NOW);
    assertThat(chain.waiting()).isZero();
  }
}
