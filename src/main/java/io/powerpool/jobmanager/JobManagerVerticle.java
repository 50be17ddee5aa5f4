package io.powerpool.jobmanager;

import io.powerpool.cluster.NodeOptions;
import io.powerpool.coin.Coin;
import io.powerpool.config.Faults;
import io.powerpool.config.Section;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the job managers of all configured coins on one event loop. Reads {@code node}, {@code
 * data_dir} and {@code coins} of the configuration, each coin's definition already merged below its
 * entry.
 */
public final class JobManagerVerticle extends AbstractVerticle {

  private final List<CoinJobManager> managers = new ArrayList<>();

  @Override
  public void start(Promise<Void> started) {
    read();
    Future.all(managers.stream().map(CoinJobManager::start).toList())
        .<Void>mapEmpty()
        .recover(failure -> stopAll().transform(stopped -> Future.failedFuture(failure)))
        .onComplete(started);
  }

  @Override
  public void stop(Promise<Void> stopped) {
    stopAll().onComplete(stopped);
  }

  private Future<Void> stopAll() {
    return Future.join(managers.stream().map(CoinJobManager::stop).toList()).mapEmpty();
  }

  private void read() {
    Faults faults = new Faults();
    Section root = Section.root(NodeOptions.plain(config()), faults);
    NodeOptions node = NodeOptions.from(root);
    Map<String, Section> coins = root.named("coins");
    if (coins.isEmpty()) {
      root.fault("coins", null, "at least one coin");
    }
    List<CoinJobManager> read = new ArrayList<>();
    coins.forEach(
        (currency, section) -> {
          JobManagerOptions options = JobManagerOptions.from(section, node.dataDirectory());
          Optional<Coin> coin = Coin.from(currency, section);
          coin.ifPresent(
              known ->
                  read.add(
                      new CoinJobManager(vertx, node.node(), known, options, Clock.systemUTC())));
        });
    faults.throwIfAnyAmongKnownKeys();
    managers.addAll(read);
  }
}
