package io.powerpool.devchain;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.algorithm.Sha256d;
import io.powerpool.bitcoin.AddressFormat;
import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Target;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/**
 * The rules of one development chain. Two chains with the same options and start time are the same
 * chain.
 *
 * @param algorithm of the proof of work; the block id is the double SHA-256 of the header
 * @param firstBits of the first blocks, and of all blocks when there is no block interval
 * @param blockInterval how long a block shall take: the difficulty follows block by block; zero
 *     leaves it alone
 * @param halvingInterval blocks until the subsidy of 50 coins is halved
 * @param addressFormat of the addresses that {@code validateaddress} accepts
 * @param seed of the invented transactions
 * @param aux what makes it an auxiliary chain; empty if it can only be mined alone
 */
public record DevChainOptions(
    Algorithm algorithm,
    CompactBits firstBits,
    Duration blockInterval,
    int halvingInterval,
    AddressFormat addressFormat,
    long seed,
    Optional<AuxRules> aux) {

  /** Easiest difficulty of regtest chains: every second hash will do. */
  public static final CompactBits EASIEST_BITS = new CompactBits(0x207fffff);

  public DevChainOptions {
    if (blockInterval.isNegative() || blockInterval.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "the block interval is zero to a day, was " + blockInterval);
    }
    if (halvingInterval < 1) {
      throw new IllegalArgumentException(
          "the halving interval is at least 1, was " + halvingInterval);
    }
    if (firstBits.toTarget().compareTo(EASIEST_BITS.toTarget()) > 0) {
      throw new IllegalArgumentException(
          "the first bits must not be easier than " + EASIEST_BITS + ", were " + firstBits);
    }
  }

  /** As Bitcoin's regtest: SHA-256d, the easiest difficulty for ever, halving each 150 blocks. */
  public static DevChainOptions regtest() {
    return new DevChainOptions(
        new Sha256d(),
        EASIEST_BITS,
        Duration.ZERO,
        150,
        AddressFormat.BITCOIN_REGTEST,
        1,
        Optional.empty());
  }

  public DevChainOptions withAlgorithm(Algorithm other) {
    return new DevChainOptions(
        other, firstBits, blockInterval, halvingInterval, addressFormat, seed, aux);
  }

  /**
   * A difficulty that follows the miners.
   *
   * @param hashesPerSecond their expected speed, which the first blocks are made for; too high a
   *     guess makes the first block late, too low a one only some blocks quick
   */
  public DevChainOptions withBlockInterval(Duration interval, double hashesPerSecond) {
    double hashes = Math.max(2, hashesPerSecond * interval.toMillis() / 1_000);
    BigInteger target = new BigDecimal(Math.scalb(1.0, 256) / hashes).toBigInteger();
    BigInteger easiest = EASIEST_BITS.toTarget().toBigInteger();
    CompactBits first = CompactBits.of(Target.of(target.min(easiest)));
    return new DevChainOptions(
        algorithm, first, interval, halvingInterval, addressFormat, seed, aux);
  }

  /** The same difficulty for every block. */
  public DevChainOptions withFixedBits(CompactBits bits) {
    return new DevChainOptions(
        algorithm, bits, Duration.ZERO, halvingInterval, addressFormat, seed, aux);
  }

  public DevChainOptions withHalvingInterval(int blocks) {
    return new DevChainOptions(
        algorithm, firstBits, blockInterval, blocks, addressFormat, seed, aux);
  }

  public DevChainOptions withAddressFormat(AddressFormat format) {
    return new DevChainOptions(
        algorithm, firstBits, blockInterval, halvingInterval, format, seed, aux);
  }

  public DevChainOptions withSeed(long other) {
    return new DevChainOptions(
        algorithm, firstBits, blockInterval, halvingInterval, addressFormat, other, aux);
  }

  /** A chain that can be mined together with another. */
  public DevChainOptions withAux(AuxRules rules) {
    return new DevChainOptions(
        algorithm,
        firstBits,
        blockInterval,
        halvingInterval,
        addressFormat,
        seed,
        Optional.of(rules));
  }
}
