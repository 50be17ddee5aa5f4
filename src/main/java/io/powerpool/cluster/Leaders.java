package io.powerpool.cluster;

import io.powerpool.work.Job;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.shareddata.Shareable;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who leads what, as heard on the bus: one of each Vert.x instance, for all who ask leaders for
 * something. Thread safe.
 */
public final class Leaders implements Shareable {

  private static final String SHARED = "powerpool.leaders";
  private static final Logger log = LoggerFactory.getLogger(Leaders.class);

  /** So long a candidate is remembered that is not heard of any more. */
  private static final Duration MEMORY = Duration.ofSeconds(3);

  private static final long MOST_TERMS_OVERRUN = 512;

  /** Whoever makes up names and processes does not fill the memory. */
  private static final int MOST_REFUSED = 1000;

  /** So long nobody is heard of, not even this node, before the bus is taken to be deaf. */
  private static final Duration DEAF = Duration.ofSeconds(4);

  /** What was heard last of one candidate for one source. */
  private record Heard(Beat beat, long nanos) {}

  private record Candidate(String source, long process) {}

  private final Map<Candidate, Heard> heard = new ConcurrentHashMap<>();

  /** Those that have been told of, as their epochs cannot be. */
  private final Set<Candidate> refused = ConcurrentHashMap.newKeySet();

  private final long process = new SecureRandom().nextLong();
  private final LongSupplier nanos;
  private volatile long lastNanos;
  private volatile boolean heardOnce;

  Leaders(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** Those of this Vert.x instance; it begins to listen the first time. */
  public static Leaders of(Vertx vertx) {
    return vertx
        .sharedData()
        .<String, Leaders>getLocalMap(SHARED)
        .computeIfAbsent(
            SHARED,
            key -> {
              Leaders leaders = new Leaders(System::nanoTime);
              // Not on the caller's context: it would end with the caller's verticle.
              ((VertxInternal) vertx)
                  .createEventLoopContext()
                  .runOnContext(turn -> leaders.listen(vertx));
              return leaders;
            });
  }

  private void listen(Vertx vertx) {
    Topics.of(vertx).beats().subscribe(this::onBeat);
    if (((VertxInternal) vertx).getClusterManager() instanceof PoolClusterManager cluster) {
      vertx.setPeriodic(
          DEAF.toMillis(),
          fired -> {
            if (isDeaf()) {
              log.warn(
                  "nothing is heard of any job manager for {} s: registering on the bus again",
                  DEAF.toSeconds());
              cluster.repair();
            }
          });
    }
  }

  /** Whether beats were heard, and none is any more: this node's own would be among them. */
  boolean isDeaf() {
    return heardOnce && nanos.getAsLong() - lastNanos > DEAF.toNanos();
  }

  /** What tells this member of the cluster from others. */
  long process() {
    return process;
  }

  void onBeat(Beat beat) {
    long now = nanos.getAsLong();
    lastNanos = now;
    heardOnce = true;
    if (!Job.isPossibleTerm(beat.epoch())) {
      refuse(beat);
      return;
    }
    heard.put(new Candidate(beat.source(), beat.process()), new Heard(beat, now));
    if (beat.leads()) {
      // Whoever is silent and has been succeeded will not be asked again.
      heard
          .values()
          .removeIf(
              other ->
                  other.beat().source().equals(beat.source())
                      && other.beat().epoch() < beat.epoch()
                      && !isPresent(other, now));
    }
  }

  private void refuse(Beat beat) {
    if (refused.size() < MOST_REFUSED
        && refused.add(new Candidate(beat.source(), beat.process()))) {
      log.error(
          "node {} names epoch {} of {} and is not listened to: expected are milliseconds since 1970"
              + " before {}; look at its clock, and start it again",
          beat.node(),
          beat.epoch(),
          beat.source(),
          Job.END_OF_TERMS);
    }
  }

  private static boolean isPresent(Heard one, long now) {
    return now - one.nanos() < MEMORY.toNanos();
  }

  /**
   * The leader of a coin, a merged coin or a switching group, as far as one is known: also one that
   * was silent for a while, as long as nobody has taken its place.
   */
  public Optional<Beat> leader(String source) {
    return heard.values().stream()
        .map(Heard::beat)
        .filter(beat -> beat.leads() && isOf(beat, source))
        .max(Comparator.comparingLong(Beat::epoch).thenComparingLong(Beat::process));
  }

  /**
   * Whose job this is, as far as is known. Of each process only its last term is remembered.
   *
   * <p>A term of more jobs than fit into {@link Job#SEQUENCE_BITS} runs into the numbers behind its
   * epoch, by one each 4,096 jobs: far slower than the milliseconds go by of which the epochs of
   * later terms are made. So what is less than a hundredth of its age behind its epoch is its own.
   */
  public Optional<Beat> maker(Job job) {
    long term = job.templateId() >>> Job.SEQUENCE_BITS;
    return heard.values().stream()
        .map(Heard::beat)
        .filter(beat -> beat.leads() && isOf(beat, job.currency()))
        .filter(beat -> isOfTerm(beat.epoch(), term, job.createdMillis()))
        .max(Comparator.comparingLong(Beat::epoch));
  }

  /** Whether a job with this term in its id can be of the term that began with this epoch. */
  static boolean isOfTerm(long epoch, long term, long createdMillis) {
    long overrun = MOST_TERMS_OVERRUN + Math.max(0, createdMillis - epoch) / 100;
    return epoch <= term && term - epoch < overrun;
  }

  /** The candidates for a source that were heard of in the last seconds, its leader among them. */
  public List<Beat> candidates(String source) {
    return present().filter(beat -> isOf(beat, source)).toList();
  }

  /** The candidates for anything that were heard of in the last seconds. */
  public Collection<Beat> candidates() {
    return present().toList();
  }

  private Stream<Beat> present() {
    long now = nanos.getAsLong();
    return heard.values().stream()
        .filter(one -> isPresent(one, now))
        .map(Heard::beat)
        .filter(beat -> beat.leads() || beat.waits());
  }

  private static boolean isOf(Beat beat, String source) {
    return beat.source().equals(source) || beat.merged().contains(source);
  }
}
