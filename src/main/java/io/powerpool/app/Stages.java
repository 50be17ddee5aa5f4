package io.powerpool.app;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Deploys verticles one after the other, so that on undeployment each stops before the ones that
 * were deployed before it.
 *
 * <p>Vert.x stops the children of a verticle before the verticle, and siblings all at once. So each
 * is deployed as a child of its predecessor. For one verticle's start.
 */
final class Stages {

  private final Vertx vertx;
  private Context parent;

  /** The first stage becomes a child of the verticle whose context this is called on. */
  Stages(Vertx vertx) {
    this.vertx = vertx;
    this.parent = vertx.getOrCreateContext();
  }

  /** Deploys the next stage; to be called when the one before is up. */
  Future<Void> deploy(Supplier<Verticle> verticle, DeploymentOptions options) {
    Promise<Void> deployed = Promise.promise();
    parent.runOnContext(
        nothing ->
            vertx
                .deployVerticle(() -> new Stage(verticle.get()), options)
                .<Void>mapEmpty()
                .onComplete(deployed));
    return deployed.future();
  }

  /** A verticle whose context the next stage is deployed from. */
  private final class Stage implements Verticle {

    private final Verticle verticle;

    Stage(Verticle verticle) {
      this.verticle = verticle;
    }

    @Override
    public Vertx getVertx() {
      return verticle.getVertx();
    }

    @Override
    public void init(Vertx ofVerticle, Context context) {
      parent = context;
      verticle.init(ofVerticle, context);
    }

    @Override
    public void start(Promise<Void> started) throws Exception {
      verticle.start(started);
    }

    @Override
    public void stop(Promise<Void> stopped) throws Exception {
      verticle.stop(stopped);
    }
  }
}
