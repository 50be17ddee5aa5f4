package io.powerpool.miner;

import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Sha256;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;

/**
 * One piece of work as {@code mining.notify} brought it. Immutable.
 *
 * <p>It assembles headers by itself where it could have used what the pool judges with: as the
 * pool's partner in tests it has to be an independent witness.
 */
public final class ClientJob {

  /** Bytes in a block header. */
  public static final int HEADER_SIZE = 80;

  private static final int FIELDS = 9;

  private final String id;
  private final byte[] previousHash;
  private final byte[] coinbase1;
  private final byte[] coinbase2;
  private final List<byte[]> branch;
  private final int version;
  private final int bits;
  private final int time;
  private final boolean clean;

  private ClientJob(JsonArray params) {
    id = params.getString(0);
    previousHash = wordsSwapped(Hex.decode(params.getString(1)));
    coinbase1 = Hex.decode(params.getString(2));
    coinbase2 = Hex.decode(params.getString(3));
    branch = new ArrayList<>();
    for (Object step : params.getJsonArray(4)) {
      branch.add(Hash256.of(Hex.decode((String) step)).toBytes());
    }
    version = Integer.parseUnsignedInt(params.getString(5), 16);
    bits = Integer.parseUnsignedInt(params.getString(6), 16);
    time = Integer.parseUnsignedInt(params.getString(7), 16);
    clean = params.getBoolean(8);
  }

  /**
   * The job in the parameters of a {@code mining.notify}.
   *
   * @throws IllegalArgumentException if they are none, with the reason
   */
  public static ClientJob from(JsonArray params) {
    if (params.size() < FIELDS) {
      throw new IllegalArgumentException(
          "mining.notify has nine parameters, these are " + params.size());
    }
    try {
      return new ClientJob(params);
    } catch (ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("malformed mining.notify: " + params.encode(), e);
    }
  }

  /** The pool's name for this job, to be sent back with every share. */
  public String id() {
    return id;
  }

  /** Whether all earlier jobs have become worthless. */
  public boolean clean() {
    return clean;
  }

  /** The header's version. */
  public int version() {
    return version;
  }

  /** The compact form of the network's target. */
  public int bits() {
    return bits;
  }

  /** The header's time as the pool proposes it, in seconds since 1970. */
  public int time() {
    return time;
  }

  /** The hash of the previous block. */
  public Hash256 previousHash() {
    return Hash256.of(previousHash);
  }

  /** The hashes that lead from the coinbase to the merkle root, in internal order. */
  public List<Hash256> merkleBranch() {
    return branch.stream().map(Hash256::of).toList();
  }

  /** The coinbase transaction without its witness, with both extranonces put in. */
  public byte[] coinbase(byte[] extranonce1, byte[] extranonce2) {
    byte[] coinbase =
        new byte[coinbase1.length + extranonce1.length + extranonce2.length + coinbase2.length];
    int at = append(coinbase, 0, coinbase1);
    at = append(coinbase, at, extranonce1);
    at = append(coinbase, at, extranonce2);
    append(coinbase, at, coinbase2);
    return coinbase;
  }

  /** The merkle root, 32 bytes in internal order. */
  public byte[] merkleRoot(byte[] extranonce1, byte[] extranonce2) {
    byte[] root = Sha256.twice(coinbase(extranonce1, extranonce2));
    byte[] pair = new byte[2 * Hash256.SIZE];
    for (byte[] step : branch) {
      append(pair, append(pair, 0, root), step);
      root = Sha256.twice(pair);
    }
    return root;
  }

  /** The 80 bytes to hash; the version is the job's own. */
  public byte[] header(byte[] extranonce1, byte[] extranonce2, int time, int nonce) {
    return header(extranonce1, extranonce2, time, nonce, version);
  }

  /** The 80 bytes to hash, with a version whose bits may have been rolled. */
  public byte[] header(byte[] extranonce1, byte[] extranonce2, int time, int nonce, int version) {
    byte[] header = new byte[HEADER_SIZE];
    putLittleEndian(header, 0, version);
    append(header, 4, previousHash);
    append(header, 36, merkleRoot(extranonce1, extranonce2));
    putLittleEndian(header, 68, time);
    putLittleEndian(header, 72, bits);
    putLittleEndian(header, 76, nonce);
    return header;
  }

  @Override
  public String toString() {
    return "job " + id + " on " + previousHash();
  }

  /** Stores the nonce of a header that starts at {@code from}. */
  static void putNonce(byte[] headers, int from, int nonce) {
    putLittleEndian(headers, from + 76, nonce);
  }

  private static void putLittleEndian(byte[] sink, int at, int value) {
    sink[at] = (byte) value;
    sink[at + 1] = (byte) (value >>> 8);
    sink[at + 2] = (byte) (value >>> 16);
    sink[at + 3] = (byte) (value >>> 24);
  }

  private static int append(byte[] sink, int at, byte[] part) {
    System.arraycopy(part, 0, sink, at, part.length);
    return at + part.length;
  }

  /** The wire has internal order with the bytes of every 4-byte word reversed. */
  private static byte[] wordsSwapped(byte[] hash) {
    if (hash.length != Hash256.SIZE) {
      throw new IllegalArgumentException("a previous hash has 32 bytes, this has " + hash.length);
    }
    byte[] swapped = new byte[hash.length];
    for (int i = 0; i < hash.length; i++) {
      swapped[i] = hash[(i & ~3) + 3 - (i & 3)];
    }
    return swapped;
  }
}
