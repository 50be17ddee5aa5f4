package io.powerpool.cluster;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeSelector;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's cluster manager, which has each node register its addresses again when members are gone,
 * but not when they come. A member that was frozen holds the others for dead when it goes on, and
 * takes their addresses out of the table that all share; some of that happens only after it has
 * joined them again, and nobody would hear them any more (vertx-hazelcast 4.5.27, {@code
 * SubsMapHelper.removeAllForNodes}). So addresses are registered again some times after each
 * arrival. What this node knows of the others' is kept meanwhile: should a member be cut off just
 * then, asking for it anew would take until that member is given up, and nothing could be published
 * before, not even to this node itself.
 */
class PoolClusterManager extends HazelcastClusterManager {

  /** After a member has come; what one that was frozen takes out, it takes out by then. */
  private static final int[] REPAIRS_SECONDS = {1, 3, 8, 20};

  private static final Logger log = LoggerFactory.getLogger(PoolClusterManager.class);

  /** vertx-hazelcast's table of who has registered which address. */
  private static final String ADDRESSES = "__vertx.subs";

  /** Where it is known which addresses are of interest here, and who has them. */
  private volatile NodeSelector selector;

  /** Whether this thread registers addresses again and keeps what is known of the others'. */
  private final ThreadLocal<Boolean> keeping = ThreadLocal.withInitial(() -> false);

  private final ScheduledThreadPoolExecutor repairs =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "cluster-repairs");
            thread.setDaemon(true);
            return thread;
          });

  /** Starts a member of its own when Vert.x joins. */
  PoolClusterManager(Config config) {
    super(config);
  }

  /** Of a member that has joined already. */
  PoolClusterManager(HazelcastInstance member) {
    super(member);
  }

  @Override
  public void init(Vertx vertx, NodeSelector nodeSelector) {
    selector = nodeSelector;
    super.init(vertx, new Keeper(nodeSelector));
  }

  @Override
  public synchronized void memberAdded(MembershipEvent event) {
    super.memberAdded(event);
    for (int seconds : REPAIRS_SECONDS) {
      repairIn(seconds, true);
    }
  }

  @Override
  public void leave(Promise<Void> left) {
    repairs.shutdownNow();
    super.leave(left);
  }

  /** Whether all repairs that follow an arrival are done. */
  boolean isQuiet() {
    return repairs.getQueue().isEmpty() && repairs.getActiveCount() == 0;
  }

  /** Registers the addresses of this node again at once, and asks for those of others anew. */
  void repair() {
    repairIn(0, false);
  }

  private void repairIn(int seconds, boolean keep) {
    try {
      var unused =
          repairs.schedule(
              () -> {
                keeping.set(keep);
                try {
                  // What it does after a split is what is needed here.
                  stateChanged(new LifecycleEvent(LifecycleState.MERGED));
                  if (keep) {
                    refresh();
                  }
                } catch (RuntimeException | ExecutionException | TimeoutException e) {
                  log.warn("addresses not registered again: {}", e.toString());
                } catch (InterruptedException e) {
                  // The node leaves.
                  Thread.currentThread().interrupt();
                } finally {
                  keeping.remove();
                }
              },
              seconds,
              TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("leaving the cluster: addresses are not registered again");
    }
  }

  /**
   * Asks for others' addresses without forgetting what is known meanwhile: one that was registered
   * while its table was being asked for the first time may have been missed.
   */
  private void refresh() throws InterruptedException, ExecutionException, TimeoutException {
    for (Object key : getHazelcastInstance().getMultiMap(ADDRESSES).keySet()) {
      String address = (String) key;
      if (selector.wantsUpdatesFor(address)) {
        Promise<List<RegistrationInfo>> known = Promise.promise();
        getRegistrations(address, known);
        List<RegistrationInfo> registrations =
            known.future().toCompletionStage().toCompletableFuture().get(1, TimeUnit.MINUTES);
        selector.registrationsUpdated(new RegistrationUpdateEvent(address, registrations));
      }
    }
  }

  /** What the cluster manager tells of the nodes' addresses, but for what is to be kept. */
  private final class Keeper implements NodeSelector {
    private final NodeSelector selector;

    Keeper(NodeSelector selector) {
      this.selector = selector;
    }

    @Override
    public void init(Vertx vertx, ClusterManager clusterManager) {
      selector.init(vertx, clusterManager);
    }

    @Override
    public void eventBusStarted() {
      selector.eventBusStarted();
    }

    @Override
    public void selectForSend(Message<?> message, Promise<String> promise) {
      selector.selectForSend(message, promise);
    }

    @Override
    public void selectForPublish(Message<?> message, Promise<Iterable<String>> promise) {
      selector.selectForPublish(message, promise);
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
      selector.registrationsUpdated(event);
    }

    @Override
    public void registrationsLost() {
      if (!keeping.get()) {
        selector.registrationsLost();
      }
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
      return selector.wantsUpdatesFor(address);
    }
  }
}
