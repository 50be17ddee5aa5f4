package io.powerpool.devchain;

import static io.powerpool.devchain.BrokenRule.check;

import io.powerpool.algorithm.Hasher;
import io.powerpool.bitcoin.Block;
import io.powerpool.bitcoin.BlockHeader;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.OutPoint;
import io.powerpool.bitcoin.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A regtest chain in memory: what it takes for a block to be good, templates, and the waiting
 * transactions. Time is an argument, in milliseconds since 1970. Not thread safe: one owner.
 */
public final class DevChain {

  /** A branch that began earlier is refused, for its blocks may not be there to switch to. */
  private static final int DEEPEST_FORK = 500;

  private static final int TEMPLATE_VERSION = 0x20000000;
  private static final long FIRST_SUBSIDY = 50L * 100_000_000L;
  private static final byte[] RESERVED_VALUE = new byte[32];

  /** What a template leaves free for the coinbase, as nodes do. */
  private static final int COINBASE_WEIGHT = 4_000;

  private static final int COINBASE_SIGOPS_COST = 400;

  private final DevChainOptions options;
  private final Hasher hasher;

  /** Null if the chain can only be mined alone. */
  private final AuxPowCheck auxPow;

  private final Coins coins = new Coins();
  private final Mempool mempool = new Mempool(coins);
  private final BlockTree tree = new BlockTree(coins, this::subsidy);
  private final Traffic traffic;
  private long candidates;

  /** A chain that begins now. */
  public DevChain(DevChainOptions options, long epochMillis) {
    this.options = options;
    hasher = options.algorithm().newHasher();
    auxPow = options.aux().map(rules -> new AuxPowCheck(rules, hasher)).orElse(null);
    traffic = new Traffic(options.seed());
    Block genesis = genesis(epochMillis);
    tree.begin(genesis);
    coins.endow(genesis.transactions().get(0));
    traffic.adopt(genesis.transactions().get(0));
  }

  /**
   * Judges a block as {@code submitblock} does and, if it is good, adds it.
   *
   * @return empty if it became the tip; otherwise Bitcoin Core's word: "inconclusive" for a good
   *     block beside the active chain, "duplicate", or the rule that it breaks
   * @throws IllegalArgumentException if it cannot be decoded
   */
  public Optional<String> submit(byte[] bytes, long epochMillis) {
    Block block = Block.decode(bytes);
    if (block.transactions().isEmpty() || !block.transactions().get(0).isCoinbase()) {
      throw new IllegalArgumentException("Block does not start with a coinbase");
    }
    return submit(block, epochMillis);
  }

  Optional<String> submit(Block asSent, long epochMillis) {
    return submit(asSent, null, epochMillis);
  }

  /**
   * Judges a block and adds it if it is good.
   *
   * @param proof of another chain's work; null if the header has its own
   */
  Optional<String> submit(Block asSent, AuxPowProof proof, long epochMillis) {
    BlockEntry known = tree.find(asSent.header().id());
    if (known != null && known.status == BlockEntry.Status.VALID) {
      return Optional.of("duplicate");
    }
    if (known != null && known.status == BlockEntry.Status.INVALID) {
      return Optional.of("duplicate-invalid");
    }
    try {
      Block block = withReservedValue(asSent);
      checkProofOfWork(block.header(), proof);
      BlockRules.checkBlock(block);
      BlockEntry entry = known != null ? known : acceptHeader(block.header(), epochMillis);
      if (entry.status == BlockEntry.Status.STORED) {
        return Optional.of("duplicate");
      }
      acceptBlock(entry, block);
      return activateBest(entry);
    } catch (BrokenRule e) {
      return Optional.of(e.reason());
    }
  }

  /**
   * Judges a block as {@code getblocktemplate} in proposal mode does: everything but the proof of
   * work, and without changing anything.
   *
   * @return empty if it is good
   * @throws IllegalArgumentException if it cannot be decoded
   */
  public Optional<String> propose(byte[] bytes, long epochMillis) {
    Block block = Block.decode(bytes);
    BlockEntry known = tree.find(block.header().id());
    if (known != null) {
      return Optional.of(
          switch (known.status) {
            case VALID -> "duplicate";
            case INVALID -> "duplicate-invalid";
            case HEADER, STORED -> "duplicate-inconclusive";
          });
    }
    BlockEntry tip = tip();
    if (!block.header().previous().equals(tip.hash())) {
      return Optional.of("inconclusive-not-best-prevblk");
    }
    try {
      BlockRules.checkHeader(block.header(), tip, Retarget.bitsAfter(tip, options), epochMillis);
      BlockRules.checkBlock(block);
      BlockRules.checkPlace(block, tip);
      int height = tip.height() + 1;
      coins.disconnect(coins.connect(block, height, subsidy(height)));
      return Optional.empty();
    } catch (BrokenRule e) {
      return Optional.of(e.reason());
    }
  }

  /** Work on the tip. */
  ChainTemplate template(long epochMillis) {
    return template(tip(), epochMillis, mempool.entries());
  }

  /** A block to solve, on the tip with the waiting transactions. */
  Candidate candidate(byte[] payoutScript, long epochMillis) {
    return candidate(tip(), payoutScript, epochMillis);
  }

  /** A block to solve; beside the active chain it is empty, for its coins may be others. */
  Candidate candidate(BlockEntry parent, byte[] payoutScript, long epochMillis) {
    ChainTemplate template =
        parent == tip() ? template(epochMillis) : template(parent, epochMillis, List.of());
    return new Candidate(template, payoutScript, options.algorithm(), candidates++);
  }

  /** A block on the tip that only lacks another chain's work; the chain must be auxiliary. */
  Block mergedCandidate(byte[] payoutScript, long epochMillis) {
    int version = options.aux().orElseThrow().mergedVersion();
    ChainTemplate template = template(epochMillis).withVersion(version);
    return new Candidate(template, payoutScript, options.algorithm(), candidates++).unsolved();
  }

  /**
   * Makes and adds blocks with the waiting transactions.
   *
   * @return their ids
   */
  public List<Hash256> generate(int count, byte[] payoutScript, long epochMillis) {
    List<Hash256> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Block block = candidate(payoutScript, epochMillis).solve();
      submit(block, epochMillis)
          .ifPresent(
              fault -> {
                throw new IllegalStateException("our own block breaks a rule: " + fault);
              });
      ids.add(block.header().id());
    }
    return ids;
  }

  /**
   * Invents waiting transactions.
   *
   * @return how many; fewer than asked for if all coins are in use until the next block
   */
  public int addTraffic(int count) {
    int added = 0;
    for (; added < count; added++) {
      Optional<Transaction> transaction = traffic.next(mempool);
      if (transaction.isEmpty()) {
        break;
      }
      try {
        mempool.add(transaction.get(), tip().height() + 1, tip().medianTime());
      } catch (BrokenRule e) {
        throw new IllegalStateException("our own transaction breaks a rule: " + e.reason(), e);
      }
    }
    return added;
  }

  /** Takes in a waiting transaction; amounts are checked, signatures are not. */
  void add(Transaction transaction) throws BrokenRule {
    mempool.add(transaction, tip().height() + 1, tip().medianTime());
  }

  /** The height of the tip; 0 is the block that was there from the beginning. */
  public int height() {
    return tip().height();
  }

  /** The id of the tip. */
  public Hash256 tipHash() {
    return tip().hash();
  }

  /** How many transactions wait. */
  public int waiting() {
    return mempool.size();
  }

  /** Changes whenever a template of now would differ in more than its time from one before. */
  String longPollId() {
    return tip().hash().toString() + mempool.updates();
  }

  BlockEntry tip() {
    return tree.tip();
  }

  /** The active block of this height, or null if there is none. */
  BlockEntry at(int height) {
    return tree.at(height);
  }

  /** The block with this id on any branch, or null. */
  BlockEntry find(Hash256 hash) {
    return tree.find(hash);
  }

  boolean isActive(BlockEntry entry) {
    return tree.isActive(entry);
  }

  Mempool mempool() {
    return mempool;
  }

  DevChainOptions options() {
    return options;
  }

  /** New coins of a block, halved at every interval. */
  long subsidy(int height) {
    int halvings = height / options.halvingInterval();
    return halvings >= Long.SIZE ? 0 : FIRST_SUBSIDY >>> halvings;
  }

  private ChainTemplate template(
      BlockEntry parent, long epochMillis, Iterable<Mempool.Entry> waiting) {
    List<Mempool.Entry> entries = new ArrayList<>();
    int height = parent.height() + 1;
    long value = subsidy(height);
    long weight = COINBASE_WEIGHT;
    long sigopsCost = COINBASE_SIGOPS_COST;
    for (Mempool.Entry entry : waiting) {
      weight += entry.transaction().weight();
      sigopsCost += entry.sigopsCost();
      if (weight > BlockRules.MAX_WEIGHT || sigopsCost > BlockRules.MAX_SIGOPS_COST) {
        // Children come later, so stopping here never leaves one without its parent.
        break;
      }
      value += entry.fee();
      entries.add(entry);
    }
    long minimumTime = parent.medianTime() + 1;
    return new ChainTemplate(
        height,
        parent.hash(),
        options.aux().map(AuxRules::version).orElse(TEMPLATE_VERSION),
        Retarget.bitsAfter(parent, options),
        minimumTime,
        Math.max(minimumTime, epochMillis / 1_000),
        value,
        List.copyOf(entries),
        BlockRules.commitmentScript(
            entries.stream().map(Mempool.Entry::transaction).toList(), RESERVED_VALUE),
        longPollId());
  }

  /**
   * Like nodes, {@code submitblock} forgives a coinbase without witness if the rest of the block
   * commits to the usual one.
   */
  private Block withReservedValue(Block block) {
    Transaction coinbase = block.transactions().get(0);
    boolean needed = tree.find(block.header().previous()) != null && !coinbase.hasWitness();
    if (!needed || BlockRules.commitmentIndex(coinbase) < 0) {
      return block;
    }
    Transaction.Input bare = coinbase.inputs().get(0);
    Transaction.Input input =
        new Transaction.Input(
            bare.previous(), bare.script(), bare.sequence(), List.of(RESERVED_VALUE));
    List<Transaction> transactions = new ArrayList<>(block.transactions());
    transactions.set(
        0,
        new Transaction(
            coinbase.version(), List.of(input), coinbase.outputs(), coinbase.lockTime()));
    return new Block(block.header(), transactions);
  }

  private void checkProofOfWork(BlockHeader header, AuxPowProof proof) throws BrokenRule {
    if (proof != null) {
      auxPow.checkBlock(header, proof);
      return;
    }
    if (auxPow != null) {
      auxPow.checkAlone(header);
    }
    byte[] hash = new byte[Hash256.SIZE];
    hasher.hash(header.toBytes(), 0, hash, 0);
    boolean solved;
    try {
      solved =
          header.bits().toTarget().isMetBy(hash, 0)
              && header.bits().toTarget().compareTo(DevChainOptions.EASIEST_BITS.toTarget()) <= 0;
    } catch (IllegalArgumentException e) {
      // Bits that are no target at all: nothing meets them.
      solved = false;
    }
    check(solved, "high-hash");
  }

  private BlockEntry acceptHeader(BlockHeader header, long epochMillis) throws BrokenRule {
    BlockEntry parent = tree.find(header.previous());
    check(parent != null, "prev-blk-not-found");
    check(parent.status != BlockEntry.Status.INVALID, "bad-prevblk");
    check(parent.height() >= tip().height() - DEEPEST_FORK, "bad-fork-prior-to-checkpoint");
    CompactBits bits = Retarget.bitsAfter(parent, options);
    BlockRules.checkHeader(header, parent, bits, epochMillis);
    BlockEntry entry = new BlockEntry(header.id(), header, parent);
    tree.add(entry);
    return entry;
  }

  private void acceptBlock(BlockEntry entry, Block block) throws BrokenRule {
    try {
      BlockRules.checkPlace(block, entry.parent());
    } catch (BrokenRule e) {
      if (!e.isMutated()) {
        entry.status = BlockEntry.Status.INVALID;
      }
      throw e;
    }
    tree.store(entry, block);
  }

  /** Switches to the chain with the most work, and tells what that means for this block. */
  private Optional<String> activateBest(BlockEntry submitted) {
    List<BlockEntry> disconnected = new ArrayList<>();
    if (tree.activateBest(disconnected)) {
      refillMempool(disconnected);
    }
    if (submitted.brokenRule != null) {
      return Optional.of(submitted.brokenRule);
    }
    return isActive(submitted) ? Optional.empty() : Optional.of("inconclusive");
  }

  private void refillMempool(List<BlockEntry> disconnected) {
    List<Transaction> returned = new ArrayList<>();
    for (BlockEntry entry : disconnected) {
      List<Transaction> transactions = entry.block.transactions();
      returned.addAll(transactions.subList(1, transactions.size()));
    }
    mempool.refill(returned, tip().height() + 1, tip().medianTime());
  }

  private Block genesis(long epochMillis) {
    byte[] script = "A chain for development".getBytes(StandardCharsets.US_ASCII);
    Transaction.Input input = new Transaction.Input(OutPoint.NONE, script, -1, List.of());
    Transaction coinbase = new Transaction(2, List.of(input), traffic.endowment(), 0);
    BlockHeader header =
        new BlockHeader(
            1,
            Hash256.ZERO,
            coinbase.txid(),
            (int) (epochMillis / 1_000) - 1,
            options.firstBits(),
            0);
    return new Block(header, List.of(coinbase));
  }
}
