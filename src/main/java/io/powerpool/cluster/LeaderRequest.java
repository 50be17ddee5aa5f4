package io.powerpool.cluster;

import io.powerpool.cluster.Topic.Subscription;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * A question to whoever leads a source at present. Every candidate serves it, each at an address of
 * its own, long before it leads: while a member of the cluster is frozen, new addresses wait for
 * seconds.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
public final class LeaderRequest<Q, A> {

  private final Leaders leaders;
  private final String source;
  private final Function<String, Request<Q, A>> addresses;

  /**
   * @param leaders null if there is but one node, which leads everything
   * @param addresses the question to the node of a name; all nodes are one without a cluster
   */
  LeaderRequest(Leaders leaders, String source, Function<String, Request<Q, A>> addresses) {
    this.leaders = leaders;
    this.source = source;
    this.addresses = addresses;
  }

  /** Asks the leader; fails at once if none is known. */
  public Future<A> ask(Q question, Duration timeout) {
    if (leaders == null) {
      return addresses.apply("").ask(question, timeout);
    }
    Optional<Beat> leader = leaders.leader(source);
    return leader.isEmpty()
        ? Future.failedFuture("no job manager of " + source + " is known yet")
        : askNode(leader.get().node(), question, timeout);
  }

  /** Asks the candidate on the node of this name, whether it leads or not. */
  public Future<A> askNode(String node, Q question, Duration timeout) {
    return addresses.apply(node).ask(question, timeout);
  }

  /** Answers, as the candidate on the node of this name. */
  public Subscription serve(String node, Function<Q, Future<A>> handler) {
    return addresses.apply(node).serve(handler);
  }
}
