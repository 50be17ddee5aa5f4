package io.powerpool.work;

import io.powerpool.bitcoin.CompactBits;
import io.powerpool.bitcoin.Hash256;
import io.powerpool.bitcoin.MerkleBranch;
import io.powerpool.bitcoin.Target;
import io.powerpool.coin.TransactionId;
import io.powerpool.merged.MergedWork;
import java.util.List;

/**
 * Work as it is handed to every miner of a coin: all that is needed to judge a share and to know a
 * solved block, but not the transactions. Immutable; byte arrays are shared and never changed.
 *
 * @param id unique in the cluster: of two jobs that a port gets, the later one has the higher id
 * @param currency the coin's key
 * @param algorithm the name of the proof-of-work function
 * @param height of the block to be found
 * @param previous the parent's block id
 * @param version of the header, with the bits under {@code versionMask} cleared
 * @param versionMask the header version bits that miners may roll
 * @param networkTarget what a hash must meet to be a block
 * @param time seconds since 1970, what a miner starts with
 * @param minimumTime the smallest time a share may have
 * @param prefix the coinbase before the extranonce
 * @param suffix the coinbase behind the extranonce
 * @param extranonce1Size bytes of the pool's part
 * @param extranonce2Size bytes of the miner's part
 * @param transactionId which hash of the coinbase is its leaf in the merkle tree
 * @param clean whether the parent is new, so that older work is worthless
 * @param reward what the block is worth to the pool, in the smallest unit
 * @param createdMillis when it was made, in milliseconds since 1970; of the jobs of one process,
 *     whatever their coin, each has a later one than all before, also if its clock is set back
 * @param merged the work of auxiliary chains that the coinbase commits to
 * @param templateId under which its coin's job manager knows it and keeps its template: the id,
 *     unless a switching group hands it out under one of its own
 */
public record Job(
    long id,
    String currency,
    String algorithm,
    int height,
    Hash256 previous,
    int version,
    int versionMask,
    CompactBits bits,
    Target networkTarget,
    long time,
    long minimumTime,
    byte[] prefix,
    byte[] suffix,
    int extranonce1Size,
    int extranonce2Size,
    TransactionId transactionId,
    MerkleBranch branch,
    boolean clean,
    long reward,
    int transactions,
    long createdMillis,
    List<MergedWork> merged,
    long templateId) {

  public Job {
    merged = List.copyOf(merged);
  }

  /**
   * An id is the term shifted by so many bits, plus a counter. A term is its beginning in
   * milliseconds, so a counter that outgrows its bits runs into terms that are over already.
   */
  public static final int SEQUENCE_BITS = 12;

  /**
   * No term is as late as this, in milliseconds since 1970: in the year 2109, and early enough for
   * an id however many jobs the term has. Whoever names a later one has an absurd clock, and who
   * followed it could not go back to the present.
   */
  public static final long END_OF_TERMS = 1L << 42;

  /** A job as its coin's job manager makes it. */
  public Job(
      long id,
      String currency,
      String algorithm,
      int height,
      Hash256 previous,
      int version,
      int versionMask,
      CompactBits bits,
      Target networkTarget,
      long time,
      long minimumTime,
      byte[] prefix,
      byte[] suffix,
      int extranonce1Size,
      int extranonce2Size,
      TransactionId transactionId,
      MerkleBranch branch,
      boolean clean,
      long reward,
      int transactions,
      long createdMillis,
      List<MergedWork> merged) {
    this(
        id,
        currency,
        algorithm,
        height,
        previous,
        version,
        versionMask,
        bits,
        networkTarget,
        time,
        minimumTime,
        prefix,
        suffix,
        extranonce1Size,
        extranonce2Size,
        transactionId,
        branch,
        clean,
        reward,
        transactions,
        createdMillis,
        merged,
        id);
  }

  /**
   * The same work under another id, as a switching group hands it out.
   *
   * @param clean whether miners are to drop what they have
   */
  public Job renumbered(long newId, boolean clean) {
    return new Job(
        newId,
        currency,
        algorithm,
        height,
        previous,
        version,
        versionMask,
        bits,
        networkTarget,
        time,
        minimumTime,
        prefix,
        suffix,
        extranonce1Size,
        extranonce2Size,
        transactionId,
        branch,
        clean,
        reward,
        transactions,
        createdMillis,
        merged,
        templateId);
  }

  /** Whether both ids are of terms that can be; those of an absurd clock cannot. */
  public boolean isOfPossibleTerm() {
    return isPossibleTerm(id >> SEQUENCE_BITS) && isPossibleTerm(templateId >> SEQUENCE_BITS);
  }

  /** Whether a term can have begun at this time, in milliseconds since 1970. */
  public static boolean isPossibleTerm(long millis) {
    return millis >= 0 && millis < END_OF_TERMS;
  }

  /** The id as on the wire and in file names: hexadecimal without leading zeros. */
  public String idText() {
    return Long.toHexString(id);
  }

  /** Bytes of the coinbase without witness data. */
  public int coinbaseSize() {
    return prefix.length + extranonce1Size + extranonce2Size + suffix.length;
  }

  @Override
  public String toString() {
    return currency + " job " + idText() + " height " + height + (clean ? " clean" : "");
  }
}
