package io.powerpool.stratum.v1;

import io.powerpool.share.Submission;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * Everything a miner may ask of us. Adding a method here makes the compiler show where it is
 * missing.
 */
interface StratumV1Requests {

  /**
   * {@code mining.subscribe}.
   *
   * @param userAgent empty if not given
   * @param resumedId names the session to be resumed, empty if not given
   */
  void onSubscribe(StratumV1Session session, RequestId id, String userAgent, String resumedId);

  void onAuthorize(StratumV1Session session, RequestId id, String user, String password);

  /**
   * A well-formed {@code mining.submit}.
   *
   * @param line holds the worker's name in UTF-8 from {@code from} on, {@code length} bytes
   */
  void onSubmit(
      StratumV1Session session,
      RequestId id,
      byte[] line,
      int from,
      int length,
      Submission submission);

  /** {@code mining.configure} (BIP 310): the extensions asked for and their parameters. */
  void onConfigure(
      StratumV1Session session,
      RequestId id,
      List<String> extensions,
      Map<String, Object> parameters);

  void onExtranonceSubscribe(StratumV1Session session, RequestId id);

  void onSuggestDifficulty(StratumV1Session session, RequestId id, double difficulty);

  /** {@code mining.suggest_target}: 64 hexadecimal digits, most significant first. */
  void onSuggestTarget(StratumV1Session session, RequestId id, String target);

  /** {@code mining.get_transactions} of a job id as sent in a notify. */
  void onGetTransactions(StratumV1Session session, RequestId id, long jobKey);

  void onPing(StratumV1Session session, RequestId id);

  void onGetVersion(StratumV1Session session, RequestId id);

  /** A method that we do not know. */
  void onUnknown(StratumV1Session session, RequestId id, String method);

  /** A line that is no request, or a known method with wrong parameters. */
  void onMalformed(StratumV1Session session, RequestId id, String fault);

  /**
   * An answer to a question of ours.
   *
   * @return false if nothing was asked under this id
   */
  boolean onAnswer(StratumV1Session session, Object id, JsonObject answer);
}
