package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.cluster.SessionNews;
import io.powerpool.share.MiningChannel;
import io.powerpool.stratum.CloseReason;
import io.powerpool.stratum.MinerPort;
import io.powerpool.stratum.ResumableSessions;
import io.powerpool.stratum.ResumableSessions.Resumed;
import java.util.List;
import java.util.OptionalLong;

/**
 * Gives miners what they mine with: an extranonce1 of their own, or a former session. If that is
 * still open, its connection is closed and hands it over, on its own event loop and not before the
 * hashes that it waits for are done; the answer, and what the miner sends meanwhile, wait. One per
 * port and event loop.
 */
final class Subscriptions {

  private final MinerPort port;
  private final StratumV1Writer writer;
  private final ResumableSessions sessions;
  private final String source;

  Subscriptions(MinerPort port, StratumV1Writer writer) {
    this.port = port;
    this.writer = writer;
    this.sessions = port.node().sessions();
    this.source = port.source();
  }

  /**
   * Subscribes a session that is not subscribed.
   *
   * @param resumed the id of the session to go on with; anything else counts as none
   */
  void subscribe(StratumV1Session session, RequestId request, String resumed) {
    OptionalLong id = ResumableSessions.id(resumed);
    if (id.isEmpty()) {
      begin(session, request);
      return;
    }
    StratumV1Session holder = sessions.claim(id.getAsLong(), source, session);
    if (holder == null) {
      resumeParked(session, request, id.getAsLong());
    } else {
      takeOver(holder, session, request.copy(), id.getAsLong());
    }
  }

  private void takeOver(
      StratumV1Session holder, StratumV1Session session, RequestId request, long id) {
    session.awaitSession();
    holder.handOver(
        found ->
            port.execute(
                () -> port.guarded(session, () -> onHandedOver(session, request, id, found))));
  }

  /** The other connection has let go; {@code found} is null if it had nothing any more. */
  private void onHandedOver(StratumV1Session session, RequestId request, long id, Resumed found) {
    if (found == null) {
      // It ended by itself in the same moment, and may have been parked.
      resumeParked(session, request, id);
    } else {
      resume(session, request, id, found);
    }
    session.onSessionArrived();
  }

  private void resumeParked(StratumV1Session session, RequestId request, long id) {
    Resumed parked = sessions.resume(id, source, port.clocks().nowNanos()).orElse(null);
    if (parked == null) {
      resumeRemote(session, request, id);
    } else {
      resume(session, request, id, parked);
    }
  }

  /** What a miner had on another node, but with an extranonce1 of this one. */
  private void resumeRemote(StratumV1Session session, RequestId request, long id) {
    SessionNews.Session remote =
        port.node().remoteSessions().take(id, source, port.clocks().nowNanos()).orElse(null);
    MiningChannel channel = remote == null ? null : port.newChannel();
    if (channel == null) {
      sessions.close(id, session);
      begin(session, request);
      return;
    }
    channel.versionMask(remote.versionMask());
    session.resumed(new Resumed(channel, remote.difficulty(), true));
    answer(session, request, id, channel);
  }

  private void begin(StratumV1Session session, RequestId request) {
    MiningChannel channel = port.newChannel();
    if (channel == null) {
      refuse(session, request);
    } else {
      answer(session, request, sessions.newId(), channel);
    }
  }

  private void resume(StratumV1Session session, RequestId request, long id, Resumed resumed) {
    MiningChannel channel = resumed.channel();
    if (!port.fits(channel)) {
      channel = port.newChannel();
      if (channel == null) {
        port.node().release(source, resumed.channel());
        sessions.close(id, session);
        refuse(session, request);
        return;
      }
      channel.replace(resumed.channel());
    }
    session.resumed(resumed);
    answer(session, request, id, channel);
  }

  private void answer(StratumV1Session session, RequestId request, long id, MiningChannel channel) {
    sessions.open(id, session);
    session.subscribed(id, channel);
    String subscription = ResumableSessions.text(id);
    writer.result(
        request,
        List.of(
            List.of(
                List.of("mining.set_difficulty", subscription),
                List.of("mining.notify", subscription)),
            Hex.encode(channel.extranonce1()),
            port.extranonce2Size()));
  }

  private void refuse(StratumV1Session session, RequestId request) {
    writer.error(request, ErrorCode.OTHER, "The pool is full");
    session.close(CloseReason.FULL);
  }
}
