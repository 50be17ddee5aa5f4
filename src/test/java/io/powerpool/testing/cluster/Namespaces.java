package io.powerpool.testing.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A network namespace for each node, with a link to a bridge in the namespace of the test. Names
 * carry the test's process id, the addresses are of a private network that this machine has no
 * other use for.
 */
final class Namespaces implements ClusterNetwork {

  /** A neighbour that nobody is: locally administered, so no card has it by itself. */
  private static final String NOBODY = "02:00:00:00:00:01";

  private static final String INTERFACE = "eth0";
  private static final long COMMAND_SECONDS = 10;

  private final int nodes;
  private final long pid = ProcessHandle.current().pid();
  private final String prefix;
  private final Set<Integer> isCut = new HashSet<>();

  private Namespaces(int nodes, String prefix) {
    this.nodes = nodes;
    this.prefix = prefix;
  }

  /**
   * @throws NetworkException if this machine or this user cannot have them, with the reason;
   *     nothing is left behind then
   */
  static Namespaces create(int nodes) {
    Namespaces made = new Namespaces(nodes, freePrefix());
    try {
      made.addAll();
    } catch (NetworkException e) {
      made.close();
      throw e;
    }
    return made;
  }

  @Override
  public String description() {
    return nodes + " network namespaces on " + subnet();
  }

  @Override
  public String host() {
    return prefix + "1";
  }

  @Override
  public boolean hasOwnHost() {
    return true;
  }

  @Override
  public String subnet() {
    return prefix + "0/24";
  }

  @Override
  public String address(int node) {
    return prefix + (11 + node);
  }

  @Override
  public List<String> at(int node, List<String> command) {
    // It becomes the command, so the process id is the command's.
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace(node)));
    whole.addAll(command);
    return whole;
  }

  @Override
  public boolean canCut() {
    return true;
  }

  /**
   * A route that leads nowhere would tell the sender so; a neighbour whose link address nobody has
   * swallows packets without a word, as a pulled cable does.
   */
  @Override
  public void cut(int node) {
    isCut.add(node);
    others(node)
        .forEach(
            other -> {
              neighbour(node, other, "replace");
              neighbour(other, node, "replace");
            });
  }

  @Override
  public void heal(int node) {
    if (!isCut.remove(node)) {
      return;
    }
    others(node)
        .forEach(
            other -> {
              neighbour(node, other, "del");
              neighbour(other, node, "del");
            });
  }

  @Override
  public void close() {
    // A namespace lives as long as any process in it; its link would, too.
    for (int node = 0; node < nodes; node++) {
      quietly("ip", "link", "del", link(node));
      quietly("ip", "netns", "del", namespace(node));
    }
    quietly("ip", "link", "del", bridge());
  }

  private void addAll() {
    ip("ip", "link", "add", bridge(), "type", "bridge");
    ip("ip", "addr", "add", host() + "/24", "dev", bridge());
    ip("ip", "link", "set", bridge(), "up");
    for (int node = 0; node < nodes; node++) {
      String namespace = namespace(node);
      ip("ip", "netns", "add", namespace);
      ip(
          "ip",
          "link",
          "add",
          link(node),
          "type",
          "veth",
          "peer",
          "name",
          INTERFACE,
          "netns",
          namespace);
      ip("ip", "link", "set", link(node), "master", bridge(), "up");
      ip("ip", "-n", namespace, "addr", "add", address(node) + "/24", "dev", INTERFACE);
      ip("ip", "-n", namespace, "link", "set", INTERFACE, "up");
      ip("ip", "-n", namespace, "link", "set", "lo", "up");
    }
  }

  private void neighbour(int at, int of, String what) {
    List<String> command =
        new ArrayList<>(
            List.of("ip", "-n", namespace(at), "neigh", what, address(of), "dev", INTERFACE));
    if (what.equals("replace")) {
      command.addAll(List.of("lladdr", NOBODY, "nud", "permanent"));
    }
    ip(command.toArray(String[]::new));
  }

  private List<Integer> others(int node) {
    return IntStream.range(0, nodes).filter(other -> other != node).boxed().toList();
  }

  /** Interfaces have names of 15 letters at most. */
  private String bridge() {
    return "ppb" + pid;
  }

  private String link(int node) {
    return "ppl" + pid + "-" + node;
  }

  private String namespace(int node) {
    return "ppn" + pid + "-" + node;
  }

  /** A network of 256 addresses out of 10.0.0.0/8 that no route leads to but the default one. */
  private static String freePrefix() {
    long first = ProcessHandle.current().pid();
    for (long number = first; number < first + 65_536; number++) {
      String prefix = "10." + number / 256 % 256 + "." + number % 256 + ".";
      String network = prefix + "0/24";
      boolean inside = ip("ip", "-4", "route", "show", "table", "all", "root", network).isBlank();
      boolean around =
          ip("ip", "-4", "route", "show", "table", "all", "match", network)
              .lines()
              .allMatch(route -> route.startsWith("default"));
      if (inside && around) {
        return prefix;
      }
    }
    throw new NetworkException("10.0.0.0/8 is all in use");
  }

  private static void quietly(String... command) {
    try {
      ip(command);
    } catch (NetworkException e) {
      // What was never made need not be removed.
    }
  }

  /** What the command says. */
  private static String ip(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new NetworkException(String.join(" ", command) + ": " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new NetworkException(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkException("interrupted");
    }
  }
}
