package io.powerpool.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.testing.LitecoinNodes;
import io.powerpool.testing.cluster.ClusterTrial;
import io.powerpool.testing.cluster.FakeClock;
import io.powerpool.testing.cluster.Figures;
import io.powerpool.testing.cluster.PoolNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  /** Set where its parts must be there: without them nothing would be proved, and all look well. */
  private static final String REQUIRED = "POWERPOOL_PROOF_REQUIRED";

  /** What the nodes have written stays there until the next run. */
  private static final Path FOLDER = Path.of("target/cluster").toAbsolutePath();

  private static final int NODES = 3;
  private static final int MINERS = 300;

  /** In the short form each scenario happens once. */
  private static final int ROUNDS = Integer.getInteger("test.cluster.rounds", 1);

  private static final Duration AFTER_KILL = Duration.ofSeconds(2);
  private static final Duration AFTER_FREEZE = Duration.ofSeconds(4);

  /** From the next leader on: longer than the others know one that hangs as a member. */
  private static final Duration FROZEN = Duration.ofSeconds(6);

  private static final Duration MOVE = Duration.ofSeconds(5);
  private static final Duration CUT_OFF = Duration.ofSeconds(20);
  private static final Duration AFTER_TWO_DEATHS = Duration.ofSeconds(5);

  /** It is 0.3 s as a rule; a machine that is busy otherwise takes its time to make the job. */
  private static final Duration CLEAN_STOP = Duration.ofSeconds(2);

  private static final Duration HOUR = Duration.ofHours(1);

  private static final String OTHER_VERSION = "1.1.0-next";

  /**
   * The jar of a version that is really another one, to be run beside this one; without it that is
   * a copy of this one with another name for its version.
   */
  private static final Optional<Path> OTHER_JAR =
      Optional.ofNullable(System.getProperty("test.cluster.other")).map(Path::of);

  private ClusterTrial trial;

  @BeforeAll
  void start() {
    if (System.getenv(REQUIRED) == null) {
      Assumptions.assumeTrue(LitecoinNodes.installed(), "litecoind is not installed here");
    } else {
      assertThat(LitecoinNodes.installed()).as("litecoind is installed, as %s", REQUIRED).isTrue();
    }
    trial = ClusterTrial.start(FOLDER, JAR, NODES, MINERS, ROUNDS);
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
    trial.run("nothing happens", figures -> trial.mine(Duration.ofSeconds(10)));
    assertThat(trial.blocks()).isPositive();
  }

  @Test
  @Order(2)
  void survivesTheDeathOfTheLeader() {
    trial.run(
        "kill -9 the leader",
        figures -> {
          PoolNode leader =
              trial.takeOver(figures, AFTER_KILL, ClusterTrial.EVERYBODY, trial::kill);
          trial.start(leader);
        });
  }

  @Test
  @Order(3)
  void survivesALeaderThatHangs() {
    trial.run(
        "SIGSTOP the leader",
        figures -> {
          PoolNode leader =
              trial.takeOver(figures, AFTER_FREEZE, ClusterTrial.MINERS_OF_OTHERS, trial::freeze);
          trial.mine(FROZEN);
          trial.thaw(leader);
        });
  }

  @Test
  @Order(4)
  void survivesTheDeathOfAnotherNode() {
    trial.run(
        "kill -9 another node",
        figures -> {
          PoolNode node = trial.follower();
          trial.moveMiners(figures, MOVE, node, () -> trial.kill(node));
          trial.start(node);
        });
  }

  @Test
  @Order(5)
  void survivesBeingCutInTwo() {
    if (!trial.cluster().network().canCut()) {
      ClusterTrial.print("cut one node off: skipped, " + trial.cluster().network().description());
      Assumptions.abort(trial.cluster().network().description());
    }
    trial.run("cut one node off", figures -> trial.cutOff(figures, trial.follower(), CUT_OFF));
  }

  @Test
  @Order(6)
  void survivesTheDeathOfTheLeaderAndItsDaemon() {
    trial.run(
        "kill -9 the leader and its daemon",
        figures -> {
          PoolNode leader =
              trial.takeOver(
                  figures,
                  AFTER_TWO_DEATHS,
                  ClusterTrial.EVERYBODY,
                  gone -> {
                    trial.cluster().preferredDaemon().kill();
                    trial.kill(gone);
                  });
          trial.cluster().preferredDaemon().startAgain();
          trial.start(leader);
          trial.cluster().awaitSameTip();
        });
  }

  @Test
  @Order(7)
  void losesNothingInARollingRestart() {
    trial.run(
        "rolling restart",
        figures -> {
          final int asked = trial.reconnects();
          PoolNode last = trial.leader();
          for (PoolNode node : trial.others(last)) {
            trial.restart(figures, node, JAR);
            trial.mine(Duration.ofSeconds(1));
          }
          stopTheLeader(figures, last, Duration.ZERO);
          figures.add("miners sent away " + (trial.reconnects() - asked));
        });
  }

  @Test
  @Order(8)
  void runsWithANodeOfAnotherVersion() {
    trial.run(
        "another version joins",
        figures -> {
          PoolNode node = trial.follower();
          trial.restart(
              figures, node, OTHER_JAR.orElseGet(() -> trial.otherVersion(OTHER_VERSION)));
          String version = trial.version(node);
          figures.add("beside it " + version);
          if (OTHER_JAR.isEmpty()) {
            assertThat(version).contains(OTHER_VERSION);
          }
          // Whoever leads goes, so that the newcomer may lead or follow another.
          PoolNode gone =
              trial.takeOver(figures, CLEAN_STOP, ClusterTrial.EVERYBODY, PoolNode::terminate);
          trial.comeBack(figures, gone, JAR);
          figures.add("led by " + (trial.leader() == node ? "the newcomer" : "another"));
          trial.restart(figures, node, JAR);
        });
  }

  /** First those of two are ahead, and one of them leads; then the third one's is behind. */
  @Test
  @Order(9)
  void survivesClocksAnHourOff() {
    if (!FakeClock.installed()) {
      assertThat(System.getenv(REQUIRED)).as("libfaketime is not installed").isNull();
      ClusterTrial.print("clocks an hour off: skipped, libfaketime is not installed here");
      Assumptions.abort("libfaketime is not installed here");
    }
    trial.run(
        "clocks an hour off",
        figures -> {
          PoolNode third = trial.leader();
          List<PoolNode> ahead = trial.others(third);
          ahead.forEach(
              node -> {
                node.setClock(HOUR);
                trial.restart(figures, node, JAR);
              });
          for (PoolNode node : ahead) {
            trial.awaitComplaint(third, node.name() + " is 3600 s ahead of this node's");
          }
          stopTheLeader(figures, third, HOUR.negated());
          trial.awaitComplaint(ahead.get(0), third.name() + " is 7200 s behind this node's");

          // Terms are made of the clock: what comes after one of the future has to follow it.
          PoolNode leader = trial.leader();
          if (leader == third) {
            figures.again("led by the one behind: nobody has followed a term of the future");
          }
          for (PoolNode node : ahead) {
            if (node != leader) {
              node.setClock(Duration.ZERO);
              trial.restart(figures, node, JAR);
            }
          }
          stopTheLeader(figures, leader, Duration.ZERO);
          figures.add(
              "then led by " + (trial.leader() == third ? "the one behind" : "one that is right"));
          for (PoolNode node : trial.cluster().nodes()) {
            if (node.hasOtherClock()) {
              node.setClock(Duration.ZERO);
              trial.restart(figures, node, JAR);
            }
          }
        });
  }

  /** Restarts the leader, with such a clock, while miners measure who follows it. */
  private void stopTheLeader(Figures figures, PoolNode leader, Duration ahead) {
    PoolNode gone =
        trial.takeOver(
            figures,
            CLEAN_STOP,
            ClusterTrial.EVERYBODY,
            node -> {
              if (node == leader) {
                node.setClock(ahead);
              }
              node.terminate();
            });
    trial.comeBack(figures, gone, JAR);
    if (gone != leader) {
      // On a busy machine the others may have held it for dead.
      figures.add("another led meanwhile");
      leader.setClock(ahead);
      trial.restart(figures, leader, JAR);
    }
  }
}
