package io.powerpool.stratum;

import io.powerpool.cluster.SessionNews;
import io.powerpool.stratum.v1.StratumV1Session;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers what other nodes are to know of a port's sessions while those are looked at once a
 * second: what has changed, and a part of everything, in small messages. Belongs to the event loop.
 */
final class RoundNews {

  private static final int MOST_SESSIONS = 1000;

  private final String node;
  private final String source;
  private final List<SessionNews.Session> gathered = new ArrayList<>();
  private int round;

  /** Null while there is nobody to be told. */
  private Consumer<SessionNews> listener;

  RoundNews(String node, String source) {
    this.node = node;
    this.source = source;
  }

  void listener(Consumer<SessionNews> others) {
    listener = others;
  }

  void look(StratumV1Session session) {
    SessionNews.Session news = listener == null ? null : session.news(round);
    if (news != null) {
      gathered.add(news);
      if (gathered.size() == MOST_SESSIONS) {
        tell();
      }
    }
  }

  void end() {
    round = (round + 1) % RemoteSessions.REPEAT_SECONDS;
    if (!gathered.isEmpty()) {
      tell();
    }
  }

  private void tell() {
    listener.accept(new SessionNews(node, source, gathered));
    gathered.clear();
  }
}
