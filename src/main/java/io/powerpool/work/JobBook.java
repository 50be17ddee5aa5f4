package io.powerpool.work;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The jobs of one port that miners may still answer: the current one, those it replaced, and those
 * that a newer block of their coin has made stale, which are kept because a late share for them may
 * still be a block. Belongs to one event loop.
 */
public final class JobBook {

  /**
   * So long after a job came, one of another term does not replace it by work of a lower height:
   * what a leader sent while it was cut off arrives all at once, the oldest first, when it can be
   * heard again, and its term may be the higher one.
   */
  private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A job and whether shares for it still count. */
  public static final class Entry {
    private final Job job;
    private final long addedNanos;
    private long replacedNanos;
    private boolean replaced;
    private boolean stale;

    private Entry(Job job, long addedNanos) {
      this.job = job;
      this.addedNanos = addedNanos;
    }

    public Job job() {
      return job;
    }

    /**
     * The time on the coin server's clock, as far as it is known here, in seconds since 1970: the
     * job's time, and what has passed since it came. Our own clock may be wrong.
     */
    public long chainTime(long nowNanos) {
      return job.time() + TimeUnit.NANOSECONDS.toSeconds(nowNanos - addedNanos);
    }

    /** Whether a newer block has made the job worthless. */
    public boolean stale() {
      return stale;
    }
  }

  private final int mostJobs;
  private final long lifetimeNanos;
  private final ArrayDeque<Entry> newestFirst = new ArrayDeque<>();
  private long oldestLiveId = Long.MAX_VALUE;

  /**
   * @param mostJobs how many jobs to keep at most
   * @param lifetimeNanos how long to keep a job after it was replaced
   */
  public JobBook(int mostJobs, long lifetimeNanos) {
    this.mostJobs = mostJobs;
    this.lifetimeNanos = lifetimeNanos;
  }

  /**
   * Makes this the current job.
   *
   * @return false if it is no newer than the current one, which is kept: a job manager whose term
   *     is over is not listened to, nor is old news of one that others could not hear for a while
   */
  public boolean add(Job job, long nowNanos) {
    Entry last = newestFirst.peekFirst();
    if (last != null) {
      if (job.id() <= last.job.id() || isLate(job, last, nowNanos)) {
        return false;
      }
      last.replaced = true;
      last.replacedNanos = nowNanos;
      outdate(job);
    }
    newestFirst.addFirst(new Entry(job, nowNanos));
    while (newestFirst.size() > mostJobs) {
      newestFirst.removeLast();
    }
    noteOldestLive();
    return true;
  }

  private static boolean isLate(Job job, Entry last, long nowNanos) {
    return job.height() < last.job.height()
        && job.currency().equals(last.job.currency())
        && term(job) != term(last.job)
        && nowNanos - last.addedNanos < LATE_NANOS;
  }

  private static long term(Job job) {
    return job.templateId() >> Job.SEQUENCE_BITS;
  }

  /**
   * A job of some coin is there: older ones of that coin on another parent are worthless. Those of
   * other coins still count.
   */
  public void outdate(Job newer) {
    for (Entry entry : newestFirst) {
      Job job = entry.job;
      if (job.templateId() < newer.templateId()
          && !job.previous().equals(newer.previous())
          && job.currency().equals(newer.currency())) {
        entry.stale = true;
      }
    }
    noteOldestLive();
  }

  private void noteOldestLive() {
    oldestLiveId = Long.MAX_VALUE;
    for (Entry entry : newestFirst) {
      if (!entry.stale) {
        oldestLiveId = entry.job.id();
      }
    }
  }

  /** Forgets the jobs that were replaced too long ago. */
  public void expire(long nowNanos) {
    for (Iterator<Entry> oldest = newestFirst.descendingIterator(); oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (!entry.replaced || nowNanos - entry.replacedNanos < lifetimeNanos) {
        return;
      }
      oldest.remove();
      noteOldestLive();
    }
  }

  /** The job to work on, if there is one yet. */
  public Optional<Job> current() {
    return Optional.ofNullable(newestFirst.peekFirst()).map(Entry::job);
  }

  /** The job with this id, or null: called for every share, so nothing is allocated. */
  public Entry find(long id) {
    // Nearly every share is for one of the last two jobs.
    for (Entry entry : newestFirst) {
      if (entry.job.id() == id) {
        return entry;
      }
      if (entry.job.id() < id) {
        return null;
      }
    }
    return null;
  }

  /** The oldest job that shares still count for, or {@code Long.MAX_VALUE} without any. */
  public long oldestLiveId() {
    return oldestLiveId;
  }

  /** The oldest job that is known, or {@code Long.MAX_VALUE} without any. */
  public long oldestId() {
    Entry oldest = newestFirst.peekLast();
    return oldest == null ? Long.MAX_VALUE : oldest.job.id();
  }

  /** How many jobs are kept, and how many of them are stale. */
  public int size() {
    return newestFirst.size();
  }

  public int staleJobs() {
    return (int) newestFirst.stream().filter(Entry::stale).count();
  }
}
