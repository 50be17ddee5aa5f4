package io.powerpool.testing;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.coin.TransactionId;
import io.powerpool.merged.MergedWork;
import io.powerpool.work.Job;
import java.util.List;

/**
 * Makes jobs of whose parts a test cares for a few: clean, with empty coinbase parts, no
 * transactions and a target that no hash meets unless told otherwise.
 */
public final class TestJob {

  private final long id;
  private String currency = "TST";
  private String algorithm = "sha256d";
  private int height = 1;
  private Hash256 previous = Hash256.ofDisplayHex("1".repeat(64));
  private int version = 0x20000000;
  private int versionMask;
  private CompactBits bits = CompactBits.ofHex("03000001");
  private long millis;
  private byte[] prefix = new byte[1];
  private byte[] suffix = new byte[1];
  private int extranonce2Size = 8;
  private boolean clean = true;
  private long reward = 1;
  private List<MergedWork> merged = List.of();

  public TestJob(long id) {
    this.id = id;
  }

  public TestJob coin(String name, String hashedWith) {
    currency = name;
    algorithm = hashedWith;
    return this;
  }

  public TestJob height(int number) {
    height = number;
    return this;
  }

  /** Its parent's hash is 64 times this digit. */
  public TestJob parent(char digit) {
    return parent(Hash256.ofDisplayHex(String.valueOf(digit).repeat(64)));
  }

  public TestJob parent(Hash256 hash) {
    previous = hash;
    return this;
  }

  public TestJob versionMask(int mask) {
    versionMask = mask;
    return this;
  }

  public TestJob bits(CompactBits of) {
    bits = of;
    return this;
  }

  /** Made at this moment. */
  public TestJob now() {
    millis = System.currentTimeMillis();
    return this;
  }

  /** How long the lines for its miners get. */
  public TestJob suffixBytes(int count) {
    suffix = new byte[count];
    return this;
  }

  public TestJob clean(boolean isClean) {
    clean = isClean;
    return this;
  }

  public TestJob reward(long satoshi) {
    reward = satoshi;
    return this;
  }

  public TestJob merged(List<MergedWork> work) {
    merged = work;
    return this;
  }

  public Job make() {
    return new Job(
        id,
        currency,
        algorithm,
        height,
        previous,
        version,
        versionMask,
        bits,
        bits.toTarget(),
        millis / 1000,
        0,
        prefix,
        suffix,
        4,
        extranonce2Size,
        TransactionId.SHA256D,
        MerkleBranch.of(List.of()),
        clean,
        reward,
        0,
        millis,
        merged);
  }
}
