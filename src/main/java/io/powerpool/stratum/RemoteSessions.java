package io.powerpool.stratum;

import io.powerpool.cluster.SessionNews;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions that miners have on other nodes and can go on with here. What they have sent there
 * is not known here, so they get another extranonce1, and nothing counts twice. Thread safe.
 */
public final class RemoteSessions {

  /** Each node tells everything about its sessions once in so many seconds. */
  public static final int REPEAT_SECONDS = 60;

  private record Remote(String source, SessionNews.Session session, long heardNanos) {}

  /** The one that was heard of last at the end. */
  private final Map<Long, Remote> sessions = new LinkedHashMap<>();

  private final int most;
  private final long lifetimeNanos;

  /**
   * @param most how many are kept at most
   * @param lifetime for how long after their end
   */
  RemoteSessions(int most, Duration lifetime) {
    this.most = most;
    this.lifetimeNanos = lifetime.plusSeconds(REPEAT_SECONDS).toNanos();
  }

  /** Another node tells of its sessions. */
  public synchronized void onNews(SessionNews news, long nowNanos) {
    for (SessionNews.Session session : news.sessions()) {
      sessions.remove(session.id());
      sessions.put(session.id(), new Remote(news.source(), session, nowNanos));
    }
    var oldest = sessions.values().iterator();
    while (oldest.hasNext()) {
      boolean over = nowNanos - oldest.next().heardNanos() >= lifetimeNanos;
      if (!over && sessions.size() <= most) {
        return;
      }
      oldest.remove();
    }
  }

  /** Takes out the session of this id, if there is one of the source. */
  public synchronized Optional<SessionNews.Session> take(long id, String source, long nowNanos) {
    Remote found = sessions.get(id);
    if (found == null
        || !found.source().equals(source)
        || nowNanos - found.heardNanos() >= lifetimeNanos) {
      return Optional.empty();
    }
    sessions.remove(id);
    return Optional.of(found.session());
  }

  /** How many are known. */
  public synchronized int size() {
    return sessions.size();
  }
}
