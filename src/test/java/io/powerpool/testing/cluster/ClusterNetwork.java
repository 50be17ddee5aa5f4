package io.powerpool.testing.cluster;

import java.util.List;

/** Where the nodes of one test live, and how they can be cut off from each other. */
public interface ClusterNetwork extends AutoCloseable {

  /**
   * Namespaces with links to a bridge if this process may make them, else addresses of the loopback
   * interface.
   */
  static ClusterNetwork create(int nodes) {
    try {
      return Namespaces.create(nodes);
    } catch (NetworkException e) {
      return new Loopbacks(nodes, e.getMessage());
    }
  }

  /** For people: what kind of network it is. */
  String description();

  /** The address under which nodes reach servers of the test's own. */
  String host();

  /** Whether {@link #host} is an address of its own, and not 127.0.0.1 where all servers are. */
  boolean hasOwnHost();

  /** All addresses of nodes and of {@link #host}, as {@code ADDRESS/BITS}. */
  String subnet();

  /** The address of a node, counted from 0; both the test and the other nodes reach it there. */
  String address(int node);

  /** The command that runs this command at a node, in the same process. */
  List<String> at(int node, List<String> command);

  /** Whether {@link #cut} can be had. */
  boolean canCut();

  /**
   * Lets every packet between a node and the other nodes vanish, without a word to either side. The
   * test and its servers reach, and are reached by, all of them as before.
   */
  void cut(int node);

  /** Ends a {@link #cut}, if there is one. */
  void heal(int node);

  /** Removes all of it; processes that still run at a node are not its business. */
  @Override
  void close();

  /** A network that cannot be made here. */
  final class NetworkException extends RuntimeException {
    NetworkException(String message) {
      super(message);
    }
  }
}
