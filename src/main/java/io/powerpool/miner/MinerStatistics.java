package io.powerpool.miner;

import java.util.Map;

/**
 * How a {@link CpuMiner} is doing.
 *
 * @param connected whether it is authorized at the pool at this moment
 * @param hashes all hashes since the start
 * @param hashRate hashes per second, over about the last ten seconds
 * @param accepted shares that the pool has taken
 * @param rejected shares that the pool has refused, by its reason
 * @param lost shares without an answer, for the connection ended
 * @param difficulty of the present job, 0 if there is none
 */
public record MinerStatistics(
    boolean connected,
    long hashes,
    double hashRate,
    long accepted,
    Map<String, Long> rejected,
    long lost,
    double difficulty) {

  public MinerStatistics {
    rejected = Map.copyOf(rejected);
  }

  /** All refused shares. */
  public long rejectedTotal() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }
}
