package io.powerpool.cluster;

import java.util.ArrayList;
import java.util.List;

final class SessionNewsCodec implements WireCodec<SessionNews> {

  @Override
  public String name() {
    return "sessionnews";
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public void write(SessionNews news, WireWriter out) {
    out.text(news.node()).text(news.source()).i32(news.sessions().size());
    for (SessionNews.Session session : news.sessions()) {
      out.i64(session.id()).f64(session.difficulty()).i32(session.versionMask());
    }
  }

  @Override
  public SessionNews read(int version, WireReader in) {
    String node = in.text();
    String source = in.text();
    List<SessionNews.Session> sessions = new ArrayList<>();
    for (int left = in.i32(); left > 0; left--) {
      sessions.add(new SessionNews.Session(in.i64(), in.f64(), in.i32()));
    }
    return new SessionNews(node, source, sessions);
  }
}
