package io.powerpool.jobmanager;

import io.powerpool.coin.BlockTemplate;
import io.powerpool.coinrpc.CoinServer;
import io.powerpool.coinrpc.TemplateRequest;
import io.vertx.core.Future;
import java.util.function.Consumer;

/** Asks a server for work that nobody gets, to see whether any could be had from it. */
final class WorkTrial {

  private final TemplateRequest request;
  private final Consumer<BlockTemplate> job;

  /**
   * @param job makes a job that nobody gets; throws if none can be made of a template
   */
  WorkTrial(TemplateRequest request, Consumer<BlockTemplate> job) {
    this.request = request;
    this.job = job;
  }

  /**
   * Tries it: the server is {@link CoinServer#faulty} afterwards if it gave no work of which a job
   * can be made, and is not if it did.
   *
   * @return whether it did
   */
  Future<Boolean> of(CoinServer server) {
    return server.template(request).map(template -> judge(server, template)).otherwise(false);
  }

  private boolean judge(CoinServer server, BlockTemplate template) {
    try {
      job.accept(template);
      server.usable();
      return true;
    } catch (RuntimeException e) {
      server.unusable(server.name() + ": " + e.getMessage());
      return false;
    }
  }
}
