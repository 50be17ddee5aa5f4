package io.powerpool.cluster;

import java.util.List;
import java.util.Objects;

/**
 * What other nodes need to know of a node's sessions, so that their miners can go on elsewhere.
 *
 * @param node that has them
 * @param source the coin or switching group that they mine
 */
public record SessionNews(String node, String source, List<Session> sessions) {

  /**
   * One of them.
   *
   * @param id that the miner names to go on with it
   * @param difficulty that it has, as the ports of the source count
   * @param versionMask the header version bits agreed on, 0 for none
   */
  public record Session(long id, double difficulty, int versionMask) {}

  public SessionNews {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(source, "source");
    sessions = List.copyOf(sessions);
  }
}
