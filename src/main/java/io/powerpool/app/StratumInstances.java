package io.powerpool.app;

import io.powerpool.algorithm.Algorithm;
import io.powerpool.compute.ComputePool;
import io.powerpool.compute.HashCallback;
import io.powerpool.stratum.Clocks;
import io.powerpool.stratum.PortOptions;
import io.powerpool.stratum.SlowHashing;
import io.powerpool.stratum.StratumNode;
import io.powerpool.stratum.StratumVerticle;
import io.vertx.core.Context;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the stratum verticles of one node, numbered from 0, and gives them the compute pool. */
final class StratumInstances implements Supplier<Verticle> {

  private static final Logger log = LoggerFactory.getLogger(StratumInstances.class);
  private static final int HASH_SIZE = 32;

  private final StratumNode node;
  private final ComputePool compute;
  private final Clocks clocks;
  private final String version;
  private final List<StratumVerticle> made = new CopyOnWriteArrayList<>();

  /**
   * @param compute null if no coin of the node needs it
   */
  StratumInstances(StratumNode node, ComputePool compute, Clocks clocks, String version) {
    this.node = node;
    this.compute = compute;
    this.clocks = clocks;
    this.version = version;
  }

  @Override
  public synchronized Verticle get() {
    StratumVerticle verticle =
        new StratumVerticle(node, made.size(), this::slowHashing, clocks, version);
    made.add(verticle);
    return verticle;
  }

  /** Those that were made so far. */
  List<StratumVerticle> verticles() {
    return List.copyOf(made);
  }

  /** Called on the event loop that wants the hashes back. */
  private SlowHashing slowHashing(PortOptions port) {
    Algorithm algorithm = node.coins(port.source()).get(0).algorithm();
    Context context = Vertx.currentContext();
    Executor eventLoop = task -> context.runOnContext(nothing -> task.run());
    return (header, done) -> compute.submit(algorithm, header, eventLoop, answer(done));
  }

  private static HashCallback answer(Consumer<byte[]> done) {
    return new HashCallback() {
      @Override
      public void onHash(byte[] hash) {
        done.accept(hash);
      }

      @Override
      public void onFailure(Throwable cause) {
        log.error("a share could not be hashed and is refused", cause);
        // The greatest number there is meets no target, so the miner gets its answer.
        byte[] worst = new byte[HASH_SIZE];
        Arrays.fill(worst, (byte) 0xff);
        done.accept(worst);
      }
    };
  }
}
