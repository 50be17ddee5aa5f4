package io.powerpool.testing.cluster;

import java.util.List;

/** Addresses of the loopback interface: nothing can be cut there. */
final class Loopbacks implements ClusterNetwork {

  private final int nodes;
  private final String why;
  private final String prefix;

  /**
   * @param why there is nothing better
   */
  Loopbacks(int nodes, String why) {
    this.nodes = nodes;
    this.why = why;
    long pid = ProcessHandle.current().pid();
    // Not 127.0: other things of this machine are there.
    prefix = "127." + (1 + pid / 256 % 254) + "." + pid % 256 + ".";
  }

  @Override
  public String description() {
    return nodes + " loopback addresses " + prefix + "x, no namespaces: " + why;
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public boolean hasOwnHost() {
    return false;
  }

  @Override
  public String subnet() {
    return "127.0.0.0/8";
  }

  @Override
  public String address(int node) {
    return prefix + (11 + node);
  }

  @Override
  public List<String> at(int node, List<String> command) {
    return command;
  }

  @Override
  public boolean canCut() {
    return false;
  }

  @Override
  public void cut(int node) {
    throw new UnsupportedOperationException(description());
  }

  @Override
  public void heal(int node) {
    // Nothing is cut.
  }

  @Override
  public void close() {
    // Nothing was made.
  }
}
