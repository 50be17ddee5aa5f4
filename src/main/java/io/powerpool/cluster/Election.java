package io.powerpool.cluster;

import io.powerpool.work.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One candidate's part in choosing a leader, without any vote: everybody sends signs of life, and
 * who has heard of no leader for a while takes its place, the first in rank first. Two may lead for
 * a moment, or for as long as they cannot hear each other; the one with the lower epoch then gives
 * way. So whoever acts on a leader's word looks at its epoch.
 *
 * <p>Knows neither network nor clock; one owner, not thread safe.
 */
public final class Election {

  /** Silence after which a leader counts as gone. */
  static final Duration SILENCE = Duration.ofMillis(900);

  /** So much longer waits each next one in rank, so that as a rule only one takes over. */
  static final Duration STEP = Duration.ofMillis(250);

  /**
   * So much longer waits one whose configuration differs from that of the last leader, while one is
   * there that agrees with it.
   */
  static final Duration RELUCTANCE = Duration.ofSeconds(30);

  /**
   * So long a leader makes no work before one that can takes its place; so long it has at first.
   */
  static final Duration UNABLE = Duration.ofSeconds(3);

  /**
   * So much longer waits one that can make no work, or goes out of service, when a better one was
   * heard a little while ago. While that one is heard it does not take over at all.
   */
  static final Duration HESITATION = Duration.ofMillis(500);

  /** So much longer waits a newcomer: the way to the others takes its time at first. */
  static final Duration ARRIVAL = Duration.ofMillis(1100);

  /** A process that was not run for so long has not heard what was said meanwhile. */
  static final Duration STALL = Duration.ofMillis(600);

  /** Better candidates that were silent for so long are not waited for. */
  private static final Duration EXPECTED = Duration.ofSeconds(3);

  /** Candidates that were silent for so long have no rank. */
  private static final Duration PRESENT = Duration.ofMillis(900);

  /** Candidates that were silent for so long are forgotten. */
  private static final Duration MEMORY = Duration.ofMinutes(1);

  /** Epochs of different nodes and sources differ in this remainder, should they begin at once. */
  private static final int SLOTS = 64;

  private record Heard(Beat beat, long nanos) {}

  private final String source;
  private final List<String> merged;
  private final String node;
  private final long process;
  private final long startedMillis;
  private final String fingerprint;
  private final Ability ability = new Ability();
  private final LaterTerm later = new LaterTerm();
  private final Map<Long, Heard> others = new HashMap<>();

  private Beat.State state = Beat.State.STANDBY;
  private long epoch;

  /** The highest that any job's id is made of: those of a long term run beyond its epoch. */
  private long seen;

  private long lastTickNanos;
  private long vacantSinceNanos;
  private long ledSinceNanos;

  /** Whether it goes out of service. */
  private boolean leaving;

  private String clockFault = "";

  /** Whether the last leader has given the place up. */
  private boolean vacated;

  /** The last that was heard of, or itself if it has given the place up. */
  private Optional<Beat> leader = Optional.empty();

  /**
   * @param seen the highest epoch known from earlier runs
   * @param nowNanos when this candidate begins to listen
   */
  public Election(
      String source,
      List<String> merged,
      String node,
      long process,
      String fingerprint,
      long seen,
      long startedMillis,
      long nowNanos) {
    this.source = source;
    this.merged = List.copyOf(merged);
    this.node = node;
    this.process = process;
    this.fingerprint = fingerprint;
    this.epoch = seen;
    this.startedMillis = startedMillis;
    this.lastTickNanos = nowNanos;
    this.vacantSinceNanos = nowNanos + ARRIVAL.toNanos();
  }

  /** Hears another candidate for the same source. */
  public void onBeat(Beat beat, long nowNanos) {
    if (!beat.source().equals(source)
        || beat.process() == process
        || !Job.isPossibleTerm(beat.epoch())) {
      return;
    }
    others.put(beat.process(), new Heard(beat, nowNanos));
    others.values().removeIf(other -> nowNanos - other.nanos() > MEMORY.toNanos());
    if (beat.leads() && beat.epoch() >= leader.map(Beat::epoch).orElse(0L)) {
      if (leads() && outranks(beat)) {
        state = waiting();
      }
      if (!leads()) {
        leader = Optional.of(beat);
        vacated = false;
        vacantSinceNanos = nowNanos;
      }
    } else if (!vacated && leader.filter(last -> hasGivenUp(last, beat)).isPresent()) {
      vacated = true;
      vacantSinceNanos = nowNanos;
    }
    if (!leads()) {
      epoch = Math.max(epoch, beat.epoch());
    }
  }

  /** Whether a leader says that it is none any more, though nobody has taken its place. */
  private static boolean hasGivenUp(Beat leader, Beat beat) {
    return beat.process() == leader.process() && !beat.leads() && beat.epoch() == leader.epoch();
  }

  private Beat.State waiting() {
    return leaving ? Beat.State.RESIGNED : Beat.State.STANDBY;
  }

  private boolean outranks(Beat other) {
    return other.epoch() > epoch || (other.epoch() == epoch && other.process() > process);
  }

  /**
   * Looks at the time; to be called every few dozen milliseconds.
   *
   * @param nowMillis of the wall clock, of which epochs are made
   */
  public void onTick(long nowNanos, long nowMillis) {
    boolean stalled = nowNanos - lastTickNanos > STALL.toNanos();
    lastTickNanos = nowNanos;
    if (state == Beat.State.LEADING) {
      // One that stalled hears of its successor, if there is one, before long; what it says until
      // then is of an epoch that nobody listens to any more.
      if (isToGiveWay(nowNanos)) {
        giveWay(nowNanos);
      } else if (later.isOrphaned() && Job.isPossibleTerm(seen + SLOTS)) {
        beginTerm(nowMillis);
        later.answered();
      }
    } else if (stalled) {
      // What was sent meanwhile is still to be heard: nobody's silence counts before.
      vacantSinceNanos = nowNanos;
      vacated = false;
    } else if (state != Beat.State.ENDED
        && !isBehind(nowNanos)
        && nowNanos - vacantSinceNanos >= patience(nowNanos).toNanos()) {
      lead(nowMillis);
    }
  }

  /**
   * Whether it can make work at this moment, to be told before each look at the time. One whose
   * clock is absurd counts as one that cannot.
   */
  public void onAbility(boolean able, long nowNanos, long nowMillis) {
    boolean sane = Job.isPossibleTerm(nowMillis);
    clockFault =
        sane
            ? ""
            : "the clock of node %s says %s (%d ms since 1970), expected is a time before %s: it leads %s only if nobody else can"
                .formatted(
                    node,
                    Instant.ofEpochMilli(nowMillis),
                    nowMillis,
                    Instant.ofEpochMilli(Job.END_OF_TERMS),
                    source);
    ability.report(able && sane, nowNanos);
  }

  /** What is wrong with this node's clock, in words; empty if nothing is. */
  public String clockFault() {
    return clockFault;
  }

  /**
   * Whether another one is there to lead that can make work, while this one has made none for a
   * while, or goes out of service; then one that is no worse will do.
   */
  private boolean isToGiveWay(long nowNanos) {
    Duration missing = ability.missing(nowNanos);
    boolean fruitless =
        nowNanos - ledSinceNanos >= UNABLE.toNanos() && missing.compareTo(UNABLE) >= 0;
    boolean anyone = missing.compareTo(RELUCTANCE) >= 0;
    return (leaving || fruitless)
        && standbys(nowNanos)
            .filter(other -> leaving || anyone || isLike(other))
            .anyMatch(other -> other.able() || (leaving && !ability.present()));
  }

  /** Leads no more, and stands on: others are told by what it does and by its epoch. */
  private void giveWay(long nowNanos) {
    leader = Optional.of(beat());
    state = waiting();
    vacated = true;
    vacantSinceNanos = nowNanos;
  }

  /** A job with this term in its id is known: the next term begins behind it. */
  public void saw(long term) {
    if (Job.isPossibleTerm(term)) {
      seen = Math.max(seen, term);
    }
  }

  /**
   * Somebody has a job with this term in its id, which is above those of the leader that is heard.
   * Whoever has it does not listen to that leader, and its own is gone or it would be heard. Should
   * this one lead, it begins a term above that one when it has listened for a while.
   */
  public void onLaterJob(long term, long nowNanos) {
    saw(term);
    if (leads() && term >= epoch) {
      later.onJob(nowNanos);
    }
  }

  /** Leads at once, without listening to anybody: where there is nobody else. */
  public void lead(long nowMillis) {
    beginTerm(nowMillis);
    state = Beat.State.LEADING;
    ledSinceNanos = lastTickNanos;
    later.clear();
    leader = Optional.empty();
  }

  private void beginTerm(long nowMillis) {
    // Others could not follow a term that an absurd clock names.
    long clock = Job.isPossibleTerm(nowMillis) ? nowMillis : 0;
    long least = Math.max(Math.max(epoch, seen) + 1, clock);
    long slot = Math.floorMod(Objects.hash(node, source), SLOTS);
    epoch = least + Math.floorMod(slot - least, (long) SLOTS);
  }

  /** Leads no more, if it did, and begins to listen again. */
  public void stepDown(long nowNanos) {
    if (leads()) {
      state = waiting();
    }
    lastTickNanos = nowNanos;
    vacantSinceNanos = nowNanos;
    vacated = false;
  }

  /**
   * Goes out of service: leads no more as soon as another one can take its place, and again only if
   * nobody else does.
   */
  public void leave(long nowNanos) {
    leaving = true;
    if (!leads()) {
      state = waiting();
    } else if (isToGiveWay(nowNanos)) {
      giveWay(nowNanos);
    }
  }

  /** Leads no more, if it did, and does not stand again. */
  public void end() {
    state = Beat.State.ENDED;
  }

  /** Whether another one is heard that is to lead in its place, however long that takes. */
  private boolean isBehind(long nowNanos) {
    return isBetterHeard(PRESENT, nowNanos);
  }

  private boolean isBetterHeard(Duration within, long nowNanos) {
    int own = weakness(beat());
    return own > 0 && heard(within, nowNanos).anyMatch(other -> weakness(other) < own);
  }

  /** Who can make work goes before who cannot, and then who stays before who leaves. */
  private static int weakness(Beat candidate) {
    return (candidate.able() ? 0 : 2) + (candidate.state() == Beat.State.RESIGNED ? 1 : 0);
  }

  private Duration patience(long nowNanos) {
    Duration base = vacated ? Duration.ZERO : SILENCE;
    if (isBetterHeard(EXPECTED, nowNanos)) {
      base = base.plus(HESITATION);
    }
    Duration patience = base.plus(STEP.multipliedBy(rank(nowNanos)));
    boolean better =
        standbys(nowNanos)
            .anyMatch(other -> agrees(other.fingerprint()) && weakness(other) <= weakness(beat()));
    return better && !agrees(fingerprint) ? patience.plus(RELUCTANCE) : patience;
  }

  /**
   * How many are to go before this one: those that are less weak, then those that agree with the
   * last leader, oldest first.
   */
  private int rank(long nowNanos) {
    Comparator<Beat> order =
        Comparator.comparingInt(Election::weakness)
            .thenComparing(beat -> !agrees(beat.fingerprint()))
            .thenComparingLong(Beat::startedMillis)
            .thenComparingLong(Beat::process);
    Beat own = beat();
    return (int) present(nowNanos).filter(other -> order.compare(other, own) < 0).count();
  }

  private Stream<Beat> present(long nowNanos) {
    return heard(PRESENT, nowNanos);
  }

  /** Those that wait for the place and were heard within this time. */
  private Stream<Beat> heard(Duration within, long nowNanos) {
    return others.values().stream()
        .filter(other -> nowNanos - other.nanos() < within.toNanos())
        .map(Heard::beat)
        .filter(Beat::waits);
  }

  private Stream<Beat> standbys(long nowNanos) {
    return present(nowNanos).filter(other -> other.state() == Beat.State.STANDBY);
  }

  private boolean isLike(Beat other) {
    return !SettingsCheck.differ(fingerprint, other.fingerprint());
  }

  private boolean agrees(String other) {
    return leader.filter(last -> SettingsCheck.differ(last.fingerprint(), other)).isEmpty();
  }

  /** What is to be told to the others now. */
  public Beat beat() {
    boolean able = leads() ? ability.present() : ability.steady();
    return new Beat(source, merged, node, process, state, epoch, startedMillis, fingerprint, able);
  }

  public boolean leads() {
    return state == Beat.State.LEADING;
  }

  /** Of its own term if it leads; otherwise the highest that it knows of. */
  public long epoch() {
    return epoch;
  }

  /** The last leader heard of, if it is another one and has not been succeeded by this one. */
  public Optional<Beat> leader() {
    return leader.filter(other -> other.process() != process);
  }
}
