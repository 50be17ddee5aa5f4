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

  /** A leader that was silent for so long is one only where no other is heard. */
  private static final Duration LOST = Duration.ofSeconds(10);

  /** A candidate that does not lead is not remembered for longer: it may never have. */
  private static final Duration FORGOTTEN = Duration.ofMinutes(1);

  private static final long MOST_TERMS_OVERRUN = 512;

  /** Whoever makes up names and processes does not fill the memory. */
  private static final int MOST_HEARD = 1000;

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
    heard.values().removeIf(other -> isOver(other, beat, now));
    Candidate candidate = new Candidate(beat.source(), beat.process());
    heard.put(candidate, new Heard(beat, now));
    if (heard.size() > MOST_HEARD) {
      heard.entrySet().stream()
          .min(Comparator.comparingLong(one -> one.getValue().nanos()))
          .ifPresent(oldest -> heard.remove(oldest.getKey()));
    }
  }

  /** Whether nothing need be remembered of one now that this is heard. */
  private static boolean isOver(Heard other, Beat beat, long now) {
    // Whoever is silent and has been succeeded will not be asked again.
    boolean succeeded =
        beat.leads()
            && other.beat().source().equals(beat.source())
            && other.beat().epoch() < beat.epoch();
    Duration memory = succeeded ? MEMORY : FORGOTTEN;
    return (succeeded || !other.beat().leads()) && isSilent(other, memory, now);
  }

  /** How many candidates something is remembered of. */
  int remembered() {
    return heard.size();
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

  private static boolean isSilent(Heard one, Duration time, long now) {
    return now - one.nanos() >= time.toNanos();
  }

  /**
   * The leader of a coin, a merged coin or a switching group, as far as one is known: also one that
   * was silent for a while, as long as nobody has taken its place; for long only if no other is
   * heard, for its successor may have come to its end where nobody heard it.
   */
  public Optional<Beat> leader(String source) {
    long now = nanos.getAsLong();
    return heard.values().stream()
        .filter(one -> one.beat().leads() && isOf(one.beat(), source))
        .max(
            Comparator.<Heard, Boolean>comparing(one -> !isSilent(one, LOST, now))
                .thenComparing(
                    Heard::beat,
                    Comparator.comparingLong(Beat::epoch).thenComparingLong(Beat::process)))
        .map(Heard::beat);
  }

  /**
   * Whether several are heard that lead a coin or a switching group: they do not hear each other.
   * Nobody else should repeat what one of them says, or the other one would outbid it.
   */
  public boolean isContested(String source) {
    return present().filter(beat -> isLeader(beat, source)).limit(2).count() > 1;
  }

  /** Whether the leader is heard of that gave this job out to the ports of a source. */
  public boolean isLed(String source, Job job) {
    long now = nanos.getAsLong();
    long term = job.id() >>> Job.SEQUENCE_BITS;
    return heard.values().stream()
        .filter(one -> isLeader(one.beat(), source))
        .filter(one -> isOfTerm(one.beat().epoch(), term, job.createdMillis()))
        .max(Comparator.comparingLong(one -> one.beat().epoch()))
        .filter(one -> !isSilent(one, MEMORY, now))
        .isPresent();
  }

  private static boolean isLeader(Beat beat, String source) {
    return beat.leads() && beat.source().equals(source);
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
        .filter(one -> !isSilent(one, MEMORY, now))
        .map(Heard::beat)
        .filter(beat -> beat.leads() || beat.waits());
  }

  private static boolean isOf(Beat beat, String source) {
    return beat.source().equals(source) || beat.merged().contains(source);
  }
}
