package io.powerpool.stratum.v1;

import io.powerpool.bitcoin.Hex;
import io.powerpool.bitcoin.Target;
import io.powerpool.difficulty.Difficulty;
import io.powerpool.share.MiningChannel;
import io.powerpool.share.PasswordArguments;
import io.powerpool.share.RejectReason;
import io.powerpool.share.Submission;
import io.powerpool.share.Worker;
import io.powerpool.stratum.MinerPort;
import io.powerpool.work.JobBook;
import io.vertx.core.AsyncResult;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * What each request is answered with, and what it changes in the session it came from. One per port
 * and event loop.
 */
final class StratumV1Answers implements StratumV1Requests {

  private static final int GET_VERSION_ID = 1;
  private static final int LONGEST_METHOD_SHOWN = 64;

  private final StratumV1Service service;
  private final MinerPort port;
  private final StratumV1Writer writer;

  StratumV1Answers(StratumV1Service service, MinerPort port, StratumV1Writer writer) {
    this.service = service;
    this.port = port;
    this.writer = writer;
  }

  @Override
  public void onSubscribe(
      StratumV1Session session, RequestId id, String userAgent, String resumedId) {
    if (session.work().channel() != null) {
      writer.error(id, ErrorCode.OTHER, "Already subscribed");
      return;
    }
    session.userAgent(userAgent);
    service.subscriptions().subscribe(session, id, resumedId);
  }

  @Override
  public void onAuthorize(StratumV1Session session, RequestId id, String user, String password) {
    if (session.work().channel() == null) {
      port.statistics().onNotSubscribed(port.clocks().nowNanos());
      writer.error(id, ErrorCode.NOT_SUBSCRIBED, "Not subscribed");
      return;
    }
    Worker credited;
    try {
      credited = port.options().userNames().worker(user);
    } catch (IllegalArgumentException e) {
      writer.error(id, ErrorCode.UNAUTHORIZED, e.getMessage());
      return;
    }
    boolean first = !session.isAuthorized();
    if (!session.authorize(user, credited)) {
      writer.error(id, ErrorCode.UNAUTHORIZED, "Too many workers on one connection");
      return;
    }
    if (port.options().userNames().isDonation(credited)) {
      port.statistics().onDonation();
      service.donation(user, session.address());
    }
    writer.accepted(id);
    if (first) {
      if (session.userAgent().isEmpty() && !session.awaitsVersion(true)) {
        writer.question(GET_VERSION_ID, "client.get_version");
      }
      double floor = port.options().difficulty().minimumManual();
      PasswordArguments asked = PasswordArguments.read(password, floor);
      session.work().start(asked, port.clocks().nowNanos());
    }
  }

  @Override
  public void onSubmit(
      StratumV1Session session,
      RequestId id,
      byte[] line,
      int from,
      int length,
      Submission submission) {
    if (session.work().channel() == null) {
      port.statistics().onNotSubscribed(port.clocks().nowNanos());
      writer.error(id, ErrorCode.NOT_SUBSCRIBED, "Not subscribed");
    } else if (!session.isAuthorized()) {
      port.statistics().onNotAuthorized(port.clocks().nowNanos());
      writer.error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
    } else {
      service.submissions().take(session, id, session.worker(line, from, length), submission);
    }
  }

  @Override
  public void onConfigure(
      StratumV1Session session,
      RequestId id,
      List<String> extensions,
      Map<String, Object> parameters) {
    int poolMask = port.options().versionRolling() ? port.coins().versionMask() : 0;
    Extensions agreed = Extensions.read(extensions, parameters, poolMask);
    writer.result(id, agreed.answer());
    if (agreed.extranonce()) {
      session.work().takesExtranonces();
    }
    if (session.userAgent().isEmpty()) {
      session.userAgent(agreed.software());
    }
    if (agreed.versionMask() != 0) {
      session.work().versionMask(agreed.versionMask());
      if (session.work().channel() != null) {
        // Agreed on while mining it holds at once; firmware that knows the order is told so.
        writer.order("mining.set_version_mask", Hex.ofInt(agreed.versionMask()));
      }
    }
    agreed.minimumDifficulty().ifPresent(session.work()::require);
  }

  @Override
  public void onExtranonceSubscribe(StratumV1Session session, RequestId id) {
    session.work().takesExtranonces();
    writer.accepted(id);
  }

  @Override
  public void onSuggestDifficulty(StratumV1Session session, RequestId id, double value) {
    writer.accepted(id);
    session.work().suggest(port.options().difficulty().manual(value));
  }

  @Override
  public void onSuggestTarget(StratumV1Session session, RequestId id, String target) {
    double difficulty =
        Difficulty.ofTarget(Target.ofHex(target), port.coins().first().difficultyOne()).value();
    onSuggestDifficulty(session, id, difficulty);
  }

  @Override
  public void onGetTransactions(StratumV1Session session, RequestId id, long jobKey) {
    if (!session.isAuthorized()) {
      writer.error(id, ErrorCode.UNAUTHORIZED, "Unauthorized worker");
      return;
    }
    JobBook.Entry entry = port.book().find(MiningChannel.jobId(jobKey));
    if (entry == null) {
      writer.error(id, ErrorCode.JOB_NOT_FOUND, RejectReason.UNKNOWN_JOB.text());
      return;
    }
    // The answer may be large: one at a time, and only to who reads.
    if (session.isBehind() || session.awaitsTransactions(true)) {
      writer.error(id, ErrorCode.OTHER, "One question for transactions at a time");
      return;
    }
    RequestId later = id.copy();
    service
        .transactions(entry.job())
        .onComplete(found -> port.guarded(session, () -> onTransactions(session, later, found)));
  }

  private void onTransactions(
      StratumV1Session session, RequestId id, AsyncResult<JsonArray> found) {
    session.awaitsTransactions(false);
    if (found.succeeded()) {
      writer.result(id, found.result());
    } else {
      writer.error(id, ErrorCode.OTHER, "Not available: " + found.cause().getMessage());
    }
    session.onAnsweredLate();
  }

  @Override
  public void onPing(StratumV1Session session, RequestId id) {
    writer.result(id, "pong");
  }

  @Override
  public void onGetVersion(StratumV1Session session, RequestId id) {
    writer.result(id, service.version());
  }

  @Override
  public void onUnknown(StratumV1Session session, RequestId id, String method) {
    port.statistics().onUnknownError(port.clocks().nowNanos());
    String shown =
        method.length() <= LONGEST_METHOD_SHOWN
            ? method
            : method.substring(0, LONGEST_METHOD_SHOWN) + "…";
    writer.error(id, ErrorCode.OTHER, "Unknown method '" + shown + "'");
  }

  @Override
  public void onMalformed(StratumV1Session session, RequestId id, String fault) {
    port.statistics().onUnknownError(port.clocks().nowNanos());
    writer.error(id, ErrorCode.OTHER, fault);
    if (session.isAuthorized()) {
      session.countInvalid();
    }
  }

  @Override
  public boolean onAnswer(StratumV1Session session, Object id, JsonObject answer) {
    if (!(id instanceof Number number)
        || number.intValue() != GET_VERSION_ID
        || !session.awaitsVersion(false)) {
      return false;
    }
    if (answer.getValue("result") instanceof String version) {
      session.userAgent(version);
    }
    return true;
  }
}
