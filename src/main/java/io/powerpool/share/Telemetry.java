package io.powerpool.share;

/**
 * What a rig agent tells of a worker's machine: temperatures, hash rates, the mining program's own
 * figures, or the limits beyond which its owner wants to be warned.
 *
 * @param epochMillis when the agent says that it was so, in milliseconds since 1970
 * @param receivedMillis when we were told, by our clock
 * @param worker who it is about; connected as a miner when the agent vouched for it
 * @param type "temp", "status", "hashrate", "thresholds": what the configuration accepts
 * @param data JSON text, as the agent sent it but for blanks
 */
public record Telemetry(
    long epochMillis, long receivedMillis, Worker worker, String type, String data) {

  /** The longest {@link #type}, in characters. */
  public static final int LONGEST_TYPE = 32;

  /** The longest {@link #data}, in bytes of UTF-8: some forty devices' full figures. */
  public static final int LONGEST_DATA = 12 * 1024;

  /**
   * How many lists and objects stand in one another in {@link #data} at most. What is read may be
   * nested 1000 deep and no deeper is written, and data is a part of longer answers; real agents'
   * has three.
   */
  public static final int DEEPEST_DATA = 32;
}
