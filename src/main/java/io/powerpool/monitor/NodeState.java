package io.powerpool.monitor;

import java.util.Locale;

/** Whether the node that a monitor belongs to takes part in the pool. */
public enum NodeState {

  /** Not all of its verticles are up. */
  STARTING,

  UP,

  /** It is being taken out of service. */
  DRAINING;

  /** For tools. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
