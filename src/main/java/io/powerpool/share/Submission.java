package io.powerpool.share;

/**
 * The decoded numbers of one {@code mining.submit}. Filled again and again by the reader of an
 * event loop; whoever needs it longer than the call copies what it needs.
 */
public final class Submission {

  /** What {@link #versionBits} is where the miner sent none. */
  public static final long NO_VERSION_BITS = -1;

  private long jobKey;
  private long extranonce2;
  private int extranonce2Size;
  private long time;
  private int nonce;
  private long versionBits = NO_VERSION_BITS;

  /**
   * Sets all fields.
   *
   * @param jobKey the job id as sent to the miner, read as a hexadecimal number
   * @param extranonce2 its bytes as a big-endian number
   * @param extranonce2Size how many bytes the miner spelled
   * @param time seconds since 1970, 32 bits unsigned
   * @param versionBits 32 bits unsigned, or {@link #NO_VERSION_BITS}
   */
  public void set(
      long jobKey, long extranonce2, int extranonce2Size, long time, int nonce, long versionBits) {
    this.jobKey = jobKey;
    this.extranonce2 = extranonce2;
    this.extranonce2Size = extranonce2Size;
    this.time = time;
    this.nonce = nonce;
    this.versionBits = versionBits;
  }

  public long jobKey() {
    return jobKey;
  }

  public long extranonce2() {
    return extranonce2;
  }

  public int extranonce2Size() {
    return extranonce2Size;
  }

  public long time() {
    return time;
  }

  public int nonce() {
    return nonce;
  }

  public long versionBits() {
    return versionBits;
  }
}
