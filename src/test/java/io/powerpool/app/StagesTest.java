package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Verticle;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StagesTest {

  private static final int STOPPING_MILLIS = 20;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    join(vertx.close());
  }

  @Test
  void stopsEachBeforeTheOnesThatWereStartedBeforeIt() {
    String id = join(vertx.deployVerticle(node("a", "b", "c")));
    assertThat(events).containsExactly("+a", "+b", "+c", "+node");

    events.clear();
    join(vertx.undeploy(id));
    assertThat(events).containsExactly("-c", "-b", "-a", "-node");
  }

  @Test
  void stopsInTheSameOrderWhenVertxIsClosed() {
    join(vertx.deployVerticle(node("a", "b")));
    events.clear();

    join(vertx.close());
    assertThat(events).containsExactly("-b", "-a", "-node");
  }

  @Test
  void stopsWhatIsUpWhenALaterStageCannotStart() {
    Future<String> deployed = vertx.deployVerticle(node("a", "broken", "c"));

    assertThat(deployed.toCompletionStage().toCompletableFuture())
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("cannot start");
    assertThat(events).containsExactly("+a", "-a");
  }

  @Test
  void knowsSeveralInstancesAsOneStage() {
    String id =
        join(
            vertx.deployVerticle(
                new AbstractVerticle() {
                  @Override
                  public void start(Promise<Void> started) {
                    Stages stages = new Stages(vertx);
                    stages
                        .deploy(stage("a"), new DeploymentOptions().setInstances(2))
                        .compose(
                            up ->
                                stages.deploy(stage("b"), new DeploymentOptions().setInstances(3)))
                        .onComplete(started);
                  }
                }));
    assertThat(events).containsExactly("+a", "+a", "+b", "+b", "+b");

    events.clear();
    join(vertx.undeploy(id));
    assertThat(events).containsExactly("-b", "-b", "-b", "-a", "-a");
  }

  private Verticle node(String... names) {
    return new AbstractVerticle() {
      @Override
      public void start(Promise<Void> started) {
        Stages stages = new Stages(vertx);
        Future<Void> up = Future.succeededFuture();
        for (String name : names) {
          up = up.compose(before -> stages.deploy(stage(name), new DeploymentOptions()));
        }
        up.onSuccess(nothing -> events.add("+node")).onComplete(started);
      }

      @Override
      public void stop() {
        events.add("-node");
      }
    };
  }

  private Supplier<Verticle> stage(String name) {
    return () ->
        new AbstractVerticle() {
          @Override
          public void start() {
            if (name.equals("broken")) {
              throw new IllegalStateException("cannot start");
            }
            events.add("+" + name);
          }

          @Override
          public void stop(Promise<Void> stopped) {
            // Takes its time, so that whoever does not wait for it is found out.
            vertx.setTimer(
                STOPPING_MILLIS,
                timer -> {
                  events.add("-" + name);
                  stopped.complete();
                });
          }
        };
  }

  private static <T> T join(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }
}
