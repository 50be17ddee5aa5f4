package io.powerpool.stratum;

import static org.assertj.core.api.Assertions.assertThat;

import io.powerpool.cluster.PrefixClaim;
import io.powerpool.cluster.PrefixGrant;
import io.powerpool.jobmanager.JobStamps;
import io.powerpool.jobmanager.PrefixTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What operators are told, and what a node may count on, step by step. */
class PrefixLeaseTest {

  private static final Duration REST = Duration.ofMinutes(20);
  private static final long CLOCK = 1_700_000_000_000L;

  private final Map<Long, PrefixTable> tables = new HashMap<>();
  private long millis;

  private static PrefixLease lease(String node, long process, int bits, OptionalInt fixed) {
    return new PrefixLease(node, process, bits, fixed, REST, new Random(process));
  }

  private long nanos() {
    return millis * 1_000_000;
  }

  /** Lets the nodes claim for so long, with all job managers that there are. */
  private void run(long duration, PrefixLease... leases) {
    Map<Long, String> present = new HashMap<>();
    tables.keySet().forEach(process -> present.put(process, "jm" + process));
    for (long end = millis + duration; millis < end; millis += 50) {
      for (PrefixLease lease : leases) {
        lease.onCandidates(present, nanos());
        if (lease.isClaimDue(nanos())) {
          tell(lease, lease.claim(nanos()));
        }
      }
    }
  }

  private void tell(PrefixLease lease, PrefixClaim claim) {
    tables
        .values()
        .forEach(
            table -> {
              PrefixGrant grant = table.claim(claim, nanos(), CLOCK + millis);
              lease.onGrant(claim, grant, nanos(), nanos());
            });
  }

  private void manager(long process) {
    tables.put(process, new PrefixTable(process));
  }

  @Test
  void aNodeHasItsPrefixWithinASecondAndStandbysHaveGrantedItBeforeTheyLead() {
    manager(1);
    manager(2);
    PrefixLease lease = lease("edge", 10, 8, OptionalInt.empty());
    assertThat(lease.trouble()).isEqualTo("no job manager is heard of");
    run(1000, lease);

    assertThat(lease.prefix()).isNotNegative();
    assertThat(lease.prefixFor(1, CLOCK, nanos())).isEqualTo(lease.prefix());
    assertThat(lease.prefixFor(2, CLOCK, nanos())).isEqualTo(lease.prefix());
    assertThat(lease.prefixFor(3, CLOCK, nanos())).isEqualTo(PrefixClaim.NONE);
  }

  @Test
  void jobsOfAnUnheardJobManagerAreTakenAsLongAsItCountsOnThatAndNoLonger() {
    manager(1);
    PrefixLease lease = lease("edge", 10, 8, OptionalInt.empty());
    run(1000, lease);
    tables.clear();
    run(29_000, lease);
    assertThat(lease.isGrantedBy(1, nanos())).isTrue();
    run(1000, lease);
    assertThat(lease.isGrantedBy(1, nanos())).isFalse();
  }

  @Test
  void aGivenPrefixIsNeverExchangedAndBothNodesAreNamed() {
    manager(1);
    PrefixLease first = lease("one", 10, 8, OptionalInt.of(7));
    PrefixLease second = lease("two", 11, 8, OptionalInt.of(7));
    run(1000, first);
    run(60_000, first, second);

    assertThat(first.prefix()).isEqualTo(7);
    assertThat(second.prefix()).isEqualTo(PrefixClaim.NONE);
    assertThat(second.trouble())
        .isEqualTo(
            "extranonce_prefix 7 of node two is taken by node one, says the job manager of jm1");
    assertThat(first.trouble()).isEmpty();
  }

  @Test
  void whoseNodeIsRestartedHasTheGivenPrefixAgainForJobsThatAreMadeFromThenOn() {
    manager(1);
    PrefixLease killed = lease("one", 10, 8, OptionalInt.of(7));
    run(2000, killed);
    PrefixLease next = lease("one", 11, 8, OptionalInt.of(7));
    run(28_000, next);
    assertThat(next.prefix()).isEqualTo(PrefixClaim.NONE);
    run(5000, next);
    assertThat(next.prefix()).isEqualTo(7);
    assertThat(next.prefixFor(1, CLOCK + 20_000, nanos())).isEqualTo(PrefixClaim.NONE);
    assertThat(next.prefixFor(1, CLOCK + millis, nanos())).isEqualTo(7);

    // One that has stopped in an orderly way is not waited for.
    tell(next, next.end());
    long stopped = CLOCK + millis;
    PrefixLease last = lease("one", 12, 8, OptionalInt.of(7));
    run(1000, last);
    assertThat(last.prefixFor(1, stopped, nanos())).isEqualTo(PrefixClaim.NONE);
    assertThat(last.prefixFor(1, stopped + 1, nanos())).isEqualTo(7);
  }

  @Test
  void aThirdNodeIsToldThatTwoPrefixesAreAllThereAre() {
    manager(1);
    PrefixLease one = lease("one", 10, 1, OptionalInt.empty());
    PrefixLease two = lease("two", 11, 1, OptionalInt.empty());
    PrefixLease three = lease("three", 12, 1, OptionalInt.empty());
    run(5000, one, two);
    run(5000, one, two, three);
    assertThat(three.prefix()).isEqualTo(PrefixClaim.NONE);
    assertThat(three.trouble())
        .isEqualTo("all 2 extranonce prefixes are taken, says the job manager of jm1");

    tell(one, one.end());
    run(5000, two, three);
    assertThat(three.prefix()).isNotNegative().isNotEqualTo(two.prefix());
  }

  @Test
  void prefixesOfDifferentLengthsDoNotOverlap() {
    manager(1);
    PrefixLease wide = lease("wide", 10, 1, OptionalInt.of(1));
    PrefixLease within = lease("within", 11, 8, OptionalInt.of(0x80));
    PrefixLease beside = lease("beside", 12, 8, OptionalInt.of(0x7f));
    run(1000, wide);
    run(5000, wide, within, beside);
    assertThat(within.trouble()).contains("is taken by node wide");
    assertThat(beside.prefix()).isEqualTo(0x7f);
  }

  @Test
  void afterASplitTheNodeThatTheNewLeaderRefusesMovesBeforeItTakesJobs() {
    manager(1);
    PrefixLease lease = lease("edge", 10, 8, OptionalInt.empty());
    run(1000, lease);
    int before = lease.prefix();
    manager(2);
    tables
        .get(2L)
        .claim(new PrefixClaim("other", 11, 1, 8, before, before, 1_200_000), nanos(), CLOCK);
    run(50, lease);

    assertThat(lease.prefix()).isEqualTo(before);
    assertThat(lease.isGrantedBy(1, nanos())).isTrue();
    assertThat(lease.isGrantedBy(2, nanos())).isFalse();
    run(950, lease);
    assertThat(lease.prefix()).isNotEqualTo(before);
    assertThat(lease.isGrantedBy(1, nanos())).isTrue();
    assertThat(lease.isGrantedBy(2, nanos())).isTrue();
  }

  @Test
  void aClockThatIsSetBackKeepsNoJobOfTheNextHolderAside() {
    AtomicLong clock = new AtomicLong(CLOCK);
    JobStamps stamps = new JobStamps(new MillisClock(clock::get));
    PrefixTable table = new PrefixTable(1);
    table.claim(new PrefixClaim("gone", 10, 1, 8, 7, 7, 0), 0, stamps.last());
    table.claim(new PrefixClaim("stopped", 11, 1, 8, 9, 9, 0), 0, stamps.last());
    long before = stamps.next();
    clock.addAndGet(-3_600_000);
    long after = stamps.next();
    table.claim(
        new PrefixClaim("stopped", 11, 2, 8, PrefixClaim.NONE, PrefixClaim.NONE, 0),
        0,
        stamps.last());
    PrefixClaim next = new PrefixClaim("next", 12, 1, 8, 7, 9, 0);
    PrefixGrant grant = table.claim(next, seconds(31), stamps.last());

    for (PrefixGrant.Place place : List.of(grant.held(), grant.wish())) {
      assertThat(place.granted()).isTrue();
      assertThat(place.fromMillis()).isBetween(Math.max(before, after), stamps.last());
      assertThat(stamps.next()).isGreaterThan(place.fromMillis());
    }
  }

  @Test
  void whatWasMadeAfterALeaseWasOverIsTheNextHoldersThoughThePrefixHasRestedLonger() {
    PrefixTable table = new PrefixTable(1);
    table.claim(new PrefixClaim("gone", 10, 1, 8, 7, 7, 60_000), 0, 100);
    table.claim(new PrefixClaim("other", 11, 1, 8, 8, 8, 60_000), seconds(31), 200);
    PrefixClaim next = new PrefixClaim("next", 12, 1, 8, PrefixClaim.NONE, 7, 60_000);
    assertThat(table.claim(next, seconds(59), 300).wish().holder()).isEqualTo("gone");
    PrefixGrant grant = table.claim(next, seconds(60), 400);
    assertThat(grant.wish()).isEqualTo(new PrefixGrant.Place(true, 200, ""));
  }

  private static long seconds(int seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }
}
