package io.powerpool.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.SocketInterceptorConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.nio.MemberSocketInterceptor;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.spi.cluster.NodeSelector;
import java.util.UUID;

/**
 * A cluster whose members must pass a {@link MemberGate}. Hazelcast's open-source edition knows
 * such gates and does not ask them, so the part of it that would is replaced; the classes are
 * Hazelcast's inner ones, of version 5.3.
 */
final class GuardedClusterManager extends PoolClusterManager {

  /** By which HazelcastClusterManager tells members. */
  private static final String NODE_ID_ATTRIBUTE = "__vertx.nodeId";

  private final HazelcastInstance hazelcast;
  private Vertx vertx;

  private GuardedClusterManager(HazelcastInstance hazelcast) {
    super(hazelcast);
    this.hazelcast = hazelcast;
  }

  /** Joins the cluster, and blocks until it has. */
  static GuardedClusterManager join(Config config, MemberGate gate) {
    config
        .getNetworkConfig()
        .setSocketInterceptorConfig(
            new SocketInterceptorConfig().setEnabled(true).setImplementation(gate));
    config.getMemberAttributeConfig().setAttribute(NODE_ID_ATTRIBUTE, UUID.randomUUID().toString());
    return new GuardedClusterManager(
        HazelcastInstanceFactory.newHazelcastInstance(
            config, config.getInstanceName(), new GuardedContext(gate)));
  }

  @Override
  public void init(Vertx ofVertx, NodeSelector nodeSelector) {
    vertx = ofVertx;
    super.init(ofVertx, nodeSelector);
  }

  /** The instance is ours, so it ends with us, in the same order as Vert.x ends one of its own. */
  @Override
  public void leave(Promise<Void> promise) {
    Promise<Void> left = Promise.promise();
    super.leave(left);
    left.future()
        .compose(
            nothing ->
                vertx.<Void>executeBlocking(
                    () -> {
                      hazelcast.getLifecycleService().shutdown();
                      return null;
                    }))
        .onComplete(promise);
  }

  private static final class GuardedContext extends DefaultNodeContext {
    private final MemberGate gate;

    GuardedContext(MemberGate gate) {
      this.gate = gate;
    }

    @Override
    public NodeExtension createNodeExtension(Node node) {
      return new GuardedExtension(node, gate);
    }
  }

  private static final class GuardedExtension extends DefaultNodeExtension {
    private final MemberGate gate;

    GuardedExtension(Node node, MemberGate gate) {
      super(node);
      this.gate = gate;
    }

    @Override
    public MemberSocketInterceptor getSocketInterceptor(EndpointQualifier endpoint) {
      return gate;
    }
  }
}
