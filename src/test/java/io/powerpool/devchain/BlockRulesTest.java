package io.powerpool.devchain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.powerpool.bitcoin.ByteSink;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Script;
import io.powerpool.bitcoin.Transaction;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Good blocks, spoiled in one place each. */
class BlockRulesTest {

  private static final long NOW = 1_800_000_000_000L;
  private static final byte[] PAYOUT = Script.payToKeyHash(new byte[20]);
  private static final String ACCEPTED = "accepted";

  private DevChain chain;

  @BeforeEach
  void growChain() {
    growChain(20);
  }

  private void growChain(int height) {
    chain = new DevChain(DevChainOptions.regtest(), NOW - 3_600_000);
    chain.generate(height, PAYOUT, NOW - 1_800_000);
    // Some spend each other's outputs, some have witnesses and some have none.
    assertThat(chain.addTraffic(21)).isEqualTo(21);
  }

  /** The same damage done to blocks for a real litecoind, whose words these must be. */
  @TestFactory
  Stream<DynamicTest> answersLikeRealNode() throws IOException {
    Map<String, Consumer<BlockDraft>> damages = new LinkedHashMap<>();
    damages.put("hash above target", draft -> draft.solved = false);
    damages.put(
        "commitment output missing, coinbase witness kept", draft -> draft.commitment = null);
    damages.put(
        "commitment output and coinbase witness missing",
        draft -> {
          draft.commitment = null;
          draft.coinbaseWitness = List.of();
        });
    damages.put("wrong commitment", draft -> draft.commitment[10] ^= 1);
    damages.put(
        "coinbase witness of 31 bytes", draft -> draft.coinbaseWitness = List.of(new byte[31]));
    damages.put(
        "coinbase witness reserved value not the committed one",
        draft -> draft.coinbaseWitness.get(0)[31] = 1);
    damages.put("coinbase pays one unit too much", draft -> draft.pay(1));
    damages.put(
        "unknown previous block", draft -> draft.previous = Hash256.ofDisplayHex("12".repeat(32)));
    damages.put("time one second before mintime", draft -> draft.time = chain.tip().medianTime());
    damages.put("time two hours and ten minutes ahead", draft -> draft.time = NOW / 1_000 + 7_800);
    damages.put("version 1", draft -> draft.version = 1);
    damages.put("bits changed", draft -> draft.bits = new CompactBits(0x207ffffe));
    damages.put("merkle root changed", draft -> draft.merkleRoot = Hash256.ZERO);
    damages.put(
        "first transaction dropped, template commitment kept",
        draft -> draft.transactions.remove(0));
    damages.put(
        "coinbase script of 101 bytes",
        draft -> draft.coinbaseScript = Arrays.copyOf(draft.coinbaseScript, 101));
    damages.put(
        "coinbase script of 100 bytes",
        draft -> draft.coinbaseScript = Arrays.copyOf(draft.coinbaseScript, 100));
    damages.put(
        "correct block, but the coinbase lacks its witness",
        draft -> draft.coinbaseWitness = List.of());
    damages.put("coinbase pays one unit too little", draft -> draft.pay(-1));
    damages.put("version with rolled BIP320 bits", draft -> draft.version |= 0x1fffe000);
    damages.put("time at mintime", draft -> draft.time = chain.tip().medianTime() + 1);
    damages.put("correct block", draft -> {});
    damages.put(
        "wrong height in coinbase, height 500",
        draft -> draft.coinbaseScript[1] = (byte) (draft.height + 1));
    JsonObject real = answers();
    return damages.entrySet().stream()
        .map(
            damage ->
                DynamicTest.dynamicTest(
                    damage.getKey(),
                    () -> {
                      growChain();
                      String expected =
                          real.getJsonObject(damage.getKey())
                              .getJsonObject("body")
                              .getString("result");
                      assertAnswer(damage.getValue(), expected == null ? ACCEPTED : expected);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> answersInBitcoinCoresWords() {
    return Stream.of(
        test("bits above the limit", "high-hash", d -> d.bits = new CompactBits(0x2100ffff)),
        test("bits of zero", "high-hash", d -> d.bits = new CompactBits(0)),
        test("version 3", "bad-version(0x00000003)", d -> d.version = 3),
        test("negative version", "bad-version(0xe0000000)", d -> d.version = 0xe0000000),
        test("time two hours ahead", ACCEPTED, d -> d.time = NOW / 1_000 + 7_200),
        test("two hours and a second", "time-too-new", d -> d.time = NOW / 1_000 + 7_201),
        test("two transactions exchanged", "bad-witness-merkle-match", d -> swap(d, 0, 1)),
        test("duplicated last transaction", "bad-txns-duplicate", this::duplicateLast),
        test("second coinbase", "bad-cb-multiple", d -> d.transactions.add(d.coinbase())),
        test("coinbase script of 1 byte", "bad-cb-length", d -> d.coinbaseScript = new byte[1]),
        test("height push cut", "bad-cb-height", d -> d.coinbaseScript = new byte[] {1, 0}),
        test(
            "height push with a leading zero",
            "bad-cb-height",
            d -> d.coinbaseScript = new byte[] {2, (byte) d.height, 0, 0}),
        test("coinbase not final", "bad-txns-nonfinal", d -> lock(d, d.height)),
        test("coinbase locked as BIP 54 wants", ACCEPTED, d -> lock(d, d.height - 1)),
        test("lock time but final sequence", ACCEPTED, d -> d.coinbaseLockTime = d.height),
        test(
            "witness of two items",
            "bad-witness-nonce-size",
            d -> {
              d.coinbaseWitness = List.of(new byte[32], new byte[32]);
            }),
        test(
            "bytes behind the commitment",
            ACCEPTED,
            d -> {
              d.commitment = Arrays.copyOf(d.commitment, 45);
            }),
        test(
            "a wrong commitment before the right one",
            ACCEPTED,
            d -> {
              d.outputs.add(output(0, wrongCommitment()));
            }),
        test(
            "a wrong commitment behind the right one",
            "bad-witness-merkle-match",
            d -> {
              d.outputs.add(output(0, d.commitment));
              d.commitment = wrongCommitment();
            }),
        test("empty block", ACCEPTED, this::drop),
        test(
            "empty block without any witness",
            ACCEPTED,
            d -> {
              drop(d);
              d.commitment = null;
              d.coinbaseWitness = List.of();
            }),
        test(
            "empty block that takes the fees",
            "bad-cb-amount",
            d -> {
              d.transactions.clear();
              d.commit();
            }),
        test("several outputs of nothing", ACCEPTED, d -> d.outputs.add(output(0, PAYOUT))),
        test(
            "negative output",
            "bad-txns-vout-negative",
            d -> {
              d.outputs.add(output(-1, PAYOUT));
            }),
        test(
            "output of all coins and one",
            "bad-txns-vout-toolarge",
            d -> {
              d.outputs.add(output(21_000_000L * 100_000_000L + 1, PAYOUT));
            }),
        test(
            "outputs that overflow",
            "bad-txns-txouttotal-toolarge",
            d -> {
              d.outputs.add(output(21_000_000L * 100_000_000L, PAYOUT));
            }),
        test(
            "no outputs",
            "bad-txns-vout-empty",
            d -> {
              d.outputs.clear();
              drop(d);
              d.outputs.clear();
              d.commitment = null;
              d.coinbaseWitness = List.of();
            }),
        test(
            "too many signature operations",
            "bad-blk-sigops",
            d -> {
              byte[] checks = new byte[20_001];
              Arrays.fill(checks, (byte) 0xac);
              d.outputs.add(output(0, checks));
            }),
        test(
            "more than a million bytes",
            "bad-blk-length",
            d -> {
              d.outputs.add(output(0, new byte[1_000_000]));
            }),
        test(
            "too much weight",
            "bad-blk-weight",
            d -> {
              add(d, spend(genesisCoin(), new byte[3_999_000], 0));
            }),
        test("much witness", ACCEPTED, d -> add(d, spend(genesisCoin(), new byte[3_900_000], 0))),
        test(
            "spends an unknown output",
            "bad-txns-inputs-missingorspent",
            d -> {
              add(d, spend(new OutPoint(Hash256.ZERO, 7), new byte[64], 0));
            }),
        test(
            "pays more than it spends",
            "bad-txns-in-belowout",
            d -> {
              add(d, spend(genesisCoin(), new byte[64], 1));
            }),
        testAt(
            110,
            "spends a coinbase too early",
            "bad-txns-premature-spend-of-coinbase",
            d -> {
              add(d, spend(coinbaseOf(chain.height() - 98), new byte[64], 0));
            }),
        testAt(
            110,
            "spends a coinbase of age 100",
            ACCEPTED,
            d -> {
              add(d, spend(coinbaseOf(chain.height() - 99), new byte[64], 0));
            }),
        test(
            "spends one coin twice",
            "bad-txns-inputs-missingorspent",
            d -> {
              add(d, spend(genesisCoin(), new byte[64], 0));
              add(d, spend(genesisCoin(), new byte[64], -1));
            }),
        test(
            "one input twice",
            "bad-txns-inputs-duplicate",
            d -> {
              Transaction.Input input = spend(genesisCoin(), new byte[64], 0).inputs().get(0);
              List<Transaction.Output> nothing = List.of(output(0, PAYOUT));
              add(d, new Transaction(2, List.of(input, input), nothing, 0));
            }),
        test(
            "spends nothing",
            "bad-txns-vin-empty",
            d -> {
              add(d, new Transaction(2, List.of(), List.of(), 0));
            }),
        test(
            "children before parents",
            "bad-txns-inputs-missingorspent",
            d -> {
              Collections.reverse(d.transactions);
              d.commit();
            }),
        test(
            "parent left out",
            "bad-txns-inputs-missingorspent",
            d -> {
              Hash256 parent =
                  chain.mempool().entries().stream()
                      .flatMap(entry -> entry.parents().stream())
                      .findFirst()
                      .orElseThrow();
              d.transactions.removeIf(transaction -> transaction.txid().equals(parent));
              d.commit();
            }));
  }

  @Test
  void refusesBlocksThatCannotBeDecoded() {
    BlockDraft draft = BlockDraft.of(chain, NOW);
    byte[] good = draft.toBytes();
    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[79],
            new byte[80],
            new byte[81],
            Arrays.copyOf(good, good.length - 1),
            Arrays.copyOf(good, 200))) {
      assertThatThrownBy(() -> chain.submit(bad, NOW)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(chain.height()).isEqualTo(20);
    byte[] withRest = Arrays.copyOf(good, good.length + 5);
    assertThat(chain.submit(withRest, NOW)).isEmpty();
    assertThat(chain.tip().block.toBytes()).isEqualTo(good);
  }

  @Test
  void wantsShortestHeightPushAtLowHeights() {
    assertAnswerAt(1, new byte[] {1, 1, 0}, "bad-cb-height");
    assertAnswerAt(1, new byte[] {0x51}, "bad-cb-length");
    assertAnswerAt(1, new byte[] {0x51, 0}, ACCEPTED);
    assertAnswerAt(16, new byte[] {1, 16}, "bad-cb-height");
    assertAnswerAt(16, new byte[] {0x60, 0}, ACCEPTED);
    assertAnswerAt(17, new byte[] {0x61, 0}, "bad-cb-height");
    assertAnswerAt(17, new byte[] {1, 17}, ACCEPTED);
    assertAnswerAt(128, new byte[] {1, (byte) 128}, "bad-cb-height");
    assertAnswerAt(128, new byte[] {2, (byte) 128, 0}, ACCEPTED);
  }

  private void assertAnswerAt(int height, byte[] script, String expected) {
    growChain(height - 1);
    assertAnswer(draft -> draft.coinbaseScript = script, expected);
  }

  private DynamicTest test(String name, String expected, Consumer<BlockDraft> damage) {
    return testAt(20, name, expected, damage);
  }

  private DynamicTest testAt(
      int height, String name, String expected, Consumer<BlockDraft> damage) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          growChain(height);
          assertAnswer(damage, expected);
        });
  }

  /** Proposing gives the same answer, but for the proof of work and the repaired witness. */
  private void assertAnswer(Consumer<BlockDraft> damage, String expected) {
    Hash256 tip = chain.tipHash();
    BlockDraft draft = BlockDraft.of(chain, NOW);
    damage.accept(draft);
    byte[] bytes = draft.toBytes();
    boolean repaired =
        expected.equals(ACCEPTED) && draft.coinbaseWitness.isEmpty() && draft.commitment != null;
    String proposed = chain.propose(bytes, NOW).orElse(ACCEPTED);
    if (expected.equals("prev-blk-not-found")) {
      assertThat(proposed).isEqualTo("inconclusive-not-best-prevblk");
    } else if (repaired) {
      assertThat(proposed).isEqualTo("bad-witness-nonce-size");
    } else if (!expected.equals("high-hash")) {
      assertThat(proposed).as("proposed").isEqualTo(expected);
    }

    Optional<String> answer = chain.submit(bytes, NOW);

    assertThat(answer.orElse(ACCEPTED)).isEqualTo(expected);
    if (expected.equals(ACCEPTED)) {
      assertThat(chain.tip().header().previous()).isEqualTo(tip);
      assertThat(chain.submit(bytes, NOW)).contains("duplicate");
    } else {
      assertThat(chain.tipHash()).isEqualTo(tip);
      // Nothing of the bad block has stayed behind.
      assertThat(chain.submit(BlockDraft.of(chain, NOW).toBytes(), NOW)).isEmpty();
    }
  }

  private static void swap(BlockDraft draft, int one, int other) {
    Collections.swap(draft.transactions, one, other);
  }

  private static void lock(BlockDraft draft, int lockTime) {
    draft.coinbaseLockTime = lockTime;
    draft.coinbaseSequence = 0xfffffffe;
  }

  /** 22 transactions: the last row's odd pair can be repeated without changing the root. */
  private void duplicateLast(BlockDraft draft) {
    draft.merkleRoot = draft.toBlock().header().merkleRoot();
    int size = draft.transactions.size();
    draft.transactions.addAll(List.copyOf(draft.transactions.subList(size - 2, size)));
  }

  private void drop(BlockDraft draft) {
    draft.transactions.clear();
    draft.outputs.clear();
    draft.outputs.add(output(chain.subsidy(draft.height), PAYOUT));
    draft.commit();
  }

  private static void add(BlockDraft draft, Transaction transaction) {
    draft.transactions.add(transaction);
    draft.commit();
  }

  private Transaction spend(OutPoint outPoint, byte[] witness, long more) {
    Coins.Coin coin = chain.mempool().find(outPoint);
    long value = coin == null ? 0 : coin.output().value();
    return new Transaction(
        2,
        List.of(new Transaction.Input(outPoint, new byte[0], -1, List.of(witness))),
        List.of(output(value + more, PAYOUT)),
        0);
  }

  /** A coin of the first block that no waiting transaction uses. */
  private OutPoint genesisCoin() {
    Hash256 txid = chain.at(0).block.transactions().get(0).txid();
    return Stream.iterate(0, i -> i + 1)
        .map(i -> new OutPoint(txid, i))
        .filter(chain.mempool()::isSpendable)
        .findFirst()
        .orElseThrow();
  }

  private OutPoint coinbaseOf(int height) {
    return new OutPoint(chain.at(height).block.transactions().get(0).txid(), 0);
  }

  private static Transaction.Output output(long value, byte[] script) {
    return new Transaction.Output(value, script);
  }

  private static byte[] wrongCommitment() {
    return new ByteSink().bytes(Hex.decode("6a24aa21a9ed")).bytes(new byte[32]).toBytes();
  }

  private static JsonObject answers() throws IOException {
    try (InputStream in =
        BlockRulesTest.class.getResourceAsStream("/litecoin/submitblock_answers.json")) {
      return new JsonObject(Buffer.buffer(in.readAllBytes()));
    }
  }
}
