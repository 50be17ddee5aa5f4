package io.powerpool.cluster;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a node's settings of a coin or switching group with those of the node that leads it, by
 * their fingerprints. One owner; not thread safe.
 */
public final class SettingsCheck {

  private static final Logger log = LoggerFactory.getLogger(SettingsCheck.class);

  private final String source;
  private final String node;
  private final String fingerprint;
  private final String consequence;
  private String words = "";

  /**
   * @param node this one's name
   * @param fingerprint of its settings; empty if they do not matter
   * @param consequence what follows where they differ, for people
   */
  public SettingsCheck(String source, String node, String fingerprint, String consequence) {
    this.source = source;
    this.node = node;
    this.fingerprint = fingerprint;
    this.consequence = consequence;
  }

  /** Whether two fingerprints are of different settings; an empty one is of unknown ones. */
  static boolean differ(String one, String other) {
    return !one.isEmpty() && !other.isEmpty() && !one.equals(other);
  }

  /** Looks who leads; what is new is told to the log, once. */
  public void look(Optional<Beat> leader) {
    String before = words;
    words =
        leader
            .filter(other -> differ(other.fingerprint(), fingerprint))
            .map(this::difference)
            .orElse("");
    if (!words.isEmpty() && !words.equals(before)) {
      log.error("{}", words);
    }
  }

  private String difference(Beat leader) {
    return "node "
        + leader.node()
        + " leads "
        + source
        + " with another configuration of it ("
        + leader.fingerprint()
        + ") than that of node "
        + node
        + " ("
        + fingerprint
        + "): "
        + consequence;
  }

  /** In what they differ from those of the leader that was seen last, for people; or empty. */
  public String words() {
    return words;
  }
}
