package io.powerpool.jobmanager.switching;

import static io.powerpool.jobmanager.switching.ExampleJobs.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.WorkState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a coin counts as one with live work. */
class StandingTest {

  private static final WorkState LIVE = new WorkState("A", "");

  private final Standing standing = new Standing();
  private long nowNanos = Long.MAX_VALUE - 1_000_000_000L;

  private String trouble() {
    return standing.trouble(nowNanos);
  }

  private void pass(long millis) {
    nowNanos += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void needsBothAJobAndTheWordOfItsJobManager() {
    assertThat(trouble()).isEqualTo("not heard of yet");
    standing.onState(LIVE, nowNanos);
    assertThat(trouble()).isEqualTo("no job yet");
    standing.onJob(job("A", 1, 'a', true), true);
    assertThat(trouble()).isEmpty();
    standing.onState(new WorkState("A", "no coin server is live"), nowNanos);
    assertThat(trouble()).isEqualTo("no coin server is live");
  }

  @Test
  void aJobManagerThatFallsSilentHasNoLiveWork() {
    standing.onJob(job("A", 1, 'a', true), true);
    standing.onState(LIVE, nowNanos);
    pass(3400);
    assertThat(trouble()).isEmpty();
    pass(200);
    assertThat(trouble()).isEqualTo("its job manager is not heard of any more");
    standing.onState(LIVE, nowNanos);
    assertThat(trouble()).isEmpty();
  }

  @Test
  void aCoinThatGaveNoJobIsLeftAloneForAWhile() {
    standing.onJob(job("A", 1, 'a', true), false);
    standing.onState(LIVE, nowNanos);
    standing.rest(nowNanos);
    pass(2000);
    assertThat(trouble()).isEqualTo("it gave no new job");
    pass(1000);
    standing.onState(LIVE, nowNanos);
    pass(2000);
    assertThat(trouble()).isEmpty();
  }

  @Test
  void aJobOfATermThatIsOverIsNotTaken() {
    assertThat(standing.onJob(job("A", 5, 'a', true), true)).isTrue();
    standing.used(standing.job().id());
    assertThat(standing.onJob(job("A", 4, 'b', true), true)).isFalse();
    assertThat(standing.onJob(job("A", 5, 'a', true), true)).isFalse();
    assertThat(standing.unused()).isFalse();
    assertThat(standing.buildsElsewhere(job("A", 6, 'a', false))).isFalse();
    assertThat(standing.buildsElsewhere(job("A", 6, 'b', false))).isTrue();
  }
}
